import { clean } from '../../domain/clean.ts';
import { UserError } from '../../domain/errors.ts';
import { parseTime } from '../../domain/time-text.ts';
import type { Span } from '../../history/tables.ts';

/** Unix ms. Throws `UserError` that names the flag. */
export function timeOf(text: string, flag: string, nowMs: number): number {
	const atMs = parseTime(text, nowMs);
	if (atMs !== undefined) return atMs;
	throw new UserError(`${flag}: "${clean(text, 40)}" is no time`, {
		nextSteps: ['write 03:12, 2026-01-02 03:12, or how long ago: 2h, 7d'],
	});
}

/** The span between `--since` and `--until`. */
export function spanOf(
	{ since, until }: { readonly since?: string | undefined; readonly until?: string | undefined },
	otherwise: string,
	nowMs: number,
): Span {
	const fromMs = timeOf(since ?? otherwise, '--since', nowMs);
	const untilMs = until === undefined ? nowMs : timeOf(until, '--until', nowMs);
	if (untilMs > fromMs) return { fromMs, untilMs };
	throw new UserError('--until is not after --since', { nextSteps: ['exchange them'] });
}

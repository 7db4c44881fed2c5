import { clean } from '../domain/clean.ts';
import { UserError } from '../domain/errors.ts';

export const minDurationMs = 100;
export const maxDurationMs = 3_600_000;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * A duration as people write it on the command line and in the environment: `500ms`, `2s`, `1.5m`,
 * `1h`, or a plain number of milliseconds. Gives whole milliseconds from 100 to 3 600 000 (an hour),
 * or throws `UserError` that starts with `where` (`--interval`, `NODETOP_TIMEOUT`).
 */
export function parseDuration(text: string, where: string): number {
	const [, digits, unit = 'ms'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
	const shown = clean(text, 40);
	if (digits === undefined) {
		throw new UserError(`${where}: "${shown}" is not a duration; use 500ms, 2s or 1m`);
	}
	const durationMs = Math.round(Number(digits) * (unitMs[unit] ?? 1));
	if (durationMs < minDurationMs || durationMs > maxDurationMs) {
		throw new UserError(`${where}: ${shown} is out of range; use 100ms to 1h`);
	}
	return durationMs;
}

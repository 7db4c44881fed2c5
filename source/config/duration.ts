import { clean } from '../domain/clean.ts';
import { UserError } from '../domain/errors.ts';

export const minDurationMs = 100;
export const maxDurationMs = 3_600_000;
/** A health check opens a connection, and its findings change slowly. */
export const minHealthIntervalMs = 1000;

const dayMs = 24 * 3_600_000;
const unitMs: Readonly<Record<string, number>> = {
	ms: 1,
	s: 1000,
	m: 60_000,
	h: 3_600_000,
	d: dayMs,
};

/**
 * A duration as people write it on the command line and in the environment: `500ms`, `2s`, `1.5m`,
 * `1h`, or a plain number of milliseconds. Gives whole milliseconds from 100 to 3 600 000 (an hour),
 * or throws `UserError` that starts with `where` (`--interval`, `NODETOP_TIMEOUT`).
 */
export function parseDuration(text: string, where: string): number {
	const durationMs = readDurationMs(text);
	const shown = clean(text, 40);
	if (durationMs === undefined) {
		throw new UserError(`${where}: "${shown}" is not a duration; use 500ms, 2s or 1m`);
	}
	if (durationMs < minDurationMs || durationMs > maxDurationMs) {
		throw new UserError(`${where}: ${shown} is out of range; use 100ms to 1h`);
	}
	return durationMs;
}

/** The same for longer spans, from a second to `maxDays`: `30m`, `8h`, `7d`. The unit is required. */
export function parseSpan(text: string, where: string, maxDays: number): number {
	const spanMs = /\D$/.test(text.trim()) ? readDurationMs(text) : undefined;
	const shown = clean(text, 40);
	if (spanMs === undefined) {
		throw new UserError(`${where}: "${shown}" is not a duration; use 30m, 8h or 2d`);
	}
	if (spanMs < 1000 || spanMs > maxDays * dayMs) {
		throw new UserError(`${where}: ${shown} is out of range; use 1s to ${maxDays}d`);
	}
	return spanMs;
}

function readDurationMs(text: string): number | undefined {
	const [, digits, unit = 'ms'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim()) ?? [];
	return digits === undefined ? undefined : Math.round(Number(digits) * (unitMs[unit] ?? 1));
}

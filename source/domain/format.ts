import prettyBytes from 'pretty-bytes';
import type { Integer } from './scalars.ts';
import type { FinalityUnit } from './words.ts';

/** Stands where a node did not say a value. */
export const missing = '—';

/** `1,234,567`, from a number or a decimal string of any length. At most 27 cells up to 2^64. */
export function formatCount(value: Integer): string {
	const text = typeof value === 'number' ? wholeText(value) : value;
	return text === undefined ? missing : text.replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** A distance to what is final with its unit, where that is known: `418 epochs`, `1 view`, `3`. */
export function formatLag(lag: Integer, unit: FinalityUnit | undefined): string {
	if (unit === undefined) return formatCount(lag);
	return `${formatCount(lag)} ${Number(lag) === 1 ? unit.slice(0, -1) : unit}`;
}

/** Decimal units (1 MB is 1,000,000 bytes), as disks and networks count: `45.7 MB`. At most 8 cells. */
export function formatBytes(value: Integer): string {
	const bytes = Number(value);
	return Number.isFinite(bytes) ? prettyBytes(bytes) : missing;
}

/** The same without space and fraction: `256MB`. At most 6 cells. */
export function formatCompactBytes(value: Integer): string {
	const bytes = Number(value);
	if (!Number.isFinite(bytes)) return missing;
	// Rounded here: given a number of digits, pretty-bytes asks ICU, a tenth of a table's cost.
	const text = prettyBytes(bytes, { space: false });
	return text.replace(/^-?\d+\.\d+/, (number) => String(Math.round(Number(number))));
}

/** Bytes per second: `1.2 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
	// Less than a thousandth of a byte is what is left of a subtraction.
	const rate = Math.abs(bytesPerSecond) < 0.001 ? 0 : bytesPerSecond;
	return Number.isFinite(rate) ? `${prettyBytes(rate)}/s` : missing;
}

/** As operators of QuDAG know it: `2 days, 14:32:15`, `14:32:15`. */
export function formatUptime(seconds: number): string {
	if (!Number.isFinite(seconds)) return missing;
	const whole = Math.max(0, Math.floor(seconds));
	const two = (value: number) => String(value).padStart(2, '0');
	const days = Math.floor(whole / 86_400);
	const clock = [Math.floor((whole % 86_400) / 3600), Math.floor((whole % 3600) / 60), whole % 60];
	const time = clock.map((value) => two(value)).join(':');
	return days === 0 ? time : `${days} ${days === 1 ? 'day' : 'days'}, ${time}`;
}

/**
 * A span of time: `0.4 ms`, `788 ms`, `4.2 s`, `12 s`, then its two largest units: `2m 07s`, `3h 05m`, `2d 14h`. At most
 * 8 cells below 1,000 days; one that ends before it begins has a minus.
 */
export function formatMs(ms: number): string {
	if (!Number.isFinite(ms)) return missing;
	if (ms < 0) return ms > -0.05 ? '0 s' : `-${formatMs(-ms)}`;
	if (ms === 0) return '0 s';
	if (ms < 9.95) return `${round(ms, 1).toFixed(1)} ms`;
	if (ms < 999.5) return `${Math.round(ms)} ms`;
	if (ms < 59_500) return `${round(ms / 1000, ms < 9950 ? 1 : 0)} s`;
	const seconds = Math.max(60, Math.floor(ms / 1000));
	const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
	if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
	if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ${two((seconds % 3600) / 60)}m`;
	return `${Math.floor(seconds / 86_400)}d ${Math.floor((seconds % 86_400) / 3600)}h`;
}

/** A ratio as percent: 0.125 is `12.5%`. */
export function formatRatio(ratio: number): string {
	const percent = ratio * 100;
	return Number.isFinite(percent) ? `${round(percent, 1).toFixed(1)}%` : missing;
}

/** How long ago a time was, in whole seconds; a time in the future is now. */
export function formatAge(at: string, nowMs: number): string {
	const ageMs = nowMs - Date.parse(at);
	return Number.isFinite(ageMs) ? formatMs(Math.max(0, Math.floor(ageMs / 1000)) * 1000) : missing;
}

function wholeText(value: number): string | undefined {
	return Number.isFinite(value) ? BigInt(Math.round(value)).toString() : undefined;
}

/** Rounded, and never -0. */
function round(value: number, digits: number): number {
	if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return value;
	const factor = 10 ** digits;
	return Math.round(value * factor) / factor + 0;
}

/** Names in a line of prose: the first few, and how many more there are. */
export function formatNames(names: readonly string[], most = 4): string {
	if (names.length <= most + 1) return names.join(', ');
	return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

/** A number with the word for one or for many: `1 node`, `3 nodes`. */
export function formatCountOf(count: number, one: string, many: string): string {
	return `${count} ${count === 1 ? one : many}`;
}

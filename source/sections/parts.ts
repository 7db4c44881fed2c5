import { formatBytes, formatRatio } from '../domain/format.ts';
import type { Integer } from '../domain/scalars.ts';

type Part<Value> = readonly [value: Value | undefined, format: (value: Value) => string];

/** The parts that are known, joined; `undefined` when none is. */
export function joinParts<Value>(
	separator: string,
	parts: readonly Part<Value>[],
): string | undefined {
	const known = parts.flatMap(([value, format]) => (value === undefined ? [] : [format(value)]));
	return known.length === 0 ? undefined : known.join(separator);
}

/** `256 MB / 8 GB (3.2%)`, or what is known of it. */
export function partOfWhole(
	part: Integer | undefined,
	whole: Integer | undefined,
): string | undefined {
	if (part === undefined) return whole === undefined ? undefined : `of ${formatBytes(whole)}`;
	if (whole === undefined) return formatBytes(part);
	const share = Number(whole) > 0 ? ` (${formatRatio(Number(part) / Number(whole))})` : '';
	return `${formatBytes(part)} / ${formatBytes(whole)}${share}`;
}

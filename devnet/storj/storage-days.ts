import type { SatelliteInfo } from './settings.ts';
import { versions } from './settings.ts';
import type { StorageNode } from './storage-node.ts';
import { dayMs, hourMs, isoDays } from './usage.ts';

/** A day of `storageDaily`. */
export interface StorageDay {
	readonly atRestTotal: number;
	readonly atRestTotalBytes: number;
	readonly intervalInHours: number;
	readonly intervalStart: string;
	readonly calculated?: boolean;
}

/**
 * What a satellite stored, by day of this month. Days that a satellite has not reported are missing; from
 * 1.162 on the node fills them in (storageusage/normalize.go): with a rate, and no byte-hours.
 */
export function storageDaily(node: StorageNode, info: SatelliteInfo): StorageDay[] {
	const nowMs = node.nowMs();
	const lastReported = Math.floor(nowMs / dayMs) * dayMs - info.lateDays * dayMs;
	const isFilled = node.version === versions.after;
	return isoDays(node.monthStartMs(), nowMs).flatMap((startMs): StorageDay[] => {
		const endMs = Math.min(startMs + dayMs, nowMs);
		const hours = (endMs - startMs) / hourMs;
		const bytes = node.usage.storedAt(info, (startMs + endMs) / 2);
		if (bytes === 0) return [];
		const intervalStart = new Date(startMs).toISOString();
		const isReported = startMs <= lastReported && !(isFilled && endMs === nowMs);
		if (isReported)
			return [
				{
					atRestTotal: node.usage.byteHours(info, startMs, endMs),
					atRestTotalBytes: bytes,
					intervalInHours: hours,
					intervalStart,
					...(isFilled && { calculated: false }),
				},
			];
		return isFilled
			? [
					{
						atRestTotal: 0,
						atRestTotalBytes: bytes,
						intervalInHours: hours,
						intervalStart,
						calculated: true,
					},
				]
			: [];
	});
}

/** The same of all satellites together. */
export function sumDays(
	series: readonly (readonly StorageDay[])[],
): Omit<StorageDay, 'intervalInHours'>[] {
	const days = new Map<string, Omit<StorageDay, 'intervalInHours'>>();
	for (const { intervalStart, atRestTotal, atRestTotalBytes, calculated } of series.flat()) {
		const known = days.get(intervalStart);
		days.set(intervalStart, {
			intervalStart,
			atRestTotal: atRestTotal + (known?.atRestTotal ?? 0),
			atRestTotalBytes: atRestTotalBytes + (known?.atRestTotalBytes ?? 0),
			...(calculated !== undefined && { calculated: calculated || known?.calculated === true }),
		});
	}
	return [...days.values()].toSorted((a, b) => a.intervalStart.localeCompare(b.intervalStart));
}

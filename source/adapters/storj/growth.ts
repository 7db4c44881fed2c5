import type { Storage } from '../../sections/storage/schema.ts';
import { toAmount } from '../quantity.ts';
import { fitLine } from './line-fit.ts';
import type { WireStorageDay } from './wire.ts';

const dayMs = 24 * 3_600_000;
const hoursADay = 24;
/** Fewer days show no trend. */
const leastDays = 4;
/** Of the slope's standard error, for the band: about 95 of 100 cases. */
const bandErrors = 2;

/**
 * Growth a day by least squares over the days that satellites reported, and when the space will be full.
 * Days that the node filled in itself are no measurement, and a day without a report is a gap, not 0.
 * Neither is the newest day: it is not over.
 */
export function growthOf(
	days: readonly WireStorageDay[],
	freeBytes: number | undefined,
): Pick<Storage, 'growthBytesPerDay' | 'daysUntilFull'> {
	const measured = days
		.flatMap(measuredDay)
		.toSorted((a, b) => a.day - b.day)
		.slice(0, -1);
	if (measured.length < leastDays) return {};
	const { slope, error } = fitLine(measured);
	return {
		growthBytesPerDay: Math.round(slope),
		...(freeBytes !== undefined &&
			slope > 0 && { daysUntilFull: untilFull(freeBytes, slope, error) }),
	};
}

function untilFull(freeBytes: number, slope: number, error: number) {
	const slow = slope - bandErrors * error;
	return {
		expected: freeBytes / slope,
		low: freeBytes / (slope + bandErrors * error),
		...(slow > 0 && { high: freeBytes / slow }),
	};
}

function measuredDay({ intervalStart, atRestTotal, atRestTotalBytes, calculated }: WireStorageDay) {
	const atMs = Date.parse(intervalStart);
	const byteHours = toAmount(atRestTotal);
	const bytes =
		toAmount(atRestTotalBytes) ?? (byteHours === undefined ? undefined : byteHours / hoursADay);
	if (calculated === true || Number.isNaN(atMs) || bytes === undefined || bytes === 0) return [];
	return [{ day: atMs / dayMs, value: bytes }];
}

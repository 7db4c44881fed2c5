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

/** How one satellite's data grows a day. */
export interface Growth {
	readonly slope: number;
	/** Standard error of the slope. */
	readonly error: number;
	/** What was stored on the newest day that counts. */
	readonly newestBytes: number;
}

/**
 * By least squares over the days that were reported. Days that the node filled in itself are no
 * measurement, and a day without a report is a gap, not 0. Neither is the newest day: it is not over.
 */
export function growthOf(days: readonly WireStorageDay[]): Growth | undefined {
	const measured = days
		.flatMap(measuredDay)
		.toSorted((a, b) => a.day - b.day)
		.slice(0, -1);
	const newest = measured.at(-1);
	if (measured.length < leastDays || !newest) return undefined;
	const { slope, error } = fitLine(measured);
	return { slope, error, newestBytes: newest.value };
}

/**
 * Of several satellites together, and when the space will be full. They report at different times: a sum
 * of days in which one is missing would be a fall that never was.
 */
export function outlookOf(
	growths: readonly Growth[],
	freeBytes: number | undefined,
): Pick<Storage, 'growthBytesPerDay' | 'daysUntilFull'> {
	if (growths.length === 0) return {};
	const slope = growths.reduce((sum, each) => sum + each.slope, 0);
	const error = Math.hypot(...growths.map((each) => each.error));
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

function measuredDay(day: WireStorageDay) {
	const { intervalStart, atRestTotal, atRestTotalBytes, intervalInHours, calculated } = day;
	const atMs = Date.parse(intervalStart);
	const byteHours = toAmount(atRestTotal);
	const hours = toAmount(intervalInHours) || hoursADay;
	const bytes =
		toAmount(atRestTotalBytes) ?? (byteHours === undefined ? undefined : byteHours / hours);
	if (calculated === true || Number.isNaN(atMs) || bytes === undefined || bytes === 0) return [];
	return [{ day: atMs / dayMs, value: bytes }];
}

import type { Storage } from '../../sections/storage/schema.ts';
import { toAmount } from '../quantity.ts';
import type { WireStorageDay } from './wire.ts';

const dayMs = 24 * 3_600_000;
const hoursADay = 24;
/** Fewer days show no trend. */
const leastDays = 4;
/** Of the slope's standard error, for the band: about 95 of 100 cases. */
const bandErrors = 2;

interface Day {
	readonly day: number;
	readonly bytes: number;
}

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
	const { slope, error } = fit(measured);
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
	return [{ day: atMs / dayMs, bytes }];
}

/** A line by least squares, with the standard error of its slope. */
function fit(points: readonly Day[]): { readonly slope: number; readonly error: number } {
	const mean = (values: readonly number[]) =>
		values.reduce((sum, value) => sum + value, 0) / values.length;
	const middleDay = mean(points.map(({ day }) => day));
	const middle = mean(points.map(({ bytes }) => bytes));
	let across = 0;
	let along = 0;
	for (const { day, bytes } of points) {
		across += (day - middleDay) * (bytes - middle);
		along += (day - middleDay) ** 2;
	}
	if (along === 0) return { slope: 0, error: 0 };
	const slope = across / along;
	const left = points.map(({ day, bytes }) => bytes - middle - slope * (day - middleDay));
	const variance = left.reduce((sum, value) => sum + value ** 2, 0) / (points.length - 2);
	return { slope, error: Math.sqrt(variance / along) };
}

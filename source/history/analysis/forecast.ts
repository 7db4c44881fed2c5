/** A straight line through what was seen, and how far it may be off. */
export interface Trend {
	/** Change of the value in a day. */
	readonly perDay: number;
	/** Half of the width of its 90 % band. */
	readonly perDayError: number;
	readonly last: number;
}

export interface Reach {
	/** Days until the value reaches the target; undefined where it moves away from it, or not at all. */
	readonly days: number | undefined;
	/** The band: the earliest and the latest likely. `latest` is undefined where it may never be. */
	readonly earliest: number | undefined;
	readonly latest: number | undefined;
}

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
const leastPoints = 8;
/** Of a standard normal distribution: 90 % lie within. */
const ninety = 1.645;

/**
 * The trend of points (Unix ms, value) by Theil and Sen: the median of all slopes, which a few outliers do
 * not move. Where two weeks or more were seen, slopes are taken between points a whole number of weeks
 * apart, so that a weekly pattern cancels. Undefined for too few points.
 */
export function trendOf(
	points: readonly (readonly [atMs: number, value: number])[],
): Trend | undefined {
	const [first] = points;
	const last = points.at(-1);
	if (!first || !last || points.length < leastPoints || last[0] <= first[0]) return undefined;
	const isSeasonal = last[0] - first[0] >= 2 * weekMs;
	const slopes = (isSeasonal ? weeklySlopes(points) : allSlopes(points)).toSorted((a, b) => a - b);
	const perDay = quantile(slopes, 0.5);
	const residuals = points.map(([atMs, value]) => value - (perDay * (atMs - first[0])) / dayMs);
	const level = quantile(
		residuals.toSorted((a, b) => a - b),
		0.5,
	);
	const deviations = residuals.map((value) => Math.abs(value - level)).toSorted((a, b) => a - b);
	// The median deviation of normal noise is 0.6745 of its standard deviation.
	const noise = quantile(deviations, 0.5) / 0.6745;
	const days = (last[0] - first[0]) / dayMs;
	// The error of a slope through evenly spread points.
	const perDayError = (ninety * noise * Math.sqrt(12 / points.length)) / days;
	return { perDay, perDayError, last: level + perDay * days };
}

/** When the value reaches a target, if it goes on so. */
export function reachOf({ perDay, perDayError, last }: Trend, target: number): Reach {
	const way = target - last;
	const daysAt = (speed: number): number | undefined => {
		if (way === 0) return 0;
		const days = way / speed;
		return Number.isFinite(days) && days > 0 ? days : undefined;
	};
	const towards = Math.sign(way);
	return {
		days: daysAt(perDay),
		earliest: daysAt(perDay + towards * perDayError),
		latest: daysAt(perDay - towards * perDayError),
	};
}

/** Slopes of so many pairs are enough: their median hardly moves with more. */
const mostPairs = 20_000;

function allSlopes(points: readonly (readonly [number, number])[]): number[] {
	const stride = Math.max(1, Math.floor((points.length * points.length) / 2 / mostPairs));
	const slopes: number[] = [];
	let pair = 0;
	for (let a = 0; a < points.length; a += 1) {
		for (let b = a + 1; b < points.length; b += 1) {
			pair += 1;
			if (pair % stride === 0) slopes.push(slopeOf(points[a], points[b]));
		}
	}
	return slopes.filter(Number.isFinite);
}

function weeklySlopes(points: readonly (readonly [number, number])[]): number[] {
	const stepMs = ((points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0)) / (points.length - 1);
	const slopes: number[] = [];
	let at = 0;
	for (const point of points) {
		while ((points[at]?.[0] ?? Number.POSITIVE_INFINITY) < point[0] + weekMs - stepMs / 2) at += 1;
		for (let weeks = at; weeks < points.length; weeks += 1) {
			const gap = ((points[weeks]?.[0] ?? 0) - point[0]) / weekMs;
			if (Math.abs(gap - Math.round(gap)) * weekMs <= stepMs / 2)
				slopes.push(slopeOf(point, points[weeks]));
		}
	}
	const finite = slopes.filter(Number.isFinite);
	return finite.length > 0 ? finite : allSlopes(points);
}

function slopeOf(
	a: readonly [number, number] | undefined,
	b: readonly [number, number] | undefined,
): number {
	if (!a || !b) return Number.NaN;
	return ((b[1] - a[1]) / (b[0] - a[0])) * dayMs;
}

/** Of sorted values. */
function quantile(sorted: readonly number[], share: number): number {
	const rank = share * (sorted.length - 1);
	const low = sorted[Math.floor(rank)] ?? 0;
	const high = sorted[Math.ceil(rank)] ?? low;
	return low + (high - low) * (rank - Math.floor(rank));
}

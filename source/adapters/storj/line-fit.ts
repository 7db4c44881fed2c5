export interface Measured {
	readonly day: number;
	readonly value: number;
}

/** A line by least squares through `mean` at `middle`. */
export interface FittedLine {
	readonly mean: number;
	readonly middle: number;
	readonly slope: number;
	/** Standard error of the slope. */
	readonly error: number;
	/** Standard deviation of the values around the line. */
	readonly deviation: number;
}

export function fitLine(points: readonly Measured[]): FittedLine {
	const meanOf = (values: readonly number[]) =>
		values.reduce((sum, value) => sum + value, 0) / values.length;
	const middle = meanOf(points.map(({ day }) => day));
	const mean = meanOf(points.map(({ value }) => value));
	let across = 0;
	let along = 0;
	for (const { day, value } of points) {
		across += (day - middle) * (value - mean);
		along += (day - middle) ** 2;
	}
	const slope = along === 0 ? 0 : across / along;
	const left = points.map(({ day, value }) => value - mean - slope * (day - middle));
	const squares = left.reduce((sum, value) => sum + value ** 2, 0);
	const variance = squares / Math.max(1, points.length - 2);
	const error = along === 0 ? 0 : Math.sqrt(variance / along);
	return { mean, middle, slope, error, deviation: Math.sqrt(variance) };
}

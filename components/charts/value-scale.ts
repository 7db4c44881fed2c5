import { axisUnitsFor } from '../../source/domain/axis-unit.ts';
import type { AxisUnit } from '../../source/domain/axis-unit.ts';
import type { NumberUnit } from '../../source/domain/units.ts';

/** A label of the value axis. */
export interface Tick {
	readonly value: number;
	/** Without the unit. */
	readonly label: string;
}

/** From which to which value a chart is drawn, and what stands at its side. */
export interface ValueScale {
	readonly low: number;
	readonly high: number;
	/** Ascending. */
	readonly ticks: readonly Tick[];
	/** The unit of all labels. */
	readonly unit: string;
}

export interface ScaleOptions {
	readonly unit: NumberUnit;
	/** Rows that the scale is drawn over. */
	readonly rows: number;
	/** Zero means something: a share, or a count of which there may be none. */
	readonly fromZero?: boolean;
}

/** Less movement than this share of the values is not blown up to the whole height. */
const leastSpanRatio = 0.01;
/** Below it, steps and their squares have no number. */
const leastSpan = 1e-290;
/** The ends of a scale are rounded this finely. */
const divisions = 8;
/** Rows that a label has for itself. */
const rowsPerTick = 2;
/** However high the chart is: the eye follows the line, not the labels. */
const mostSteps = 6;
const mostDigits = 2;

/** A scale with round ends and round labels for values from `min` to `max`; both finite. */
export function valueScale(min: number, max: number, options: ScaleOptions): ValueScale {
	const scale = scaleOf(withoutRemainder(min), withoutRemainder(max), options);
	return { ...scale, low: Math.min(scale.low, min), high: Math.max(scale.high, max) };
}

function scaleOf(min: number, max: number, options: ScaleOptions): ValueScale {
	const largest = Math.max(Math.abs(min), Math.abs(max));
	const floor = options.fromZero === true && min > 0 ? 0 : min;
	if (!(max - min > Math.max(largest * 1e-9, leastSpan)))
		return constantScale(min, largest, options);
	const units = axisUnitsFor(options.unit, largest);
	for (const unit of units) {
		const scale = roundScale(floor, max, unit, options);
		if (scale.digits <= mostDigits) return scale;
	}
	return roundScale(floor, max, units.at(-1) ?? { divisor: 1, name: '' }, options);
}

/** What is so near to zero is what sums of fractions left of it. */
const remainder = 1e-9;

function withoutRemainder(value: number): number {
	return Math.abs(value) < remainder ? 0 : value;
}

/** What never changed is a line in the middle, with its value; none of what may be none lies at the bottom. */
function constantScale(value: number, largest: number, options: ScaleOptions): ValueScale {
	const units = axisUnitsFor(options.unit, largest);
	const isExact = ({ divisor }: AxisUnit) => digitsOf(value / divisor) <= mostDigits;
	const { divisor, name } = units.find(isExact) ?? units[0] ?? { divisor: 1, name: '' };
	const digits = Math.min(mostDigits, digitsOf(value / divisor));
	const around = Math.max(largest / 2, Number.MIN_VALUE);
	const isNone = value === 0 && options.fromZero === true;
	return {
		low: isNone ? 0 : value - (largest === 0 ? 1 : around),
		high: value + (largest === 0 ? 1 : around),
		ticks: [{ value, label: grouped(value / divisor, digits) }],
		unit: name,
	};
}

function roundScale(
	min: number,
	max: number,
	{ divisor, name }: AxisUnit,
	{ rows, unit }: ScaleOptions,
): ValueScale & { readonly digits: number } {
	const [from, to] = widened(min / divisor, max / divisor);
	// There is nothing between two things that are counted, unless it is an average.
	const least = unit === 'count' && divisor === 1 && max - min >= 1 ? 1 : 0;
	const fine = Math.max(least, roundStep((to - from) / divisions));
	const low = Math.floor(from / fine + 1e-9) * fine;
	const high = Math.ceil(to / fine - 1e-9) * fine;
	const most = Math.min(mostSteps, Math.max(1, Math.floor((rows - 1) / rowsPerTick)));
	const step = Math.max(least, roundStep((high - low) / most));
	const first = Math.ceil(low / step - 1e-9);
	const last = Math.floor(high / step + 1e-9);
	const inner = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
	const values = inner.length >= 2 || rows < 2 ? inner : [low, high];
	const digits = Math.max(...values.map((value) => digitsOf(value, fine)));
	return {
		low: low * divisor,
		high: high * divisor,
		ticks: values.map((value) => ({ value: value * divisor, label: grouped(value, digits) })),
		unit: name,
		digits,
	};
}

/** A span that is lost in the size of its values becomes a small one around its middle. */
function widened(min: number, max: number): [number, number] {
	const least = Math.max(Math.abs(min), Math.abs(max)) * leastSpanRatio;
	if (max - min >= least) return [min, max];
	const middle = (min + max) / 2;
	const low = middle - least / 2;
	return min >= 0 && low < 0 ? [0, least] : [low, low + least];
}

/** The least of 1, 2, 2.5 and 5 times a power of ten that is at least `span`. */
export function roundStep(span: number): number {
	const power = 10 ** Math.floor(Math.log10(span));
	const times = [1, 2, 2.5, 5].find((each) => each * power >= span * (1 - 1e-9));
	return (times ?? 10) * power;
}

/** Digits behind the point that a value needs; rounding errors below a thousandth of `size` are none. */
function digitsOf(value: number, size = Math.abs(value) || 1): number {
	for (let digits = 0; digits < 12; digits++) {
		const factor = 10 ** digits;
		if (Math.abs(Math.round(value * factor) / factor - value) < size * 1e-3) return digits;
	}
	return 12;
}

function grouped(value: number, digits: number): string {
	if (Math.abs(value) >= 1e15) return value.toExponential(1);
	const text = (Math.round(value * 10 ** digits) / 10 ** digits + 0).toFixed(digits);
	return text.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',');
}

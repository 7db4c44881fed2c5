import type { NumberUnit } from './units.ts';

/** A unit that an axis counts in: 1,500 ms are 1.5 where the divisor is 1,000 and the name `s`. */
export interface AxisUnit {
	readonly divisor: number;
	/** At most 5 cells; empty for what has none. */
	readonly name: string;
}

const decimal = (names: readonly string[], suffix = ''): AxisUnit[] =>
	names.map((name, index) => ({ divisor: 1000 ** index, name: name + suffix })).toReversed();

const byteNames = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
const countNames = ['', 'k', 'M', 'G', 'T'];

/** For each unit, what its numbers may be counted in, the largest first. */
const axisUnits: Readonly<Record<NumberUnit, readonly AxisUnit[]>> = {
	count: decimal(countNames),
	number: decimal(countNames),
	ms: [
		{ divisor: 3_600_000, name: 'h' },
		{ divisor: 60_000, name: 'min' },
		{ divisor: 1000, name: 's' },
		{ divisor: 1, name: 'ms' },
	],
	seconds: [
		{ divisor: 86_400, name: 'd' },
		{ divisor: 3600, name: 'h' },
		{ divisor: 60, name: 'min' },
		{ divisor: 1, name: 's' },
	],
	dollars: [{ divisor: 1, name: '$' }],
	days: [{ divisor: 1, name: 'd' }],
	ratio: [{ divisor: 0.01, name: '%' }],
	bytes: decimal(byteNames),
	bytesPerSecond: decimal(byteNames, '/s'),
	perSecond: decimal(countNames, '/s'),
};

/** Counts stay whole up to here: `9,850` says more than `9.85 k`. */
const leastScaled = 10_000;
const counted: ReadonlySet<NumberUnit> = new Set(['count', 'number', 'perSecond']);

/** What an axis up to `largest` may be counted in, the best first; the last fits every axis. */
export function axisUnitsFor(unit: NumberUnit, largest: number): AxisUnit[] {
	const isWhole = counted.has(unit) && largest < leastScaled;
	const fitting = axisUnits[unit].filter(
		({ divisor }) => divisor <= largest && !(isWhole && divisor > 1),
	);
	const base = axisUnits[unit].at(-1) ?? { divisor: 1, name: '' };
	return fitting.includes(base) ? fitting : [...fitting, base];
}

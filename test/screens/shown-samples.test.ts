import { expect, it } from 'vitest';
import { stoodStill } from '../../screens/shown-samples.ts';

const samples = (...values: number[]) => ({
	times: values.map((_, index) => index * 1000),
	values,
});
const gaps = Array<number>(10).fill(Number.NaN);
const constant = Array<number>(12).fill(7);

it.each([
	['one value all the time', samples(...constant), 0, true],
	['that moved before the window', samples(3, ...constant), 1000, true],
	['that moved within it', samples(3, ...constant), 0, false],
	['with gaps between', samples(7, Number.NaN, ...constant), 0, true],
	['of which there are too few to tell', samples(7, 7, 7), 0, false],
	['of which there are few before the node fell silent', samples(7, 7, ...gaps), 0, true],
	['of which there are none', samples(), 0, false],
	['of which all are older', samples(1, 2, 3), 5000, true],
	['of which all that are known are older', samples(1, 2, Number.NaN, Number.NaN), 2000, true],
	['since always', samples(...constant), Number.NEGATIVE_INFINITY, true],
])('whether a number stood still: %s', (_what, given, fromMs, expected) => {
	expect(stoodStill(given, fromMs)).toBe(expected);
});

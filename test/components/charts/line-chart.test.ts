import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { lineChart } from '../../../components/charts/line-chart.ts';
import type { LineChartOptions } from '../../../components/charts/line-chart.ts';
import { rateOf, resample } from '../../../components/charts/resample.ts';
import { chartStyles } from '../../../components/charts/style.ts';
import type { ChartStyle } from '../../../components/charts/style.ts';
import { timeScale } from '../../../components/charts/time-scale.ts';
import { valueScale } from '../../../components/charts/value-scale.ts';
import { createLook } from '../../../components/look.ts';
import { golden } from './golden.ts';
import { nowMs, series, timed } from './series.ts';

const hourMs = 3_600_000;

const lookOf = (chartStyle: ChartStyle) =>
	createLook({ theme: 'dark', isAscii: chartStyle === 'ascii', colorDepth: 8, chartStyle });

const options: LineChartOptions = {
	width: 44,
	height: 6,
	unit: 'count',
	nowMs,
	windowMs: 4 * hourMs,
};

function draw(
	values: readonly number[],
	more: Partial<LineChartOptions> & { readonly style?: ChartStyle } = {},
): string[] {
	const look = lookOf(more.style ?? 'braille');
	const line = { ...timed(values), name: 'line', tone: 'accent' } as const;
	return lineChart(look, [line], { ...options, ...more }).map(stripVTControlCharacters);
}

/** What stands right of the value axis, without the time axis. */
function plotOf(lines: readonly string[]): string[] {
	return lines.slice(0, -1).map((line) => line.replace(/^[^│┤|+]*[│┤|+]/, ''));
}

// The names of a constant object are exactly those of its type.
const names = Object.keys(series) as (keyof typeof series)[];

describe('lineChart', () => {
	it.each(names)('draws %s', (name) => {
		const { unit, chart } = golden[name];
		expect(draw(series[name], { unit })).toEqual(chart);
	});

	it.each(chartStyles)('has exactly its size in style %s', (style) => {
		for (const name of names) {
			for (const [width, height] of [
				[24, 3],
				[61, 8],
				[97, 20],
			] as const) {
				const lines = draw(series[name], { width, height, style });
				expect(lines).toHaveLength(height);
				expect(lines.map((line) => stringWidth(line))).toEqual(lines.map(() => width));
			}
		}
	});

	it.each(chartStyles)('keeps a spike that is one of 10,000 samples, in style %s', (style) => {
		for (const at of [3000, 5432, 9998]) {
			const values = Array.from({ length: 10_000 }, (_, index) => (index === at ? 1000 : 7));
			const [top = '', next = ''] = plotOf(draw(values, { style, height: 9 }));
			expect(top.trim()).toMatch(/^\S{1,2}$/);
			expect(next.trim()).not.toBe('');
		}
	});

	it('draws the lowest and the highest of every column', () => {
		const plot = plotOf(draw(series.alternating, { windowMs: 15_000 }));
		expect(plot[0]?.trim()).not.toBe('');
		const cell = { fromMs: nowMs - 119_000, columnMs: 40_000, columns: 3 };
		const { count, min, max } = resample(timed(series.alternating), cell);
		expect(count).toBeGreaterThan(0);
		expect([...min.subarray(0, count)]).toEqual(Array(count).fill(0));
		expect([...max.subarray(0, count)]).toEqual(Array(count).fill(1));
	});

	it('passes over one missing sample, and leaves a gap where two are missing', () => {
		const cells = { fromMs: nowMs - 8000, columnMs: 1000, columns: 10 };
		const gaps = (values: readonly number[]) => {
			const { count, isAfterGap } = resample(timed(values), cells);
			return [...isAfterGap.subarray(0, count)];
		};
		expect(gaps([1, Number.NaN, 3, 4])).toEqual([1, 0, 0]);
		expect(gaps([1, Number.NaN, Number.NaN, 4])).toEqual([1, 1]);
	});

	it('leaves a gap where no sample was taken for longer than four of its steps', () => {
		const cells = { fromMs: nowMs - 60_000, columnMs: 1000, columns: 61 };
		const gaps = (pauseMs: number) => {
			const { times, values } = timed([1, 2, 3, 4, 5, 6]);
			const paused = times.map((atMs, index) => (index < 3 ? atMs - pauseMs : atMs));
			const { count, isAfterGap } = resample({ times: paused, values }, cells);
			return [...isAfterGap.subarray(0, count)];
		};
		expect(gaps(3000)).toEqual([1, 0, 0, 0, 0, 0]);
		expect(gaps(3001)).toEqual([1, 0, 0, 1, 0, 0]);
	});

	it.each(chartStyles)('draws nothing where no sample was taken, in style %s', (style) => {
		const values = Array.from({ length: 120 }, (_, index) =>
			index > 40 && index < 80 ? Number.NaN : 7,
		);
		const plot = plotOf(draw(values, { style, windowMs: 120_000 }));
		const drawn = (column: number) => plot.some((line) => (line[column] ?? ' ') !== ' ');
		const width = plot[0]?.length ?? 0;
		expect(drawn(Math.floor(width / 5))).toBe(true);
		expect(drawn(Math.floor(width / 2))).toBe(false);
		expect(drawn(Math.floor((width * 4) / 5))).toBe(true);
	});

	it('says the unit once, in the corner', () => {
		const lines = draw(series.spike, { unit: 'ms' });
		expect(lines.join('\n').match(/ms/g)).toEqual(['ms']);
		expect(lines.at(-1)).toMatch(/^ +ms└/);
	});

	it('spreads what it has at the start, and is never less than half full', () => {
		for (const count of [10, 20, 45, 100, 170, 500, 899]) {
			const values = Array.from({ length: count }, (_, index) => 50 + (index % 3));
			const plot = plotOf(draw(values, { windowMs: 15 * 60_000, width: 80 }));
			const first = Math.min(...plot.map((line) => line.search(/\S/)).filter((at) => at >= 0));
			expect(first).toBeLessThanOrEqual((plot[0]?.length ?? 0) / 2);
		}
	});

	it('stands still while its end fills, then moves by whole columns', () => {
		const values = Array.from({ length: 500 }, (_, index) => 100 + 20 * Math.sin(index / 20));
		const { times } = timed(values);
		const known = { times, values, name: 'line', tone: 'accent' } as const;
		const at = (now: number) =>
			plotOf(
				lineChart(lookOf('braille'), [known], { ...options, nowMs: now }).map(
					stripVTControlCharacters,
				),
			);
		const scaleAt = (now: number) =>
			timeScale({ nowMs: now, oldestMs: times[0], lengthMs: hourMs, columns: 38 });
		const { toMs, cellMs } = scaleAt(nowMs);
		expect(at(toMs - 1)).toEqual(at(nowMs));
		const moved = (scaleAt(toMs).toMs - toMs) / cellMs;
		expect(moved).toBeGreaterThanOrEqual(1);
		expect(Number.isInteger(moved)).toBe(true);
		expect(at(toMs).map((line) => line.slice(0, 38 - moved))).toEqual(
			at(nowMs).map((line) => line.slice(moved)),
		);
	});

	it('draws a threshold, marks and a cursor where the line leaves room', () => {
		const [, , ...below] = draw(series.ramp, {
			threshold: { value: 60, tone: 'warn' },
			marks: [{ atMs: nowMs - 60_000, tone: 'bad', glyph: '▲' }],
			cursorMs: nowMs - 10_000,
		});
		expect(below.join('\n')).toContain('╌╌╌╌');
		const top = draw(series.ramp, {
			marks: [{ atMs: nowMs - 60_000, tone: 'bad', glyph: '▲' }],
			cursorMs: nowMs - 30_000,
		})[0];
		expect(top).toBe('     │                  ▲        │  ⣀⣀⡠⠤⠔⠒⠋⠁');
	});

	it('reaches a threshold that no sample does', () => {
		const lines = draw([1, 2, 3, 4], { threshold: { value: 40, tone: 'bad' }, height: 8 });
		expect(lines.some((line) => line.includes('╌╌╌'))).toBe(true);
	});

	it('tells several lines apart in a legend', () => {
		const look = lookOf('braille');
		const lines = lineChart(
			look,
			[
				{ ...timed(series.ramp), name: 'in', tone: 'accent' },
				{ ...timed(series.constant), name: 'out', tone: 'warn' },
			],
			options,
		).map(stripVTControlCharacters);
		expect(lines).toHaveLength(6);
		expect(lines[0]?.trim()).toBe('── in  ── out');
	});

	it('shades what lies below the line where that is asked for, with fewer dots than the line has', () => {
		const [, , , , bottom = ''] = draw(series.ramp, { isFilled: true, fromZero: true });
		expect(bottom.replace(/^.*┤/, '').slice(10)).toMatch(/^⡐+⡀?$/);
	});

	it('has no holes where a value falls', () => {
		const lines = draw([...Array<number>(30).fill(9), ...Array<number>(30).fill(0)], {
			fromZero: true,
		});
		const rows = lines.slice(0, -1).map((row) => row.replace(/^[^│┤]*[│┤]/, '').trim());
		expect(rows.every((row) => row !== '')).toBe(true);
		expect(rows.slice(1, -1)).toEqual(Array(rows.length - 2).fill(expect.stringMatching(/^[⡇⢸]$/)));
	});

	it('draws whatever numbers come', () => {
		const value = fc.oneof(fc.double(), fc.constant(Number.NaN), fc.integer());
		const style = fc.constantFrom(...chartStyles);
		fc.assert(
			fc.property(
				fc.array(value),
				fc.integer({ min: 3, max: 20 }),
				style,
				fc.boolean(),
				(values, height, each, fromZero) => {
					const lines = draw(values, { height, width: 60, style: each, fromZero });
					expect(lines.map((line) => stringWidth(line))).toEqual(Array(height).fill(60));
				},
			),
			{ numRuns: 60, examples: [[[0, 5e-324], 3, 'plain', false]] },
		);
	});
});

describe('valueScale', () => {
	it('has round labels: 1, 2, 2.5 or 5 times a power of ten apart, within its ends', () => {
		fc.assert(
			fc.property(
				fc.double({ min: -1e9, max: 1e9, noNaN: true }),
				fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
				fc.integer({ min: 2, max: 20 }),
				(min, span, rows) => {
					const { low, high, ticks } = valueScale(min, min + span, { unit: 'bytes', rows });
					const slack = (high - low) * 1e-6;
					expect(low).toBeLessThanOrEqual(min + slack);
					expect(high).toBeGreaterThanOrEqual(min + span - slack);
					const [first, second] = ticks;
					if (!first || !second || ticks.length < 3) return;
					const step = second.value - first.value;
					const mantissa = step / 10 ** Math.floor(Math.log10(step) + 1e-9);
					expect([1, 2, 2.5, 5].some((each) => Math.abs(each - mantissa) < 1e-3)).toBe(true);
					expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
				},
			),
			{ numRuns: 300 },
		);
	});

	it.each([
		['ms', 800, 4200, ['1', '2', '3', '4'], 's'],
		['ratio', 0.02, 0.37, ['0', '10', '20', '30', '40'], '%'],
		['bytesPerSecond', 6200, 8800, ['6', '7', '8', '9'], 'kB/s'],
		['count', 0, 2, ['0', '1', '2'], ''],
		['count', 18_234_100, 18_234_190, ['18.15', '18.20', '18.25', '18.30', '18.35'], 'M'],
	] as const)('labels %s from %d to %d', (unit, min, max, labels, name) => {
		const scale = valueScale(min, max, { unit, rows: 12, fromZero: unit === 'ratio' });
		expect({ labels: scale.ticks.map(({ label }) => label), unit: scale.unit }).toEqual({
			labels,
			unit: name,
		});
	});

	it('has few labels however high it is', () => {
		for (let rows = 2; rows < 80; rows += 1) {
			expect(valueScale(0, 251, { unit: 'ms', rows }).ticks.length).toBeLessThanOrEqual(8);
		}
	});

	it('begins at zero only where zero means something', () => {
		expect(valueScale(40, 44, { unit: 'ms', rows: 8 }).low).toBe(40);
		expect(valueScale(40, 44, { unit: 'ms', rows: 8, fromZero: true }).low).toBe(0);
	});

	it.each([
		[-7.28e-12, 0],
		[-7.28e-12, 8],
		[0, 7.28e-12],
	])('has no label of a zero that sums of fractions missed: from %d to %d', (min, max) => {
		const { ticks } = valueScale(min, max, { unit: 'bytesPerSecond', rows: 8 });
		for (const { label } of ticks) expect(label).not.toMatch(/^-0(?:\.0*)?$|0{4}/);
	});

	it('puts a constant in the middle, and none at the bottom', () => {
		const { low, high, ticks } = valueScale(7, 7, { unit: 'count', rows: 5 });
		expect([(low + high) / 2, ticks.map(({ label }) => label)]).toEqual([7, ['7']]);
		expect(valueScale(0, 0, { unit: 'count', rows: 5, fromZero: true }).low).toBe(0);
	});
});

describe('rateOf', () => {
	it('is the growth per second, and has a gap where a counter was reset', () => {
		const { values } = rateOf(timed(series['counter reset']));
		expect(values[0]).toBeNaN();
		expect(values[60]).toBeNaN();
		expect(values.filter((value) => !Number.isNaN(value)).every((value) => value === 10)).toBe(
			true,
		);
	});

	it('has no rate over a gap', () => {
		const { values } = rateOf(timed([1, 2, Number.NaN, 100, 101]));
		expect(values).toEqual([Number.NaN, 1, Number.NaN, Number.NaN, 1]);
	});

	it('smooths a counter that steps', () => {
		const { values } = rateOf(
			timed(
				Array.from({ length: 60 }, (_, index) => index - (index % 5)),
				1000,
			),
		);
		expect(values.slice(20).every((value) => value === 1 || Math.abs(value - 1) <= 0.5)).toBe(true);
	});
});

describe('a band of a chart', () => {
	const values = Array.from({ length: 40 }, () => 50);
	const { times } = timed(values);
	const band = { times, low: times.map(() => 12), high: times.map(() => 90) };
	const banded = (style: ChartStyle) =>
		plotOf(draw(values, { style, band, height: 8, fromZero: true }));

	it('is a thin line of dots in each column, from its lowest to its highest', () => {
		const rows = banded('braille').map((row) => new Set(row.replaceAll(/\s/g, '')));
		// Of the two columns of dots that a cell has, the left one.
		const left = /^[⠁⠂⠃⠄⠅⠆⠇⡀⡁⡂⡃⡄⡅⡆⡇]*$/;
		const besideLine = rows.filter((row) => left.test([...row].join('')));
		expect(besideLine.length).toBeGreaterThan(4);
		expect(rows.filter((row) => row.has('⡇')).length).toBeGreaterThan(2);
		// Neither above it nor below it.
		expect(rows.at(0)).not.toContain('⡇');
		expect(rows.at(-1)).not.toContain('⡇');
	});

	it('is shaded where there are no dots', () => {
		expect(banded('block').join('')).toMatch(/\u2591/);
		expect(banded('braille').join('')).not.toMatch(/\u2591/);
	});
});

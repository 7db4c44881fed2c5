import { describe, expect, it } from 'vitest';
import { KeptDrawings } from '../../components/kept-drawings.ts';
import { lineChart } from '../../components/charts/line-chart.ts';
import type { LineChartOptions } from '../../components/charts/line-chart.ts';
import { sparkline } from '../../components/charts/sparkline.ts';
import { createLook } from '../../components/look.ts';
import { nowMs, series, timed } from './charts/series.ts';

const looks = ['dark', 'light'].map((theme) =>
	createLook({ theme: theme === 'dark' ? 'dark' : 'light', isAscii: false, colorDepth: 8 }),
);
const [look, other] = looks as [(typeof looks)[0], (typeof looks)[0]];

const options: LineChartOptions = {
	width: 44,
	height: 6,
	unit: 'count',
	nowMs,
	windowMs: 120_000,
};

describe('a chart that is kept', () => {
	const line = { ...timed(series.ramp), name: 'line', tone: 'accent' } as const;
	const first = lineChart(look, [line], options);

	it('is the same while nothing that it shows has changed', () => {
		expect(lineChart(look, [{ ...line }], { ...options })).toBe(first);
		const limited = () =>
			lineChart(look, [line], { ...options, threshold: { value: 4, tone: 'warn' } });
		expect(limited()).toBe(limited());
		const other = lineChart(look, [line], { ...options, threshold: { value: 60, tone: 'warn' } });
		expect(limited()).not.toEqual(other);
	});

	it.each([
		['the stretch of time', () => lineChart(look, [line], { ...options, nowMs: nowMs + 6000 })],
		['the width', () => lineChart(look, [line], { ...options, width: 50 })],
		['the height', () => lineChart(look, [line], { ...options, height: 9 })],
		['the window', () => lineChart(look, [line], { ...options, windowMs: 60_000 })],
		['the unit', () => lineChart(look, [line], { ...options, unit: 'ms' })],
		['the cursor', () => lineChart(look, [line], { ...options, cursorMs: nowMs - 9000 })],
		[
			'a mark',
			() =>
				lineChart(look, [line], {
					...options,
					marks: [{ atMs: nowMs - 9000, tone: 'bad', glyph: '▲' }],
				}),
		],
		[
			'a limit',
			() => lineChart(look, [line], { ...options, threshold: { value: 4, tone: 'warn' } }),
		],
		['the tone', () => lineChart(look, [{ ...line, tone: 'bad' }], options)],
		['a second line', () => lineChart(look, [line, { ...line, name: 'two' }], options)],
		['the theme', () => lineChart(other, [line], options)],
	])('is drawn again for another %s', (_what, draw) => {
		expect(draw()).not.toEqual(first);
		expect(lineChart(look, [line], options)).toEqual(first);
	});

	it('shows new samples, which are another list', () => {
		const values = [...line.values];
		values[values.length - 2] = 1000;
		expect(lineChart(look, [{ ...line, values }], options)).not.toEqual(first);
	});
});

describe('a sparkline that is kept', () => {
	const data = timed(series.ramp);
	const over = { width: 12, nowMs, windowMs: 120_000 };
	const first = sparkline(look, data, over);

	it('is the same while nothing that it shows has changed', () => {
		expect(sparkline(look, data, { ...over })).toBe(first);
	});

	it('is drawn again for another width, time or tone', () => {
		expect(sparkline(look, data, { ...over, width: 13 })).not.toEqual(first);
		expect(sparkline(look, data, { ...over, nowMs: nowMs + 60_000 })).not.toEqual(first);
		expect(sparkline(look, data, { ...over, tone: 'bad' })).not.toEqual(first);
	});
});

it('keeps as many drawings as places show the same samples', () => {
	const kept = new KeptDrawings<string>();
	const values: number[] = [];
	let drawn = 0;
	const draw = (width: number) => kept.take(values, [width], () => `${width}: ${(drawn += 1)}`);
	expect([1, 2, 3, 4].map(draw)).toEqual(['1: 1', '2: 2', '3: 3', '4: 4']);
	expect([1, 2, 3, 4].map(draw)).toEqual(['1: 1', '2: 2', '3: 3', '4: 4']);
	expect(draw(5)).toBe('5: 5');
	expect(draw(1)).toBe('1: 6');
});

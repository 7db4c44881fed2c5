import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { barLines } from '../../../components/charts/bars.ts';
import { gauge } from '../../../components/charts/gauge.ts';
import { heatStrip } from '../../../components/charts/heat-strip.ts';
import { sparkline } from '../../../components/charts/sparkline.ts';
import { chartStyles } from '../../../components/charts/style.ts';
import { timeScale } from '../../../components/charts/time-scale.ts';
import { createLook } from '../../../components/look.ts';
import { golden } from './golden.ts';
import { nowMs, series, timed } from './series.ts';

const look = createLook({ theme: 'dark', isAscii: false, colorDepth: 8 });
const ascii = createLook({ theme: 'dark', isAscii: true, colorDepth: 1 });
const over = { width: 24, nowMs, windowMs: 4 * 3_600_000 };

// The names of a constant object are exactly those of its type.
const names = Object.keys(series) as (keyof typeof series)[];

describe('sparkline', () => {
	it.each(names)('draws %s in every style', (name) => {
		const drawn = chartStyles.map((chartStyle) => {
			const each = createLook({
				theme: 'dark',
				isAscii: chartStyle === 'ascii',
				colorDepth: 8,
				chartStyle,
			});
			return sparkline(each, timed(series[name]), over)[1];
		});
		expect(drawn).toEqual(golden[name].sparks);
		expect(drawn.map((text) => stringWidth(text))).toEqual(chartStyles.map(() => 24));
	});

	it('is flat where only noise of a thousandth moves', () => {
		const values = Array.from({ length: 60 }, (_, index) => 1000 + (index % 3) - 1);
		const [, text] = sparkline(look, timed(values), { ...over, width: 20 });
		expect(new Set(text.trim()).size).toBeLessThanOrEqual(2);
	});

	it('does not let one outlier flatten the rest', () => {
		const values = Array.from({ length: 120 }, (_, index) =>
			index === 60 ? 100_000 : 20 + 5 * Math.sin(index / 6),
		);
		const [, text] = sparkline(look, timed(values), over);
		const calm = sparkline(look, timed(values.with(60, 20)), over)[1];
		expect([...text].filter((cell, index) => cell !== calm[index]).length).toBeLessThanOrEqual(2);
		expect(text).not.toBe(calm);
	});

	it('shows a single change among constants', () => {
		const [tone, text] = sparkline(look, timed(Array(60).fill(3).with(30, 4)), over);
		expect(tone).toBe('accent');
		expect(new Set(text.trim()).size).toBeGreaterThan(1);
	});

	it('is dim where nothing ever moves', () => {
		const [tone, text] = sparkline(look, timed(series.constant), over);
		expect([tone, text.trimEnd()]).toEqual(['dim', '·'.repeat(23)]);
	});
});

describe('gauge', () => {
	it.each([
		[0, '........|..|'],
		[0.25, '###.....|..|'],
		[0.9, '###########|'],
		[1, '############'],
		[7, '############'],
		[-1, '........|..|'],
		[Number.NaN, '........|..|'],
	])('%d', (ratio, expected) => {
		const bands = { warnAt: 0.7, badAt: 0.9 };
		expect(stripVTControlCharacters(gauge(ascii, ratio, 12, bands))).toBe(expected);
	});

	it('has each band in its colour', () => {
		const painted = gauge(look, 1, 10, { warnAt: 0.6, badAt: 0.8 });
		expect(painted).toBe(
			look.paint('good', '━'.repeat(6)) + look.paint('warn', '━━') + look.paint('bad', '━━'),
		);
	});

	it('is never without the colour of the worst band when it is full, however short it is', () => {
		for (let width = 1; width <= 80; width += 1) {
			const red = Math.max(1, width - Math.round(0.95 * width));
			expect(gauge(look, 1, width).endsWith(look.paint('bad', '━'.repeat(red)))).toBe(true);
			expect(gauge(look, 0.94, width)).not.toContain(look.paint('bad', '━'));
		}
	});
});

describe('barLines', () => {
	it('are as long as their values, to half a cell', () => {
		const bars = [
			{ label: '1 ms', value: 16, text: '16' },
			{ label: '10 ms', value: 4, text: '4' },
			{ label: '100 ms', value: 0, text: '0' },
		];
		expect(barLines(look, bars, 20).map(stripVTControlCharacters)).toEqual([
			'  1 ms ━━━━━━━━━━ 16',
			' 10 ms ━━╸ 4        ',
			'100 ms  0           ',
		]);
		expect(barLines(ascii, bars, 20).map(stripVTControlCharacters)).toEqual([
			'  1 ms ########## 16',
			' 10 ms ### 4        ',
			'100 ms  0           ',
		]);
	});
});

describe('heatStrip', () => {
	const time = timeScale({ nowMs, oldestMs: nowMs - 600_000, lengthMs: 600_000, columns: 10 });

	it('shows the worst of each cell, keeps what was, and is blank before the first', () => {
		const minute = (ago: number) => time.toMs - ago * time.cellMs - 1;
		const times = [7, 6, 6, 5, 1, 0].map(minute).toSorted((a, b) => a - b);
		const levels = ['ok', 'ok', 'critical', 'warning', 'unknown', 'ok'] as const;
		const strip = heatStrip(look, { times, levels }, time);
		expect(stripVTControlCharacters(strip)).toBe('  ▁█▄▄▄▄·▁');
		expect(stripVTControlCharacters(heatStrip(ascii, { times, levels }, time))).toBe('  _Xoooo._');
	});
});

import { describe, expect, it } from 'vitest';
import {
	expandSeries,
	readSpan,
	sampleAt,
	spanPattern,
	writeSpan,
} from '../../source/alerts/rule-test/series.ts';

const absent = undefined;

describe('a series', () => {
	it.each([
		['5', [5]],
		['1 2 3', [1, 2, 3]],
		['0+10x3', [0, 10, 20, 30]],
		['10-2x2', [10, 8, 6]],
		['-2+1x2', [-2, -1, 0]],
		['7x2', [7, 7, 7]],
		['0.1+0.1x2', [0.1, 0.2, 0.3]],
		['1e3', [1000]],
		['1 _x3 stale', [1, absent, absent, absent, absent]],
		['_', [absent]],
		['activex1 stalled', ['active', 'active', 'stalled']],
		['linux', ['linux']],
		["'v1.2 beta'x1 '0x12'", ['v1.2 beta', 'v1.2 beta', '0x12']],
		["''", ['']],
		['true falsex1', [true, false, false]],
		["'stale' 'true'", ['stale', 'true']],
	])('%s', (text, samples) => {
		expect(expandSeries(text, 'here')).toEqual(samples);
	});

	it.each(['', '  ', '5y', 'v1.2', '1+', "'open", '1x-2', '--1', '1x999999999', '_x999999'])(
		'refuses %j',
		(text) => {
			expect(() => expandSeries(text, 'tests[0].series')).toThrow(
				expect.objectContaining({ name: 'RuleTestMistake', where: 'tests[0].series' }),
			);
		},
	);

	it('stays as it was last, though that be absent', () => {
		const samples = expandSeries('1 2 _', 'here');
		expect([0, 1, 2, 3, 99].map((index) => sampleAt(samples, index))).toEqual([
			1,
			2,
			absent,
			absent,
			absent,
		]);
	});
});

describe('a span', () => {
	it.each([
		['0s', 0, '0s'],
		['90s', 90_000, '1m30s'],
		['1h30m', 5_400_000, '1h30m'],
		['1.5m', 90_000, '1m30s'],
		['250ms', 250, '250ms'],
		['2d1ms', 172_800_001, '2d1ms'],
		['-1h', -3_600_000, '-1h'],
	])('%s', (text, ms, written) => {
		expect(text).toMatch(spanPattern);
		expect(readSpan(text)).toBe(ms);
		expect(writeSpan(ms)).toBe(written);
	});

	it.each(['5', 's', '1w', '1h 30m', '+1h', '1h-30m'])('is not %j', (text) => {
		expect(text).not.toMatch(spanPattern);
	});
});

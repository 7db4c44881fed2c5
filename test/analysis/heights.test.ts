import { describe, expect, it } from 'vitest';
import { comparableHeightOf, compareHeights } from '../../source/analysis/heights.ts';
import { takeAttendance } from '../../source/analysis/member.ts';
import { node } from './nodes.ts';

const standing = (heights: Readonly<Record<string, number>>, meanGapMs?: number) =>
	compareHeights(
		takeAttendance(
			Object.entries(heights).map(([name, height]) => node(name, { consensus: { height } })),
		).answering,
		meanGapMs,
	);
const positionsOf = (...args: Parameters<typeof standing>) =>
	Object.fromEntries(
		[...(standing(...args)?.positions ?? [])].map(([name, { position, behindBy }]) => [
			name,
			behindBy === 0 ? position : `${position} by ${behindBy}`,
		]),
	);

describe('nodes by their heights', () => {
	it('are level within two blocks of the highest height that two share', () => {
		expect(positionsOf({ a: 100, b: 98, c: 97 })).toEqual({
			a: 'level',
			b: 'level by 2',
			c: 'behind by 3',
		});
		expect(positionsOf({ a: 103, b: 100, c: 100 })).toEqual({ a: 'ahead', b: 'level', c: 'level' });
		expect(positionsOf({ a: 102, b: 100, c: 100 })).toMatchObject({ a: 'level' });
	});

	it('are level within what the network makes in ten seconds', () => {
		expect(positionsOf({ a: 100, b: 80, c: 79 }, 500)).toEqual({
			a: 'level',
			b: 'level by 20',
			c: 'behind by 21',
		});
		expect(positionsOf({ a: 100, b: 98, c: 97 }, 12_000)).toMatchObject({ c: 'behind by 3' });
	});

	it('are told from where to where they stand, and what they are measured by', () => {
		expect(standing({ a: 50, b: 100, c: 99 })).toMatchObject({
			lowest: 50,
			highest: 100,
			reference: 100,
		});
		expect(standing({ a: 500, b: 100, c: 99 })).toMatchObject({ highest: 500, reference: 100 });
		// No two share one: the highest counts.
		expect(standing({ a: 500, b: 100, c: 10 })).toMatchObject({ reference: 500 });
	});

	it('are not compared where fewer than two tell one', () => {
		expect(standing({ a: 100 })).toBeUndefined();
		expect(comparableHeightOf(node('a'))).toBeUndefined();
	});

	it('stand by a view or a round, but not by the rounds of a DAG', () => {
		expect(comparableHeightOf(node('a', { consensus: { view: 7, round: 9 } }))).toBe(7);
		expect(comparableHeightOf(node('a', { consensus: { round: 9 } }))).toBe(9);
		expect(comparableHeightOf(node('a', { consensus: { round: 9 }, dag: {} }))).toBeUndefined();
		expect(
			comparableHeightOf(node('a', { consensus: { height: '9007199254740993' } })),
		).toBeUndefined();
	});
});

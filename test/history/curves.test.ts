import { describe, expect, it } from 'vitest';
import { curvesOf } from '../../source/history/curves.ts';
import { marksOf } from '../../source/history/marks.ts';
import { MemoryTables } from '../../source/history/memory-tables.ts';
import { HistoryReader } from '../../source/history/reader.ts';
import { HistoryWriter } from '../../source/history/writer.ts';
import { createRandom } from './random.ts';

const startMs = Date.UTC(2026, 0, 5);
const span = { fromMs: startMs, untilMs: startMs + 3_600_000 };

/** An hour of two nodes; `b` begins after half of it. */
function recorded(): HistoryReader {
	const tables = new MemoryTables();
	const writer = new HistoryWriter(tables);
	const random = createRandom(5);
	for (let second = 0; second < 3600; second += 1) {
		const atMs = startMs + second * 1000;
		const row = (node: string, value: number) =>
			({ node, track: 'polls', atMs, names: ['x'], values: [value] }) as const;
		writer.addRows([row('a', 100 * random()), ...(second < 1800 ? [] : [row('b', 7)])]);
	}
	return new HistoryReader(tables);
}

describe('curves', () => {
	it('has the mean of each step and the band of nine in ten samples', () => {
		const [a] = curvesOf(recorded(), {
			...span,
			metric: 'x',
			nodes: ['a', 'never'],
			stepMs: 600_000,
			isSum: false,
		});
		expect(a?.node).toBe('a');
		expect(a?.times).toHaveLength(6);
		for (const index of [0, 1, 2, 3, 4, 5]) {
			expect(a?.values[index]).toBeGreaterThan(45);
			expect(a?.values[index]).toBeLessThan(55);
			expect(Math.abs((a?.low[index] ?? 0) - 5)).toBeLessThan(3);
			expect(Math.abs((a?.high[index] ?? 0) - 95)).toBeLessThan(3);
		}
	});

	it('adds nodes only where all of them have a value', () => {
		const question = { ...span, metric: 'x', nodes: ['a', 'b'], stepMs: 600_000 };
		const [a] = curvesOf(recorded(), { ...question, isSum: false });
		const sums = curvesOf(recorded(), { ...question, isSum: true });
		expect(sums).toHaveLength(1);
		expect(sums[0]?.times).toEqual(a?.times.slice(3));
		expect(sums[0]?.values).toEqual(a?.values.slice(3).map((value) => value + 7));
	});
});

describe('marks', () => {
	it('has incidents that overlap the span, changes with what was before, and notes without controls', () => {
		const tables = new MemoryTables();
		const writer = new HistoryWriter(tables);
		const incident = (id: string, since: number) => ({
			id,
			rule: 'disk-full',
			severity: 'warning',
			message: 'the disk is full',
			since: new Date(since).toISOString(),
		});
		const alert = (atMs: number, event: string, id: string, since: number) => ({
			atMs,
			kind: 'alert',
			node: 'a',
			data: JSON.stringify({ event, incident: incident(id, since) }),
		});
		const early = startMs - 86_400_000;
		writer.addEvents([
			alert(early, 'fired', 'over', early),
			alert(early + 1000, 'resolved', 'over', early),
			alert(early + 2000, 'fired', 'long', early + 2000),
			alert(startMs + 1000, 'resolved', 'long', early + 2000),
			{ atMs: startMs + 2000, kind: 'version', node: 'a', data: '{"what":"version","to":"1"}' },
			{
				atMs: startMs + 3000,
				kind: 'version',
				node: 'a',
				data: '{"what":"version","from":"1","to":"2"}',
			},
			{ atMs: startMs + 4000, kind: 'annotation', data: '{"text":"a\\u001b[2Jb"}' },
			{ atMs: span.untilMs, kind: 'annotation', data: '{"text":"later"}' },
		]);
		expect(marksOf(new HistoryReader(tables), span)).toEqual([
			{
				kind: 'incident',
				atMs: early + 2000,
				untilMs: startMs + 1000,
				severity: 'warning',
				about: 'a',
				text: 'the disk is full',
			},
			{
				kind: 'change',
				atMs: startMs + 3000,
				untilMs: undefined,
				severity: undefined,
				about: 'a',
				text: 'version: 1 → 2',
			},
			{
				kind: 'note',
				atMs: startMs + 4000,
				untilMs: undefined,
				severity: undefined,
				about: '',
				text: 'ab',
			},
		]);
	});
});

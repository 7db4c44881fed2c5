import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quantileOf } from '../../source/history/codec/sketch.ts';
import { MemoryTables } from '../../source/history/memory-tables.ts';
import { pruneStep } from '../../source/history/prune.ts';
import { HistoryReader } from '../../source/history/reader.ts';
import { openToWrite } from '../../source/history/sqlite/open.ts';
import type { HistoryTables } from '../../source/history/tables.ts';
import { HistoryWriter } from '../../source/history/writer.ts';
import { keepAll } from './retention.ts';
import type { IncomingRow } from '../../source/history/writer.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const startMs = Date.UTC(2026, 0, 5);

const kinds: Readonly<Record<string, () => Promise<HistoryTables>>> = {
	memory: () => Promise.resolve(new MemoryTables()),
	async sqlite() {
		const file = join(mkdtempSync(join(tmpdir(), 'nodetop-history-')), 'history.db');
		return (await openToWrite(file, 0)).tables;
	},
};

describe.each(Object.keys(kinds))('a history in %s', (kind) => {
	const open = () => kinds[kind]?.() ?? Promise.reject(new Error('no such kind'));

	/** A row each ten seconds; `count` counts up by one, `wave` goes up and down, and begins later. */
	function fill(writer: HistoryWriter, fromMs: number, untilMs: number): void {
		const rows: IncomingRow[] = [];
		for (let atMs = fromMs; atMs < untilMs; atMs += 10_000) {
			const n = (atMs - startMs) / 10_000;
			const names = n < 3 ? ['count'] : ['count', 'wave'];
			const values = n === 5 ? [Number.NaN, 100] : [n, 100 + (n % 60)];
			rows.push({ node: 'a', track: 'polls', atMs, names, values });
		}
		for (let index = 0; index < rows.length; index += 30) {
			const batch = rows.slice(index, index + 30);
			writer.addRows(batch);
			while (writer.sealOne(batch.at(-1)?.atMs ?? 0)) continue;
		}
	}

	it('takes rows of the past only for ten minutes of which it knows nothing', async () => {
		const tables = await open();
		const writer = new HistoryWriter(tables);
		const nowMs = startMs + hourMs;
		// Of these ten minutes some are sealed, and some are not yet.
		fill(writer, startMs + 20 * minuteMs, startMs + 32 * minuteMs);
		const past = Array.from({ length: 60 }, (_, minute): IncomingRow => ({
			node: 'a',
			track: 'polls',
			atMs: startMs + minute * minuteMs + 1,
			names: ['count'],
			values: [-1],
		}));
		for (let round = 0; round < 2; round += 1) {
			writer.fillWith(past);
			while (writer.sealOne(nowMs)) continue;
		}
		const { times, values } = new HistoryReader(tables).numbers('a', 'count', {
			fromMs: startMs,
			untilMs: nowMs,
		});
		const filled = times.filter((_, index) => values[index] === -1);
		const expected = past
			.map(({ atMs }) => atMs)
			.filter((atMs) => {
				const minute = (atMs - startMs) / minuteMs;
				return minute < 20 || minute >= 40;
			});
		expect(filled).toEqual(expected);
		expect(times).toHaveLength(expected.length + 72);
		tables.close();
	});

	it('gives every number back, sealed or not, with its gaps', async () => {
		const tables = await open();
		const writer = new HistoryWriter(tables);
		fill(writer, startMs, startMs + 25 * minuteMs);
		const reader = new HistoryReader(tables);
		const { times, values } = reader.numbers('a', 'count', {
			fromMs: startMs,
			untilMs: startMs + 30 * minuteMs,
		});
		expect(times).toHaveLength(150);
		expect(values.slice(0, 8)).toEqual([0, 1, 2, 3, 4, Number.NaN, 6, 7]);
		expect(values.at(-1)).toBe(149);
		expect(tables.rowSpan(1)?.fromMs).toBe(startMs + 20 * minuteMs);
		tables.close();
	});

	it('gives the newest rows of a time as columns', async () => {
		const tables = await open();
		const writer = new HistoryWriter(tables);
		fill(writer, startMs, startMs + 25 * minuteMs);
		const reader = new HistoryReader(tables);
		const then = reader.rows('a', { fromMs: startMs, untilMs: startMs + 12 * minuteMs + 1 });
		expect(then.times).toHaveLength(73);
		expect(then.times.at(-1)).toBe(startMs + 12 * minuteMs);
		expect(then.columns.map(({ name, values }) => [name, values.length])).toEqual([
			['count', 73],
			['wave', 70],
		]);
		expect(then.columns[0]?.values[5]).toBeNull();
		expect(
			reader.rows('a', { fromMs: startMs + 23.5 * minuteMs, untilMs: startMs + 24 * minuteMs + 1 })
				.columns[0]?.values,
		).toEqual([141, 142, 143, 144]);
		expect(reader.rows('nobody', { fromMs: 0, untilMs: startMs }).times).toEqual([]);
		tables.close();
	});

	it('keeps minutes and hours that say the same as the polls', async () => {
		const tables = await open();
		const writer = new HistoryWriter(tables);
		fill(writer, startMs, startMs + 5 * hourMs + 7 * minuteMs);
		const reader = new HistoryReader(tables);
		const span = { fromMs: startMs, untilMs: startMs + 6 * hourMs };
		for (const stepMs of [10_000, minuteMs, 10 * minuteMs, hourMs, 2 * hourMs]) {
			const buckets = reader.buckets('a', 'wave', span, stepMs);
			expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(1842 - 3);
			expect(buckets.at(-1)?.atMs).toBe(
				Math.floor((startMs + 5 * hourMs + 7 * minuteMs - 10_000) / stepMs) * stepMs,
			);
		}
		const [, second] = reader.buckets('a', 'wave', span, hourMs);
		expect(second).toMatchObject({ count: 360, min: 100, max: 159, mean: 129.5 });
		expect(second && quantileOf(second.sketch, 0.5)).toBeCloseTo(129.5, -1);
		tables.close();
	});

	it('joins what came late with what was sealed', async () => {
		const tables = await open();
		const writer = new HistoryWriter(tables);
		fill(writer, startMs, startMs + 15 * minuteMs);
		const late = { node: 'a', track: 'polls', names: ['count'], values: [-7] } as const;
		writer.addRows([{ ...late, atMs: startMs + 5000 }]);
		writer.sealAll();
		const reader = new HistoryReader(tables);
		const span = { fromMs: startMs, untilMs: startMs + minuteMs };
		expect(reader.numbers('a', 'count', span).values).toEqual([0, -7, 1, 2, 3, 4, Number.NaN]);
		expect(reader.buckets('a', 'count', span, minuteMs)).toMatchObject([{ count: 6, min: -7 }]);
		tables.close();
	});

	it('has a coarser past where the polls were pruned', async () => {
		const tables = await open();
		const writer = new HistoryWriter(tables);
		fill(writer, startMs, startMs + 9 * hourMs);
		const untilMs = startMs + 9 * hourMs;
		const retention = { ...keepAll, rawMs: 2 * hourMs, minutesMs: 4 * hourMs };
		while (pruneStep(tables, retention, untilMs)) continue;
		const reader = new HistoryReader(tables);
		const buckets = reader.buckets('a', 'wave', { fromMs: startMs, untilMs }, 10_000);
		expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(9 * 360 - 3);
		const gaps = new Set(buckets.slice(1).map(({ atMs }, n) => atMs - (buckets[n]?.atMs ?? 0)));
		expect([...gaps].toSorted((a, b) => a - b)).toEqual([10_000, minuteMs, hourMs]);
		tables.close();
	});

	it('stays below its cap while it is written', async () => {
		const tables = await open();
		const writer = new HistoryWriter(tables);
		const maxBytes = kind === 'memory' ? 20_000 : 110_000;
		for (let hour = 0; hour < 30; hour += 1) {
			const fromMs = startMs + hour * hourMs;
			fill(writer, fromMs, fromMs + hourMs);
			writer.addFrame({ atMs: fromMs, text: `${hour}`.repeat(50) });
			const retention = { ...keepAll, maxBytes };
			while (pruneStep(tables, retention, fromMs + hourMs)) continue;
			expect(tables.size()).toBeLessThanOrEqual(maxBytes);
		}
		expect(tables.oldestChunk(0)).toBeGreaterThan(startMs);
		expect(
			tables.chunks(tables.seriesOf(1, 'wave'), 2, { fromMs: 0, untilMs: startMs * 2 }),
		).toHaveLength(1);
		tables.close();
	});

	it('gives back each frame, from open and from sealed segments', async () => {
		const tables = await open();
		const writer = new HistoryWriter(tables);
		const frameAt = (n: number) => ({
			schema: 'x',
			atMs: startMs + n * 10_000,
			nodes: [{ name: 'a', n, list: Array.from({ length: 5 }, (_, at) => `v${n + at}`) }],
			...(n % 2 === 0 && { witness: n }),
		});
		for (let n = 0; n < 150; n += 1) writer.addFrame(frameAt(n));
		const reader = new HistoryReader(tables);
		for (const n of [0, 1, 58, 59, 60, 61, 119, 120, 149]) {
			expect(JSON.stringify(reader.frameAt(startMs + n * 10_000 + 9999))).toBe(
				JSON.stringify(frameAt(n)),
			);
		}
		expect(reader.frameAt(startMs - 1)).toBeUndefined();
		expect(reader.frameTimes({ fromMs: startMs + 585_000, untilMs: startMs + 615_000 })).toEqual([
			startMs + 590_000,
			startMs + 600_000,
			startMs + 610_000,
		]);
		expect(reader.frameSpan()).toEqual({ fromMs: startMs, untilMs: startMs + 1_490_001 });
		// What a killed process left open is not lost when the next one begins.
		const next = new HistoryWriter(tables);
		next.addFrame(frameAt(200));
		expect(reader.frameAt(startMs + 1_490_000)).toMatchObject({ atMs: startMs + 1_490_000 });
		expect(reader.frameAt(startMs + 2_000_000)).toEqual(frameAt(200));
		// A clock that was set back begins a new segment.
		next.addFrame(frameAt(170));
		expect(reader.frameAt(startMs + 1_700_000)).toEqual(frameAt(170));
		tables.close();
	});

	it('gives back events in order', async () => {
		const tables = await open();
		const writer = new HistoryWriter(tables);
		writer.addEvents([
			{ atMs: 5, kind: 'health', node: 'a', data: '{}' },
			{ atMs: 3, kind: 'alert', group: 'g', data: '[1]' },
			{ atMs: 9, kind: 'health', data: '{}' },
		]);
		const reader = new HistoryReader(tables);
		expect(reader.events({ fromMs: 0, untilMs: 9 })).toEqual([
			{ atMs: 3, kind: 'alert', group: 'g', data: '[1]' },
			{ atMs: 5, kind: 'health', node: 'a', data: '{}' },
		]);
		expect(reader.events({ fromMs: 0, untilMs: 99 }, ['health'])).toHaveLength(2);
		expect(tables.dropEvents(6, 10)).toBe(2);
		tables.close();
	});
});

describe('a batch that fails', () => {
	it('leaves nothing', async () => {
		const tables = await kinds['sqlite']?.();
		expect(() => {
			tables?.atomically(() => {
				tables.addEvent({ atMs: 1, kind: 'x', data: '' });
				throw new Error('stop');
			});
		}).toThrow('stop');
		expect(tables?.events({ fromMs: 0, untilMs: 9 })).toEqual([]);
		tables?.close();
	});
});

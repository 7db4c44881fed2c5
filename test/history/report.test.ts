import { describe, expect, it } from 'vitest';
import { MemoryTables } from '../../source/history/memory-tables.ts';
import { seriesOf, sumOf } from '../../source/history/points.ts';
import { HistoryReader } from '../../source/history/reader.ts';
import { availabilityOf } from '../../source/history/report/availability.ts';
import { toHtml, toMarkdown, toText } from '../../source/history/report/render.ts';
import { makeReport } from '../../source/history/report/report.ts';
import { HistoryWriter } from '../../source/history/writer.ts';

const startMs = Date.UTC(2026, 0, 5);
const minuteMs = 60_000;
const at = (minutes: number) => startMs + minutes * minuteMs;

describe('availability', () => {
	it('counts neither time in which nobody watched, nor what is not known', () => {
		const { lastedMs, ratio } = availabilityOf(
			[
				{ atMs: at(-60), status: 'up' },
				{ atMs: at(30), status: 'down' },
				{ atMs: at(40), status: 'degraded' },
				{ atMs: at(50), status: 'unknown' },
			],
			{ fromMs: at(0), untilMs: at(60) },
			[
				{ fromMs: at(10), untilMs: at(20) },
				{ fromMs: at(15), untilMs: at(25) },
				{ fromMs: at(38), untilMs: at(42) },
			],
		);
		expect(lastedMs).toEqual({
			up: 15 * minuteMs,
			down: 8 * minuteMs,
			degraded: 8 * minuteMs,
			unknown: 10 * minuteMs,
		});
		expect(ratio).toBeCloseTo(23 / 31, 10);
	});
});

/** Six hours: `a` is down from 2:00 to 2:30; from 4:00 to 5:00 nothing was recorded. */
function recorded(): HistoryReader {
	const tables = new MemoryTables();
	const writer = new HistoryWriter(tables);
	for (let minute = 0; minute < 360; minute += 0.5) {
		if (minute > 240 && minute < 300) continue;
		const atMs = at(minute);
		const isDown = minute >= 120 && minute < 150;
		writer.addRows([
			{
				node: 'a',
				track: 'polls',
				atMs,
				names: ['poll.latencyMs'],
				values: [isDown ? Number.NaN : 10 + (minute % 10)],
			},
			{ node: 'b', track: 'polls', atMs, names: ['poll.latencyMs'], values: [5] },
		]);
		const node = (name: string, status: string) => ({
			snapshot: { target: { name }, health: { status } },
		});
		writer.addFrame({ atMs, nodes: [node('a', isDown ? 'down' : 'up'), node('b', 'up')] });
		writer.sealOne(atMs);
	}
	const health = (minute: number, from: string, to: string) => ({
		atMs: at(minute),
		kind: 'health',
		node: 'a',
		data: JSON.stringify({ from, to }),
	});
	const alert = (minute: number, event: string) => ({
		atMs: at(minute),
		kind: 'alert',
		node: 'a',
		data: JSON.stringify({
			event,
			incident: {
				id: 'i1',
				rule: 'node-down',
				severity: 'critical',
				message: 'a: <b>refused</b> | x',
			},
		}),
	});
	writer.addEvents([
		health(120, 'up', 'down'),
		alert(121, 'fired'),
		health(150, 'down', 'up'),
		alert(151, 'resolved'),
		{
			atMs: at(200),
			kind: 'version',
			node: 'b',
			data: '{"what":"version","from":"1.0","to":"1.1"}',
		},
	]);
	return new HistoryReader(tables);
}

describe('a report', () => {
	const report = makeReport(recorded(), { fromMs: at(0), untilMs: at(360) });

	it('knows availability, percentiles, incidents, changes and our own outages', () => {
		const [a, b] = report.nodes;
		expect(a?.availability.ratio).toBeCloseTo(270 / 300, 2);
		expect(b?.availability.ratio).toBe(1);
		expect(a?.latencyMs?.p50).toBeCloseTo(14.5, 0);
		expect(b?.latencyMs).toEqual({ p50: 5, p95: 5, p99: 5, max: 5 });
		expect(report.incidents).toMatchObject([
			{ rule: 'node-down', fromMs: at(121), untilMs: at(151), about: 'a' },
		]);
		expect(report.changes).toEqual([{ atMs: at(200), about: 'b', text: 'version: 1.0 → 1.1' }]);
		expect(report.ownOutages).toEqual([{ fromMs: at(240), untilMs: at(300) }]);
	});

	it('advises this machine once, and a node with figures of its own by its name', () => {
		const tables = new MemoryTables();
		const writer = new HistoryWriter(tables);
		const sources = { a: 'host', b: 'host', c: 'node', d: 'node' };
		for (let minute = 0; minute < 60; minute += 1) {
			const rows = Object.keys(sources).map((node) => ({
				node,
				track: 'polls' as const,
				atMs: at(minute),
				names: ['resources.cpuRatio'],
				values: [node === 'd' ? 0.1 : 0.99],
			}));
			writer.addRows(rows);
		}
		const nodes = Object.entries(sources).map(([name, source]) => ({
			snapshot: { target: { name }, resources: { source } },
		}));
		writer.addFrame({ atMs: at(59), nodes });
		const { advice } = makeReport(new HistoryReader(tables), { fromMs: at(0), untilMs: at(60) });
		expect(advice.map(({ node }) => node)).toEqual(['c', 'this machine']);
	});

	it('reads as text', () => {
		expect(toText(report)).toContain('2026-01-05 02:01:00  30m');
		expect(toText(report)).toMatch(/^ {2}a +90\.0% /m);
		const [title, summary] = toText(report).split('\n');
		expect(title).toBe('nodetop: 2026-01-05 00:00:00 to 06:00:00 UTC');
		expect(summary).toBe('2 nodes, available 95.0% of the time, a the least: 90.0%; 1 incident');
		// Numbers end below one another.
		const rows = toText(report).split('\n').slice(4, 7);
		expect(new Set(rows.map((row) => row.length)).size).toBe(1);
		expect(toMarkdown(report)).toContain('| --- | ---: |');
	});

	it('counts what another incident explained, and lists it no more', () => {
		const tables = new MemoryTables();
		const writer = new HistoryWriter(tables);
		const alert = (minute: number, event: string, rule: string, muted?: string) => ({
			atMs: at(minute),
			kind: 'alert',
			node: 'a',
			data: JSON.stringify({
				event,
				incident: { id: rule, rule, severity: 'warning', message: `a: ${rule}`, muted },
			}),
		});
		writer.addEvents([
			alert(1, 'fired', 'node-down'),
			alert(2, 'fired', 'peers-lost', 'inhibited'),
			alert(2, 'fired', 'cpu-high', 'silenced'),
			alert(3, 'fired', 'no-progress', 'inhibited'),
			alert(8, 'resolved', 'no-progress'),
			alert(9, 'raised', 'peers-lost'),
			// Its cause fired seconds after it.
			alert(9, 'fired', 'finality-slow'),
			alert(9.1, 'explained', 'finality-slow'),
		]);
		const explained = makeReport(new HistoryReader(tables), { fromMs: at(0), untilMs: at(10) });
		expect(explained.incidents.map(({ rule }) => rule)).toEqual([
			'node-down',
			'peers-lost',
			'cpu-high',
		]);
		expect(explained.explained).toBe(2);
		expect(toText(explained)).toContain('Incidents (they explain 2 more alerts)\n');
		expect(toText(report)).toContain('Incidents\n');
	});

	it('says why there are no incidents though a node was down', () => {
		const silent = { ...report, incidents: [] };
		expect(toText(silent)).toContain('none, though nodes were down');
		expect(toText({ ...silent, nodes: report.nodes.slice(1) })).toContain('Incidents\n  none\n');
	});

	it('keeps a duration on one line in HTML', () => {
		expect(toText(report)).toContain('4h 30m');
		expect(toHtml(report)).toContain('4h&nbsp;30m');
		expect(toHtml(report)).not.toContain('4h 30m');
	});

	it('lets no name out of its cell, in Markdown and in HTML', () => {
		expect(toMarkdown(report)).toContain('a: \\<b\\>refused\\</b\\> \\| x |');
		expect(toHtml(report)).toContain('a: &lt;b&gt;refused&lt;/b&gt; | x');
		expect(toHtml(report)).not.toContain('<b>');
		expect(toHtml(report)).toContain('none; <code>nodetop history annotate</code> adds one');
	});
});

describe('a sum over nodes', () => {
	it('is there only where each of them has a value', () => {
		const reader = recorded();
		const span = { fromMs: at(100), untilMs: at(160) };
		const asked = {
			nodes: ['a', 'b'],
			metric: 'poll.latencyMs',
			span,
			stepMs: 10 * minuteMs,
		} as const;
		const { points } = sumOf(seriesOf(reader, { ...asked, stat: 'mean' }));
		expect(points.map(([atMs]) => (atMs - startMs) / minuteMs)).toEqual([100, 110, 150]);
		expect(points[0]?.[1]).toBeCloseTo(19.75, 5);
		expect(seriesOf(reader, { ...asked, stat: 'p95' })[1]?.points[0]?.[1]).toBe(5);
	});
});

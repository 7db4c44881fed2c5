/**
 * What the history costs: a day of ten nodes at one poll a second, written as fast as it goes, then size,
 * memory and query times. Run it on a quiet machine: `node bench/history.ts [--hours 24]`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { momentText } from '../source/history/answers.ts';
import { openHistory } from '../source/history/client.ts';
import { pruneStep } from '../source/history/prune.ts';
import { HistoryReader } from '../source/history/reader.ts';
import { openToWrite } from '../source/history/sqlite/open.ts';
import { HistoryWriter } from '../source/history/writer.ts';

const hours = Number(process.argv[process.argv.indexOf('--hours') + 1] || 24);
const nodes = 10;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const startMs = Date.UTC(2026, 0, 5);
const directory = mkdtempSync(join(tmpdir(), 'nodetop-bench-'));
const file = join(directory, 'history.db');

/** As many numbers as a DAG node has, as they move there: counters, gauges, and noisy measurements. */
const numbers: Readonly<Record<string, (second: number, noise: () => number) => number>> = {
	'poll.latencyMs': (_, noise) => digits(8 + 6 * noise() + (noise() > 0.99 ? 200 * noise() : 0)),
	'consensus.round': (second) => 1000 + Math.floor(second / 2),
	'consensus.averageFinalityMs': (_, noise) => digits(800 + 80 * noise()),
	'dag.vertices': (second) => 5000 + second * 4,
	'dag.tips': (_, noise) => 2 + Math.floor(3 * noise()),
	'dag.growthPerSecond': (_, noise) => digits(4 + noise()),
	'network.peers': (second) => 12 + (Math.floor(second / 900) % 3),
	'network.bytesInPerSecond': (_, noise) => digits(90_000 + 40_000 * noise()),
	'network.bytesOutPerSecond': (_, noise) => digits(70_000 + 30_000 * noise()),
	'resources.cpuRatio': (_, noise) => digits(0.2 + 0.1 * noise()),
	'resources.memoryResidentBytes': (second) => 268_435_456 + Math.floor(second / 60) * 4096,
	height: (second) => 100_000 + Math.floor(second / 12),
	finalized: (second) => 4990 + second * 4,
	pending: (_, noise) => Math.floor(9 * noise()),
	peerLatencyMs: (_, noise) => digits(40 + 15 * noise()),
};
const names = Object.keys(numbers);
const valuesOf = Object.values(numbers);

function digits(value: number): number {
	return Number(value.toPrecision(5));
}

let state = 7;
function noise(): number {
	state = (state + 0x6d2b79f5) | 0;
	let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
	mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
	return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

function frame(second: number) {
	return {
		schema: 'nodetop-moment/1',
		atMs: startMs + second * 1000,
		nodes: Array.from({ length: nodes }, (_, node) => ({
			snapshot: {
				target: { name: `n${node}`, kind: 'qudag', url: `http://10.0.0.${node}:1` },
				poll: { status: 'ok', at: new Date(startMs + second * 1000).toISOString(), failures: 0 },
				health: { status: 'up', issues: [] },
				numbers: Object.fromEntries(
					names.map((name, at) => [name, valuesOf[at]?.(second, noise) ?? 0]),
				),
				recent: Array.from({ length: 20 }, (_vertex, at) => ({
					id: `v${second * 4 + at}`,
					parents: [`v${second * 4 + at - 1}`, `v${second * 4 + at - 3}`],
				})),
				peerList: Array.from({ length: 12 }, (_peer, at) => ({
					id: `peer-${at}`,
					latencyMs: digits(40 + 20 * noise()),
				})),
			},
			samples: { times: [startMs + Math.max(0, second - 270) * 1000], columns: [] },
		})),
		groups: [],
		alerts: [],
	};
}

/** Thirty days of one number by the minute, of a node of its own. */
function addOldDays(writer: HistoryWriter): void {
	for (let atMs = startMs; atMs < startMs + 30 * dayMs; atMs += 60_000) {
		const values = [digits(8 + 6 * noise())];
		writer.addRows([{ node: 'old', track: 'polls', atMs, names: ['poll.latencyMs'], values }]);
		if (atMs % dayMs === 0) while (writer.sealOne(atMs)) continue;
	}
	while (writer.sealOne(startMs + 31 * dayMs)) continue;
}

/** What recording and pruning cost the thread that polls: how late its timers are, and the worker's memory. */
async function withWorker(): Promise<void> {
	const before = process.memoryUsage().rss;
	const client = openHistory(
		fileURLToPath(new URL('../source/history/worker.ts', import.meta.url)),
		{
			file,
			mode: 'write',
			// All of it is too old: the worker prunes as long as this lasts.
			retention: {
				rawMs: dayMs,
				minutesMs: dayMs,
				hoursMs: dayMs,
				momentsMs: dayMs,
				maxBytes: 1e12,
			},
			framePaths: [],
		},
	);
	const late: number[] = [];
	let due = performance.now();
	const seconds = 20;
	for (let tick = 0; tick < seconds * 20; tick += 1) {
		due += 50;
		await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
		late.push(Math.max(0, performance.now() - due));
		if (tick % 10 !== 0) continue;
		const atMs = Date.now();
		const rows = Array.from({ length: nodes }, (_, node) => ({
			node: `n${node}`,
			track: 'polls' as const,
			atMs,
			names,
			values: valuesOf.map((value) => value(tick, noise)),
		}));
		client.write({ rows, events: [], nodes: [] });
	}
	const sorted = late.toSorted((a, b) => a - b);
	const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
	process.stdout.write(
		`${'polls are late while the worker prunes'.padEnd(44)}p50 ${at(0.5)} ms, p99 ${at(0.99)} ms\n`,
	);
	process.stdout.write(
		`${'memory of the worker'.padEnd(44)}${megabytes(process.memoryUsage().rss - before)}\n`,
	);
	await client.close();
}

function timed(work: () => unknown, times = 20): string {
	const took = Array.from({ length: times }, () => {
		const begin = performance.now();
		work();
		return performance.now() - begin;
	}).toSorted((a, b) => a - b);
	const at = (share: number) => (took[Math.floor(share * (times - 1))] ?? 0).toFixed(1);
	return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`;
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

try {
	const { tables } = await openToWrite(file, 0);
	const writer = new HistoryWriter(tables);
	const begin = performance.now();
	let numbersOnly = 0;
	const seconds = hours * 3600;
	for (const part of ['numbers', 'moments'] as const) {
		for (let second = 0; second < seconds; second += 10) {
			if (part === 'moments') {
				writer.addFrame(frame(second));
				continue;
			}
			const rows = Array.from({ length: 10 * nodes }, (_, index) => {
				const at = second + Math.floor(index / nodes);
				return {
					node: `n${index % nodes}`,
					track: 'polls' as const,
					atMs: startMs + at * 1000 + Math.floor(5 * noise()),
					names,
					values: valuesOf.map((value) => value(at, noise)),
				};
			});
			writer.addRows(rows);
			while (writer.sealOne(startMs + second * 1000)) continue;
		}
		if (part === 'numbers') {
			writer.sealAll();
			tables.tidy();
			numbersOnly = tables.size();
		}
	}
	writer.sealAll();
	tables.tidy();
	const withMoments = tables.size();
	addOldDays(writer);
	const samples = seconds * nodes * names.length;
	const reader = new HistoryReader(tables);
	const whole = { fromMs: startMs, untilMs: startMs + seconds * 1000 };
	const perDay = 24 / hours;
	const print = (what: string, value: string) => {
		process.stdout.write(`${what.padEnd(44)}${value}\n`);
	};
	print('numbers', `${samples} in ${hours} h of ${nodes} nodes at 1 s`);
	print(
		'numbers, all levels',
		`${megabytes(numbersOnly)}, for a day ${megabytes(numbersOnly * perDay)}`,
	);
	print('bytes a number', (numbersOnly / samples).toFixed(2));
	print('with moments, for a day', megabytes(withMoments * perDay));
	print('written in', `${((performance.now() - begin) / 1000).toFixed(0)} s`);
	print('memory', megabytes(process.memoryUsage().rss));
	const first = 'poll.latencyMs';
	print(
		'one number by the hour, all of it',
		timed(() => reader.buckets('n1', first, whole, hourMs)),
	);
	print(
		'one number by the minute, all of it',
		timed(() => reader.buckets('n1', first, whole, 60_000)),
	);
	print(
		'one number at every poll, an hour',
		timed(() => reader.buckets('n1', first, { ...whole, untilMs: startMs + hourMs }, 1000)),
	);
	print(
		'one moment at random, with its samples',
		timed(() => momentText(reader, startMs + noise() * seconds * 1000)),
	);
	print(
		'one number by the hour, 30 days',
		timed(() => reader.buckets('old', first, { ...whole, untilMs: startMs + 30 * dayMs }, hourMs)),
	);
	tables.close();
	await withWorker();
	const again = await openToWrite(file, 0);
	const limits = { rawMs: 0, minutesMs: 0, hoursMs: 0, momentsMs: 0, maxBytes: 1e12 };
	print(
		'one step of pruning',
		timed(() => pruneStep(again.tables, limits, whole.untilMs + 40 * 24 * hourMs), 30),
	);
	again.tables.close();
} finally {
	rmSync(directory, { recursive: true, force: true });
}

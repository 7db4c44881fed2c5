/**
 * What the history costs: a day of ten nodes at one poll a second, written as fast as it goes, then size,
 * memory and query times. Run it on a quiet machine: `node bench/history.ts [--hours 24]`.
 */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { momentText } from '../source/history/answers.ts';
import { openHistory } from '../source/history/client.ts';
import { pruneStep } from '../source/history/prune.ts';
import { HistoryReader } from '../source/history/reader.ts';
import { openToWrite } from '../source/history/sqlite/open.ts';
import { HistoryWriter } from '../source/history/writer.ts';

const { values: options } = parseArgs({ options: { hours: { type: 'string', default: '24' } } });
const hours = Number(options.hours);
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

const pairs = 8;
const ticksPerPhase = 60;
const tickMs = 50;
/** The worker opens the file, and begins to prune. */
const settleMs = 2200;

/** How late timers of the thread that polls are while a worker records, and prunes or not. */
async function latenessWith(prunes: boolean, grown: number[]): Promise<number[]> {
	const before = process.memoryUsage().rss;
	const copy = join(directory, `copy-${prunes}.db`);
	copyFileSync(file, copy);
	const keptMs = prunes ? dayMs : 1e12;
	const client = openHistory(
		fileURLToPath(new URL('../source/history/worker.ts', import.meta.url)),
		{
			file: copy,
			mode: 'write',
			// With a day all of it is too old: the worker prunes as long as this lasts.
			retention: {
				rawMs: keptMs,
				minutesMs: keptMs,
				hoursMs: keptMs,
				momentsMs: keptMs,
				maxBytes: 1e12,
			},
			framePaths: [],
		},
	);
	await new Promise((resolve) => setTimeout(resolve, settleMs));
	const late: number[] = [];
	let due = performance.now();
	for (let tick = 0; tick < ticksPerPhase; tick += 1) {
		due += tickMs;
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
	grown.push(process.memoryUsage().rss - before);
	await client.close();
	rmSync(copy);
	return late;
}

/** In turn, so that what else the machine does counts for both. */
async function printLateness(): Promise<void> {
	const grown: number[] = [];
	const late: { readonly [prunes in 'true' | 'false']: number[] } = { true: [], false: [] };
	for (let pair = 0; pair < pairs; pair += 1) {
		for (const prunes of [true, false])
			late[`${prunes}`].push(...(await latenessWith(prunes, grown)));
	}
	print('polls are late, the worker only writes', quantiles(late.false, 'ms', 0.99));
	print('polls are late, the worker prunes too', quantiles(late.true, 'ms', 0.99));
	print('memory of the worker', megabytes(Math.max(...grown)));
}

/** Removes everything, a step at a time. */
async function printPruning(): Promise<void> {
	const { tables } = await openToWrite(file, 0);
	const limits = { rawMs: 0, minutesMs: 0, hoursMs: 0, momentsMs: 0, maxBytes: 1e12 };
	const took: number[] = [];
	for (let isMore = true; isMore;) {
		const begin = performance.now();
		isMore = pruneStep(tables, limits, Date.now());
		took.push(performance.now() - begin);
	}
	tables.close();
	print(`one step of pruning, of ${took.length}`, quantiles(took, 'ms', 0.99));
}

function print(what: string, value: string): void {
	process.stdout.write(`${what.padEnd(44)}${value}\n`);
}

function quantiles(values: readonly number[], unit: string, high = 0.95): string {
	const sorted = values.toSorted((a, b) => a - b);
	const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
	return `p50 ${at(0.5)} ${unit}, p${high * 100} ${at(high)} ${unit}`;
}

/** By the clock, and in processor time: on a busy machine only the second says something. */
function timed(work: () => unknown, times = 100): string {
	const clock: number[] = [];
	const processor: number[] = [];
	for (let time = 0; time < times; time += 1) {
		const begin = performance.now();
		const before = process.cpuUsage();
		work();
		const { user, system } = process.cpuUsage(before);
		clock.push(performance.now() - begin);
		processor.push((user + system) / 1000);
	}
	return `${quantiles(clock, 'ms')}; of processor time ${quantiles(processor, 'ms')}`;
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
	await printLateness();
	await printPruning();
} finally {
	rmSync(directory, { recursive: true, force: true });
}

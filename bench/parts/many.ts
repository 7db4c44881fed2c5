import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildEntry } from '../../test/helpers/build-entry.ts';
import { startInTerminal } from '../../test/helpers/terminal.ts';
import type { TestTerminal } from '../../test/helpers/terminal.ts';
import { median, quantile } from '../figures.ts';
import type { Figure } from '../figures.ts';
import { cpuSecondsOf, measureUsage, residentBytesOf, timeKeys } from '../measure.ts';
import { bin, homeIn } from './settings.ts';
import type { BenchSettings } from './settings.ts';

const count = 1000;
const servingFile = fileURLToPath(new URL('../soak-nodes.ts', import.meta.url));
const feedFile = fileURLToPath(new URL('../feed.tsx', import.meta.url));
/** Slower than a person types, faster than a key that is held repeats. */
const singleGapMs = 211;
const heldGapMs = 33;

/** A thousand nodes that answer over HTTP, each polled once a second by `watch`. */
export async function measureManyPolls(settings: BenchSettings): Promise<Figure[]> {
	const directory = mkdtempSync(join(tmpdir(), 'nodetop-bench-'));
	const serving = fork(servingFile, [String(count)]);
	let terminal: TestTerminal | undefined;
	try {
		const [urls] = (await once(serving, 'message')) as [readonly string[]];
		const nodes = urls.map((url, index) => ({ name: `n${index}`, url, kind: 'bft' }));
		const file = join(directory, 'config.json');
		const profiles = {
			default: { nodes, channels: { hook: { type: 'webhook', url: 'http://127.0.0.1:9' } } },
		};
		writeFileSync(file, JSON.stringify({ profiles }), { mode: 0o600 });
		const args = [bin, 'watch', '--interval', '1s', '--config', file];
		terminal = startInTerminal(process.execPath, args, { env: homeIn(directory) });
		await pause(settings.warmUpMs);
		const cpu: number[] = [];
		const answered: number[] = [];
		const resident: number[] = [];
		for (let run = 0; run < settings.runs; run += 1) {
			const before = { cpuSeconds: cpuSecondsOf(terminal.pid), answers: await answersOf(serving) };
			const startedAt = performance.now();
			await pause(settings.windowMs);
			const seconds = (performance.now() - startedAt) / 1000;
			cpu.push((100 * (cpuSecondsOf(terminal.pid) - before.cpuSeconds)) / seconds);
			answered.push(((await answersOf(serving)) - before.answers) / (count * seconds));
			resident.push(residentBytesOf(terminal.pid) / 1e6);
		}
		return [
			{ name: '1,000 nodes a second, CPU of a core', unit: '%', runs: cpu, target: 45 },
			{
				name: '1,000 nodes a second, polls made / polls due',
				unit: '×',
				runs: answered,
				target: 0.99,
				isMoreBetter: true,
			},
			{ name: '1,000 nodes a second, resident', unit: 'MB', runs: resident, target: 160 },
		];
	} finally {
		terminal?.close();
		serving.kill('SIGKILL');
		rmSync(directory, { recursive: true, force: true });
	}
}

async function answersOf(serving: ReturnType<typeof fork>): Promise<number> {
	const answer = once(serving, 'message');
	serving.send('count');
	const [answers] = (await answer) as [number];
	return answers;
}

/** The screen alone, with 10 nodes and with 1,000, each with a new reading a second. */
export async function measureScreen(settings: BenchSettings): Promise<Figure[]> {
	const entry = await buildEntry(feedFile);
	const few = await measureFeed(entry, 10, settings);
	const many = await measureFeed(entry, count, settings);
	const terminal = startInTerminal(process.execPath, [entry, String(count)]);
	try {
		await pause(settings.warmUpMs);
		const single = await keysOf(terminal, singleGapMs, settings);
		const held = await keysOf(terminal, heldGapMs, settings);
		return [
			{
				name: 'screen CPU, 1,000 nodes / 10 nodes',
				unit: '×',
				runs: many.cpu.map((value, run) => value / (few.cpu[run] ?? Number.NaN)),
				target: 1.1,
			},
			{ name: 'screen resident, 1,000 nodes', unit: 'MB', runs: many.resident, target: 160 },
			{ name: 'key to paint p50, 1,000 nodes', unit: 'ms', runs: single.map(median), target: 4 },
			{ name: 'key to paint p95, 1,000 nodes', unit: 'ms', runs: single.map(p95), target: 8 },
			{ name: 'held key p50, 1,000 nodes', unit: 'ms', runs: held.map(median), target: 4 },
			{ name: 'held key p95, 1,000 nodes', unit: 'ms', runs: held.map(p95), target: 8 },
		];
	} finally {
		terminal.close();
	}
}

const p95 = (times: readonly number[]): number => quantile(times, 0.95);

async function keysOf(
	terminal: TestTerminal,
	gapMs: number,
	{ runs }: BenchSettings,
): Promise<number[][]> {
	const times: number[][] = [];
	for (let run = 0; run < runs; run += 1)
		times.push(await timeKeys(terminal, run % 2 === 0 ? 'j' : 'k', 40, gapMs));
	return times;
}

/** What the screen takes: with it, less the same feed without it, side by side. */
async function measureFeed(entry: string, nodes: number, settings: BenchSettings) {
	const shown = startInTerminal(process.execPath, [entry, String(nodes)]);
	const silent = startInTerminal(process.execPath, [entry, String(nodes), 'headless']);
	try {
		await pause(settings.warmUpMs);
		const cpu: number[] = [];
		const resident: number[] = [];
		for (let run = 0; run < settings.runs; run += 1) {
			const [withScreen, without] = await Promise.all([
				measureUsage(shown, 0, settings.windowMs),
				measureUsage(silent, 0, settings.windowMs),
			]);
			cpu.push(withScreen.cpuRatio - without.cpuRatio);
			resident.push(withScreen.residentBytes / 1e6);
		}
		return { cpu, resident };
	} finally {
		shown.close();
		silent.close();
	}
}

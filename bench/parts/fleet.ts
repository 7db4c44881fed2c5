import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startInTerminal } from '../../test/helpers/terminal.ts';
import type { TestTerminal, TerminalSize } from '../../test/helpers/terminal.ts';
import { fewestBytes, gridOf } from '../fewest-bytes.ts';
import type { Figure } from '../figures.ts';
import { cpuSecondsOf, residentBytesOf } from '../measure.ts';
import { argumentsOf, startDemo } from './demo.ts';
import type { DemoNode } from './demo.ts';
import { isInstalled, startPrometheus } from './rivals.ts';
import type { Rival } from './rivals.ts';
import { bin, homeIn } from './settings.ts';
import type { BenchSettings } from './settings.ts';

const bareFile = fileURLToPath(new URL('../bare-poller.ts', import.meta.url));
const sizes: readonly TerminalSize[] = [
	{ columns: 80, rows: 24 },
	{ columns: 120, rows: 40 },
	{ columns: 200, rows: 60 },
];

/** One program in one window. */
interface Window {
	readonly cpu: number;
	readonly residentBytes: number;
}

/**
 * Ten real nodes at one poll a second: the screen, `watch`, and beside them in the same windows a loop that only
 * fetches and parses, a Prometheus that scrapes those that it can, and btop.
 */
export async function measureFleet(settings: BenchSettings): Promise<Figure[]> {
	const directory = mkdtempSync(join(tmpdir(), 'nodetop-bench-'));
	const demo = await startDemo();
	const terminals: TestTerminal[] = [];
	const start = (name: string, file: string, args: readonly string[]): TestTerminal => {
		const terminal = startInTerminal(file, args, { env: homeIn(join(directory, name)) });
		terminals.push(terminal);
		return terminal;
	};
	let prometheus: Rival | undefined;
	try {
		const nodes = argumentsOf(demo.nodes);
		const scraped = demo.nodes.filter(({ kind }) => kind !== 'evm').map(({ url }) => url);
		if (isInstalled('prometheus')) prometheus = await startPrometheus(scraped, directory);
		const pids = {
			screen: start('screen', process.execPath, [bin, '--interval', '1s', ...nodes]).pid,
			watch: start('watch', process.execPath, [bin, 'watch', '--interval', '1s', ...nodes]).pid,
			bare: start('bare', process.execPath, [bareFile, ...demo.nodes.map(barePlaceOf)]).pid,
			...(prometheus && { prometheus: prometheus.pid }),
			...(isInstalled('btop') && { btop: start('btop', 'btop', []).pid }),
		};
		await pause(settings.warmUpMs);
		const windows: Record<string, Window>[] = [];
		for (let run = 0; run < settings.runs; run += 1)
			windows.push(await measureWindow(pids, settings.windowMs));
		return figuresOf(windows);
	} finally {
		for (const terminal of terminals) terminal.close();
		await prometheus?.stop();
		await demo.stop();
		rmSync(directory, { recursive: true, force: true });
	}
}

function barePlaceOf({ kind, url }: DemoNode): string {
	if (kind === 'qudag') return `qudag=${new URL('/api/v1/status', url).href}`;
	return `${kind}=${url}`;
}

async function measureWindow(
	pids: Readonly<Record<string, number>>,
	windowMs: number,
): Promise<Record<string, Window>> {
	const before = Object.entries(pids).map(([name, pid]) => ({
		name,
		pid,
		startedAt: performance.now(),
		cpuSeconds: cpuSecondsOf(pid),
	}));
	await pause(windowMs);
	return Object.fromEntries(
		before.map(({ name, pid, startedAt, cpuSeconds }) => {
			const seconds = (performance.now() - startedAt) / 1000;
			const cpu = (cpuSecondsOf(pid) - cpuSeconds) / seconds;
			return [name, { cpu, residentBytes: residentBytesOf(pid) }];
		}),
	);
}

function figuresOf(windows: readonly Readonly<Record<string, Window>>[]): Figure[] {
	const cpu = (name: string): number[] =>
		windows.map((each) => 100 * (each[name]?.cpu ?? Number.NaN));
	const ratio = (name: string, to: string): number[] =>
		windows.map((each) => (each[name]?.cpu ?? Number.NaN) / (each[to]?.cpu ?? Number.NaN));
	const resident = (name: string): number[] =>
		windows.map((each) => (each[name]?.residentBytes ?? Number.NaN) / 1e6);
	const all: Figure[] = [
		{ name: 'watch CPU / Prometheus', unit: '×', runs: ratio('watch', 'prometheus'), target: 1.5 },
		{ name: 'screen CPU / bare poller', unit: '×', runs: ratio('screen', 'bare'), target: 2 },
		{ name: 'watch CPU / bare poller', unit: '×', runs: ratio('watch', 'bare') },
		...['screen', 'watch', 'bare', 'prometheus', 'btop'].flatMap((name): Figure[] => [
			{ name: `${name} CPU of a core`, unit: '%', runs: cpu(name) },
			{
				name: `${name} resident`,
				unit: 'MB',
				runs: resident(name),
				...((name === 'screen' || name === 'watch') && { target: 100 }),
			},
		]),
	];
	return all.filter(({ runs }) => !runs.some(Number.isNaN));
}

/** What the screen of the same nodes writes, against the fewest bytes that paint the same pictures. */
export async function measureBytes(settings: BenchSettings): Promise<Figure[]> {
	const directory = mkdtempSync(join(tmpdir(), 'nodetop-bench-'));
	const demo = await startDemo();
	try {
		const nodes = argumentsOf(demo.nodes);
		const started = sizes.map((size) => {
			const env = homeIn(join(directory, String(size.columns)));
			const args = [bin, '--interval', '1s', ...nodes];
			return startInTerminal(process.execPath, args, { ...size, env });
		});
		await pause(settings.warmUpMs / 2);
		const figures = await Promise.all(started.map((each) => compareBytes(each, settings)));
		for (const terminal of started) terminal.close();
		return figures.flat();
	} finally {
		await demo.stop();
		rmSync(directory, { recursive: true, force: true });
	}
}

async function compareBytes(
	terminal: TestTerminal,
	{ runs, windowMs }: BenchSettings,
): Promise<Figure[]> {
	const { emulator } = terminal;
	let before = gridOf(emulator);
	let fewest = 0;
	const subscription = emulator.onWriteParsed(() => {
		const after = gridOf(emulator);
		fewest += Buffer.byteLength(fewestBytes(before, after));
		before = after;
	});
	const ratios: number[] = [];
	const rates: number[] = [];
	for (let run = 0; run < runs; run += 1) {
		const from = terminal.raw().length;
		fewest = 0;
		const startedAt = performance.now();
		await pause(windowMs);
		const bytes = Buffer.byteLength(terminal.raw().slice(from));
		ratios.push(bytes / fewest);
		rates.push((1000 * bytes) / (performance.now() - startedAt));
	}
	subscription.dispose();
	const size = `${emulator.cols}×${emulator.rows}`;
	return [
		{ name: `bytes / fewest possible, ${size}`, unit: '×', runs: ratios, target: 1.05 },
		{ name: `written, ${size}`, unit: 'B/s', runs: rates },
	];
}

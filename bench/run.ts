import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildEntry } from '../test/helpers/build-entry.ts';
import { startInTerminal } from '../test/helpers/terminal.ts';
import { measureNetworkStats } from './network-stats.ts';
import {
	measureUsage,
	median,
	quantile,
	timeFirstFrame,
	timeKeys,
	timeProcess,
} from './measure.ts';

const bin = fileURLToPath(new URL('../bin/nodetop.js', import.meta.url));
const barePoller = fileURLToPath(new URL('bare-poller.ts', import.meta.url));
const isShort = process.argv.includes('--short');
const runs = isShort ? 5 : 15;
const windowMs = isShort ? 20_000 : 60_000;
/** Until V8 has compiled what runs every second; before, the figures are of its compiler. */
const warmUpMs = isShort ? 20_000 : 60_000;

interface Result {
	readonly what: string;
	readonly measured: string;
	readonly target: string;
	readonly isMet: boolean;
}

/** Start-up against an empty run of the same Node. */
async function measureStart(): Promise<Result[]> {
	const bare = timeProcess(['-e', '0'], runs);
	const version = timeProcess([bin, '--version'], runs) / bare;
	const frames: number[] = [];
	for (let n = 0; n < runs; n++) {
		frames.push(
			await timeFirstFrame([bin, 'http://127.0.0.1:9'], (text) => text.includes('Overview')),
		);
	}
	const firstFrame = median(frames) / bare;
	return [
		result('--version / node -e 0', version, '×', 1.6),
		result('first frame / node -e 0', firstFrame, '×', 7),
	];
}

/**
 * Ten real nodes, polled once a second: the whole of nodetop, and beside it in the same window the
 * least that polling them can cost. The share of a core is as good as the machine; the ratio of the
 * two says the same on any.
 */
async function measureTenNodes(): Promise<Result[]> {
	const network = spawn(process.execPath, [bin, 'demo', '--serve', '--nodes', '10'], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	try {
		const [line] = (await once(createInterface({ input: network.stdout }), 'line')) as [string];
		// The line is what `demo --serve` documents.
		const { nodes } = JSON.parse(line) as {
			nodes: { name: string; url: string; kind: string }[];
		};
		const dag = nodes.filter(({ kind }) => kind === 'qudag');
		const specs = dag.map(({ name, url }) => `${name}=${url}`);
		const terminal = startInTerminal(process.execPath, [bin, '--interval', '1s', ...specs]);
		const addresses = dag.map(({ url }) => new URL('/api/v1/status', url).href);
		const bare = startInTerminal(process.execPath, [barePoller, ...addresses]);
		const measureBoth = (restMs: number) =>
			Promise.all([measureUsage(terminal, restMs, windowMs), measureUsage(bare, restMs, windowMs)]);
		const [usage, bareUsage] = await measureBoth(warmUpMs);
		// Once more: V8 compiles on for minutes, and what leaks or is collected late shows only then.
		const [later, bareLater] = await measureBoth(0);
		terminal.close();
		bare.close();
		return [
			result('10 nodes at 1 s, CPU of one core', usage.cpuRatio * 100, '%', 3),
			result('10 nodes, CPU in the window after', later.cpuRatio * 100, '%', 3),
			result('10 nodes, CPU / that of a bare poller', usage.cpuRatio / bareUsage.cpuRatio, '×', 9),
			result('10 nodes, the same a window later', later.cpuRatio / bareLater.cpuRatio, '×', 9),
			result('10 nodes at 1 s, resident', usage.residentBytes / 1e6, 'MB', 130),
			result('10 nodes, resident a window later', later.residentBytes / 1e6, 'MB', 130),
			result('10 nodes at 1 s, written', usage.bytesPerSecond, 'B/s', Number.POSITIVE_INFINITY),
		];
	} finally {
		network.kill('SIGTERM');
		await once(network, 'exit');
	}
}

/** The screen alone, 10 nodes and 1,000, each with one new reading a second. */
async function measureScreen(): Promise<Result[]> {
	const entry = await buildEntry(fileURLToPath(new URL('feed.tsx', import.meta.url)));
	const few = await measureFeed(entry, '10');
	const many = await measureFeed(entry, '1000');
	const terminal = startInTerminal(process.execPath, [entry, '1000']);
	await measureUsage(terminal, warmUpMs, 0);
	const keys = await timeKeys(terminal, 'j', isShort ? 60 : 300, 37);
	terminal.close();
	return [
		result('screen CPU, 1,000 nodes / 10 nodes', many.screenCpu / few.screenCpu, '×', 1.5),
		result('screen CPU, 10 nodes', few.screenCpu * 100, '%', Number.POSITIVE_INFINITY),
		result(
			'screen resident, 1,000 nodes',
			many.residentBytes / 1e6,
			'MB',
			Number.POSITIVE_INFINITY,
		),
		result('key to repaint p50, 1,000 nodes', median(keys), 'ms', Number.POSITIVE_INFINITY),
		result('key to repaint p95, 1,000 nodes', quantile(keys, 0.95), 'ms', 25),
	];
}

/** The screen alone: with it less the same feed without it, one after the other. */
async function measureFeed(entry: string, count: string) {
	const shown = startInTerminal(process.execPath, [entry, count]);
	const withScreen = await measureUsage(shown, warmUpMs, windowMs);
	shown.close();
	const silent = startInTerminal(process.execPath, [entry, count, 'headless']);
	const without = await measureUsage(silent, warmUpMs, windowMs);
	silent.close();
	return {
		screenCpu: withScreen.cpuRatio - without.cpuRatio,
		residentBytes: withScreen.residentBytes,
	};
}

/** Statistics and what they are kept in: no process, no screen. */
function measureStatistics(): Result[] {
	const { statsMs, dayBytes } = measureNetworkStats();
	return [
		result('network stats of 1,000 peers', statsMs, 'ms', 10),
		result('statistics of 10 nodes, after a day', dayBytes / 1e6, 'MB', 5),
	];
}

function result(what: string, value: number, unit: string, most: number): Result {
	const target = Number.isFinite(most) ? `≤ ${most} ${unit}` : '';
	return { what, measured: `${value.toFixed(2)} ${unit}`, target, isMet: !(value > most) };
}

const results = [
	...measureStatistics(),
	...(await measureStart()),
	...(await measureTenNodes()),
	...(await measureScreen()),
];
for (const { what, measured, target, isMet } of results) {
	process.stdout.write(
		`${what.padEnd(38)} ${measured.padStart(14)}  ${target.padEnd(12)} ${isMet ? '' : 'MISSED'}\n`,
	);
}

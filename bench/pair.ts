import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startInTerminal } from '../test/helpers/terminal.ts';
import type { TestTerminal } from '../test/helpers/terminal.ts';
import { median, quantile } from './figures.ts';
import { measureUsage, timeKeys } from './measure.ts';

/**
 * Two builds or more beside one another, against the same nodes: what each takes of a core, of memory and of a terminal
 * in the same windows, how soon a key is answered, and the ratio of each figure to the first build. On a shared
 * machine only the ratio says something. What a start takes: bench/pair-start.ts.
 *
 *   node bench/pair.ts [--mixed] [--watch] [--warm-up N] [--seconds N] [--windows N] [--keys N]
 *     [--size 120x40] BEFORE/bin/nodetop.js AFTER/bin/nodetop.js [--flag FLAG]
 *
 * Ten DAG nodes are polled, with `--mixed` those of every kind that a devnet has by default.
 */
const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		mixed: { type: 'boolean', default: false },
		watch: { type: 'boolean', default: false },
		'warm-up': { type: 'string', default: '20' },
		seconds: { type: 'string', default: '20' },
		windows: { type: 'string', default: '3' },
		keys: { type: 'string', default: '0' },
		size: { type: 'string', default: '120x40' },
		flag: { type: 'string', multiple: true, default: [] },
	},
});
const demo = fileURLToPath(new URL('../bin/nodetop.js', import.meta.url));
/** Slower than a person types. */
const keyGapMs = 211;
const [columns = 120, rows = 40] = values.size.split('x').map(Number);

interface ServedNode {
	readonly name: string;
	readonly url: string;
	readonly kind: string;
}

/** A build with the directories that are its own. */
interface Build {
	readonly bin: string;
	readonly env: Readonly<Record<string, string>>;
}

/** The values of one figure, a list for each build. */
interface Compared {
	readonly name: string;
	readonly unit: string;
	readonly ofBuilds: readonly (readonly number[])[];
}

const served = values.mixed ? [] : ['--nodes', '10'];
const network = spawn(
	process.execPath,
	[demo, 'demo', '--serve', '--storage-nodes', '0', ...served],
	{ stdio: ['ignore', 'pipe', 'inherit'] },
);
const home = mkdtempSync(join(tmpdir(), 'nodetop-pair-'));
try {
	const [line] = (await once(createInterface({ input: network.stdout }), 'line')) as [string];
	// The line is what `demo --serve` documents.
	const { nodes } = JSON.parse(line) as { nodes: readonly ServedNode[] };
	const polled = nodes.filter(({ kind }) => values.mixed || kind === 'qudag');
	const builds = positionals.map((bin, index): Build => {
		const place = join(home, String(index));
		return { bin, env: { XDG_STATE_HOME: place, XDG_CONFIG_HOME: place, XDG_DATA_HOME: place } };
	});
	for (const [index, { bin }] of builds.entries()) process.stdout.write(`${index + 1}  ${bin}\n`);
	print(await compareRuns(builds, polled));
} finally {
	network.kill('SIGTERM');
	await once(network, 'exit');
	rmSync(home, { recursive: true, force: true });
}

async function compareRuns(
	builds: readonly Build[],
	nodes: readonly ServedNode[],
): Promise<Compared[]> {
	const specs = nodes.map(({ name, url }) => `${name}=${url}`);
	const command = values.watch ? ['watch'] : [];
	const running = builds.map(({ bin, env }) => {
		const args = [bin, ...command, '--interval', '1s', ...values.flag, ...specs];
		return startInTerminal(process.execPath, args, { env, columns, rows });
	});
	try {
		const figures = await compareUsage(running);
		return Number(values.keys) > 0 ? [...figures, ...(await compareKeys(running))] : figures;
	} finally {
		for (const terminal of running) terminal.close();
	}
}

/** V8 compiles for minutes what runs once a second: the last window says most. */
async function compareUsage(running: readonly TestTerminal[]): Promise<Compared[]> {
	const windowMs = Number(values.seconds) * 1000;
	const usages = running.map((terminal) => ({ terminal, windows: [] as Usages }));
	for (let window = 0; window < Number(values.windows); window += 1) {
		const warmUpMs = window === 0 ? Number(values['warm-up']) * 1000 : 0;
		await Promise.all(
			usages.map(async ({ terminal, windows }) => {
				windows.push(await measureUsage(terminal, warmUpMs, windowMs));
			}),
		);
	}
	const figure = (
		name: string,
		unit: string,
		read: (usage: Usages[number]) => number,
	): Compared => ({
		name,
		unit,
		ofBuilds: usages.map(({ windows }) => windows.map(read)),
	});
	return [
		figure('of a core', '%', ({ cpuRatio }) => 100 * cpuRatio),
		figure('resident', 'MB', ({ residentBytes }) => residentBytes / 1e6),
		figure('written', 'B/s', ({ bytesPerSecond }) => bytesPerSecond),
	];
}
type Usages = Awaited<ReturnType<typeof measureUsage>>[];

async function compareKeys(running: readonly TestTerminal[]): Promise<Compared[]> {
	const ofBuilds: number[][] = running.map(() => []);
	for (const [index, terminal] of running.entries())
		ofBuilds[index]?.push(...(await timeKeys(terminal, 'jk', Number(values.keys), keyGapMs)));
	const late = ofBuilds.map((times) => [quantile(times, 0.95)]);
	return [
		{ name: 'key to paint', unit: 'ms', ofBuilds },
		{ name: 'key to paint, p95', unit: 'ms', ofBuilds: late },
	];
}

/** Minimum, median and maximum of each build, and its median as a ratio to that of the first. */
function print(figures: readonly Compared[]): void {
	for (const { name, unit, ofBuilds } of figures) {
		const first = median(ofBuilds[0] ?? []);
		for (const [index, all] of ofBuilds.entries()) {
			const [least, middle, most] = [Math.min(...all), median(all), Math.max(...all)];
			const shown = [least, middle, most].map((value) => value.toPrecision(3).padStart(8)).join('');
			const ratio = `${(middle / first).toFixed(2)} ×`;
			process.stdout.write(`${index + 1}  ${name.padEnd(18)}${shown} ${unit.padEnd(4)}${ratio}\n`);
		}
	}
}

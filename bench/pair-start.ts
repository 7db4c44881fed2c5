import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startInTerminal } from '../test/helpers/terminal.ts';
import type { TestTerminal } from '../test/helpers/terminal.ts';
import { quantile } from './figures.ts';
import { cpuSecondsOf } from './measure.ts';

/**
 * The start of two builds or more, in turn: milliseconds of processor time (user and system) and by the clock, of
 * `--version`, of `--once --json` of one local node, and of a screen until its first byte and its first full frame, beside
 * `node -e 0`. Processor time says more than a clock does where other programs run too, and its lower quartile more than
 * its median. The ratio is that of the quartiles to the first build's. Needs bash.
 *
 *   node bench/pair-start.ts [--runs N] BEFORE/bin/nodetop.js AFTER/bin/nodetop.js
 */
const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { runs: { type: 'string', default: '12' } },
});
const demo = fileURLToPath(new URL('../bin/nodetop.js', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'nodetop-pair-'));
const env = { ...process.env, XDG_STATE_HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home };

const network = spawn(
	process.execPath,
	[demo, 'demo', '--serve', '--nodes', '4', '--storage-nodes', '0'],
	{ stdio: ['ignore', 'pipe', 'inherit'], env },
);
try {
	const [line] = (await once(createInterface({ input: network.stdout }), 'line')) as [string];
	// The line is what `demo --serve` documents.
	const { nodes } = JSON.parse(line) as { nodes: { url: string; kind: string }[] };
	const url = nodes.find(({ kind }) => kind === 'qudag')?.url ?? '';
	const measures: Record<string, (bin: string) => Cost | Promise<Cost>> = {
		'node -e 0': () => costOf(['-e', '0']),
		'--version': (bin) => costOf([bin, '--version']),
		'--once --json': (bin) => costOf([bin, '--once', '--json', url]),
		'first byte': (bin) => costUntil([bin, url], (terminal) => terminal.raw() !== ''),
		'first full frame': (bin) =>
			costUntil([bin, url], (terminal) => terminal.text().includes('Overview')),
	};
	for (const [name, measure] of Object.entries(measures)) {
		const costs = positionals.map((): Cost[] => []);
		// The first turn fills the compile cache.
		for (let turn = 0; turn <= Number(values.runs); turn += 1) {
			const order = [...positionals.entries()];
			for (const [index, bin] of turn % 2 === 0 ? order : order.toReversed()) {
				const cost = await measure(bin);
				if (turn > 0) costs[index]?.push(cost);
			}
		}
		print(
			`${name}, processor`,
			costs.map((all) => all.map(({ cpuMs }) => cpuMs)),
		);
		print(
			`${name}, clock`,
			costs.map((all) => all.map(({ wallMs }) => wallMs)),
		);
	}
} finally {
	network.kill('SIGTERM');
	await once(network, 'exit');
	rmSync(home, { recursive: true, force: true });
}

/** What one start takes. */
interface Cost {
	readonly cpuMs: number;
	readonly wallMs: number;
}

/** Of a process that ends by itself, as bash tells it. */
function costOf(args: readonly string[]): Cost {
	const script = 'TIMEFORMAT="%3R %3U %3S"; time "$@" >/dev/null 2>&1';
	const { stderr } = spawnSync('bash', ['-c', script, 'bash', process.execPath, ...args], {
		env,
		encoding: 'utf8',
	});
	const [wall = 0, user = 0, system = 0] = stderr.trim().split(' ').map(Number);
	return { cpuMs: (user + system) * 1000, wallMs: wall * 1000 };
}

async function costUntil(
	args: readonly string[],
	isThere: (terminal: TestTerminal) => boolean,
): Promise<Cost> {
	const started = performance.now();
	const terminal = startInTerminal(process.execPath, args, { env });
	try {
		while (!isThere(terminal)) await pause(1);
		return { cpuMs: cpuSecondsOf(terminal.pid) * 1000, wallMs: performance.now() - started };
	} finally {
		terminal.close();
	}
}

function print(name: string, ofBuilds: readonly (readonly number[])[]): void {
	const shares = [0, 0.25, 0.5];
	const first = quantile(ofBuilds[0] ?? [], 0.25);
	for (const [index, times] of ofBuilds.entries()) {
		const [least = 0, quarter = 0, middle = 0] = shares.map((share) => quantile(times, share));
		const shown = `min ${least.toFixed(0)}, quarter ${quarter.toFixed(0)}, median ${middle.toFixed(0)} ms`;
		const ratio = `${(quarter / first).toFixed(2)} ×`;
		process.stdout.write(`${index + 1}  ${name.padEnd(28)}${shown.padEnd(38)}${ratio}\n`);
	}
}

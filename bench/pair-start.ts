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
import { cpuSecondsOf } from './measure.ts';

/**
 * The start of two builds or more, in turn: milliseconds of processor time (user and system) of `--version`, of
 * `--once --json` of one local node and of a screen until its first full frame, beside `node -e 0`. Processor time says
 * more than a clock does where other programs run too, and its lower quartile more than its median. Needs bash.
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
	const measures: Record<string, (bin: string) => number | Promise<number>> = {
		'node -e 0': () => cpuOf(['-e', '0']),
		'--version': (bin) => cpuOf([bin, '--version']),
		'--once --json': (bin) => cpuOf([bin, '--once', '--json', url]),
		'first full frame': (bin) => cpuUntilFrame([bin, url]),
	};
	for (const [name, measure] of Object.entries(measures)) {
		const times = new Map(positionals.map((bin): [string, number[]] => [bin, []]));
		// The first turn fills the compile cache.
		for (let turn = 0; turn <= Number(values.runs); turn += 1) {
			const bins = turn % 2 === 0 ? positionals : positionals.toReversed();
			for (const bin of bins) {
				const ms = await measure(bin);
				if (turn > 0) times.get(bin)?.push(ms);
			}
		}
		for (const [bin, all] of times) print(name, bin, all);
	}
} finally {
	network.kill('SIGTERM');
	await once(network, 'exit');
	rmSync(home, { recursive: true, force: true });
}

/** Of a process that ends by itself, as bash tells it. */
function cpuOf(args: readonly string[]): number {
	const script = 'TIMEFORMAT="%3U %3S"; time "$@" >/dev/null 2>&1';
	const { stderr } = spawnSync('bash', ['-c', script, 'bash', process.execPath, ...args], {
		env,
		encoding: 'utf8',
	});
	const seconds = stderr.trim().split(' ').map(Number);
	return seconds.reduce((sum, each) => sum + each * 1000, 0);
}

async function cpuUntilFrame(args: readonly string[]): Promise<number> {
	const terminal = startInTerminal(process.execPath, args, { env });
	try {
		while (!terminal.text().includes('Overview')) await pause(1);
		return cpuSecondsOf(terminal.pid) * 1000;
	} finally {
		terminal.close();
	}
}

function print(name: string, bin: string, times: readonly number[]): void {
	const sorted = times.toSorted((a, b) => a - b);
	const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(0);
	process.stdout.write(
		`${name.padEnd(18)}min ${at(0)}, quarter ${at(0.25)}, median ${at(0.5)} ms  ${bin}\n`,
	);
}

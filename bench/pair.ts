import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startInTerminal } from '../test/helpers/terminal.ts';
import { measureUsage } from './measure.ts';
import type { Usage } from './measure.ts';

/**
 * Two builds or more beside one another, in the same windows, against the same ten nodes: how much of a core, of
 * memory and of a terminal each takes, and the ratio to the first. On a shared machine only the ratio says something.
 *
 *   node bench/pair.ts [--watch] [--seconds N] [--windows N] BEFORE/bin/nodetop.js AFTER/bin/nodetop.js [--flag FLAG]
 */
const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		watch: { type: 'boolean', default: false },
		seconds: { type: 'string', default: '20' },
		windows: { type: 'string', default: '3' },
		flag: { type: 'string', multiple: true, default: [] },
	},
});
const windowMs = Number(values.seconds) * 1000;
const demo = fileURLToPath(new URL('../bin/nodetop.js', import.meta.url));

const network = spawn(
	process.execPath,
	[demo, 'demo', '--serve', '--nodes', '10', '--storage-nodes', '0'],
	{
		stdio: ['ignore', 'pipe', 'inherit'],
	},
);
const home = mkdtempSync(join(tmpdir(), 'nodetop-pair-'));
try {
	const [line] = (await once(createInterface({ input: network.stdout }), 'line')) as [string];
	// The line is what `demo --serve` documents.
	const { nodes } = JSON.parse(line) as { nodes: { name: string; url: string; kind: string }[] };
	const specs = nodes
		.filter(({ kind }) => kind === 'qudag')
		.map(({ name, url }) => `${name}=${url}`);
	const command = values.watch ? ['watch'] : [];
	const running = positionals.map((bin, index) => {
		const place = join(home, String(index));
		const env = { XDG_STATE_HOME: place, XDG_CONFIG_HOME: place, XDG_DATA_HOME: place };
		const args = [bin, ...command, '--interval', '1s', ...values.flag, ...specs];
		return { bin, terminal: startInTerminal(process.execPath, args, { env }) };
	});
	const measured: Usage[][] = [];
	// V8 compiles for minutes what runs once a second: the last window says most.
	for (let window = 0; window < Number(values.windows); window += 1) {
		measured.push(
			await Promise.all(
				running.map(({ terminal }) =>
					measureUsage(terminal, window === 0 ? windowMs : 0, windowMs),
				),
			),
		);
	}
	for (const usages of measured) {
		for (const [index, usage] of usages.entries())
			print(running[index]?.bin ?? '', usage, usages[0]);
		process.stdout.write('\n');
	}
	for (const { terminal } of running) terminal.close();
} finally {
	network.kill('SIGTERM');
	await once(network, 'exit');
	rmSync(home, { recursive: true, force: true });
}

function print(bin: string, usage: Usage, first: Usage = usage): void {
	const ratio = (read: (usage: Usage) => number) => `(${(read(usage) / read(first)).toFixed(2)})`;
	const cpu = `${(usage.cpuRatio * 100).toFixed(2)} % ${ratio((each) => each.cpuRatio)}`;
	const resident = `${(usage.residentBytes / 1e6).toFixed(0)} MB ${ratio((each) => each.residentBytes)}`;
	const written = `${usage.bytesPerSecond.toFixed(0)} B/s ${ratio((each) => each.bytesPerSecond)}`;
	process.stdout.write(`${cpu.padEnd(18)}${resident.padEnd(18)}${written.padEnd(20)}${bin}\n`);
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startInTerminal } from '../test/helpers/terminal.ts';
import type { TestTerminal } from '../test/helpers/terminal.ts';
import { toSvg } from './svg.ts';

const bin = fileURLToPath(new URL('../bin/nodetop.js', import.meta.url));
const directory = fileURLToPath(new URL('../docs/screens/', import.meta.url));

const sizes = [
	{ columns: 80, rows: 24 },
	{ columns: 120, rows: 40 },
	{ columns: 200, rows: 60 },
];
/** What is pressed for a picture, from any other picture; what is awaited before it is taken. */
interface Picture {
	readonly name: string;
	readonly keys: readonly string[];
	readonly until?: RegExp;
}

const escape = '\u001B';
/** From the first node: the last two of twelve store for others. */
const toStorj = Array.from({ length: 10 }, () => 'n');
const well: readonly Picture[] = [
	{ name: 'overview', keys: ['1'] },
	{ name: 'consensus', keys: ['2'] },
	{ name: 'dag', keys: ['3'] },
	{ name: 'network', keys: ['4'] },
	{ name: 'topology', keys: ['4', '\t'] },
	{ name: 'resources', keys: ['\t', '5'] },
	{ name: 'storage', keys: ['1', 'g', '7', ...toStorj], until: /─ storj-1: space ─/ },
	{ name: 'ping', keys: ['1', 'g', 'P'], until: /─ Ping: \S+ ─+ Esc closes ─/ },
	{ name: 'help', keys: [escape, '?'] },
];
const troubled: readonly Picture[] = [
	{ name: 'alerts', keys: [escape, '6'], until: /Firing {2}[1-9]/ },
	{ name: 'trouble', keys: ['1', 'g'] },
	{ name: 'why', keys: ['X'], until: /How sure/ },
];
/** Long enough for the sparklines to have something to show, and for alerts to fire. */
const runInMs = Number(process.env['NODETOP_SCREENSHOT_MS'] ?? 45_000);
const settleMs = 700;
const longestWaitMs = 30_000;
/** The nodes of the demo listen from here on, and its control address behind them. */
const port = 17_100;
const controlUrl = 'http://127.0.0.1:17112';

/** Draws every screen of the demo, well and with faults, at each size, from the cells that a terminal shows. */
async function draw(): Promise<void> {
	mkdirSync(directory, { recursive: true });
	const terminal = startInTerminal(
		process.execPath,
		[bin, 'demo', '--seed', '7', '--interval', '500ms', '--port', String(port)],
		sizes[0],
	);
	try {
		await pause(runInMs);
		await drawAll(terminal, well);
		await inject({ fault: 'crash', node: 'hotstuff-4' });
		await inject({ fault: 'partition', groups: [['dag-1', 'dag-2']] });
		await pause(runInMs);
		await drawAll(terminal, troubled);
		terminal.press(escape);
		terminal.press('q');
		await terminal.exited;
	} finally {
		terminal.close();
	}
}

async function drawAll(terminal: TestTerminal, pictures: readonly Picture[]): Promise<void> {
	for (const size of sizes) {
		terminal.resize(size);
		await pause(2 * settleMs);
		for (const { name, keys, until } of pictures) {
			for (const key of keys) {
				terminal.press(key);
				await pause(settleMs);
			}
			if (until) await shows(terminal, until);
			const file = `${name}-${size.columns}x${size.rows}.svg`;
			writeFileSync(new URL(file, `file://${directory}`), toSvg(terminal.emulator));
			process.stdout.write(`docs/screens/${file}\n`);
		}
	}
}

async function shows(terminal: TestTerminal, text: RegExp): Promise<void> {
	const deadline = Date.now() + longestWaitMs;
	while (!text.test(terminal.text())) {
		if (Date.now() > deadline) throw new Error(`the screen does not show ${String(text)}`);
		await pause(100);
	}
}

async function inject(fault: object): Promise<void> {
	const answer = await fetch(`${controlUrl}/faults`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(fault),
	});
	if (!answer.ok) throw new Error(`the fault was refused: ${await answer.text()}`);
}

await draw();

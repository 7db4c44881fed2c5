import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startInTerminal } from '../test/helpers/terminal.ts';
import { toSvg } from './svg.ts';

const bin = fileURLToPath(new URL('../bin/nodetop.js', import.meta.url));
const directory = fileURLToPath(new URL('../docs/screens/', import.meta.url));

const sizes = [
	{ columns: 80, rows: 24 },
	{ columns: 120, rows: 40 },
	{ columns: 200, rows: 60 },
];
const screens = ['overview', 'consensus', 'dag', 'network', 'resources', 'alerts'];
/** Long enough for the sparklines to have something to show. */
const runInMs = Number(process.env['NODETOP_SCREENSHOT_MS'] ?? 45_000);
const settleMs = 700;

/** Draws every screen of the demo, at each size, from the cells that a terminal shows. */
async function draw(): Promise<void> {
	mkdirSync(directory, { recursive: true });
	const [first] = sizes;
	const terminal = startInTerminal(
		process.execPath,
		[bin, 'demo', '--seed', '7', '--interval', '500ms'],
		first,
	);
	try {
		await pause(runInMs);
		for (const size of sizes) {
			terminal.resize(size);
			await pause(2 * settleMs);
			for (const [index, name] of screens.entries()) {
				terminal.press(String(index + 1));
				await pause(settleMs);
				const file = `${name}-${size.columns}x${size.rows}.svg`;
				writeFileSync(new URL(file, `file://${directory}`), toSvg(terminal.emulator));
				process.stdout.write(`docs/screens/${file}\n`);
			}
		}
		terminal.press('q');
		await terminal.exited;
	} finally {
		terminal.close();
	}
}

await draw();

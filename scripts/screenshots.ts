import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { resizeTo, take } from './pictures/on-terminal.ts';
import { stage } from './pictures/states.ts';
import { viewsNamed } from './pictures/views.ts';
import { toSvg } from './svg.ts';

const directory = fileURLToPath(new URL('../docs/screens/', import.meta.url));
const sizes = ['80x24', '120x40', '200x60'];
const port = 17_100;
/** Long enough for the sparklines to have something to show, and for alerts to fire. */
const runInMs = Number(process.env['NODETOP_SCREENSHOT_MS'] ?? 45_000);

/** Names of the pictures by views, of a state. */
const pictures: readonly (readonly [state: string, names: Readonly<Record<string, string>>])[] = [
	[
		'healthy',
		{
			overview: 'overview',
			consensus: 'consensus',
			dag: 'dag',
			network: 'network',
			topology: 'topology',
			resources: 'resources',
			'storage-storj-1': 'storage',
			ping: 'ping',
			help: 'help',
		},
	],
	['troubled', { alerts: 'alerts', overview: 'trouble', explain: 'why' }],
];

/** Draws every screen of the demo, well and with faults, at each size, from the cells that a terminal shows. */
async function draw(state: string, names: Readonly<Record<string, string>>): Promise<void> {
	const { terminal, close } = await stage(state, { runInMs, port, size: '80x24' });
	try {
		for (const size of sizes) {
			await resizeTo(terminal, size);
			for (const view of viewsNamed(Object.keys(names))) {
				const file = `${names[view.name]}-${size}.svg`;
				const isThere = await take(terminal, view, () => {
					writeFileSync(new URL(file, `file://${directory}`), toSvg(terminal.emulator));
				});
				if (!isThere) throw new Error(`${view.name} does not show ${String(view.until)}`);
				process.stdout.write(`docs/screens/${file}\n`);
			}
		}
	} finally {
		await close();
	}
}

mkdirSync(directory, { recursive: true });
for (const [state, names] of pictures) await draw(state, names);

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { byName, viewsNamed } from './pictures/views.ts';
import { press, resizeTo, take } from './pictures/on-terminal.ts';
import { stage } from './pictures/states.ts';
import { lightGround, toSvg } from './svg.ts';

/**
 * Draws the screens of the running program: npm run pictures -- --states wrong,one --themes dark --sizes 80x24
 * --views overview,dag --into DIR. Each picture is DIR/STATE-THEME-SIZE-VIEW.svg, with its text beside it as .txt.
 */
const { values } = parseArgs({
	options: {
		states: { type: 'string', default: 'healthy,down,wrong,one,300,none' },
		themes: { type: 'string', default: 'dark,light,mono' },
		sizes: { type: 'string', default: '80x24,120x40,200x60' },
		/** All of them when absent. */
		views: { type: 'string', default: '' },
		into: { type: 'string', default: 'pictures' },
		/** How long the networks run before the pictures, and again after the faults. */
		seconds: { type: 'string', default: '45' },
		port: { type: 'string', default: '17100' },
	},
});
const themes = listed(values.themes);
const sizes = listed(values.sizes);
const views = viewsNamed(listed(values.views));

function listed(text: string): string[] {
	return text.split(',').filter((part) => part !== '');
}

async function draw(state: string): Promise<void> {
	const { terminal, nodes, close } = await stage(state, {
		runInMs: Number(values.seconds) * 1000,
		port: Number(values.port),
		size: sizes[0] ?? '80x24',
	});
	const here = views.filter(({ node }) => node === undefined || nodes.includes(node));
	try {
		for (const theme of themes) {
			await press(terminal, byName(`Use theme ${theme}`));
			for (const size of sizes) {
				await resizeTo(terminal, size);
				for (const view of here) {
					const name = [state, theme, size, view.name].join('-');
					const isThere = await take(terminal, view, () => {
						const file = join(values.into, name);
						const ground = theme === 'light' ? lightGround : undefined;
						writeFileSync(`${file}.svg`, toSvg(terminal.emulator, ground));
						writeFileSync(`${file}.txt`, `${terminal.text()}\n`);
					});
					process.stdout.write(`${name}${isThere ? '' : ': what it waits for did not come'}\n`);
				}
			}
		}
	} finally {
		await close();
	}
}

mkdirSync(values.into, { recursive: true });
for (const state of listed(values.states)) await draw(state);

import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../devnet/random.ts';
import type { Binding } from '../../source/keys/binding.ts';
import { keymap } from '../../source/keys/keymap.ts';
import { startInTerminal } from '../helpers/terminal.ts';
import type { TestTerminal } from '../helpers/terminal.ts';

const bin = fileURLToPath(new URL('../../bin/nodetop.js', import.meta.url));
const waiting = { timeout: 40_000, interval: 20 };
const randomKeys = Number(process.env['NODETOP_RANDOM_KEYS'] ?? 300);
const resizes = Number(process.env['NODETOP_RESIZES'] ?? 12);
const escape = '\u001B';

const sizes = [
	{ columns: 80, rows: 24 },
	{ columns: 120, rows: 40 },
	{ columns: 200, rows: 60 },
];

/** What a terminal sends for a key of the table. */
const sent: Readonly<Record<string, string>> = {
	enter: '\r',
	tab: '\t',
	space: ' ',
	escape,
	up: `${escape}[A`,
	down: `${escape}[B`,
	right: `${escape}[C`,
	left: `${escape}[D`,
	home: `${escape}[H`,
	end: `${escape}[F`,
	pageup: `${escape}[5~`,
	pagedown: `${escape}[6~`,
};

function bytesOf(key: string): string {
	const control = /^ctrl\+(.)$/.exec(key)?.[1];
	return control === undefined
		? (sent[key] ?? key)
		: String.fromCharCode(control.charCodeAt(0) - 96);
}

/** `quit` is pressed at the end; test/e2e/screen.test.ts suspends in a shell that brings the job back. */
const others = new Set(['quit', 'suspend']);
const bindings = (keymap as readonly Binding[]).filter(({ command }) => !others.has(command));
const keys = bindings.flatMap((binding) => binding.keys);

let terminal: TestTerminal | undefined;

afterEach(() => {
	terminal?.close();
	terminal = undefined;
});

async function startDemo(): Promise<TestTerminal> {
	terminal = startInTerminal(
		process.execPath,
		[bin, 'demo', '--seed', '7', '--interval', '1s'],
		sizes[0],
	);
	const screen = terminal;
	await expect.poll(() => screen.text(), waiting).toContain('● 12 up');
	return screen;
}

/** The header reaches the right end, but for a blank. */
async function isDrawn(screen: TestTerminal, columns: number): Promise<void> {
	const header = () => screen.lines()[0]?.trimEnd().length ?? 0;
	await expect.poll(header, waiting).toBe(columns - 1);
}

/** The frame around every picture is whole, once all of it has come, and nothing that is no value is shown. */
async function expectPicture(screen: TestTerminal): Promise<void> {
	await expect.poll(() => screen.lines()[0], waiting).toMatch(/^ nodetop demo/);
	await expect.poll(() => screen.lines().at(-1), waiting).not.toBe('');
	expect(screen.text()).not.toMatch(/undefined|NaN|\[object|Infinity/);
}

/** Closes what is open, one thing at a time: an escape and a key after it would be one key. */
async function toOverview(screen: TestTerminal): Promise<void> {
	for (let each = 0; each < 4; each++) await pressAndSee(screen, escape);
	// Again, for what an escape and this key came together as.
	const overview = () => {
		screen.press('1');
		return screen.lines()[3];
	};
	await expect.poll(overview, { ...waiting, interval: 250 }).toMatch(/^[─▸] Nodes ─/);
}

/**
 * A key is answered by a picture, or at the next second by one with another time. In the past time stands
 * still: a key that changes nothing there draws nothing.
 */
async function pressAndSee(screen: TestTerminal, bytes: string): Promise<void> {
	const before = screen.raw().length;
	screen.press(bytes);
	const isAnswered = () => screen.raw().length > before || / REPLAY /.test(screen.lines()[0] ?? '');
	await expect.poll(isAnswered, waiting).toBe(true);
}

describe.skipIf(process.env['NODETOP_RANDOM_KEYS'] === undefined)(
	'keys in a pseudo-terminal (in npm run test:slow: minutes on a busy machine)',
	() => {
		it(
			'every key of the table leaves a whole picture at three sizes',
			{ timeout: 180_000 },
			async () => {
				const screen = await startDemo();
				for (const size of sizes) {
					screen.resize(size);
					await isDrawn(screen, size.columns);
					for (const key of keys) {
						await pressAndSee(screen, bytesOf(key));
						await expectPicture(screen);
						if (key === '/' || key === ':') await pressAndSee(screen, escape);
					}
					await toOverview(screen);
					await expectPicture(screen);
				}
				screen.press('q');
				expect((await screen.exited).exitCode).toBe(0);
			},
		);

		it(
			`${resizes} random sizes and ${randomKeys} random keys end in a right picture`,
			{ timeout: 600_000 },
			async () => {
				const random = createRandom('keys');
				const screen = await startDemo();
				// Tests send much; the palette and the filter take what follows as text.
				const calm = keys.filter((key) => !['P', 'B', 'T', 'C', '/', ':', 'escape'].includes(key));
				const perSize = Math.ceil(randomKeys / resizes);
				for (let each = 0; each < resizes; each++) {
					const columns = Math.floor(random.between(20, 240));
					screen.resize({ columns, rows: Math.floor(random.between(6, 70)) });
					const pressed = Array.from({ length: perSize }, () => random.sample(calm, 1)[0] ?? 'j');
					await pressAndSee(screen, pressed.map(bytesOf).join(''));
				}
				screen.resize({ columns: 120, rows: 40 });
				await toOverview(screen);
				await isDrawn(screen, 120);
				await standStill(screen);
				await expectPicture(screen);
				// What was written in pieces is what a picture that is drawn as a whole shows.
				const inPieces = screen.lines().slice(3, -1);
				screen.resize({ columns: 100, rows: 30 });
				await isDrawn(screen, 100);
				screen.resize({ columns: 120, rows: 40 });
				await expect.poll(() => screen.lines().slice(3, -1), waiting).toEqual(inPieces);
				screen.press('q');
				expect((await screen.exited).exitCode).toBe(0);
			},
		);
	},
);

/** Pauses, wherever the random keys left it: live, paused or in the past. */
async function standStill(screen: TestTerminal): Promise<void> {
	await pressAndSee(screen, 'L');
	await expect.poll(() => screen.lines()[0], waiting).not.toMatch(/ REPLAY /);
	if (/PAUSED/.test(screen.lines()[0] ?? '')) return;
	screen.press('p');
	await expect.poll(() => screen.lines()[0], waiting).toMatch(/PAUSED/);
}

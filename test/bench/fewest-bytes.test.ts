import xterm from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { fewestBytes, gridOf } from '../../bench/fewest-bytes.ts';
import type { Grid } from '../../bench/fewest-bytes.ts';
import { randomFrom } from '../helpers/random.ts';

/** The yardstick must paint the same picture, else it measures nothing. */

const size = { cols: 30, rows: 6, allowProposedApi: true, scrollback: 0 };

function write(terminal: xterm.Terminal, text: string): Promise<void> {
	return new Promise((resolve) => {
		terminal.write(text, resolve);
	});
}

async function pictureOf(text: string): Promise<Grid> {
	const terminal = new xterm.Terminal(size);
	await write(terminal, text);
	return gridOf(terminal);
}

const pieces = ['a', 'bc', '界', '⣿', ' ', '    ', '█', 'é', '0.25'];
const styles = ['', '1', '2', '3', '4', '7', '31', '92', '38;5;208', '38;2;1;2;3', '44', '1;2;35'];

function randomText(random: () => number): string {
	const choose = <Item>(items: readonly Item[]): Item | undefined =>
		items[Math.floor(random() * items.length)];
	const words = Array.from({ length: 25 }, () => {
		const row = 1 + Math.floor(random() * size.rows);
		const column = 1 + Math.floor(random() * (size.cols - 4));
		return `\u001B[${row};${column}H\u001B[0;${choose(styles) ?? ''}m${choose(pieces) ?? ''}\u001B[0m`;
	});
	return words.join('');
}

describe('fewestBytes', () => {
	it('paints the second of two random pictures over the first', async () => {
		const random = randomFrom(20_261_130);
		for (let round = 0; round < 200; round += 1) {
			const terminal = new xterm.Terminal(size);
			await write(terminal, randomText(random));
			const before = gridOf(terminal);
			const after = await pictureOf(randomText(random));
			await write(terminal, fewestBytes(before, after));
			expect(gridOf(terminal)).toEqual(after);
		}
	});

	it('sends nothing where nothing changed', async () => {
		const picture = await pictureOf('a\u001B[31mb\u001B[m');
		expect(fewestBytes(picture, picture)).toBe('');
	});

	it.each([
		['abc', 'abd', '\u001B[1;3Hd'],
		['abc', 'xbd', '\u001B[1Hxbd'],
		['a12345678b', 'x12345678y', '\u001B[1Hx\u001B[8Cy'],
		['aaaaaaaa', '', '\u001B[1H\u001B[K'],
		['\u001B[31mab', '\u001B[31mac', '\u001B[1;2H\u001B[31mc\u001B[m'],
		['ab', '\u001B[1;31ma\u001B[mb', '\u001B[1H\u001B[1;31ma\u001B[m'],
	])('from %j to %j by %j', async (before, after, bytes) => {
		expect(fewestBytes(await pictureOf(before), await pictureOf(after))).toBe(bytes);
	});
});

import xterm from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tidyFrame } from '../../source/terminal/frame-bytes.ts';

const columns = 12;
const rows = 4;

/** What a terminal shows after these bytes, cell by cell, and in which style it would go on. */
async function shownAfter(bytes: string): Promise<string[]> {
	const terminal = new xterm.Terminal({
		cols: columns,
		rows,
		allowProposedApi: true,
		convertEol: true,
	});
	await new Promise<void>((resolve) => {
		terminal.write(`${'abcdefghijk\n'.repeat(rows - 1)}abcdefghijk\u001B[H`, resolve);
	});
	await new Promise<void>((resolve) => {
		terminal.write(`${bytes}=`, resolve);
	});
	const cells = Array.from({ length: columns * rows }, (_, index) => {
		const cell = terminal.buffer.active
			.getLine(Math.floor(index / columns))
			?.getCell(index % columns);
		const ink = `${cell?.getFgColorMode()}:${cell?.getFgColor()}:${cell?.isBold()}:${cell?.isDim()}`;
		return `${cell?.getChars()}|${ink}|${cell?.getBgColor()}:${cell?.isInverse()}`;
	});
	terminal.dispose();
	return cells;
}

const style = fc.constantFrom(
	...[
		'0',
		'',
		'1',
		'2',
		'31',
		'38;5;114',
		'48;5;237',
		'7',
		'39',
		'22',
		'1;31',
		'38;2;1;2;3',
		'0;32',
		'0;1',
	].map((parameters) => `\u001B[${parameters}m`),
);
const step = fc.oneof(
	{ weight: 4, arbitrary: style },
	{ weight: 3, arbitrary: fc.constantFrom('x', 'yz', ' ', '⠤⢄', '●') },
	{ weight: 2, arbitrary: fc.constantFrom('\u001B[3G', '\r', '\u001B[2C', '\n', '\u001B[E') },
	{ weight: 1, arbitrary: fc.constantFrom('\u001B[K', '\u001B[P', '\u001B[2@', '\u001B[J') },
);
/** No more rows than there are: Ink goes to none that was not drawn before. */
const frame = fc
	.array(step, { maxLength: 30 })
	.map((steps) => steps.join(''))
	.filter((bytes) => (bytes.match(/\n|\[E/g) ?? []).length < rows);

describe('a frame in fewer bytes', () => {
	test('looks the same, and leaves the same style', async () => {
		await fc.assert(
			fc.asyncProperty(frame, async (bytes) => {
				const tidied = tidyFrame(bytes);
				expect(await shownAfter(tidied)).toEqual(await shownAfter(bytes));
			}),
			{ numRuns: 500 },
		);
	});

	test('lets a style go on over rows and moves', () => {
		const row = (glyphs: string) => `\u001B[9G\u001B[38;5;110m${glyphs}\u001B[m\n`;
		expect(tidyFrame(`${row('⠒⠄')}\u001B[E\u001B[E${row('⠒⠂')}`)).toBe(
			'\u001B[9G\u001B[38;5;110m⠒⠄\n\n\n\u001B[9G⠒⠂\n\u001B[m',
		);
	});

	test('ends it before anything is erased', () => {
		expect(tidyFrame('\u001B[7mx\u001B[0m\u001B[K')).toBe('\u001B[7mx\u001B[m\u001B[K');
	});

	test('changes only what differs', () => {
		expect(tidyFrame('\u001B[1m\u001B[31mx\u001B[0m\u001B[1;32my\u001B[0mz')).toBe(
			'\u001B[1;31mx\u001B[32my\u001B[mz',
		);
	});
});

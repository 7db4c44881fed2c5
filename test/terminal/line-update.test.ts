import xterm from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineUpdate } from '../../source/terminal/line-update.ts';
import { runsOf } from '../../source/terminal/sgr.ts';

const columns = 24;
const widest = 60;

/** What a terminal shows in its first row after these bytes: characters and colours, cell by cell. */
async function shownAfter(...bytes: string[]): Promise<string[]> {
	const terminal = new xterm.Terminal({ cols: widest, rows: 3, allowProposedApi: true });
	for (const chunk of bytes) {
		await new Promise<void>((resolve) => {
			terminal.write(chunk, resolve);
		});
	}
	const line = terminal.buffer.active.getLine(0);
	const cells = Array.from({ length: widest }, (_, x) => {
		const cell = line?.getCell(x);
		const glyph = cell?.getChars() === '' ? ' ' : cell?.getChars();
		const ground = `${cell?.getBgColor()}:${cell?.isUnderline()}:${cell?.isInverse()}`;
		const ink = `${cell?.getFgColorMode()}:${cell?.getFgColor()}:${cell?.isBold()}:${cell?.isDim()}`;
		// Ink is not seen on a blank, unless it is inverted or underlined.
		const hasInk = glyph !== ' ' || cell?.isUnderline() !== 0 || cell.isInverse() !== 0;
		return `${glyph}|${ground}|${hasInk ? ink : ''}`;
	});
	terminal.dispose();
	return cells;
}

const styles = [
	'',
	'1',
	'2',
	'4',
	'7',
	'31',
	'38;5;114',
	'1;38;5;203',
	'38;2;1;38;5',
	'48;5;237',
	'90',
	'31;48;5;237',
	'1;38;5;203m\u001B[39',
	'1m\u001B[22;2m\u001B[32',
];
const span = fc
	.tuple(fc.constantFrom(...styles), fc.stringMatching(/^[a-c ░█▁│●]{0,9}$/))
	.map(([style, text]) => (style === '' ? text : `\u001B[${style}m${text}\u001B[0m`));
const oneCellLine = fc
	.array(span, { maxLength: 5 })
	.map((spans) => spans.join(''))
	.filter((line) => line.replaceAll(/\u001B\[[\d;]*m/g, '').length <= columns);
const longLine = fc
	.array(span, { minLength: 3, maxLength: 8 })
	.map((spans) => cellsOf(spans.join('')).slice(0, columns).join(''));
const wideLine = fc.constantFrom('日本 node', 'é́ combining', '👩‍🚀 x', '\u001B[31mopen');

/** Each cell of a line with its own style, so that lines can be cut. */
function cellsOf(line: string): string[] {
	return runsOf(line).runs.flatMap(({ style, text }) =>
		Array.from(text, (glyph) => (style === '' ? glyph : `${style}${glyph}\u001B[0m`)),
	);
}

describe('a row that changes', () => {
	test('looks as if the new line had been written whole', async () => {
		const line = fc.oneof(
			{ weight: 8, arbitrary: oneCellLine },
			{ weight: 1, arbitrary: wideLine },
		);
		await fc.assert(
			fc.asyncProperty(line, line, async (previous, next) => {
				const updated = await shownAfter(
					`${previous}\u001B[0m`,
					lineUpdate(previous, next, columns),
				);
				expect(updated).toEqual(await shownAfter(next));
			}),
			{ numRuns: 300 },
		);
	});

	test('looks so too when stretches of it move', async () => {
		const moves = fc.array(
			fc.record({
				from: fc.nat(columns - 1),
				length: fc.integer({ min: 1, max: columns }),
				by: fc.constantFrom(1, 2, 3, -1, -2),
				comes: oneCellLine,
			}),
			{ minLength: 1, maxLength: 3 },
		);
		await fc.assert(
			fc.asyncProperty(longLine, moves, async (previous, all) => {
				let next = cellsOf(previous);
				for (const { from, length, by, comes } of all) {
					const stretch = next.slice(from, from + length);
					const count = Math.min(Math.abs(by), stretch.length);
					const fresh = cellsOf(comes).slice(0, count);
					const moved =
						by > 0 ? [...stretch.slice(count), ...fresh] : [...fresh, ...stretch.slice(0, -count)];
					next = [...next.slice(0, from), ...moved, ...next.slice(from + length)].slice(0, columns);
				}
				const updated = await shownAfter(previous, lineUpdate(previous, next.join(''), columns));
				expect(updated).toEqual(await shownAfter(next.join('')));
			}),
			{ numRuns: 400 },
		);
	});

	test('lets the terminal move a chart by a column, and each of several by itself', async () => {
		const one = '⠤⢄⠎⠞⣆⡠⡠⠤⣀⡠⠤⣀⣀⡠⢄⠦⢄⢄⠤⣀';
		const two = '⢀⠎⣆⣀⡰⢱⣀⣀⠎⠔⠒⡄⢀⡰⠊⡆⡜⢸⢠⠃';
		const line = (first: string, second: string) =>
			`  12 │\u001B[32m${first}\u001B[0m│  up │${second}│`;
		const previous = line(one, two);
		const next = line(`${one.slice(1)}⡰`, `${two.slice(1)}⡜`);
		const bytes = lineUpdate(previous, next, widest);
		// Both at once, and what stands between them is written again.
		expect(bytes).toBe(
			'\u001B[7G\u001B[P\u001B[46C\u001B[@\u001B[26G\u001B[32m⡰\u001B[m│  up │\u001B[19C⡜',
		);
		expect(await shownAfter(previous, bytes)).toEqual(await shownAfter(next));
	});

	test('lets the terminal move what stands behind a number that gained a digit', () => {
		const line = (count: number) => `● ${count} nodes agree, finality takes 1.16 s        12 ms`;
		expect(lineUpdate(line(99), line(100), widest)).toBe('\u001B[53G\u001B[P\u001B[2G\u001B[@ 100');
	});

	test('is moved only where that is shorter', () => {
		expect(lineUpdate('│⠤⢄⠎⠞│', '│⢄⠎⠞⣆│', columns)).toBe('\u001B[2G⢄⠎⠞⣆');
	});

	test('writes only the cells that changed', () => {
		const previous = 'height 1204 │ \u001B[38;5;114m● up\u001B[0m │ 12 ms';
		const next = 'height 1205 │ \u001B[38;5;114m● up\u001B[0m │ 13 ms';
		expect(lineUpdate(previous, next, columns + 8)).toBe('\u001B[11G5\u001B[11C3');
	});

	test('writes nothing when nothing changed, however the colours were written', () => {
		const a = '\u001B[31mab\u001B[0mc';
		const b = '\u001B[31ma\u001B[0m\u001B[31mb\u001B[0mc';
		expect(lineUpdate(a, b, columns)).toBe('');
	});

	test('erases what is left of a longer line', () => {
		expect(lineUpdate('abcdef', 'abc', columns)).toBe('\u001B[4G\u001B[K');
	});

	test('keeps the width of the terminal in mind', () => {
		const long = 'x'.repeat(columns + 1);
		expect(lineUpdate('abc', long, columns)).toContain(long);
		expect(lineUpdate('abc', 'abd', undefined)).toBe('\r\u001B[Kabd');
	});
});

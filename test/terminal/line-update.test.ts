import xterm from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineUpdate } from '../../source/terminal/line-update.ts';

const columns = 24;

/** What a terminal shows in its first row after these bytes: characters and colours, cell by cell. */
async function shownAfter(...bytes: string[]): Promise<string[]> {
	const terminal = new xterm.Terminal({ cols: columns, rows: 3, allowProposedApi: true });
	for (const chunk of bytes) {
		await new Promise<void>((resolve) => {
			terminal.write(chunk, resolve);
		});
	}
	const line = terminal.buffer.active.getLine(0);
	const cells = Array.from({ length: columns }, (_, x) => {
		const cell = line?.getCell(x);
		const style = `${cell?.getFgColorMode()}:${cell?.getFgColor()}:${cell?.isBold()}:${cell?.getBgColor()}`;
		return `${cell?.getChars() === '' ? ' ' : cell?.getChars()}|${style}`;
	});
	terminal.dispose();
	return cells;
}

const styles = ['', '1', '38;5;114', '1;38;5;203', '48;5;237', '90'];
const span = fc
	.tuple(fc.constantFrom(...styles), fc.stringMatching(/^[a-c ░█▁│●]{0,9}$/))
	.map(([style, text]) => (style === '' ? text : `\u001B[${style}m${text}\u001B[0m`));
const oneCellLine = fc
	.array(span, { maxLength: 5 })
	.map((spans) => spans.join(''))
	.filter((line) => line.replaceAll(/\u001B\[[\d;]*m/g, '').length <= columns);
const wideLine = fc.constantFrom('日本 node', 'é́ combining', '👩‍🚀 x', '\u001B[31mopen');

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

	test('writes only the cells that changed', () => {
		const previous = 'height 1204 │ \u001B[38;5;114m● up\u001B[0m │ 12 ms';
		const next = 'height 1205 │ \u001B[38;5;114m● up\u001B[0m │ 13 ms';
		expect(lineUpdate(previous, next, columns + 8)).toBe('\u001B[11G5\u001B[23G3');
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
		expect(lineUpdate('abc', 'abd', undefined)).toBe('\u001B[1G\u001B[Kabd');
	});
});

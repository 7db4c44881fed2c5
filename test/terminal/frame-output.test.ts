import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameOutputOver } from '../../source/terminal/frame-output.ts';
import type { Clip, InkOutput, InkOutputClass } from '../../source/terminal/frame-output.ts';
import { runsOf } from '../../source/terminal/sgr.ts';

// Ink exports no such path: the bundle replaces this module by its file, and so it is found here.
const inkOutputFile = new URL('../../node_modules/ink/build/output.js', import.meta.url).href;
// What the file's default export is, is what this test is about.
const { default: Original } = (await import(inkOutputFile)) as { default: InkOutputClass };

const width = 40;
const height = 8;

/** A class that must not be needed. */
class Unwanted implements InkOutput {
	write(): void {
		throw new Error('the plain way did not do');
	}
	clip(): void {
		throw new Error('the plain way did not do');
	}
	unclip(): void {
		throw new Error('the plain way did not do');
	}
	get(): never {
		throw new Error('the plain way did not do');
	}
}

/** A frame as cells, so that two ways to write one picture are equal. */
function cellsOf(frame: string): string[] {
	return frame.split('\n').map((line) =>
		runsOf(line)
			.runs.flatMap(({ style, text }) =>
				[...text].map((character) => `${character}${normal(style)}`),
			)
			.join('')
			.trimEnd(),
	);
}

/** Ink closes 1 with 22 and colours with 39; ours resets. Open parameters, sorted. */
function normal(style: string): string {
	const open = new Set<string>();
	for (const [, parameters = ''] of style.matchAll(/\u001B\[([\d;]*)m/g)) {
		if (parameters === '22') open.delete('1');
		else if (parameters === '39')
			for (const each of open)
				if (each !== '1') open.delete(each);
				else open.add(parameters);
	}
	return open.size === 0 ? '' : `{${[...open].toSorted().join(',')}}`;
}

interface Block {
	readonly x: number;
	readonly y: number;
	readonly text: string;
	readonly clip: Clip | undefined;
}

function draw(
	Output: InkOutputClass,
	blocks: readonly Block[],
): { output: string; height: number } {
	const output = new Output({ width, height });
	for (const { x, y, text, clip } of blocks) {
		if (clip) output.clip(clip);
		output.write(x, y, text, { transformers: [] });
		if (clip) output.unclip();
	}
	return output.get();
}

const line = fc
	.array(
		fc
			.tuple(fc.constantFrom('', '31', '1'), fc.stringMatching(/^[ab ─│●]{0,8}$/))
			.map(([style, text]) =>
				style === '' || text === '' ? text : `\u001B[${style}m${text}\u001B[0m`,
			),
		{ maxLength: 3 },
	)
	.map((spans) => spans.join(''));
const block = fc.record({
	x: fc.integer({ min: 0, max: width }),
	y: fc.integer({ min: 0, max: height }),
	text: fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n')),
	clip: fc.option(
		fc.record({
			x1: fc.integer({ min: 0, max: width }),
			x2: fc.integer({ min: 0, max: width }),
			y1: fc.integer({ min: 0, max: height }),
			y2: fc.integer({ min: 0, max: height }),
		}),
		{ nil: undefined },
	),
});

describe('a frame', () => {
	test('is the picture that Ink makes within the terminal, whatever stands where', () => {
		const inTerminal = { x1: 0, x2: width };
		fc.assert(
			fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
				const ours = draw(frameOutputOver(Original), blocks);
				const within = blocks.map((each) => ({ ...each, clip: each.clip ?? inTerminal }));
				const theirs = draw(Original, within);
				expect(ours.height).toBe(theirs.height);
				expect(cellsOf(ours.output)).toEqual(cellsOf(theirs.output));
			}),
			{ numRuns: 500 },
		);
	});

	test('of blocks side by side needs no cells', () => {
		const clip = { x1: 0, x2: width, y1: 0, y2: height };
		const { output } = draw(frameOutputOver(Unwanted), [
			{ x: 20, y: 1, text: '\u001B[32mright\u001B[0m\n│', clip },
			{ x: 2, y: 0, text: 'top\nleft  \n', clip: undefined },
		]);
		expect(output.split('\n').slice(0, 4)).toEqual([
			'  top',
			`  left${' '.repeat(14)}\u001B[32mright\u001B[0m`,
			`${' '.repeat(20)}│`,
			'',
		]);
	});

	test.each([
		[
			'texts that overlap',
			[
				{ x: 0, y: 0, text: 'under' },
				{ x: 2, y: 0, text: 'over' },
			],
		],
		['text that sticks out below', [{ x: 0, y: height - 1, text: 'a\nb' }]],
		['a style left open', [{ x: 0, y: 0, text: '\u001B[31mred\nstill' }]],
		['a character without a cell', [{ x: 0, y: 0, text: 'a\u200Bb' }]],
	])('with %s is left to Ink', (_what, blocks) => {
		const placed = blocks.map((each) => ({ ...each, clip: undefined }));
		expect(() => draw(frameOutputOver(Unwanted), placed)).toThrow('the plain way did not do');
		expect(draw(frameOutputOver(Original), placed)).toEqual(draw(Original, placed));
	});

	test.each([
		['text', 'plain text that goes on', 'plain te'],
		['colours', 'a \u001B[32mgreen\u001B[0m \u001B[31mred\u001B[0m', 'a \u001B[32mgreen\u001B[0m '],
		['wide characters', 'abc 日本語', 'abc 日本'],
		['a wide character across the edge', 'abcdefg日本', 'abcdefg'],
	])('is cut at the edge of the terminal: %s', (_what, text, shown) => {
		// A wider row would wrap, and scroll the screen.
		const output = new (frameOutputOver(Original))({ width: 8, height: 1 });
		output.write(0, 0, text, { transformers: [] });
		expect(cellsOf(output.get().output)).toEqual(cellsOf(shown));
	});

	test('runs its components’ transformers on each line', () => {
		const output = new (frameOutputOver(Unwanted))({ width, height });
		output.write(0, 0, 'a\nb', { transformers: [(text, index) => `${index}${text}`] });
		expect(output.get().output.split('\n').slice(0, 2)).toEqual(['0a', '1b']);
	});
});

import { cellWidth } from '../source/domain/cell-width.ts';
import { fillLines, fit, line, wrap } from './line.ts';
import type { Look } from './look.ts';

/** Something that a person can do: the key, command or setting that does it, and what it does. */
export interface GuideStep {
	readonly does: string;
	readonly text: string;
	/** Left out where there is no room for all. */
	readonly isDetail?: boolean;
}

export interface GuideGroup {
	readonly title: string;
	readonly steps: readonly GuideStep[];
}

const columnGap = 3;
/** A command line of usual length. */
const leastColumnWidth = 56;
const indent = '  ';
const stepGap = 2;
/** Steps of a group that is not broken. */
const mostTogether = 12;

/**
 * What can be done, in groups that flow through as many columns as the width has room for. Where the height does not
 * hold them, details are left out, those of the last group first; then groups from the end.
 */
export function guideLines(
	look: Look,
	groups: readonly GuideGroup[],
	width: number,
	height: number,
): string[] {
	const most = Math.max(1, Math.floor((width + columnGap) / (leastColumnWidth + columnGap)));
	for (const kept of fewerAndFewer(groups)) {
		const count = Math.min(most, kept.length);
		const each = Math.floor((width - columnGap * (count - 1)) / count);
		const blocks = kept.flatMap((group) => blocksOf(look, group, each));
		const columns = evened(blocks, count, height);
		if (columns) return besides(columns, each);
	}
	return [];
}

/** The groups; then with fewer and fewer details; then fewer and fewer groups without any. */
function fewerAndFewer(groups: readonly GuideGroup[]): (readonly GuideGroup[])[] {
	const bare = groups.map(({ title, steps }) => ({
		title,
		steps: steps.filter(({ isDetail }) => isDetail !== true),
	}));
	const withDetailsOf = Array.from({ length: groups.length }, (_, index) => [
		...groups.slice(0, groups.length - index),
		...bare.slice(groups.length - index),
	]);
	const without = bare.map((_, index) => bare.slice(0, bare.length - index));
	return [...withDetailsOf, ...without]
		.map((all) => all.filter(({ steps }) => steps.length > 0))
		.filter(({ length }) => length > 0);
}

/** Lines that stay together, and whether a blank one parts them from those before. */
interface Block {
	readonly lines: readonly string[];
	readonly isApart: boolean;
}

/** A group; of a long one, its title with the first step, then each step: it may go on in the next column. */
function blocksOf(look: Look, group: GuideGroup, width: number): Block[] {
	const title = line(look, [['title', group.title]], width);
	const [first = [], ...rest] = stepLines(look, group, width);
	return group.steps.length <= mostTogether
		? [{ lines: [title, ...first, ...rest.flat()], isApart: true }]
		: [
				{ lines: [title, ...first], isApart: true },
				...rest.map((lines) => ({ lines, isApart: false })),
			];
}

function stepLines(look: Look, { steps }: GuideGroup, width: number): string[][] {
	const widest = Math.max(...steps.map(({ does }) => cellWidth(does)));
	const isStacked = widest > width / 2;
	const textIndent = isStacked ? 2 * indent.length : indent.length + widest + stepGap;
	return steps.map(({ does, text }) => {
		const [first = '', ...rest] = wrap(text, Math.max(1, width - textIndent));
		const below = (part: string) =>
			line(
				look,
				[
					['plain', ' '.repeat(textIndent)],
					['label', part],
				],
				width,
			);
		const head = fit(does, isStacked ? width - indent.length : widest + stepGap);
		const beside = isStacked ? [] : ([['label', first]] as const);
		const top = line(look, [['plain', indent], ['accent', head], ...beside], width);
		return [top, ...(isStacked && first !== '' ? [first, ...rest] : rest).map(below)];
	});
}

/** The blocks in their order, in columns of about one height; undefined where they are higher than `height`. */
function evened(
	blocks: readonly Block[],
	count: number,
	height: number,
): readonly (readonly string[])[] | undefined {
	for (let limit = Math.max(...blocks.map(({ lines }) => lines.length)); limit <= height; limit++) {
		const columns = poured(blocks, limit);
		if (columns.length <= count) return columns;
	}
	return undefined;
}

function poured(blocks: readonly Block[], limit: number): string[][] {
	const columns: string[][] = [];
	for (const { lines, isApart } of blocks) {
		const last = columns.at(-1);
		const gap = isApart ? 1 : 0;
		if (last && last.length + gap + lines.length <= limit)
			last.push(...(isApart ? [''] : []), ...lines);
		else columns.push([...lines]);
	}
	return columns;
}

function besides(columns: readonly (readonly string[])[], width: number): string[] {
	const height = Math.max(...columns.map(({ length }) => length));
	const filled = columns.map((lines) =>
		fillLines(lines, width, height).map((text) => (text === '' ? ' '.repeat(width) : text)),
	);
	return Array.from({ length: height }, (_, row) =>
		filled.map((lines) => lines[row] ?? '').join(' '.repeat(columnGap)),
	);
}

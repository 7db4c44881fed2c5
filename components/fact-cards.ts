import { cellWidth } from '../source/domain/cell-width.ts';
import { factLines, toneOfFact } from './fact-lines.ts';
import type { LabelledValue } from './fact-lines.ts';
import { fillLines, fit, line } from './line.ts';
import type { Look } from './look.ts';

/** Facts that belong together, under a title. */
export interface FactGroup {
	readonly title: string;
	readonly facts: readonly LabelledValue[];
}

const columnGap = 3;
const leastColumnWidth = 27;
const leastLabelGap = 2;

/**
 * Groups of facts in columns, each under its title, primary ones strong and details dim. Details are left out
 * first where there is no room for all, then secondary facts, then the titles.
 */
export function factCards(
	look: Look,
	groups: readonly FactGroup[],
	width: number,
	height: number,
): string[] {
	const most = Math.max(1, Math.floor((width + columnGap) / (leastColumnWidth + columnGap)));
	for (const least of [3, 2, 1]) {
		const kept = groups
			.map(({ title, facts }) => ({
				title,
				facts: facts.filter(({ priority = 2 }) => priority <= least),
			}))
			.filter(({ facts }) => facts.length > 0);
		const columns = flow(kept, { most, width, height });
		if (columns) return drawColumns(look, columns, width);
	}
	const facts = groups.flatMap((group) => group.facts.filter(({ priority = 2 }) => priority < 3));
	return factLines(look, facts, width, height);
}

/** A title, a fact, a value below its label, or a blank line. */
type Row =
	| { readonly title: string }
	| LabelledValue
	| { readonly below: LabelledValue }
	| undefined;

interface Room {
	/** Columns. */
	readonly most: number;
	readonly width: number;
	readonly height: number;
}

/** Whole groups in as few columns of `height` rows as hold them, evened out; undefined when `most` are too few. */
function flow(groups: readonly FactGroup[], { most, width, height }: Room): Row[][] | undefined {
	for (let count = 1; count <= most; count++) {
		const each = Math.floor((width - columnGap * (count - 1)) / count);
		const blocks = groups.map((group) => blockOf(group, each));
		const rows = blocks.reduce((sum, block) => sum + block.length + 1, -1);
		for (let limit = Math.ceil(rows / count); limit <= height; limit++) {
			const columns = fill(blocks, count, limit);
			if (columns) return columns;
		}
	}
	return undefined;
}

/** The title and the facts; a value that would be cut beside its label stands below it, if it is whole there. */
function blockOf({ title, facts }: FactGroup, width: number): Row[] {
	const labelWidth = labelWidthOf(facts, width);
	const rows = facts.flatMap((fact): Row[] => {
		const cells = cellWidth(fact.value);
		const isCut = cells > width - labelWidth - leastLabelGap && cells <= width - leastLabelGap;
		return isCut ? [{ ...fact, value: '' }, { below: fact }] : [fact];
	});
	return [{ title }, ...rows];
}

/** Half of the width, and what the values that stand beside their labels leave of theirs. */
function labelWidthOf(facts: readonly LabelledValue[], width: number): number {
	const half = Math.floor(width / 2);
	const room = width - half - leastLabelGap;
	const values = facts.map(({ value }) => cellWidth(value)).filter((cells) => cells <= room);
	const spare = room - Math.max(0, ...values);
	return Math.min(Math.max(0, ...facts.map(({ label }) => cellWidth(label))), half + spare);
}

function fill(
	blocks: readonly (readonly Row[])[],
	count: number,
	limit: number,
): Row[][] | undefined {
	const columns: Row[][] = [[]];
	for (const block of blocks) {
		const last = columns.at(-1) ?? [];
		const isFirst = last.length === 0;
		if (last.length + block.length + (isFirst ? 0 : 1) <= limit) {
			last.push(...(isFirst ? block : [undefined, ...block]));
		} else if (block.length <= limit && columns.length < count) {
			columns.push([...block]);
		} else {
			return undefined;
		}
	}
	return columns;
}

function drawColumns(look: Look, columns: readonly Row[][], width: number): string[] {
	const count = columns.length;
	const each = Math.floor((width - columnGap * (count - 1)) / count);
	const height = Math.max(0, ...columns.map((rows) => rows.length));
	const drawn = columns.map((rows) => fillLines(drawColumn(look, rows, each), each, height));
	const rest = ' '.repeat(Math.max(0, width - count * each - columnGap * (count - 1)));
	return Array.from(
		{ length: height },
		(_, row) => drawn.map((lines) => lines[row] ?? '').join(' '.repeat(columnGap)) + rest,
	);
}

function drawColumn(look: Look, rows: readonly Row[], width: number): string[] {
	const labelWidth = labelWidthOf(
		rows.filter((row) => row !== undefined && 'label' in row),
		width,
	);
	return rows.map((row) => {
		if (!row) return ' '.repeat(width);
		if ('title' in row) return line(look, [['title', row.title]], width);
		if ('below' in row) {
			const indent = ' '.repeat(leastLabelGap);
			return line(
				look,
				[
					['plain', indent],
					[toneOfFact(row.below), row.below.value],
				],
				width,
			);
		}
		const { label, value } = row;
		const room = Math.max(0, width - labelWidth - leastLabelGap);
		return line(
			look,
			[
				['label', fit(label, labelWidth)],
				['plain', ' '.repeat(leastLabelGap)],
				[toneOfFact(row), fit(value, room).trimEnd()],
			],
			width,
		);
	});
}

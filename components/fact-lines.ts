import { cellWidth } from '../source/domain/cell-width.ts';
import { fit, line } from './line.ts';
import type { Look } from './look.ts';
import type { Tone } from '../source/domain/tone.ts';

export interface LabelledValue {
	readonly label: string;
	readonly value: string;
	readonly tone?: Tone | undefined;
	/** Its weight: 1 primary and strong, 2 secondary, 3 a detail and dim. */
	readonly priority?: 1 | 2 | 3 | undefined;
}

const toneOfWeight = { 1: 'strong', 2: 'plain', 3: 'label' } as const;

/** A value's own tone, else that of its weight. */
export function toneOfFact({ tone = 'plain', priority = 2 }: LabelledValue): Tone {
	return tone === 'plain' ? toneOfWeight[priority] : tone;
}

const columnGap = 3;
const minColumnWidth = 26;

/**
 * `Label  value` lines, labels aligned. When there are more than `height`, they flow into as many
 * columns as the width allows, and one that would be cut there has a line of its own: the first of all
 * above the columns, others below them. What still does not fit is left out from the end.
 */
export function factLines(
	look: Look,
	facts: readonly LabelledValue[],
	width: number,
	height: number,
): string[] {
	if (height <= 0 || facts.length === 0) return [];
	const most = Math.max(1, Math.floor((width + columnGap) / (minColumnWidth + columnGap)));
	const columns = Math.min(most, Math.ceil(facts.length / height));
	const grid = gridOf(facts.slice(0, columns * height), width, columns);
	const isCut = ({ label, value }: LabelledValue) =>
		cellWidth(label) > grid.labelWidth ||
		cellWidth(value) > grid.columnWidth - grid.labelWidth - labelGap;
	const cut = grid.columns === 1 ? [] : facts.filter(isCut).slice(0, Math.floor(height / 2));
	if (cut.length === 0) return columnLines(look, facts, grid, width, height);
	const above = cut[0] === facts[0] ? cut.slice(0, 1) : [];
	const below = cut.slice(above.length);
	const rest = facts.filter((fact) => !cut.includes(fact));
	const labelWidth = Math.max(grid.labelWidth, ...below.map(({ label }) => cellWidth(label)));
	return [
		...above.map((fact) => factCell(look, fact, grid.labelWidth, width)),
		...columnLines(look, rest, grid, width, height - cut.length),
		...below.map((fact) => factCell(look, fact, labelWidth, width)),
	];
}

const labelGap = 2;

interface Grid {
	readonly columns: number;
	readonly columnWidth: number;
	readonly labelWidth: number;
}

function gridOf(shown: readonly LabelledValue[], width: number, columns: number): Grid {
	const columnWidth = Math.floor((width - columnGap * (columns - 1)) / columns);
	const longest = Math.max(...shown.map(({ label }) => cellWidth(label)));
	// Labels take half, and what short values leave.
	const left = columnWidth - labelGap - Math.max(...shown.map(({ value }) => cellWidth(value)));
	const most = Math.max(Math.floor(columnWidth / 2), left);
	return { columns, columnWidth, labelWidth: Math.min(longest, most) };
}

function columnLines(
	look: Look,
	facts: readonly LabelledValue[],
	{ columns, columnWidth, labelWidth }: Grid,
	width: number,
	height: number,
): string[] {
	const rows = Math.min(height, Math.ceil(facts.length / columns));
	return Array.from({ length: rows }, (_, row) => {
		let drawn = '';
		for (let column = 0; column < columns; column++) {
			const fact = facts[column * rows + row];
			const cell = fact ? factCell(look, fact, labelWidth, columnWidth) : ' '.repeat(columnWidth);
			drawn += column === 0 ? cell : ' '.repeat(columnGap) + cell;
		}
		const used = columns * columnWidth + (columns - 1) * columnGap;
		return drawn + ' '.repeat(Math.max(0, width - used));
	});
}

function factCell(look: Look, fact: LabelledValue, labelWidth: number, width: number): string {
	return line(
		look,
		[
			['label', fit(fact.label, labelWidth)],
			['plain', ' '.repeat(labelGap)],
			[toneOfFact(fact), fit(fact.value, Math.max(0, width - labelWidth - labelGap)).trimEnd()],
		],
		width,
	);
}

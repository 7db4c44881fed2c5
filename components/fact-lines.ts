import { cellWidth } from '../source/domain/cell-width.ts';
import { fit, line } from './line.ts';
import type { Look, Tone } from './look.ts';

export interface LabelledValue {
	readonly label: string;
	readonly value: string;
	readonly tone?: Tone;
}

const columnGap = 3;
const minColumnWidth = 26;

/**
 * `Label  value` lines, labels aligned. When there are more than `height`, they flow into as many
 * columns as the width allows; what still does not fit is left out from the end.
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
	const columnWidth = Math.floor((width - columnGap * (columns - 1)) / columns);
	const rows = Math.min(height, Math.ceil(facts.length / columns));
	const labelWidth = Math.min(
		Math.max(...facts.map(({ label }) => cellWidth(label))),
		Math.floor(columnWidth / 2),
	);
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
			['plain', '  '],
			[fact.tone ?? 'plain', fit(fact.value, Math.max(0, width - labelWidth - 2)).trimEnd()],
		],
		width,
	);
}

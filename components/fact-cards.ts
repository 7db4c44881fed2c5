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
	const room = { most, width, height };
	const measured = groups.map(({ title, facts }) => ({ title, facts: facts.map(measure) }));
	for (const least of [3, 2, 1] as const) {
		const columns = flow(weighing(measured, least), room);
		if (!columns) continue;
		const fuller = least === 3 ? undefined : withDetails(measured, least, room);
		return drawColumns(look, fuller ?? columns, width);
	}
	const facts = groups.flatMap((group) => group.facts.filter(({ priority = 2 }) => priority < 3));
	return factLines(look, facts, width, height);
}

/** A fact with the cells of its texts: they are compared with many widths. */
interface Measured extends LabelledValue {
	readonly labelCells: number;
	readonly valueCells: number;
}

interface MeasuredGroup {
	readonly title: string;
	readonly facts: readonly Measured[];
}

function measure(fact: LabelledValue): Measured {
	return { ...fact, labelCells: cellWidth(fact.label), valueCells: cellWidth(fact.value) };
}

/** The groups with what is of so much weight, or more of those at some places; without those that are empty then. */
function weighing(
	groups: readonly MeasuredGroup[],
	least: 1 | 2 | 3,
	fuller: ReadonlySet<number> = new Set(),
): MeasuredGroup[] {
	return groups
		.map(({ title, facts }, index) => ({
			title,
			facts: facts.filter(({ priority = 2 }) => priority <= least + (fuller.has(index) ? 1 : 0)),
		}))
		.filter(({ facts }) => facts.length > 0);
}

/** What is of the next lesser weight, of each group for which there is room all the same. */
function withDetails(
	groups: readonly MeasuredGroup[],
	least: 1 | 2,
	room: Room,
): readonly Column[] | undefined {
	const fuller = new Set<number>();
	for (const [index, { facts }] of groups.entries()) {
		if (facts.every(({ priority = 2 }) => priority <= least)) continue;
		fuller.add(index);
		const tried = fill(
			weighing(groups, least, fuller),
			room.most,
			eachOf(room, room.most),
			room.height,
		);
		if (!tried) fuller.delete(index);
	}
	return fuller.size === 0 ? undefined : flow(weighing(groups, least, fuller), room);
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

/** Cells of each of so many columns. */
function eachOf({ width }: Pick<Room, 'width'>, count: number): number {
	return Math.floor((width - columnGap * (count - 1)) / count);
}

/** Groups that stand one below the other. */
interface Column {
	readonly groups: readonly MeasuredGroup[];
	readonly width: number;
	readonly labelWidth: number;
	/** Rows. */
	readonly height: number;
}

/** Whole groups in as few columns of `height` rows as hold them, evened out; undefined when `most` are too few. */
function flow(groups: readonly MeasuredGroup[], room: Room): Column[] | undefined {
	const { most, height } = room;
	for (let count = 1; count <= most; count++) {
		const each = eachOf(room, count);
		let best = fill(groups, count, each, height);
		if (!best) continue;
		// The least height that holds them: what fits into one fits into every greater one.
		for (let low = 1, high = height; low < high;) {
			const limit = (low + high) >> 1;
			const tried = fill(groups, count, each, limit);
			if (tried) [best, high] = [tried, limit];
			else low = limit + 1;
		}
		return best;
	}
	return undefined;
}

function columnOf(groups: readonly MeasuredGroup[], width: number): Column {
	const labelWidth = labelWidthOf(groups, width);
	let height = groups.length - 1;
	for (const { facts } of groups) {
		height += 1 + facts.length;
		for (const fact of facts) if (isStacked(fact, labelWidth, width)) height += 1;
	}
	return { groups, width, labelWidth, height };
}

/** Half of the width, and what the values that stand beside their labels leave of theirs. */
function labelWidthOf(groups: readonly MeasuredGroup[], width: number): number {
	const half = Math.floor(width / 2);
	const room = width - half - leastLabelGap;
	let widest = 0;
	let longest = 0;
	for (const { facts } of groups) {
		for (const { labelCells, valueCells } of facts) {
			if (valueCells <= room) widest = Math.max(widest, valueCells);
			longest = Math.max(longest, labelCells);
		}
	}
	return Math.min(longest, half + room - widest);
}

/** Whether a value stands below its label, because one of the two would be cut beside the other. */
function isStacked(fact: Measured, labelWidth: number, width: number): boolean {
	return fact.labelCells > labelWidth || fact.valueCells > width - labelWidth - leastLabelGap;
}

/** The titles and the facts. */
function rowsOf({ groups, width, labelWidth }: Column): Row[] {
	return groups.flatMap(({ title, facts }, index): Row[] => [
		...(index === 0 ? [] : [undefined]),
		{ title },
		...facts.flatMap((fact): Row[] =>
			isStacked(fact, labelWidth, width) ? [{ ...fact, value: '' }, { below: fact }] : [fact],
		),
	]);
}

/** Each column takes as many groups as it holds; undefined where they need more than `count`. */
function fill(
	groups: readonly MeasuredGroup[],
	count: number,
	width: number,
	limit: number,
): Column[] | undefined {
	const least = groups.reduce((sum, { facts }) => sum + facts.length + 2, -count);
	if (least > count * limit) return undefined;
	const columns: Column[] = [];
	let own: readonly MeasuredGroup[] = [];
	let last = columnOf(own, width);
	for (const group of groups) {
		const longer = columnOf([...own, group], width);
		const isFirst = own.length === 0;
		if (longer.height > limit) {
			const alone = isFirst ? longer : columnOf([group], width);
			if (alone.height > limit || columns.length + 2 > count) return undefined;
			columns.push(last);
			last = alone;
		} else {
			last = longer;
		}
		own = last.groups;
	}
	return [...columns, last];
}

function drawColumns(look: Look, columns: readonly Column[], width: number): string[] {
	const count = columns.length;
	const each = Math.floor((width - columnGap * (count - 1)) / count);
	const height = Math.max(0, ...columns.map((column) => column.height));
	const drawn = columns.map((column) => fillLines(drawColumn(look, column, each), each, height));
	const rest = ' '.repeat(Math.max(0, width - count * each - columnGap * (count - 1)));
	return Array.from(
		{ length: height },
		(_, row) => drawn.map((lines) => lines[row] ?? '').join(' '.repeat(columnGap)) + rest,
	);
}

function drawColumn(look: Look, column: Column, width: number): string[] {
	const { labelWidth } = column;
	return rowsOf(column).map((row) => {
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
		if (value === '') return line(look, [['label', label]], width);
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

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
	for (const least of [3, 2, 1] as const) {
		const columns = flow(weighing(groups, least), room);
		if (!columns) continue;
		const fuller = least === 3 ? undefined : withDetails(groups, least, room);
		return drawColumns(look, fuller ?? columns, width);
	}
	const facts = groups.flatMap((group) => group.facts.filter(({ priority = 2 }) => priority < 3));
	return factLines(look, facts, width, height);
}

/** The groups with what is of so much weight, or more of those at some places; without those that are empty then. */
function weighing(
	groups: readonly FactGroup[],
	least: 1 | 2 | 3,
	fuller: ReadonlySet<number> = new Set(),
): FactGroup[] {
	return groups
		.map(({ title, facts }, index) => ({
			title,
			facts: facts.filter(({ priority = 2 }) => priority <= least + (fuller.has(index) ? 1 : 0)),
		}))
		.filter(({ facts }) => facts.length > 0);
}

/** What is of the next lesser weight, of each group for which there is room all the same. */
function withDetails(
	groups: readonly FactGroup[],
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

interface Column {
	readonly rows: readonly Row[];
	readonly labelWidth: number;
}

/** Whole groups in as few columns of `height` rows as hold them, evened out; undefined when `most` are too few. */
function flow(groups: readonly FactGroup[], room: Room): Column[] | undefined {
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

/** The titles and the facts; a value stands below its label where one of the two would be cut beside the other. */
function columnOf(groups: readonly FactGroup[], width: number): Column {
	const labelWidth = labelWidthOf(
		groups.flatMap(({ facts }) => facts),
		width,
	);
	const rows = groups.flatMap(({ title, facts }, index): Row[] => [
		...(index === 0 ? [] : [undefined]),
		{ title },
		...facts.flatMap((fact): Row[] => {
			const cells = cellWidth(fact.value);
			const isCut =
				cellWidth(fact.label) > labelWidth || cells > width - labelWidth - leastLabelGap;
			return isCut ? [{ ...fact, value: '' }, { below: fact }] : [fact];
		}),
	]);
	return { rows, labelWidth };
}

/** Half of the width, and what the values that stand beside their labels leave of theirs. */
function labelWidthOf(facts: readonly LabelledValue[], width: number): number {
	const half = Math.floor(width / 2);
	const room = width - half - leastLabelGap;
	const values = facts.map(({ value }) => cellWidth(value)).filter((cells) => cells <= room);
	const spare = room - Math.max(0, ...values);
	return Math.min(Math.max(0, ...facts.map(({ label }) => cellWidth(label))), half + spare);
}

/** Each column takes as many groups as it holds; undefined where they need more than `count`. */
function fill(
	groups: readonly FactGroup[],
	count: number,
	width: number,
	limit: number,
): Column[] | undefined {
	const least = groups.reduce((sum, { facts }) => sum + facts.length + 2, -count);
	if (least > count * limit) return undefined;
	const columns: Column[] = [];
	let own: FactGroup[] = [];
	let last: Column = { rows: [], labelWidth: 0 };
	for (const group of groups) {
		const longer = columnOf([...own, group], width);
		if (longer.rows.length <= limit) {
			own.push(group);
			last = longer;
			continue;
		}
		const alone = columnOf([group], width);
		if (own.length === 0 || alone.rows.length > limit || columns.length + 2 > count)
			return undefined;
		columns.push(last);
		own = [group];
		last = alone;
	}
	return [...columns, last];
}

function drawColumns(look: Look, columns: readonly Column[], width: number): string[] {
	const count = columns.length;
	const each = Math.floor((width - columnGap * (count - 1)) / count);
	const height = Math.max(0, ...columns.map(({ rows }) => rows.length));
	const drawn = columns.map((column) => fillLines(drawColumn(look, column, each), each, height));
	const rest = ' '.repeat(Math.max(0, width - count * each - columnGap * (count - 1)));
	return Array.from(
		{ length: height },
		(_, row) => drawn.map((lines) => lines[row] ?? '').join(' '.repeat(columnGap)) + rest,
	);
}

function drawColumn(look: Look, { rows, labelWidth }: Column, width: number): string[] {
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

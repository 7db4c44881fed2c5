import { fit } from './line.ts';
import type { Look } from './look.ts';
import { missing } from '../source/domain/format.ts';
import type { Tone } from '../source/domain/tone.ts';

/** One column of a table, as data: its width, its priority, and its cell for a row. */
export interface Column<Row, Frame> {
	readonly id: string;
	readonly title: string;
	/** Cells; a `flex` column takes what is left, but at least this. */
	readonly width: number;
	readonly isFlex?: boolean;
	/** How far it grows, where more would be of no use. */
	readonly mostWidth?: number;
	/** For so many cells of a flex column, columns of lesser rank (from `lesserRank` on) are left out. */
	readonly comfortWidth?: number;
	/** For so many cells of a flex column, all but those of the first ranks (up to `firstRanks`) are left out. */
	readonly neededWidth?: number;
	readonly align?: 'left' | 'right';
	/** 1 stays longest: where space is scarce the highest number is left out first; 0 always stays. */
	readonly priority: number;
	cell(row: Row, frame: Frame, width: number): { readonly text: string; readonly tone?: Tone };
	/** Present where rows can be sorted by this column. Ascending. */
	readonly compare?: (a: Row, b: Row) => number;
}

/** The columns that say something of a row: a column of dashes takes the room of others. */
export function saying<Row, Frame>(
	columns: readonly Column<Row, Frame>[],
	rows: readonly Row[],
	frame: Frame,
): Column<Row, Frame>[] {
	return columns.filter(
		({ priority, width, cell }) =>
			priority === 0 || rows.some((row) => cell(row, frame, width).text !== missing),
	);
}

/** The cells that these columns want. */
export function wantedWidth<Row, Frame>(columns: readonly Column<Row, Frame>[]): number {
	return columns.reduce(
		(sum, each, index) =>
			sum + Math.max(wideOf(each), each.mostWidth ?? 0) + leadOf(columns, index) + gutter,
		-gutter,
	);
}

interface Placed<Row, Frame> {
	readonly column: Column<Row, Frame>;
	/** Cells with the blank ones before its text. */
	readonly width: number;
	/** Blank cells that part words from the numbers before them: both are flush with the gutter. */
	readonly lead: number;
}

const gutter = 1;
/** What may go so that another column can be read whole. */
const lesserRank = 6;
/** What stays even where another column can then not be read in its needed width. */
const firstRanks = 2;

/** The columns that fit in `width`, in order, with their final widths. */
export function placeColumns<Row, Frame>(
	columns: readonly Column<Row, Frame>[],
	width: number,
): Placed<Row, Frame>[] {
	const kept = [...columns];
	const cells = (own: (column: Column<Row, Frame>) => number) =>
		kept.reduce((sum, each, index) => sum + own(each) + leadOf(kept, index) + gutter, -gutter);
	const leaveOut = (leastPriority: number, own: (column: Column<Row, Frame>) => number) => {
		while (cells(own) > width) {
			const last = kept.reduce((a, b) => (b.priority >= a.priority ? b : a));
			if (last.priority < leastPriority) break;
			kept.splice(kept.indexOf(last), 1);
		}
	};
	leaveOut(1, ({ width: own }) => own);
	leaveOut(firstRanks + 1, ({ width: own, neededWidth = 0 }) => Math.max(own, neededWidth));
	leaveOut(lesserRank, wideOf);
	const spare = Math.max(0, width - cells(({ width: own }) => own));
	return shareOut(kept, spare).map((each, index) => {
		const lead = leadOf(kept, index);
		return { column: each.column, width: each.width + lead, lead };
	});
}

function leadOf(
	columns: readonly { readonly align?: 'left' | 'right'; readonly width: number }[],
	index: number,
): number {
	const isAfterNumbers = columns[index - 1]?.align === 'right';
	return isAfterNumbers && columns[index]?.align !== 'right' ? 1 : 0;
}

function wideOf<Row, Frame>({ width, comfortWidth = 0 }: Column<Row, Frame>): number {
	return Math.max(width, comfortWidth);
}

type Shared<Row, Frame> = Pick<Placed<Row, Frame>, 'column'> & { width: number };

/** First what columns want for comfort; then those that may grow as much each, those that want less what they want. */
function shareOut<Row, Frame>(
	columns: readonly Column<Row, Frame>[],
	spare: number,
): Shared<Row, Frame>[] {
	let rest = spare;
	const placed = columns.map((column): Shared<Row, Frame> => {
		const more = Math.min(rest, wideOf(column) - column.width);
		rest -= more;
		return { column, width: column.width + more };
	});
	let growing = placed.filter(({ column }) => column.isFlex);
	while (growing.length > 0) {
		const share = Math.floor(rest / growing.length);
		const sated = growing.filter(
			({ column, width }) => (column.mostWidth ?? Infinity) <= width + share,
		);
		for (const each of sated) {
			const most = each.column.mostWidth ?? each.width;
			rest -= Math.max(0, most - each.width);
			each.width = most;
		}
		if (sated.length === 0) {
			for (const each of growing) each.width += share;
			break;
		}
		growing = growing.filter((each) => !sated.includes(each));
	}
	return placed;
}

export interface TableView<Row, Frame> {
	readonly columns: readonly Column<Row, Frame>[];
	/** Only the rows to draw: slice before. */
	readonly rows: readonly Row[];
	readonly frame: Frame;
	readonly width: number;
	/** Index within `rows`; -1 for none. */
	readonly selected: number;
	readonly sort?: { readonly column: string; readonly isDescending: boolean } | undefined;
}

/** A heading line and one line a row, each exactly `width` cells. */
export function tableLines<Row, Frame>(look: Look, view: TableView<Row, Frame>): string[] {
	const placed = placeColumns(view.columns, view.width - 2);
	const head = placed.map(({ column, width, lead }) => {
		const isSorted = view.sort?.column === column.id;
		const mark = view.sort?.isDescending ? look.glyphs.sortDown : look.glyphs.sortUp;
		const title = isSorted ? `${column.title}${mark}` : column.title;
		return look.paint(
			isSorted ? 'strong' : 'label',
			' '.repeat(lead) + fit(title, width - lead, column.align),
		);
	});
	const lines = [padTo(look, `  ${head.join(' ')}`, placed, view.width, 'plain')];
	for (const [index, row] of view.rows.entries()) {
		const isSelected = index === view.selected;
		const cells = placed.map(({ column, width, lead }) => {
			const { text, tone = 'plain' } = column.cell(row, view.frame, width - lead);
			const drawn = ' '.repeat(lead) + fit(text, width - lead, column.align);
			return paintCell(look, tone, drawn, isSelected);
		});
		const cursor = paintCell(
			look,
			'accent',
			isSelected ? `${look.glyphs.cursor} ` : '  ',
			isSelected,
		);
		const gap = paintCell(look, 'plain', ' ', isSelected);
		lines.push(
			padTo(look, cursor + cells.join(gap), placed, view.width, isSelected ? 'selected' : 'plain'),
		);
	}
	return lines;
}

/** On the selected row the colour of the meaning stays, on the selection's ground. */
function paintCell(look: Look, tone: Tone, text: string, isSelected: boolean): string {
	return isSelected ? look.paintOn('selected', tone, text) : look.paint(tone, text);
}

function padTo<Row, Frame>(
	look: Look,
	drawn: string,
	placed: readonly Placed<Row, Frame>[],
	width: number,
	tone: Tone,
): string {
	const used = placed.reduce((sum, each) => sum + each.width + gutter, 2 - gutter);
	return used >= width ? drawn : drawn + look.paint(tone, ' '.repeat(width - used));
}

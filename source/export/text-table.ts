import { cellWidth } from '../domain/cell-width.ts';
import { cut, pad } from './text-style.ts';
import type { TextStyle } from './text-style.ts';

/** One column of a table of text. */
export interface TextColumn<Row> {
	readonly title: string;
	readonly isRight?: boolean;
	/** 1 stays longest: where space is scarce the highest number is left out first; 0 always stays. */
	readonly priority: number;
	/** A column that may be cut short, and to how few cells. */
	readonly leastWidth?: number;
	/** `undefined` where it is not known, empty where there is nothing to say. */
	read(row: Row, style: TextStyle): string | undefined;
}

interface TableOptions<Row> {
	/** Whether the last columns are cut first, or the one with most to spare. */
	readonly cutFirst: 'last' | 'widest';
	/** What stands where it is not known. */
	readonly missing?: string;
	/** Gives a finished line its colours. */
	readonly paintRow?: (row: Row, line: string) => string;
}

interface Placed<Row> {
	readonly column: TextColumn<Row>;
	readonly cells: readonly (string | undefined)[];
	width: number;
}

const gap = '  ';

/**
 * Rows as aligned lines, a heading first. A column that no row fills is left out; to fit the style, long
 * cells are cut first, then columns are left out. Only columns that always stay may pass its width.
 */
export function tableLines<Row>(
	rows: readonly Row[],
	columns: readonly TextColumn<Row>[],
	style: TextStyle,
	{ cutFirst, missing = '', paintRow = (_, line) => line }: TableOptions<Row>,
): string[] {
	const placed = place(rows, columns, style, cutFirst === 'last' ? cutLast : cutWidest);
	const lineOf = (textOf: (each: Placed<Row>) => string): string =>
		placed
			.map((each) => {
				const side = each.column.isRight === true ? 'right' : 'left';
				return pad(cut(style, textOf(each), each.width), each.width, side);
			})
			.join(gap)
			.trimEnd();
	const heading = lineOf(({ column }) => column.title);
	return [
		style.paint('title', heading),
		...rows.map((row, index) =>
			paintRow(
				row,
				lineOf(({ cells }) => cells[index] ?? style.show(missing)),
			),
		),
	];
}

type Cut = <Row>(placed: readonly Placed<Row>[], cells: number) => void;

/** The columns that fit, with their widths. */
function place<Row>(
	rows: readonly Row[],
	columns: readonly TextColumn<Row>[],
	style: TextStyle,
	cutCells: Cut,
): Placed<Row>[] {
	const placed = columns
		.map((column): Placed<Row> => {
			const cells = rows.map((row) => {
				const text = column.read(row, style);
				return text === undefined ? undefined : style.show(text);
			});
			return { column, cells, width: naturalWidth({ column, cells }) };
		})
		.filter(({ cells }) => cells.some((cell) => cell !== undefined && cell !== ''));
	while (excess(placed, style) > 0) {
		cutCells(placed, excess(placed, style));
		if (excess(placed, style) <= 0) break;
		const last = placed.reduce((a, b) => (b.column.priority > a.column.priority ? b : a));
		if (last.column.priority === 0) break;
		placed.splice(placed.indexOf(last), 1);
		for (const each of placed) each.width = naturalWidth(each);
	}
	return placed;
}

function naturalWidth<Row>({ column, cells }: Omit<Placed<Row>, 'width'>): number {
	return Math.max(column.title.length, ...cells.map((cell) => cellWidth(cell ?? '')));
}

function excess<Row>(placed: readonly Placed<Row>[], { width }: TextStyle): number {
	return placed.reduce((sum, each) => sum + each.width + gap.length, -gap.length) - width;
}

function spareOf<Row>({ column, width }: Placed<Row>): number {
	return Math.max(0, width - (column.leastWidth ?? width));
}

const cutLast: Cut = (placed, cells) => {
	let rest = cells;
	for (const each of placed.toReversed()) {
		const give = Math.min(rest, spareOf(each));
		each.width -= give;
		rest -= give;
	}
};

const cutWidest: Cut = (placed, cells) => {
	for (let rest = cells; rest > 0; rest -= 1) {
		const widest = placed.reduce((a, b) => (spareOf(b) >= spareOf(a) ? b : a));
		if (spareOf(widest) === 0) return;
		widest.width -= 1;
	}
};

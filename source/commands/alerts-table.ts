import { cut, pad } from '../export/paper.ts';
import type { Paper } from '../export/paper.ts';
import { cellWidth } from '../domain/cell-width.ts';

/** One column of a table of alerts. */
export interface AlertColumn<Row> {
	readonly title: string;
	readonly isRight?: boolean;
	/** Columns with the highest number are left out first; 0 always stays. */
	readonly givesWay: number;
	/** A column that may be cut short, and to how few cells. */
	readonly leastWidth?: number;
	/** Empty where there is nothing to say. */
	read(row: Row): string;
}

interface Placed<Row> {
	readonly column: AlertColumn<Row>;
	readonly cells: readonly string[];
	width: number;
}

const gap = '  ';

/**
 * Rows as aligned lines, a heading first. A column that no row fills is left out; to fit the paper, long
 * cells are cut first, the longest most, then columns are left out.
 */
export function tableLines<Row>(
	rows: readonly Row[],
	columns: readonly AlertColumn<Row>[],
	paper: Paper,
): string[] {
	const placed = columns
		.map((column) => place(rows, column, paper))
		.filter(({ cells }) => cells.some((cell) => cell !== ''));
	while (excess(placed, paper) > 0) {
		shrink(placed, excess(placed, paper));
		if (excess(placed, paper) <= 0) break;
		const last = placed.reduce((a, b) => (b.column.givesWay > a.column.givesWay ? b : a));
		if (last.column.givesWay === 0) break;
		placed.splice(placed.indexOf(last), 1);
		for (const each of placed) each.width = naturalWidth(each);
	}
	const lineOf = (textOf: (each: Placed<Row>) => string): string =>
		placed
			.map((each) =>
				pad(
					cut(paper, textOf(each), each.width),
					each.width,
					each.column.isRight === true ? 'right' : 'left',
				),
			)
			.join(gap)
			.trimEnd();
	return [
		paper.paint(
			'title',
			lineOf(({ column }) => column.title),
		),
		...rows.map((_, index) => lineOf(({ cells }) => cells[index] ?? '')),
	];
}

function place<Row>(rows: readonly Row[], column: AlertColumn<Row>, paper: Paper): Placed<Row> {
	const cells = rows.map((row) => paper.show(column.read(row)));
	return { column, cells, width: naturalWidth({ column, cells }) };
}

function naturalWidth<Row>({ column, cells }: Omit<Placed<Row>, 'width'>): number {
	return Math.max(column.title.length, ...cells.map((cell) => cellWidth(cell)));
}

function excess<Row>(placed: readonly Placed<Row>[], { width }: Paper): number {
	return placed.reduce((sum, each) => sum + each.width + gap.length, -gap.length) - width;
}

/** Takes cells, one by one, where most are to spare. */
function shrink<Row>(placed: readonly Placed<Row>[], cells: number): void {
	const spare = ({ column, width }: Placed<Row>): number => width - (column.leastWidth ?? width);
	for (let rest = cells; rest > 0; rest -= 1) {
		const widest = placed.reduce((a, b) => (spare(b) >= spare(a) ? b : a));
		if (spare(widest) <= 0) return;
		widest.width -= 1;
	}
}

/** How a list stands: in one column, or flowing through several side by side. */
export interface Flow {
	readonly columns: number;
	/** Cells of each column. */
	readonly width: number;
}

const gap = 3;

/** As many columns as the rows need and the width has room for, with at least so many cells each. */
export function flowFor(rows: number, height: number, width: number, leastWidth: number): Flow {
	const most = Math.max(1, Math.floor((width + gap) / (leastWidth + gap)));
	const columns = Math.max(1, Math.min(most, Math.ceil(rows / Math.max(1, height))));
	return { columns, width: Math.floor((width - gap * (columns - 1)) / columns) };
}

/** Lines of a column's width, down one column after the other; what has no room is cut. */
export function flowed(lines: readonly string[], height: number, flow: Flow): string[] {
	const { columns, width } = flow;
	const blank = ' '.repeat(width);
	const column = Array.from({ length: columns }, (_, index) => index * height);
	return Array.from({ length: Math.min(height, lines.length) }, (_, row) =>
		column.map((from) => lines[from + row] ?? blank).join(' '.repeat(gap)),
	);
}

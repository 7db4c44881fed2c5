export interface Blank {
	/** Share of the picture's cells. */
	readonly ratio: number;
	readonly row: number;
	readonly column: number;
	readonly width: number;
	readonly height: number;
}

/** The largest rectangle of a picture in which nothing is drawn. The plot of a chart is drawn, also where its line is not. */
export function largestBlank(lines: readonly string[], columns: number): Blank {
	const cells = lines.map((line) => [...line.padEnd(columns)].slice(0, columns));
	fillPlots(cells);
	let best: Blank = { ratio: 0, row: 0, column: 0, width: 0, height: 0 };
	const heights = Array.from({ length: columns }, () => 0);
	for (const [row, line] of cells.entries()) {
		for (let column = 0; column < columns; column++) {
			heights[column] = line[column] === ' ' ? (heights[column] ?? 0) + 1 : 0;
		}
		for (let left = 0; left < columns; left++) {
			let height = heights[left] ?? 0;
			for (let right = left; right < columns && height > 0; right++) {
				height = Math.min(height, heights[right] ?? 0);
				const width = right - left + 1;
				const ratio = (width * height) / (columns * lines.length);
				if (ratio > best.ratio) {
					best = { ratio, row: row - height + 1, column: left, width, height };
				}
			}
		}
	}
	return best;
}

/** From the corner of two axes: as wide as the time axis, as high as the value axis. */
function fillPlots(cells: string[][]): void {
	for (const [row, line] of cells.entries()) {
		for (const [column, cell] of line.entries()) {
			if (cell !== '└') continue;
			const rest = line.slice(column).join('');
			const end = column + (/ {2}|$/.exec(rest)?.index ?? 0);
			for (let above = row - 1; '│┤'.includes(cells[above]?.[column] ?? 'x'); above--) {
				cells[above]?.fill('#', column, end);
			}
		}
	}
}

/** Whether a panel of the picture has more than it shows: it cuts a text, or shows a part of its rows. */
export function hidesSomething(text: string): boolean {
	// A command line is spelled so where anything may follow.
	const cut = text.replaceAll('COMMAND…', '');
	return /…|\d–\d[\d,]* of \d|\d+ more\b/.test(cut);
}

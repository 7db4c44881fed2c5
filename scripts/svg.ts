import type { Terminal } from '@xterm/headless';

const cellWidth = 8.4;
const cellHeight = 17;
const fontSize = 14;
const padding = 12;

/** What a terminal shows where a program chose no colour. */
interface Ground {
	readonly background: string;
	readonly foreground: string;
}
const darkGround: Ground = { background: '#0d1117', foreground: '#d0d7de' };
export const lightGround: Ground = { background: '#ffffff', foreground: '#1f2328' };

/** The 16 colours of the terminal that the pictures pretend to be. */
const basicColors = [
	'#484f58',
	'#ff7b72',
	'#3fb950',
	'#d29922',
	'#58a6ff',
	'#bc8cff',
	'#39c5cf',
	'#b1bac4',
	'#6e7681',
	'#ffa198',
	'#56d364',
	'#e3b341',
	'#79c0ff',
	'#d2a8ff',
	'#56d4dd',
	'#ffffff',
];
const cubeSteps = [0, 95, 135, 175, 215, 255];

interface Style {
	readonly fill: string;
	readonly ground: string | undefined;
	readonly isBold: boolean;
	readonly isDim: boolean;
}

interface Run {
	readonly column: number;
	text: string;
	cells: number;
	readonly style: Style;
}

/** The emulator's cells as an SVG picture, one `<text>` a stretch of equal style. */
export function toSvg(terminal: Terminal, ground: Ground = darkGround): string {
	const width = Math.ceil(terminal.cols * cellWidth + 2 * padding);
	const height = Math.ceil(terminal.rows * cellHeight + 2 * padding);
	const rows = Array.from({ length: terminal.rows }, (_, row) => drawRow(terminal, row, ground));
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="'DejaVu Sans Mono','Menlo','Consolas',monospace" font-size="${fontSize}">`,
		`<rect width="100%" height="100%" rx="6" fill="${ground.background}"/>`,
		...rows.flat(),
		'</svg>\n',
	].join('\n');
}

function drawRow(terminal: Terminal, row: number, ground: Ground): string[] {
	const y = padding + row * cellHeight;
	return runsOf(terminal, row, ground).flatMap(({ column, text, cells, style }) => {
		const x = round(padding + column * cellWidth);
		const extent = round(cells * cellWidth);
		const drawn: string[] = [];
		if (style.ground !== undefined) {
			drawn.push(
				`<rect x="${x}" y="${y}" width="${extent}" height="${cellHeight}" fill="${style.ground}" shape-rendering="crispEdges"/>`,
			);
		}
		const dots = dotsPath(text, x, y);
		if (dots !== '') drawn.push(`<path d="${dots}" fill="${style.fill}"/>`);
		const written = text.replaceAll(braille, ' ');
		if (written.trim() !== '') {
			const bold = style.isBold ? ' font-weight="bold"' : '';
			const dim = style.isDim ? ' opacity="0.6"' : '';
			drawn.push(
				`<text x="${x}" y="${y + 13}" fill="${style.fill}"${bold}${dim} textLength="${extent}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">${escapeXml(written)}</text>`,
			);
		}
		return drawn;
	});
}

const braille = /[\u2800-\u28FF]/g;
const brailleBase = 0x28_00;
/** Bits of a braille character by column and row of its dots. */
const dotBits = [
	[0x01, 0x08],
	[0x02, 0x10],
	[0x04, 0x20],
	[0x40, 0x80],
];
const dotSize = 2.3;

/** The dots of braille, drawn by hand: few fonts have them, and none in the width of its other characters. */
function dotsPath(text: string, x: number, y: number): string {
	return Array.from(text, (character, index) => {
		const bits = (character.codePointAt(0) ?? 0) - brailleBase;
		if (bits <= 0 || bits > 0xff) return '';
		return dotBits
			.flatMap((row, rowIndex) =>
				row.map((bit, column) => {
					if ((bits & bit) === 0) return '';
					const dotX = round(x + index * cellWidth + (column * 0.5 + 0.14) * cellWidth);
					const dotY = round(y + (rowIndex * 0.25 + 0.07) * cellHeight);
					return `M${dotX} ${dotY}h${dotSize}v${dotSize}h-${dotSize}z`;
				}),
			)
			.join('');
	}).join('');
}

function runsOf(terminal: Terminal, row: number, base: Ground): Run[] {
	const buffer = terminal.buffer.active;
	const line = buffer.getLine(buffer.viewportY + row);
	const runs: Run[] = [];
	for (let column = 0; column < terminal.cols; column++) {
		const cell = line?.getCell(column);
		if (!cell || cell.getWidth() === 0) continue;
		const style = styleOf(cell, base);
		const text = cell.getChars() || ' ';
		const last = runs.at(-1);
		if (last && isSame(last.style, style) && last.column + last.cells === column) {
			last.text += text;
			last.cells += cell.getWidth();
		} else {
			runs.push({ column, text, cells: cell.getWidth(), style });
		}
	}
	return runs;
}

type Cell = NonNullable<
	ReturnType<NonNullable<ReturnType<Terminal['buffer']['active']['getLine']>>['getCell']>
>;

function styleOf(cell: Cell, { background, foreground }: Ground): Style {
	const fill = cell.isFgDefault()
		? foreground
		: color(cell.isFgRGB(), cell.getFgColor(), foreground);
	const ground = cell.isBgDefault()
		? undefined
		: color(cell.isBgRGB(), cell.getBgColor(), background);
	const isInverse = cell.isInverse() !== 0;
	return {
		fill: isInverse ? (ground ?? background) : fill,
		ground: isInverse ? fill : ground,
		isBold: cell.isBold() !== 0,
		isDim: cell.isDim() !== 0,
	};
}

function color(isRgb: boolean, value: number, none: string): string {
	if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
	if (value < 16) return basicColors[value] ?? none;
	if (value >= 232) {
		const level = 8 + (value - 232) * 10;
		return `rgb(${level},${level},${level})`;
	}
	const index = value - 16;
	const steps = [Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6];
	return `rgb(${steps.map((step) => cubeSteps[step] ?? 0).join(',')})`;
}

function isSame(a: Style, b: Style): boolean {
	return a.fill === b.fill && a.ground === b.ground && a.isBold === b.isBold && a.isDim === b.isDim;
}

function round(value: number): number {
	return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

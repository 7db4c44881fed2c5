import type { Terminal } from '@xterm/headless';

/**
 * The fewest bytes that paint what changed between two pictures of a terminal, as a plain encoder of cell
 * differences sends them: moves as CUP or CUF, colours only where they change, blank line ends erased.
 * It is the yardstick for what nodetop writes.
 */

/** A cell is its character, a NUL, and the SGR parameters that make its style from a reset. */
export type Grid = readonly (readonly string[])[];

/** Longer gaps of unchanged cells are jumped over. */
const mostRewritten = 6;

export function gridOf(terminal: Terminal): Grid {
	const buffer = terminal.buffer.active;
	const room = buffer.getNullCell();
	return Array.from({ length: terminal.rows }, (_, y) => {
		const line = buffer.getLine(buffer.viewportY + y);
		return Array.from({ length: terminal.cols }, (_each, x) => {
			const cell = line?.getCell(x, room);
			if (!cell) return ' \0';
			const glyph = cell.getWidth() === 0 ? '' : cell.getChars() || ' ';
			return `${glyph}\0${styleOf(cell, glyph)}`;
		});
	});
}

type Cell = ReturnType<Terminal['buffer']['active']['getNullCell']>;

function styleOf(cell: Cell, glyph: string): string {
	const isLine = cell.isInverse() !== 0 || cell.isUnderline() !== 0 || cell.isStrikethrough() !== 0;
	// The foreground of a blank cell cannot be seen.
	const hasInk = glyph !== ' ' || isLine;
	const codes: (number | string)[] = [];
	if (hasInk && cell.isBold() !== 0) codes.push(1);
	if (hasInk && cell.isDim() !== 0) codes.push(2);
	if (hasInk && cell.isItalic() !== 0) codes.push(3);
	if (cell.isUnderline() !== 0) codes.push(4);
	if (cell.isInverse() !== 0) codes.push(7);
	if (cell.isStrikethrough() !== 0) codes.push(9);
	if (hasInk && !cell.isFgDefault()) codes.push(colorOf(30, cell.isFgRGB(), cell.getFgColor()));
	if (!cell.isBgDefault()) codes.push(colorOf(40, cell.isBgRGB(), cell.getBgColor()));
	return codes.join(';');
}

function colorOf(base: number, isRgb: boolean, value: number): string {
	if (isRgb) return [base + 8, 2, value >> 16, (value >> 8) & 255, value & 255].join(';');
	if (value < 8) return String(base + value);
	return value < 16 ? String(base + 52 + value) : `${base + 8};5;${value}`;
}

/** The bytes from one picture to the next, of one size. */
export function fewestBytes(before: Grid, after: Grid): string {
	const pen = new Pen();
	for (const [y, row] of after.entries()) pen.row(y, before[y] ?? [], row);
	return pen.done();
}

class Pen {
	#out = '';
	#style = '';
	/** Where the cursor is; a row of -1 is unknown. */
	#y = -1;
	#x = -1;

	row(y: number, before: readonly string[], after: readonly string[]): void {
		for (let x = 0; x < after.length; x += 1) {
			const cell = after[x] ?? '';
			const [glyph = '', style = ''] = cell.split('\0');
			if (cell === before[x] || glyph === '') continue;
			this.#moveTo(y, x, after);
			this.#setStyle(style);
			if (glyph === ' ' && style === '' && isBlankFrom(after, x)) {
				this.#out += '\u001B[K';
				return;
			}
			this.#out += glyph;
			const isWide = after[x + 1]?.startsWith('\0') === true;
			this.#x = x + (isWide ? 2 : 1);
			// Behind the last column the cursor waits: where it is depends on the terminal.
			if (this.#x >= after.length) this.#y = -1;
		}
	}

	done(): string {
		return this.#style === '' ? this.#out : `${this.#out}\u001B[m`;
	}

	#moveTo(y: number, x: number, row: readonly string[]): void {
		if (this.#y !== y || this.#x !== x) {
			if (this.#y === y && x > this.#x) this.#out += this.#over(x, row);
			else if (this.#y >= 0 && y === this.#y + 1 && x === 0) this.#out += '\r\n';
			else this.#out += x === 0 ? `\u001B[${y + 1}H` : `\u001B[${y + 1};${x + 1}H`;
		}
		this.#y = y;
		this.#x = x;
	}

	/** Over unchanged cells: by a move, or by writing them again where that is shorter. */
	#over(x: number, row: readonly string[]): string {
		const count = x - this.#x;
		const move = count === 1 ? '\u001B[C' : `\u001B[${count}C`;
		let again = '';
		for (const cell of row.slice(this.#x, x)) {
			const [glyph = '', style] = cell.split('\0');
			if (style !== this.#style || Buffer.byteLength(again) >= mostRewritten) return move;
			again += glyph;
		}
		return Buffer.byteLength(again) <= move.length ? again : move;
	}

	#setStyle(style: string): void {
		if (style === this.#style) return;
		this.#out += changeOf(this.#style, style);
		this.#style = style;
	}
}

function isBlankFrom(row: readonly string[], from: number): boolean {
	const isBlank = row.slice(from).every((cell) => cell === ' \0');
	return isBlank && row.length - from > 3;
}

const offCodes: Readonly<Record<string, string>> = {
	foreground: '39',
	background: '49',
	'1': '22',
	'2': '22',
	'3': '23',
	'4': '24',
	'7': '27',
	'9': '29',
};

/** From one style to another: what changed, or a reset and all of it, whichever is shorter. */
function changeOf(from: string, to: string): string {
	if (to === '') return '\u001B[m';
	if (from === '') return `\u001B[${to}m`;
	const before = attributesOf(from);
	const after = attributesOf(to);
	const kinds = new Set(after.map(kindOf));
	const codes = before
		.map(kindOf)
		.flatMap((kind) => (kinds.has(kind) ? [] : [offCodes[kind] ?? '0']));
	// Bold and dim end together.
	const isCut = codes.includes('22');
	for (const each of after) {
		const wasCut = isCut && (each === '1' || each === '2');
		if (!before.includes(each) || wasCut) codes.push(each);
	}
	const change = `\u001B[${codes.join(';')}m`;
	const whole = `\u001B[0;${to}m`;
	return change.length <= whole.length ? change : whole;
}

function attributesOf(style: string): string[] {
	return style.match(/[34]8;(?:2;\d+;\d+;\d+|5;\d+)|\d+/g) ?? [];
}

function kindOf(attribute: string): string {
	if (/^(?:3\d|9\d|38;.*)$/.test(attribute)) return 'foreground';
	return /^(?:4\d|10\d|48;.*)$/.test(attribute) ? 'background' : attribute;
}

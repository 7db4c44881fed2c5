import { stripControls } from '../../domain/clean.ts';
import { longestLineBytes } from './line.ts';
import type { Stream } from './line.ts';

const letters = { stdout: 'O', stderr: 'E' } as const;
const lineEnd = 10;
const pieceBytes = longestLineBytes + 1024;

/** What all lines of some output have in common. */
export interface OutputFacts {
	readonly stream: Stream;
	/** When it was read; every line gets this time. */
	readonly at: string;
	/** Its first line goes on from the line before. */
	readonly isContinued: boolean;
}

/**
 * Makes lines of the log of what a node wrote. Lines of printable ASCII are copied as bytes, in one buffer that is used
 * again and again: at a hundred megabytes a second text would cost more than all else. Escape sequences and control
 * characters are removed from the others.
 */
export class LogEncoder {
	readonly #out = Buffer.allocUnsafe(pieceBytes);
	#used = 0;

	/** `bytes` ends with a line end, or is cut at the longest length. `take` gets piece after piece; none outlives it. */
	encode(bytes: Buffer, { stream, at, isContinued }: OutputFacts, take: (piece: Buffer) => void) {
		const letter = letters[stream];
		const prefix = Buffer.from(`${at} ${letter} `);
		const first = isContinued ? Buffer.from(`${at} ${letter.toLowerCase()} `) : prefix;
		const end = bytes.at(-1) === lineEnd ? bytes.length - 1 : bytes.length;
		for (let from = 0; from <= end;) {
			let isPlain = true;
			let to = from;
			for (; to < end; to += 1) {
				const byte = bytes[to] ?? 0;
				if (byte === lineEnd) break;
				if (byte < 0x20 || byte > 0x7e) isPlain = false;
			}
			const line = isPlain ? bytes : cleanLine(bytes.toString('utf8', from, to));
			const range = isPlain ? ([from, to] as const) : ([0, line.length] as const);
			this.#add(from === 0 ? first : prefix, line, range, take);
			from = to + 1;
		}
		this.#flush(take);
	}

	#add(
		prefix: Buffer,
		line: Buffer,
		[from, to]: readonly [number, number],
		take: (piece: Buffer) => void,
	): void {
		const length = prefix.length + to - from + 1;
		if (this.#used + length > this.#out.length) this.#flush(take);
		if (length > this.#out.length) {
			// Signs that are no UTF-8 become longer.
			take(Buffer.concat([prefix, line.subarray(from, to), Buffer.from('\n')]));
			return;
		}
		this.#used += prefix.copy(this.#out, this.#used);
		this.#used += line.copy(this.#out, this.#used, from, to);
		this.#out[this.#used] = lineEnd;
		this.#used += 1;
	}

	#flush(take: (piece: Buffer) => void): void {
		if (this.#used > 0) take(this.#out.subarray(0, this.#used));
		this.#used = 0;
	}
}

function cleanLine(text: string): Buffer {
	return Buffer.from(stripControls(text.endsWith('\r') ? text.slice(0, -1) : text));
}

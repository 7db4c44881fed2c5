/** A longer line is none of the node's; it is counted and skipped. */
const mostLineBytes = 64 * 1024;
const newline = 10;
const carriageReturn = 13;

/** Cuts bytes into lines. */
export interface Scanner {
	/** Hands on every line that ends in these bytes. */
	feed(bytes: Uint8Array): void;
	/** The end of a file: what follows belongs to another one. */
	end(): void;
	/** Lines that were too long to read. */
	readonly skipped: number;
}

/**
 * Lines are handed on as Latin-1, one character a byte: the parts that are looked at are ASCII, and
 * decoding each line as UTF-8 would cost more than reading it. `decodeText` decodes what is kept.
 */
export function createScanner(onLine: (text: string) => void): Scanner {
	let left = Buffer.alloc(0);
	let isSkipping = false;
	let skipped = 0;

	function handOn(text: string, from: number, to: number): void {
		const end = text.charCodeAt(to - 1) === carriageReturn && to > from ? to - 1 : to;
		if (end > from) onLine(text.slice(from, end));
	}

	function readLines(bytes: Buffer): void {
		const last = bytes.lastIndexOf(newline);
		if (last === -1) {
			keep(bytes);
			return;
		}
		const text = bytes.toString('latin1', 0, last + 1);
		let start = 0;
		if (isSkipping) {
			start = text.indexOf('\n') + 1;
			isSkipping = false;
		}
		for (let end = text.indexOf('\n', start); end !== -1; end = text.indexOf('\n', start)) {
			handOn(text, start, end);
			start = end + 1;
		}
		left = Buffer.alloc(0);
		keep(bytes.subarray(last + 1));
	}

	function keep(bytes: Buffer): void {
		if (isSkipping) return;
		if (bytes.length <= mostLineBytes) {
			left = Buffer.from(bytes);
			return;
		}
		left = Buffer.alloc(0);
		isSkipping = true;
		skipped += 1;
	}

	return {
		get skipped() {
			return skipped;
		},
		feed(bytes) {
			const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
			readLines(left.length === 0 ? given : Buffer.concat([left, given]));
		},
		end() {
			const text = left.toString('latin1');
			left = Buffer.alloc(0);
			isSkipping = false;
			handOn(text, 0, text.length);
		},
	};
}

/** A text of a line as it was written. */
export function decodeText(latin1: string): string {
	return Buffer.from(latin1, 'latin1').toString('utf8');
}

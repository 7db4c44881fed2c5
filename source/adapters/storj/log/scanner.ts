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
	let encoding = createEncoding();

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
			handOn(onLine, text, start, end);
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
			const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
			const given = encoding.normalised(whole, left.length === 0);
			readLines(left.length === 0 ? given : Buffer.concat([left, given]));
		},
		end() {
			const text = left.toString('latin1');
			left = Buffer.alloc(0);
			isSkipping = false;
			encoding = createEncoding();
			handOn(onLine, text, 0, text.length);
		},
	};
}

/** How a file is encoded, by its first bytes. */
function createEncoding() {
	let isWide: boolean | undefined;
	return {
		/** Bytes as Latin-1 or UTF-8 has them. */
		normalised(bytes: Buffer, isLineStart: boolean): Buffer {
			isWide ??= bytes[0] === 0xff && bytes[1] === 0xfe;
			if (isWide) return narrow(bytes);
			return isLineStart && bytes[0] === 0 ? withoutHole(bytes) : bytes;
		},
	};
}

function handOn(onLine: (text: string) => void, text: string, from: number, to: number): void {
	const end = text.charCodeAt(to - 1) === carriageReturn && to > from ? to - 1 : to;
	if (end > from) onLine(text.slice(from, end));
}

/** A file that was cut while it is written on has a hole at its start, which reads as zeros. */
function withoutHole(bytes: Buffer): Buffer {
	const start = bytes.findIndex((byte) => byte !== 0);
	return bytes.subarray(start === -1 ? bytes.length : start);
}

/** PowerShell writes UTF-16: of the parts that are looked at, each second byte is 0. */
function narrow(bytes: Buffer): Buffer {
	return bytes.filter((byte) => byte !== 0 && byte < 0x80) as Buffer;
}

/** A text of a line as it was written. */
export function decodeText(latin1: string): string {
	return Buffer.from(latin1, 'latin1').toString('utf8');
}

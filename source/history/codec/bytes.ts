/** What was read is not what nodetop wrote. */
export class DamagedDataError extends Error {
	override readonly name = 'DamagedDataError';
}

/** Whole numbers up to this size, and sums of a few of them, are exact. */
const largest = 2 ** 52;

/** Where a number becomes bytes: shared, because rows are written for every poll of every node. */
const doubleBytes = new Uint8Array(8);
const doubleView = new DataView(doubleBytes.buffer);

/** Appends to a buffer that grows. */
export class ByteWriter {
	#bytes = new Uint8Array(256);
	#length = 0;

	/** Seven bits a byte, lowest first; the high bit says that more follow. */
	varint(value: number): void {
		this.#room(8);
		let rest = value;
		while (rest >= 0x80) {
			this.#bytes[this.#length++] = (rest % 0x80) + 0x80;
			rest = Math.floor(rest / 0x80);
		}
		this.#bytes[this.#length++] = rest;
	}

	/** A whole number that may be negative: near 0 is short. */
	signed(value: number): void {
		this.varint(value < 0 ? -2 * value - 1 : 2 * value);
	}

	/** Eight bytes, as IEEE 754 has them, highest first. */
	double(value: number): void {
		this.#room(8);
		doubleView.setFloat64(0, value);
		this.#bytes.set(doubleBytes, this.#length);
		this.#length += 8;
	}

	byte(value: number): void {
		this.#room(1);
		this.#bytes[this.#length++] = value;
	}

	/** As they are. */
	raw(bytes: Uint8Array): void {
		this.#room(bytes.length);
		this.#bytes.set(bytes, this.#length);
		this.#length += bytes.length;
	}

	/** With their length before them. */
	block(bytes: Uint8Array): void {
		this.varint(bytes.length);
		this.raw(bytes);
	}

	done(): Uint8Array {
		return this.#bytes.slice(0, this.#length);
	}

	#room(more: number): void {
		if (this.#length + more <= this.#bytes.length) return;
		const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
		larger.set(this.#bytes);
		this.#bytes = larger;
	}
}

/** Reads what `ByteWriter` wrote. Throws `DamagedDataError` behind the end. */
export class ByteReader {
	readonly #bytes: Uint8Array;
	#at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	get left(): number {
		return this.#bytes.length - this.#at;
	}

	varint(): number {
		const first = this.#bytes[this.#at];
		// Nearly all of them.
		if (first !== undefined && first < 0x80) {
			this.#at += 1;
			return first;
		}
		let value = 0;
		let scale = 1;
		for (;;) {
			const byte = this.byte();
			value += (byte % 0x80) * scale;
			if (value > largest) throw new DamagedDataError('a number is too large');
			if (byte < 0x80) return value;
			scale *= 0x80;
			if (scale > largest) throw new DamagedDataError('a number is too long');
		}
	}

	signed(): number {
		const value = this.varint();
		return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
	}

	byte(): number {
		const byte = this.#bytes[this.#at];
		if (byte === undefined) throw new DamagedDataError('the data end too early');
		this.#at += 1;
		return byte;
	}

	raw(length: number): Uint8Array {
		if (length > this.left) throw new DamagedDataError('the data end too early');
		this.#at += length;
		return this.#bytes.subarray(this.#at - length, this.#at);
	}

	block(): Uint8Array {
		return this.raw(this.varint());
	}
}

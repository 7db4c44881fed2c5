const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** Bytes as a bech32 address (BIP 173) with this prefix. */
export function toBech32(prefix: string, bytes: Uint8Array): string {
	const words = toWords(bytes);
	const codes = Array.from(prefix, (letter) => letter.codePointAt(0) ?? 0);
	const expanded = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
	const checksum = polymod([...expanded, ...words, 0, 0, 0, 0, 0, 0]) ^ 1;
	const tail = Array.from({ length: 6 }, (_, index) => (checksum >>> (5 * (5 - index))) & 31);
	return `${prefix}1${[...words, ...tail].map((word) => alphabet[word]).join('')}`;
}

function toWords(bytes: Uint8Array): number[] {
	const words: number[] = [];
	let held = 0;
	let bits = 0;
	for (const byte of bytes) {
		held = ((held << 8) | byte) & 0xfff;
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			words.push((held >>> bits) & 31);
		}
	}
	if (bits > 0) words.push((held << (5 - bits)) & 31);
	return words;
}

function polymod(values: readonly number[]): number {
	let checksum = 1;
	for (const value of values) {
		const top = checksum >>> 25;
		checksum = ((checksum & 0x1ffffff) << 5) ^ value;
		for (const [bit, generator] of generators.entries()) {
			if (((top >>> bit) & 1) === 1) checksum ^= generator;
		}
	}
	return checksum >>> 0;
}

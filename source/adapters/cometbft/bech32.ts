const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const checksumLength = 6;
const longest = 120;

/**
 * The bytes of a bech32 address (BIP 173), as upper-case hexadecimal: `cosmosvalcons1…` as the address
 * that CometBFT shows. `undefined` for what is none, or has a wrong checksum.
 */
export function bech32ToHex(address: string): string | undefined {
	const text = address.toLowerCase();
	const end = text.lastIndexOf('1');
	if (end < 1 || text.length > longest || text.length < end + 1 + checksumLength) return undefined;
	const words = Array.from(text.slice(end + 1), (letter) => alphabet.indexOf(letter));
	if (words.includes(-1) || polymod([...expand(text.slice(0, end)), ...words]) !== 1)
		return undefined;
	return toHex(words.slice(0, -checksumLength));
}

function expand(prefix: string): number[] {
	const codes = Array.from(prefix, (letter) => letter.codePointAt(0) ?? 0);
	return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
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

/** From words of five bits to bytes. */
function toHex(words: readonly number[]): string | undefined {
	let bits = 0;
	let held = 0;
	let hex = '';
	for (const word of words) {
		held = (held << 5) | word;
		bits += 5;
		if (bits < 8) continue;
		bits -= 8;
		hex += (held >>> bits).toString(16).padStart(2, '0');
		held &= (1 << bits) - 1;
	}
	return held === 0 && bits < 5 ? hex.toUpperCase() : undefined;
}

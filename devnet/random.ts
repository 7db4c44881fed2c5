import { createHash } from 'node:crypto';

/** A stream of pseudo-random numbers; the same seed gives the same stream on every machine. */
export interface Random {
	/** Uniform in [0, 1). */
	next(): number;
	/** Uniform in [least, most). */
	between(least: number, most: number): number;
	/** Exponentially distributed, as the gaps between events of a Poisson process. */
	exponential(mean: number): number;
	/** Up to `count` different items, in random order. */
	sample<Item>(items: readonly Item[], count: number): Item[];
	/** `count` bytes as lower-case hexadecimal. */
	hex(count: number): string;
}

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * The small fast counter generator sfc32 (Chris Doty-Humphrey, PractRand), seeded from the SHA-256
 * of a text, so that every node and link gets its own stream from one seed.
 */
export function createRandom(seed: string): Random {
	const digest = createHash('sha256').update(seed).digest();
	let a = digest.readUInt32LE(0);
	let b = digest.readUInt32LE(4);
	let c = digest.readUInt32LE(8);
	let counter = 1;

	const word = (): number => {
		const result = (((a + b) | 0) + counter) | 0;
		counter = (counter + 1) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = (((c << 21) | (c >>> 11)) + result) | 0;
		return result >>> 0;
	};
	const next = () => word() / 2 ** 32;

	return {
		next,
		between: (least, most) => least + next() * (most - least),
		exponential: (mean) => -Math.log(1 - next()) * mean,
		sample(items, count) {
			const rest = [...items];
			const drawn = [];
			while (drawn.length < count && rest.length > 0) {
				drawn.push(...rest.splice(Math.floor(next() * rest.length), 1));
			}
			return drawn;
		},
		hex(count) {
			let text = '';
			for (let left = count; left > 0; left -= 4) {
				const drawn = word();
				for (let byte = 0; byte < Math.min(4, left); byte += 1) {
					text += hexOf[(drawn >>> (24 - 8 * byte)) & 255];
				}
			}
			return text;
		},
	};
}

import zlib from 'node:zlib';
import { DamagedDataError } from './bytes.ts';

/** The first byte says how the rest is squeezed. */
const plain = 0;
const deflated = 1;
const zstandard = 2;

/** Shorter data do not become shorter. */
const leastBytes = 48;

const leastChunkBytes = 2 * 1024;
const mostChunkBytes = 1024 * 1024;
/** How many times longer data become. */
const usualRatio = 4;
/** As small as zlib takes. */
const leastRoomBytes = 64;
const mostRoomBytes = 16 * 1024;

/** Node has zstd from 22.15 on; before it deflate does, at some more bytes. */
const hasZstd = typeof zlib.zstdCompressSync === 'function';

/** Data behind a byte that says how they are squeezed; as they are where that is shorter. */
export function squeeze(bytes: Uint8Array, level: 'fast' | 'small' = 'small'): Uint8Array {
	if (bytes.length >= leastBytes) {
		const squeezed = hasZstd ? zstd(bytes, level === 'fast' ? 3 : 6) : deflate(bytes);
		if (squeezed.length < bytes.length) return tagged(hasZstd ? zstandard : deflated, squeezed);
	}
	return tagged(plain, bytes);
}

/** Throws `DamagedDataError` for anything else than squeezed data of at most `mostBytes`. */
export function unsqueeze(bytes: Uint8Array, mostBytes: number): Uint8Array {
	const [tag] = bytes;
	const rest = bytes.subarray(1);
	if (tag === plain && rest.length <= mostBytes) return rest;
	const limits = { maxOutputLength: mostBytes, chunkSize: chunkSizeFor(rest.length) };
	try {
		if (tag === deflated) return zlib.inflateRawSync(rest, limits);
		if (tag === zstandard && hasZstd) return zlib.zstdDecompressSync(rest, limits);
	} catch (error) {
		throw new DamagedDataError('squeezed data are damaged or too large', { cause: error });
	}
	throw new DamagedDataError(
		tag === zstandard ? 'it needs zstd: use Node.js 22.15 or newer' : 'data of an unknown form',
	);
}

/**
 * The buffer that is filled at a time: many small ones take longer than the data. Without a size of its own each call
 * takes 16 KiB, and all of them wait for the garbage collector: thousands of small chunks are sealed in a few seconds.
 */
function chunkSizeFor(length: number): number {
	return Math.max(leastChunkBytes, Math.min(mostChunkBytes, length * usualRatio));
}

/** The buffer for squeezed data: mostly they are shorter than what they were. */
function roomFor(length: number): number {
	return Math.min(mostRoomBytes, length + leastRoomBytes);
}

function zstd(bytes: Uint8Array, level: number): Uint8Array {
	return zlib.zstdCompressSync(bytes, {
		chunkSize: roomFor(bytes.length),
		params: { [zlib.constants.ZSTD_c_compressionLevel]: level },
	});
}

function deflate(bytes: Uint8Array): Uint8Array {
	return zlib.deflateRawSync(bytes, { chunkSize: roomFor(bytes.length), level: 6 });
}

function tagged(tag: number, bytes: Uint8Array): Uint8Array {
	const out = new Uint8Array(bytes.length + 1);
	out[0] = tag;
	out.set(bytes, 1);
	return out;
}

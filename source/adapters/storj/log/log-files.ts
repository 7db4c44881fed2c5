import type { Stats } from 'node:fs';
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { LogFeed } from './feed.ts';
import type { Pace } from './pace.ts';

const chunkBytes = 64 * 1024;
/** The first bytes of a file: when they change, another log has taken its place. */
const headBytes = 256;
const dayMs = 86_400_000;
/** Satellites judge a node by its last 30 days; older files are left alone. */
const mostAgeMs = 30 * dayMs;
const mostOlder = 200;
/** A compressed log is about this many times larger when it is read. */
const usualRatio = 10;

const decompressors = { '.gz': createGunzip, '.zst': createZstdDecompress } as const;
type Compression = keyof typeof decompressors;

/** A file that held the log before it was rotated. */
export interface OlderFile {
	readonly path: string;
	readonly id: string;
	readonly sizeBytes: number;
	readonly writtenMs: number;
}

/** A log that is open: how far it was read, and how it begins. */
export interface OpenLog {
	readonly handle: FileHandle;
	readonly id: string;
	position: number;
	head: Buffer;
	readonly buffer: Buffer;
}

export function idOf({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
	return `${dev}:${ino}`;
}

export function compressionOf(path: string): Compression | undefined {
	const ending = extname(path).toLowerCase();
	return ending === '.gz' || ending === '.zst' ? ending : undefined;
}

/** About how many bytes of log are in a file. */
export function contentBytes({ path, sizeBytes }: Pick<OlderFile, 'path' | 'sizeBytes'>): number {
	return sizeBytes * (compressionOf(path) === undefined ? 1 : usualRatio);
}

/**
 * Files that were this log, the oldest first: `node.log.1`, `node.log.2.gz`, `node.log-20260102`,
 * `node-20260102.log` and `node-2026-01-02T03-04-05.000.log.gz`, as logrotate, lumberjack and Docker name
 * them.
 */
export async function olderFiles(path: string, nowMs = Date.now()): Promise<OlderFile[]> {
	const isOlder = olderNames(basename(path));
	const names = new Set(await readdir(dirname(path)).catch(() => []));
	const older = [...names].filter((name) => isOlder(name) && !isBeingCompressed(name, names));
	const found: OlderFile[] = [];
	for (const name of older.slice(0, mostOlder)) {
		const place = join(dirname(path), name);
		const stats = await stat(place).catch(() => undefined);
		if (stats?.isFile() !== true || nowMs - stats.mtimeMs > mostAgeMs) continue;
		found.push({
			path: place,
			id: idOf(stats),
			sizeBytes: stats.size,
			writtenMs: stats.mtimeMs,
		});
	}
	return found.toSorted((a, b) => a.writtenMs - b.writtenMs || byNumber(b.path, a.path));
}

/** While a file is compressed it is there twice. */
function isBeingCompressed(name: string, names: ReadonlySet<string>): boolean {
	const compression = compressionOf(name);
	return compression !== undefined && names.has(name.slice(0, -compression.length));
}

function byNumber(a: string, b: string): number {
	return a.localeCompare(b, 'en', { numeric: true });
}

function olderNames(name: string): (other: string) => boolean {
	const ending = extname(name);
	const stem = ending === '' ? name : name.slice(0, -ending.length);
	const date = String.raw`\d{4}-?\d\d-?\d\d[-_.T\d]{0,24}`;
	const numbered = String.raw`${escaped(name)}(?:\.\d{1,3}|[-._]${date})`;
	const dated = String.raw`${escaped(stem)}[-._]${date}${escaped(ending)}`;
	const pattern = new RegExp(`^(?:${numbered}|${dated})(?:\\.gz|\\.zst)?$`);
	return (other) => other !== name && pattern.test(other);
}

function escaped(text: string): string {
	return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

export async function openLog(path: string): Promise<OpenLog> {
	const handle = await open(path, 'r');
	const id = idOf(await handle.stat());
	return { handle, id, position: 0, head: Buffer.alloc(0), buffer: Buffer.alloc(chunkBytes) };
}

/** Reads what there is, in slices, and hands it on. `false` where another log stands there now. */
export async function readToEnd(file: OpenLog, feed: LogFeed, pace: Pace): Promise<boolean> {
	const { handle, buffer } = file;
	let isFirst = file.position > 0;
	for (;;) {
		const { bytesRead } = await handle.read(buffer, 0, chunkBytes, file.position);
		if (bytesRead === 0 || pace.signal.aborted) return true;
		// Looked at after reading, where the end is near: what was written anew before is seen.
		const isNear = isFirst || (bytesRead < chunkBytes && file.position > 0);
		if (isNear && !(await beginsAlike(file, handle))) return false;
		isFirst = false;
		if (file.position === file.head.length && file.position < headBytes)
			file.head = Buffer.concat([file.head, buffer.subarray(0, bytesRead)]).subarray(0, headBytes);
		file.position += bytesRead;
		feed.bytes(buffer.subarray(0, bytesRead));
		await pace.rest();
	}
}

/** Whether a file begins with the bytes that the log began with when it was read. */
export async function beginsAlike({ head }: OpenLog, handle: FileHandle): Promise<boolean> {
	const { buffer, bytesRead } = await handle.read(Buffer.alloc(head.length), 0, head.length, 0);
	return buffer.subarray(0, bytesRead).equals(head);
}

/** Reads a file that no one writes to any more. A compressed file that is damaged is read as far as it goes. */
export async function readOlder(path: string, feed: LogFeed, pace: Pace): Promise<void> {
	const compression = compressionOf(path);
	if (compression === undefined) {
		const file = await openLog(path);
		try {
			await readToEnd(file, feed, pace);
		} finally {
			await file.handle.close();
		}
	} else await readCompressed(path, decompressors[compression], feed, pace);
	feed.end();
}

async function readCompressed(
	path: string,
	decompressor: (typeof decompressors)[Compression],
	feed: LogFeed,
	pace: Pace,
): Promise<void> {
	try {
		await pipeline(
			createReadStream(path, { highWaterMark: chunkBytes }),
			decompressor({ chunkSize: chunkBytes }),
			async (chunks: AsyncIterable<Buffer>) => {
				for await (const chunk of chunks) {
					feed.bytes(chunk);
					await pace.rest();
				}
			},
			{ signal: pace.signal },
		);
	} catch (error) {
		if (!(error instanceof Error)) throw error;
	}
}

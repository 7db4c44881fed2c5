import { createReadStream, createWriteStream, renameSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { listSegments } from './segments.ts';
import type { Retention } from './segments.ts';

/** Removes the oldest files beyond the limits; the one that is written stays. */
export function pruneSegments(directory: string, retention: Retention, nowMs: number): void {
	const segments = listSegments(directory).slice(0, -1).toReversed();
	let bytes = 0;
	for (const segment of segments) {
		bytes += segment.sizeBytes;
		if (bytes > retention.totalBytes || nowMs - segment.changedAtMs > retention.totalMs)
			rmSync(segment.path, { force: true });
	}
}

/** Compresses every finished file, one after the other. A copy appears whole, then the file goes. */
export async function compressFinished(directory: string, current: number): Promise<void> {
	for (const { number, path, isCompressed } of listSegments(directory)) {
		if (isCompressed || number >= current) continue;
		const temporary = `${path}.gz.new`;
		try {
			await pipeline(
				createReadStream(path),
				createGzip({ level: 1 }),
				createWriteStream(temporary, { mode: 0o600 }),
			);
		} catch (error) {
			// Half a copy would keep a full disk full.
			rmSync(temporary, { force: true });
			throw error;
		}
		renameSync(temporary, `${path}.gz`);
		rmSync(path, { force: true });
	}
}

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One file of the log. The highest number is the one that is written. */
export interface Segment {
	readonly number: number;
	readonly path: string;
	readonly isCompressed: boolean;
	readonly sizeBytes: number;
	readonly changedAtMs: number;
}

const shape = /^(\d{6,12})\.log(\.gz)?$/;

export function segmentPath(directory: string, number: number): string {
	return join(directory, `${String(number).padStart(6, '0')}.log`);
}

/** Oldest first. Of a file and its compressed copy the file counts: the copy may not be complete. */
export function listSegments(directory: string): readonly Segment[] {
	const found = new Map<number, Segment>();
	for (const name of namesIn(directory)) {
		const [, digits, compressed] = shape.exec(name) ?? [];
		if (digits === undefined) continue;
		const number = Number(digits);
		const path = join(directory, name);
		const stats = statSync(path, { throwIfNoEntry: false });
		const isCompressed = compressed !== undefined;
		if (!stats || (isCompressed && found.get(number)?.isCompressed === false)) continue;
		found.set(number, {
			number,
			path,
			isCompressed,
			sizeBytes: stats.size,
			changedAtMs: stats.mtimeMs,
		});
	}
	return [...found.values()].toSorted((a, b) => a.number - b.number);
}

function namesIn(directory: string): readonly string[] {
	try {
		return readdirSync(directory);
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
		throw error;
	}
}

/** How long the log is kept. */
export interface Retention {
	/** A file is finished at this size, */
	readonly segmentBytes: number;
	/** or at this age. */
	readonly segmentMs: number;
	/** All files together, as they are on disk. */
	readonly totalBytes: number;
	readonly totalMs: number;
}

const dayMs = 86_400_000;

export const defaultRetention: Retention = {
	segmentBytes: 64_000_000,
	segmentMs: dayMs,
	totalBytes: 2_000_000_000,
	totalMs: 30 * dayMs,
};

import { readFile } from 'node:fs/promises';
import { toCount } from '../quantity.ts';

/** What Linux tells of the whole system for the price of two small reads. */
export interface SystemCounts {
	readonly threads: number | undefined;
	readonly openFiles: number | undefined;
	/** Absent where the kernel sets none (2^63 - 1). */
	readonly openFilesLimit: number | undefined;
}

/**
 * Threads from `/proc/loadavg` (`0.42 0.36 0.30 2/523 4711`: running/all, see proc_loadavg(5)) and
 * file handles from `/proc/sys/fs/file-nr` (allocated, free, maximum, see proc_sys_fs(5)). All
 * absent on systems without them.
 */
export async function readSystemCounts(): Promise<SystemCounts> {
	const [load, files] = await Promise.all([
		readIfThere('/proc/loadavg'),
		readIfThere('/proc/sys/fs/file-nr'),
	]);
	const [, , , scheduled = ''] = load.split(/\s+/);
	const [allocated, free, limit] = files.split(/\s+/).map(toCount);
	return {
		threads: toCount(scheduled.split('/')[1]),
		openFiles: allocated === undefined ? undefined : allocated - (free ?? 0),
		openFilesLimit: limit,
	};
}

/** The text of a file; empty when it does not exist or may not be read. */
async function readIfThere(path: string): Promise<string> {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		if (error instanceof Error && 'code' in error) return '';
		throw error;
	}
}

import { readFile, readdir } from 'node:fs/promises';
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

/** Finished reads and writes of all disks since the system began. */
export interface DiskCounts {
	readonly reads: number;
	readonly writes: number;
}

/**
 * From `/proc/diskstats` (fields 4 and 8 of a line: finished reads and writes, see
 * Documentation/admin-guide/iostats.rst of the kernel). Partitions, and what is made of other disks or
 * of memory, would count twice. `undefined` where there is no such file.
 */
export async function readDiskCounts(): Promise<DiskCounts | undefined> {
	const text = await readIfThere('/proc/diskstats');
	if (text === '') return undefined;
	const whole = new Set((await listIfThere('/sys/block')).filter((name) => !isMade.test(name)));
	return sumDisks(text, whole);
}

/** Devices made of others (dm, md, loop) or of memory (ram, zram), and those that are not disks. */
const isMade = /^(?:loop|ram|zram|dm-|md|sr|fd|nbd)\d*/;

export function sumDisks(diskstats: string, whole: ReadonlySet<string>): DiskCounts {
	let reads = 0;
	let writes = 0;
	for (const line of diskstats.split('\n')) {
		const [, , name = '', finishedReads, , , , finishedWrites] = line.trim().split(/\s+/);
		if (!whole.has(name)) continue;
		reads += toCount(finishedReads) ?? 0;
		writes += toCount(finishedWrites) ?? 0;
	}
	return { reads, writes };
}

/** Bytes that an interface has taken and given since it is there. */
export interface InterfaceCounts {
	readonly name: string;
	readonly bytesIn: number | undefined;
	readonly bytesOut: number | undefined;
}

/** From `/proc/net/dev` (see proc_pid_net(5)). `undefined` where there is no such file. */
export async function readInterfaceCounts(): Promise<readonly InterfaceCounts[] | undefined> {
	const text = await readIfThere('/proc/net/dev');
	return text === '' ? undefined : parseInterfaces(text);
}

export function parseInterfaces(text: string): readonly InterfaceCounts[] {
	// Two lines of heading.
	return text
		.split('\n')
		.slice(2)
		.flatMap((line) => {
			const colon = line.lastIndexOf(':');
			if (colon < 0) return [];
			const counts = line
				.slice(colon + 1)
				.trim()
				.split(/\s+/);
			return [
				{
					name: line.slice(0, colon).trim(),
					bytesIn: toCount(counts[0]),
					bytesOut: toCount(counts[8]),
				},
			];
		});
}

async function listIfThere(path: string): Promise<readonly string[]> {
	try {
		return await readdir(path);
	} catch (error) {
		if (error instanceof Error && 'code' in error) return [];
		throw error;
	}
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

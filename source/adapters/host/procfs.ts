import { readFile, readdir } from 'node:fs/promises';
import { toCount } from '../quantity.ts';

/**
 * Threads of the whole system, from `/proc/loadavg` (`0.42 0.36 0.30 2/523 4711`: running/all, see
 * proc_loadavg(5)); `undefined` on systems without it. systeminformation counts processes, not threads.
 */
export async function readThreads(): Promise<number | undefined> {
	const [, , , scheduled = ''] = (await readIfThere('/proc/loadavg')).split(/\s+/);
	return toCount(scheduled.split('/')[1]);
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

import { statfs } from 'node:fs/promises';
import { cpus, hostname } from 'node:os';
import { cwd, platform } from 'node:process';
import { clean, cleanText } from '../../domain/clean.ts';
import type { Identity } from '../../sections/identity/schema.ts';
import type { Network } from '../../sections/network/schema.ts';
import type { Resources } from '../../sections/resources/schema.ts';
import { toAmount, toCount } from '../quantity.ts';
import { createRate } from '../rates.ts';
import { readDiskCounts, readInterfaceCounts, readThreads } from './procfs.ts';
import type { DiskCounts, InterfaceCounts } from './procfs.ts';

export type SystemInformation = typeof import('systeminformation');

/** Distribution and version; the host's name from the system call, which needs no process. */
export async function readIdentity(
	si: SystemInformation,
): Promise<Pick<Identity, 'nodeId' | 'client' | 'version'>> {
	const { distro, release } = await si.osInfo();
	const client = cleanText(distro);
	const version = cleanText(release);
	return {
		nodeId: clean(hostname()),
		...(client !== undefined && { client }),
		...(version !== undefined && { version }),
	};
}

/**
 * Memory in bytes. `resident` is what is in use without caches that the system gives back on demand
 * (systeminformation's `active`, total minus available).
 */
export async function readMemory(si: SystemInformation): Promise<Partial<Resources>> {
	const { total, active, available } = await si.mem();
	return {
		memoryTotalBytes: toCount(total),
		memoryResidentBytes: toCount(active),
		memoryAvailableBytes: toCount(available),
	};
}

/** Threads, open files and their limit, which is absent where the kernel sets none (2^63 - 1). */
export async function readSystemCounts(si: SystemInformation): Promise<Partial<Resources>> {
	const [threads, { allocated, max }] = await Promise.all([readThreads(), si.fsOpenFiles()]);
	// Systems that do not count them answer -1 or null.
	return { threads, openFiles: toCount(allocated), openFilesLimit: toCount(max) };
}

/** The filesystem that holds the root; on Windows the one of the working directory. */
export async function readDisk(): Promise<Partial<Resources>> {
	const { bsize, blocks, bavail } = await statfs(platform === 'win32' ? cwd() : '/');
	return {
		diskTotalBytes: toCount(bsize * blocks),
		diskAvailableBytes: toCount(bsize * bavail),
	};
}

/**
 * Finished reads and writes per second over all disks, from the second reading on. On Linux from the
 * kernel's own files: systeminformation starts two programs for them, every time.
 */
export function createDiskMeter(): (
	si: SystemInformation,
	atMs: number,
) => Promise<Partial<Resources>> {
	const reads = createRate();
	const writes = createRate();
	return async (si, atMs) => {
		const { reads: finishedReads, writes: finishedWrites } =
			(await readDiskCounts()) ?? (await askForDiskCounts(si));
		return {
			diskReadsPerSecond: reads(finishedReads, atMs),
			diskWritesPerSecond: writes(finishedWrites, atMs),
		};
	};
}

async function askForDiskCounts(si: SystemInformation): Promise<Partial<DiskCounts>> {
	// Null on systems that do not count them, though the types say otherwise.
	const io: { rIO?: unknown; wIO?: unknown } | null = await si.disksIO();
	const [reads, writes] = [toAmount(io?.rIO), toAmount(io?.wIO)];
	return { ...(reads !== undefined && { reads }), ...(writes !== undefined && { writes }) };
}

/** Bytes per second over all interfaces but loopback, from the second reading on. */
export function createTrafficMeter(): (
	si: SystemInformation,
	atMs: number,
) => Promise<Partial<Network>> {
	const meters = new Map<string, { in: Rate; out: Rate }>();
	return async (si, atMs) => {
		const bytesIn: (number | undefined)[] = [];
		const bytesOut: (number | undefined)[] = [];
		for (const counts of (await readInterfaceCounts()) ?? (await askForInterfaces(si))) {
			const { name } = counts;
			if (isLoopback(name)) continue;
			const meter = meters.get(name) ?? { in: createRate(), out: createRate() };
			meters.set(name, meter);
			bytesIn.push(meter.in(counts.bytesIn, atMs));
			bytesOut.push(meter.out(counts.bytesOut, atMs));
		}
		return { bytesInPerSecond: sum(bytesIn), bytesOutPerSecond: sum(bytesOut) };
	};
}

async function askForInterfaces(si: SystemInformation): Promise<readonly InterfaceCounts[]> {
	const all = await si.networkStats('*');
	return all.map(({ iface, rx_bytes, tx_bytes }) => ({
		name: iface,
		bytesIn: toAmount(rx_bytes),
		bytesOut: toAmount(tx_bytes),
	}));
}

type Rate = ReturnType<typeof createRate>;

/** The kernel counts in steps of 10 ms: less than this is too coarse for a share. */
const leastCpuMs = 200;

/**
 * Busy share of all cores, 0–1, since the call before; `undefined` at the first, for what was before it
 * is this program's own start, and until enough time has passed since. Calls that follow one another at once get the share of before. By
 * `os.cpus`: systeminformation stops the program to start another for it.
 */
export function createCpuMeter(): () => number | undefined {
	let before: CpuTimes | undefined;
	let ratio: number | undefined;
	return () => {
		const now = cpuTimes();
		before ??= now;
		const wholeMs = now.wholeMs - before.wholeMs;
		if (wholeMs < leastCpuMs) return ratio;
		ratio = Math.min(Math.max((now.busyMs - before.busyMs) / wholeMs, 0), 1);
		before = now;
		return ratio;
	};
}

interface CpuTimes {
	readonly busyMs: number;
	readonly wholeMs: number;
}

function cpuTimes(): CpuTimes {
	let busyMs = 0;
	let idleMs = 0;
	for (const { times } of cpus()) {
		busyMs += times.user + times.nice + times.sys + times.irq;
		idleMs += times.idle;
	}
	return { busyMs, wholeMs: busyMs + idleMs };
}

function isLoopback(iface: string): boolean {
	return /^lo\d*$/.test(iface) || /loopback/i.test(iface);
}

/** Of what is known; `undefined` when nothing is. */
function sum(values: readonly (number | undefined)[]): number | undefined {
	const known = values.filter((value) => value !== undefined);
	return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}

import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { cwd, platform } from 'node:process';
import { clean, cleanText } from '../../domain/clean.ts';
import type { Identity, Network, Resources } from '../../domain/snapshot.ts';
import { toAmount, toCount } from '../quantity.ts';
import { createRate } from '../rates.ts';
import { readDiskCounts, readInterfaceCounts } from './procfs.ts';
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

export interface CpuMeter {
	/** Busy share of all cores, 0–1, of the last finished measurement; then starts the next. */
	next(si: SystemInformation): number | undefined;
}

/** The first measurement takes half a second, so that no poll waits for one. */
export function createCpuMeter(): CpuMeter {
	let ratio: number | undefined;
	let isMeasuring = false;
	const measure = async (si: SystemInformation): Promise<void> => {
		try {
			const { currentLoad } = await si.currentLoad();
			const percent = toAmount(currentLoad);
			ratio = percent === undefined ? undefined : Math.min(percent / 100, 1);
		} catch {
			// The section then has no CPU; what else is wrong shows in the other readings.
			ratio = undefined;
		} finally {
			isMeasuring = false;
		}
	};
	return {
		next(si) {
			if (!isMeasuring) {
				isMeasuring = true;
				void measure(si);
			}
			return ratio;
		},
	};
}

function isLoopback(iface: string): boolean {
	return /^lo\d*$/.test(iface) || /loopback/i.test(iface);
}

/** Of what is known; `undefined` when nothing is. */
function sum(values: readonly (number | undefined)[]): number | undefined {
	const known = values.filter((value) => value !== undefined);
	return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}

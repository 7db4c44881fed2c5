import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readCgroup } from './cgroup.ts';
import type { Cgroup } from './cgroup.ts';
import { readIfThere, toWhole } from './seen.ts';
import type { Seen, SystemRoots } from './seen.ts';

/** What Linux reports about one process. What nodetop may not read is absent. */
export interface ProcessFacts {
	readonly pid: number;
	/** `R` running, `S` sleeping, `D` waiting for a disk, `T` stopped, `Z` ended: proc_pid_stat(5). */
	readonly state: string;
	/** Clock ticks from boot to its start: with the pid, which process it is. */
	readonly startTicks: number;
	readonly uptimeSeconds: number | undefined;
	readonly threads: number;
	readonly openFiles: number | undefined;
	/** The soft limit; absent where there is none. */
	readonly openFilesLimit: number | undefined;
	readonly cgroup: Cgroup;
	/** Threads of the whole machine, and how many it may have. */
	readonly system: { readonly threads: number | undefined; readonly limit: number | undefined };
}

/** `sysconf(_SC_CLK_TCK)`: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Reads `/proc/PID`: stat, fd, limits and cgroup. */
export async function readProcess(pid: number, roots: SystemRoots): Promise<Seen<ProcessFacts>> {
	const directory = path.join(roots.proc, String(pid));
	const read = (name: string) => readIfThere(path.join(directory, name));
	const system = (name: string) => readIfThere(path.join(roots.proc, name));
	const [stat, limits, openFiles, cgroup, uptime, load, threadsMax] = await Promise.all([
		read('stat'),
		read('limits'),
		countOpenFiles(path.join(directory, 'fd')),
		readCgroup(pid, roots),
		system('uptime'),
		system('loadavg'),
		system('sys/kernel/threads-max'),
	]);
	const parsed = stat === undefined ? undefined : parseStat(stat);
	if (!parsed) return { because: `process ${pid} has ended` };
	const bootSeconds = Number(uptime?.split(' ')[0]);
	return {
		value: {
			pid,
			...parsed,
			uptimeSeconds: Number.isFinite(bootSeconds)
				? Math.max(0, bootSeconds - parsed.startTicks / ticksPerSecond)
				: undefined,
			openFiles,
			openFilesLimit: parseOpenFilesLimit(limits),
			cgroup,
			system: { threads: toWhole(load?.split(/[ /]/)[4]), limit: toWhole(threadsMax) },
		},
	};
}

/** The name may hold blanks and brackets, so that fields count from the last bracket on. */
function parseStat(
	stat: string,
): Pick<ProcessFacts, 'state' | 'startTicks' | 'threads'> | undefined {
	const fields = stat
		.slice(stat.lastIndexOf(')') + 1)
		.trim()
		.split(' ');
	const [state] = fields;
	const threads = toWhole(fields[17]);
	const startTicks = toWhole(fields[19]);
	if (state === undefined || threads === undefined || startTicks === undefined) return undefined;
	return { state, threads, startTicks };
}

function parseOpenFilesLimit(limits: string | undefined): number | undefined {
	return toWhole(/^Max open files\s+(\S+)/m.exec(limits ?? '')?.[1]);
}

async function countOpenFiles(directory: string): Promise<number | undefined> {
	try {
		return (await readdir(directory)).length;
	} catch (error) {
		if (error instanceof Error && 'code' in error) return undefined;
		throw error;
	}
}

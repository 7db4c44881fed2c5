import path from 'node:path';
import { readIfThere, toWhole } from './seen.ts';
import type { SystemRoots } from './seen.ts';

/** How often a group of processes was to run, and was held back by its CPU quota. */
export interface Throttling {
	readonly periods: number;
	readonly throttled: number;
}

/** What the kernel reports about a process's control groups. Absent if there is no such limit or file. */
export interface Cgroup {
	readonly throttling?: Throttling | undefined;
	readonly processes?: number | undefined;
	readonly processesLimit?: number | undefined;
	/** The text of `memory.pressure`. */
	readonly memoryPressure?: string | undefined;
}

/**
 * Reads the groups that `/proc/PID/cgroup` names, of version 2 (`0::/path`) or 1 (`4:cpu,cpuacct:/path`),
 * see cgroups(7). A limit may be set on a group further up; only the process's own is read.
 */
export async function readCgroup(pid: number, { proc, cgroup }: SystemRoots): Promise<Cgroup> {
	const text = await readIfThere(path.join(proc, String(pid), 'cgroup'));
	if (text === undefined) return {};
	const directories = directoriesOf(text);
	const read = (controller: string, file: string) => {
		const directory = directories.get(controller) ?? directories.get('');
		return directory === undefined
			? Promise.resolve(undefined)
			: readIfThere(path.join(cgroup, directory, file));
	};
	const [stat, current, max, memoryPressure] = await Promise.all([
		read('cpu', 'cpu.stat'),
		read('pids', 'pids.current'),
		read('pids', 'pids.max'),
		read('memory', 'memory.pressure'),
	]);
	return {
		throttling: stat === undefined ? undefined : parseThrottling(stat),
		processes: toWhole(current),
		processesLimit: toWhole(max),
		memoryPressure,
	};
}

/** By controller, the directory below the mount; version 2 has one for all, under the empty name. */
function directoriesOf(text: string): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	for (const line of text.split('\n')) {
		const [id, controllers = '', ...rest] = line.split(':');
		const group = rest.join(':');
		// A group outside our own namespace is written with dots; it cannot be reached.
		if (!group.startsWith('/') || group.split('/').includes('..')) continue;
		if (id === '0' && controllers === '') found.set('', group);
		else {
			for (const controller of controllers.split(','))
				found.set(controller, path.join(controllers, group));
		}
	}
	return found;
}

/** `undefined` where no quota is counted. */
function parseThrottling(stat: string): Throttling | undefined {
	const periods = toWhole(/^nr_periods (\d+)$/m.exec(stat)?.[1]);
	const throttled = toWhole(/^nr_throttled (\d+)$/m.exec(stat)?.[1]);
	return periods === undefined || throttled === undefined ? undefined : { periods, throttled };
}

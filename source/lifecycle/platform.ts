import { execFile } from 'node:child_process';
import { readFile, readlink, realpath } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What tells one process from every other one on this machine. */
export interface ProcessMark {
	readonly pid: number;
	/** As the system counts it: clock ticks since boot on Linux, the start's date on macOS. */
	readonly startedAt: string;
	readonly bootId: string;
	/** The file that it executes; absent where the system does not say. */
	readonly executable: string | undefined;
}

/**
 * All questions to the system about processes: another platform adds to this file alone.
 * Undefined for a process that has ended, is only waiting for its parent, or may not be looked at.
 */
export async function markOf(pid: number): Promise<ProcessMark | undefined> {
	return process.platform === 'darwin' ? markOnMacOS(pid) : markOnLinux(pid);
}

async function markOnLinux(pid: number): Promise<ProcessMark | undefined> {
	try {
		const [status, boot] = await Promise.all([
			readFile(`/proc/${pid}/stat`, 'utf8'),
			readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
		]);
		// The name may hold blanks and brackets: fields count from the last bracket on (proc_pid_stat(5)).
		const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
		const [state, startedAt] = [fields[0], fields[19]];
		if (state === 'Z' || state === 'X' || startedAt === undefined) return undefined;
		return { pid, startedAt, bootId: boot.trim(), executable: await executableOnLinux(pid) };
	} catch {
		// The process has ended.
		return undefined;
	}
}

async function executableOnLinux(pid: number): Promise<string | undefined> {
	try {
		// A file that was replaced since.
		return (await readlink(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, '');
	} catch {
		// Another user's, or ended meanwhile.
		return undefined;
	}
}

const run = promisify(execFile);

async function markOnMacOS(pid: number): Promise<ProcessMark | undefined> {
	try {
		const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
		const [shown, boot] = await Promise.all([
			run('/bin/ps', ['-o', 'stat=,lstart=,comm=', '-p', String(pid)], { env, timeout: 5000 }),
			run('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], { env, timeout: 5000 }),
		]);
		const [, state = '', startedAt = '', executable = ''] =
			/^\s*(\S+)\s+(\S+ \S+ +\d+ \S+ \d+)\s+(.*\S)\s*$/.exec(shown.stdout) ?? [];
		if (state === '' || state.startsWith('Z')) return undefined;
		const path = await realpath(executable).catch(() => executable);
		return { pid, startedAt, bootId: boot.stdout.trim(), executable: path };
	} catch {
		// ps fails for a process that has ended.
		return undefined;
	}
}

/** Gives back the disk space of the first bytes of a file that another process appends to. */
export async function punchHole(path: string, from: number, length: number): Promise<boolean> {
	if (process.platform !== 'linux') return false;
	try {
		await run(
			'fallocate',
			['--punch-hole', '--offset', String(from), '--length', String(length), path],
			{
				timeout: 30_000,
			},
		);
		return true;
	} catch {
		// No util-linux, or a file system without holes.
		return false;
	}
}

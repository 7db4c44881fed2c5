import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
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
			bootOnLinux(),
		]);
		const { state, startedAt } = readStat(status);
		if (isDead(state) || startedAt === undefined) return undefined;
		return { pid, startedAt, bootId: boot, executable: await executableOnLinux(pid) };
	} catch {
		// The process has ended.
		return undefined;
	}
}

async function bootOnLinux(): Promise<string> {
	return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

/** The name may hold blanks and brackets: fields count from the last bracket on (proc_pid_stat(5)). */
function readStat(
	status: string,
): Readonly<Record<'state' | 'group' | 'startedAt', string | undefined>> {
	const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
	return { state: fields[0], group: fields[2], startedAt: fields[19] };
}

/** It has ended, and only its parent does not know yet. */
function isDead(state: string | undefined): boolean {
	return state === undefined || /^[ZX]/.test(state);
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
		const [shown, boot] = await Promise.all([
			ask('/bin/ps', ['-o', 'stat=,lstart=,comm=', '-p', String(pid)]),
			ask('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid']),
		]);
		const mark = readPs(shown);
		if (!mark) return undefined;
		const executable = await realpath(mark.executable).catch(() => mark.executable);
		return { pid, startedAt: mark.startedAt, bootId: boot.trim(), executable };
	} catch {
		// ps fails for a process that has ended.
		return undefined;
	}
}

/** A line of `ps -o stat=,lstart=,comm=` of macOS; undefined for a process that has ended. Pure. */
export function readPs(
	line: string,
): { readonly startedAt: string; readonly executable: string } | undefined {
	const [, state, startedAt = '', executable = ''] =
		/^\s*(\S+)\s+(\S+ \S+ +\d+ \S+ \d+)\s+(.*\S)\s*$/.exec(line) ?? [];
	return isDead(state) ? undefined : { startedAt, executable };
}

async function ask(program: string, args: readonly string[]): Promise<string> {
	const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
	return (await run(program, [...args], { env, timeout: 5000, maxBuffer: 10_000_000 })).stdout;
}

/** The processes of a group that live, the oldest first. */
export async function membersOf(group: number): Promise<readonly ProcessMark[]> {
	const pids = process.platform === 'darwin' ? await pidsOnMacOS(group) : pidsOnLinux(group);
	const marks = await Promise.all(pids.map(markOf));
	return marks.filter((mark) => mark !== undefined);
}

function pidsOnLinux(group: number): readonly number[] {
	const found = readdirSync('/proc').flatMap((name): { pid: number; startedAt: number }[] => {
		const pid = Number(name);
		if (!Number.isInteger(pid)) return [];
		try {
			const stat = readStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
			if (stat.group !== String(group)) return [];
			return [{ pid, startedAt: Number(stat.startedAt) }];
		} catch {
			// It ended meanwhile.
			return [];
		}
	});
	return found.toSorted((a, b) => a.startedAt - b.startedAt).map(({ pid }) => pid);
}

async function pidsOnMacOS(group: number): Promise<readonly number[]> {
	return readGroup(await ask('/bin/ps', ['-axo', 'pid=,pgid=,stat=']), group);
}

/** The pids of a group in the lines of `ps -axo pid=,pgid=,stat=`, the lowest first. Pure. */
export function readGroup(lines: string, group: number): readonly number[] {
	return lines
		.split('\n')
		.map((line) => line.trim().split(/\s+/))
		.filter(([, pgid, state]) => pgid === String(group) && !isDead(state))
		.map(([pid]) => Number(pid))
		.toSorted((a, b) => a - b);
}

/** The words that a process was started with, one after the other; undefined where the system does not say. */
export async function commandLineOf(pid: number): Promise<string | undefined> {
	try {
		return process.platform === 'darwin'
			? await ask('/bin/ps', ['-o', 'command=', '-p', String(pid)])
			: await readFile(`/proc/${pid}/cmdline`, 'utf8');
	} catch {
		// It has ended.
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

import { randomBytes } from 'node:crypto';
import {
	chmod,
	link,
	mkdir,
	readdir,
	readFile,
	rm,
	stat,
	utimes,
	writeFile,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes, isDiskShut, UserError } from './errors.ts';
import { checkOwnDirectory } from './own-directory.ts';

export interface Lock {
	release(): Promise<void>;
}

interface Owner {
	readonly pid: number;
	/** Tells a process from a later one with the same pid; empty where the system does not say. */
	readonly startedAt: string;
	readonly host: string;
}

const touchEveryMs = 10_000;
const deadAfterMs = 60_000;

export interface LockOptions {
	/** How long to wait for a holder that is about to end; a restart may overlap the end of the process before. */
	readonly patienceMs?: number;
	/** Words for who is refused. */
	readonly words?: LockWords;
}

export interface LockWords {
	/** What the holder does: `delivers the alerts of`. */
	readonly holderDoes: string;
	readonly nextStep: string;
}

const plainWords: LockWords = { holderDoes: 'uses', nextStep: 'stop that process first' };

const defaultPatienceMs = 1000;
const retryEveryMs = 25;
const lockName = /^lock\.(\d+)$/;
const released = 'released';
const directoryMode = 0o700;

/**
 * Makes this process the only one that writes in `directory`. Each holder makes a file with the next
 * number and removes the older ones; the highest stays behind when it is released. So nobody takes a
 * lock for stale that another has just taken over, and a killed holder needs no cleaning up. Makes the
 * directory with mode 0700, and refuses one in which others may write. Waits for a holder that is about to
 * end, by default a second, then throws `UserError`.
 */
export async function acquireLock(
	directory: string,
	{ patienceMs = defaultPatienceMs, words = plainWords }: LockOptions = {},
): Promise<Lock> {
	await checkOwnDirectory(directory);
	await mkdir(directory, { recursive: true, mode: directoryMode });
	await chmod(directory, directoryMode);
	const mine = join(directory, `lock-${process.pid}-${randomBytes(6).toString('hex')}`);
	const owner: Owner = {
		pid: process.pid,
		startedAt: await startOf(process.pid),
		host: hostname(),
	};
	const started = performance.now();
	try {
		await writeFile(mine, JSON.stringify(owner), { mode: 0o600, flag: 'wx' });
		for (;;) {
			const { top, holder } = await readLock(directory);
			if (holder !== undefined) {
				if (performance.now() - started > patienceMs) throw heldBy(holder, directory, words);
				await sleep(retryEveryMs);
				continue;
			}
			const path = join(directory, `lock.${top + 1}`);
			if (!(await linkNew(mine, path))) continue;
			const numbers = await lockNumbers(directory);
			if (Math.max(...numbers) > top + 1) {
				await rm(path, { force: true });
				continue;
			}
			const older = numbers.filter((number) => number <= top);
			await Promise.all(
				older.map((number) => rm(join(directory, `lock.${number}`), { force: true })),
			);
			return holdLock(path);
		}
	} finally {
		await rm(mine, { force: true });
	}
}

/** Whether a living process has the directory. Takes and changes nothing. */
export async function isLocked(directory: string): Promise<boolean> {
	try {
		return (await readLock(directory)).holder !== undefined;
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return false;
		throw error;
	}
}

async function readLock(
	directory: string,
): Promise<{ readonly top: number; readonly holder: Owner | undefined }> {
	const top = Math.max(0, ...(await lockNumbers(directory)));
	return { top, holder: await livingHolder(join(directory, `lock.${top}`)) };
}

function holdLock(path: string): Lock {
	// For holders that see another host's lock: they cannot ask for its process.
	const timer = setInterval(() => {
		const now = new Date();
		utimes(path, now, now).catch(() => {
			clearInterval(timer);
		});
	}, touchEveryMs);
	timer.unref();
	return {
		async release() {
			clearInterval(timer);
			await writeFile(path, released).catch((error: unknown) => {
				// The directory was removed, and the lock with it; or the disk is full, and the file is empty now; or it
				// is read-only, and others see that the process has ended.
				if (codeOf(error) !== 'ENOENT' && !isDiskShut(error)) throw error;
			});
		},
	};
}

async function lockNumbers(directory: string): Promise<number[]> {
	const names = await readdir(directory);
	return names.flatMap((name) => {
		const [, digits] = lockName.exec(name) ?? [];
		return digits === undefined ? [] : [Number(digits)];
	});
}

/** Whether the name was free. A link appears with its content, so nobody reads half an owner. */
async function linkNew(from: string, to: string): Promise<boolean> {
	try {
		await link(from, to);
		return true;
	} catch (error) {
		if (codeOf(error) === 'EEXIST') return false;
		throw error;
	}
}

async function livingHolder(path: string): Promise<Owner | undefined> {
	try {
		const owner = readOwner(await readFile(path, 'utf8'));
		if (owner === undefined) return undefined;
		if (owner.host !== hostname()) {
			const { mtimeMs } = await stat(path);
			return Date.now() - mtimeMs < deadAfterMs ? owner : undefined;
		}
		return isAlive(owner.pid) && (await startOf(owner.pid)) === owner.startedAt ? owner : undefined;
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return undefined;
		throw error;
	}
}

function readOwner(text: string): Owner | undefined {
	if (text === released || text === '') return undefined;
	try {
		const { pid, startedAt, host }: Record<string, unknown> = JSON.parse(text);
		const isOwner =
			typeof pid === 'number' && typeof startedAt === 'string' && typeof host === 'string';
		return isOwner ? { pid, startedAt, host } : undefined;
	} catch {
		// Not written by us: nobody holds the lock by it.
		return undefined;
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return codeOf(error) === 'EPERM';
	}
}

/**
 * Boot and start time in clock ticks since then, field 22 of proc_pid_stat(5); empty without /proc. For
 * a process that is dead and only not yet waited for it says so, which no start is equal to.
 */
async function startOf(pid: number): Promise<string> {
	try {
		const [status, boot] = await Promise.all([
			readFile(`/proc/${pid}/stat`, 'utf8'),
			readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
		]);
		const afterName = status.slice(status.lastIndexOf(')') + 2).split(' ');
		const isDead = afterName[0] === 'Z' || afterName[0] === 'X';
		return isDead ? 'dead' : `${boot.trim()} ${afterName[19] ?? ''}`;
	} catch (error) {
		if (codeOf(error) !== undefined) return '';
		throw error;
	}
}

function heldBy({ pid, host }: Owner, directory: string, words: LockWords): UserError {
	const where = host === hostname() ? '' : ` on ${host}`;
	return new UserError(`process ${pid}${where} already ${words.holderDoes} ${directory}`, {
		nextSteps: [words.nextStep],
		exitCode: exitCodes.unavailable,
	});
}

function codeOf(error: unknown): string | undefined {
	return error instanceof Error && 'code' in error && typeof error.code === 'string'
		? error.code
		: undefined;
}

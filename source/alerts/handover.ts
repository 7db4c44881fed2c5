import { constants } from 'node:fs';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireLock } from '../domain/lock.ts';
import { alertLockWords } from './delivery/lock-words.ts';
import type { Lock } from '../domain/lock.ts';
import { checkOwnDirectory } from '../domain/own-directory.ts';

const requestName = 'wanted';
/** An older request was left by a process that ended. */
const requestKeptMs = 10_000;
/** A screen looks for a request every second, and then finishes the attempts under way. */
const handoverMs = 4000;

/**
 * Takes the lock of an alert directory. A screen that holds it releases it on request, and from then on
 * shows the alerts of this process. Throws `UserError` when another `nodetop watch` holds it.
 */
export async function takeOver(directory: string): Promise<Lock> {
	const request = join(directory, requestName);
	await mkdir(directory, { recursive: true, mode: 0o700 });
	await checkOwnDirectory(directory);
	const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
	await writeFile(request, '', { mode: 0o600, flag: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW });
	try {
		return await acquireLock(directory, { patienceMs: handoverMs, words: alertLockWords });
	} finally {
		await rm(request, { force: true });
	}
}

/** Whether a `nodetop watch` requests the directory now. */
export async function isWanted(directory: string, nowMs: number): Promise<boolean> {
	try {
		const { mtimeMs } = await stat(join(directory, requestName));
		return Math.abs(nowMs - mtimeMs) < requestKeptMs;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
		throw error;
	}
}

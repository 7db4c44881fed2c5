import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acquireLock } from './delivery/lock.ts';
import type { Lock } from './delivery/lock.ts';

const requestName = 'wanted';
/** One that is older was left by a process that ended. */
const requestKeptMs = 10_000;
/** A screen looks for a request every second, and then lets attempts under way end. */
const handoverMs = 4000;

/**
 * Takes the lock of an alert directory, from a screen too: that one lets go of it when it is asked, and
 * goes on by showing what this process finds. Throws `UserError` when another `nodetop watch` has it.
 */
export async function takeOver(directory: string): Promise<Lock> {
	const request = join(directory, requestName);
	await mkdir(directory, { recursive: true, mode: 0o700 });
	await writeFile(request, '', { mode: 0o600 });
	try {
		return await acquireLock(directory, handoverMs);
	} finally {
		await rm(request, { force: true });
	}
}

/** Whether a `nodetop watch` asks for the directory now. */
export async function isWanted(directory: string, nowMs: number): Promise<boolean> {
	try {
		const { mtimeMs } = await stat(join(directory, requestName));
		return Math.abs(nowMs - mtimeMs) < requestKeptMs;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
		throw error;
	}
}

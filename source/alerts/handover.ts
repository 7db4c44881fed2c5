import { constants } from 'node:fs';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../domain/clock.ts';
import { isDiskShut, UserError } from '../domain/errors.ts';
import { acquireLock } from '../domain/lock.ts';
import { alertLockWords } from './delivery/lock-words.ts';
import type { Lock } from '../domain/lock.ts';
import { checkOwnDirectory } from '../domain/own-directory.ts';
import { repeat } from '../domain/repeat.ts';
import { withReserve } from './reserve.ts';

const requestName = 'wanted';
/** An older request was left by a process that ended. */
const requestKeptMs = 10_000;
/** A screen looks for a request every second, and then finishes the attempts under way. */
const handoverMs = 4000;

/** The lock of an alert directory. `refused` resolves when it turns out that another process has it. */
export interface TakenOver extends Lock {
	readonly refused: Promise<UserError>;
}

/**
 * Takes the lock of an alert directory. A screen that holds it releases it on request, and from then on
 * shows the alerts of this process. Throws `UserError` when another `nodetop watch` holds it. On a full or
 * read-only disk no lock can be made: then it is taken as soon as the disk can be written.
 */
export async function takeOver(directory: string, clock: Clock): Promise<TakenOver> {
	await checkOwnDirectory(directory);
	try {
		const lock = await take(directory);
		return { ...lock, refused: new Promise<UserError>(() => undefined) };
	} catch (error) {
		if (isDiskShut(error)) return takeLater(directory, clock);
		throw error;
	}
}

async function take(directory: string): Promise<Lock> {
	const request = join(directory, requestName);
	await mkdir(directory, { recursive: true, mode: 0o700 });
	const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
	await writeFile(request, '', { mode: 0o600, flag: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW });
	try {
		return await withReserve(directory, () =>
			acquireLock(directory, { patienceMs: handoverMs, words: alertLockWords }),
		);
	} finally {
		await rm(request, { force: true });
	}
}

const takeAgainMs = 1000;

function takeLater(directory: string, clock: Clock): TakenOver {
	const refused = Promise.withResolvers<UserError>();
	let lock: Lock | undefined;
	const trying = repeat(clock, takeAgainMs, async () => {
		try {
			lock ??= await acquireLock(directory, { patienceMs: 0, words: alertLockWords });
		} catch (error) {
			if (error instanceof UserError) refused.resolve(error);
		}
		if (lock) void trying.stop();
	});
	return {
		refused: refused.promise,
		async release() {
			await trying.stop();
			await lock?.release();
		},
	};
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

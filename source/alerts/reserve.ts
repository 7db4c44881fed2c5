import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { isNoSpace } from '../domain/errors.ts';

/** A file that is given up when the disk is full, so that what is written next has room. */
const reserveName = 'reserve';
const reserveBytes = 256 * 1024;
/** What was the reserve may be all that is free. */
const fullBelowBytes = 2 * reserveBytes;
/** It must not be what fills the disk. */
const leastFreeBytes = 8 * reserveBytes;

/** Writes into a directory of alerts. Where the disk is full, gives up the reserve and tries once more. */
export async function withReserve<Result>(
	directory: string,
	write: () => Promise<Result>,
): Promise<Result> {
	try {
		return await write();
	} catch (error) {
		if (!isNoSpace(error) || !(await giveUp(directory))) throw error;
		return await write();
	}
}

/** Whether there was a reserve to give up. */
async function giveUp(directory: string): Promise<boolean> {
	try {
		await rm(join(directory, reserveName));
		return true;
	} catch {
		return false;
	}
}

/** `full`: the reserve was used up, and the disk has no room for another one. */
type RoomLeft = 'kept' | 'little' | 'full';

/** Makes the reserve where it is missing and there is room for it. Never rejects. */
export async function keepReserve(directory: string): Promise<RoomLeft> {
	const path = join(directory, reserveName);
	try {
		const found = await lstat(path).catch(() => undefined);
		if (found?.isFile() === true && found.size >= reserveBytes) return 'kept';
		const { bavail, bsize } = await statfs(directory);
		const freeBytes = bavail * bsize;
		if (freeBytes < fullBelowBytes) return 'full';
		if (freeBytes < leastFreeBytes) return 'little';
		await rm(path, { force: true });
		await fill(path);
		return 'kept';
	} catch (error) {
		await rm(path, { force: true }).catch(() => undefined);
		return isNoSpace(error) ? 'full' : 'little';
	}
}

async function fill(path: string): Promise<void> {
	const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
	const file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
	try {
		// Random: file systems that compress would keep no room for zeros.
		await file.writeFile(randomBytes(reserveBytes));
		await file.sync();
	} finally {
		await file.close();
	}
}

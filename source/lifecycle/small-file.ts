import {
	constants,
	openSync,
	closeSync,
	fstatSync,
	readFileSync,
	renameSync,
	writeSync,
	fsyncSync,
	rmSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type * as z from 'zod';
import { exitCodes, UserError } from '../domain/errors.ts';

const mostBytes = 1_048_576;

/**
 * A small file of ours, validated; undefined where there is none or it holds something else. Follows no links.
 * Synchronous: the supervisor writes such a file between two steps that must not overlap.
 */
export function readSmall<Value>(path: string, schema: z.ZodType<Value>): Value | undefined {
	try {
		const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
		try {
			if (fstatSync(file).size > mostBytes) return undefined;
			return schema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
		} finally {
			closeSync(file);
		}
	} catch {
		// Absent, a link, or cut off by a crash: as good as absent.
		return undefined;
	}
}

/** Writes a file whole or not at all, mode 0600. `isDurable` waits for the disk. */
export function writeSmall(path: string, value: unknown, isDurable = true): void {
	const temporary = `${path}.${process.pid}.new`;
	const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
	try {
		const file = openSync(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
		try {
			const bytes = Buffer.from(JSON.stringify(value));
			// A disk that is nearly full takes a part of it.
			for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
			if (isDurable) fsyncSync(file);
		} finally {
			closeSync(file);
		}
		renameSync(temporary, path);
	} catch (error) {
		rmSync(temporary, { force: true });
		throw inWords(error, path);
	}
}

const diskTroubles: Readonly<Record<string, string>> = {
	ENOSPC: 'its disk is full',
	EDQUOT: 'the quota of its disk is used up',
	EROFS: 'its disk is read-only',
	EIO: 'its disk has a fault',
};

/** What is wrong with a disk, as a person can mend it; any other error unchanged. */
export function inWords(error: unknown, path: string): unknown {
	const code = error instanceof Error && 'code' in error ? String(error.code) : '';
	const trouble = diskTroubles[code];
	if (trouble === undefined) return error;
	return new UserError(`${path} cannot be written: ${trouble}`, {
		nextSteps: [`look at it: df -h ${dirname(path)}`],
		exitCode: exitCodes.cannotWrite,
	});
}

export function removeSmall(path: string): void {
	rmSync(path, { force: true });
}

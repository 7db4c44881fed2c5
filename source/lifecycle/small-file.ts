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
import type * as z from 'zod';

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
	const file = openSync(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
	try {
		writeSync(file, JSON.stringify(value));
		if (isDurable) fsyncSync(file);
	} finally {
		closeSync(file);
	}
	renameSync(temporary, path);
}

export function removeSmall(path: string): void {
	rmSync(path, { force: true });
}

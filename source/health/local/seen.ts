import { readFile } from 'node:fs/promises';

/** A fact, or in one line why it could not be seen. */
export type Seen<Value> = { readonly value: Value } | { readonly because: string };

/** Directories in which the system reports its state; others in tests. */
export interface SystemRoots {
	readonly proc: string;
	readonly cgroup: string;
}

export const systemRoots: SystemRoots = { proc: '/proc', cgroup: '/sys/fs/cgroup' };

/** The text of a file; `undefined` when it is not there, or may not be read. */
export async function readIfThere(path: string): Promise<string | undefined> {
	try {
		return await readFile(path, 'utf8');
	} catch (error) {
		if (error instanceof Error && 'code' in error) return undefined;
		throw error;
	}
}

/** A whole number of a file; `undefined` for `max` and for anything that is not a number. */
export function toWhole(text: string | undefined): number | undefined {
	const trimmed = text?.trim() ?? '';
	return /^\d+$/.test(trimmed) ? Number(trimmed) : undefined;
}

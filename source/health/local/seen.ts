import { readFile } from 'node:fs/promises';

/** Why a fact could not be seen, in one line; `applies: false` where there is no such thing. */
export interface Unseen {
	readonly because: string;
	readonly applies?: false;
}

export type Seen<Value> = { readonly value: Value } | Unseen;

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

import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** So many tests of one target in any stretch of `perMs`. */
export interface Allowance {
	readonly tests: number;
	readonly perMs: number;
}

export const allowances = {
	light: { tests: 20, perMs: 60_000 },
	heavy: { tests: 4, perMs: 300_000 },
} as const satisfies Record<string, Allowance>;

export type Grant =
	| { readonly isGranted: true }
	| { readonly isGranted: false; readonly retryAfterMs: number };

/** Limits tests per target over all processes of this user, past their ends. */
export interface RateLimiter {
	/** Takes one test of the allowance, or tells when the next one is free. */
	take(target: string, weight: keyof typeof allowances): Promise<Grant>;
}

/** When a slot that was never used was last used. */
const never = 0;
const attempts = 100;

/**
 * The allowance of a target is a directory with one empty file a slot, whose name tells when the slot was
 * last used: `3.1766000000000`. Taking a slot renames its file from the old time to now. Of several
 * processes that try it, the system lets one succeed: the others find the old name gone. So there is no
 * lock that a killed process could leave behind, and in any stretch of `perMs` a slot is used once.
 *
 * @param directory under the XDG state directory; made with mode 0700.
 */
export function createRateLimiter(directory: string, now: () => number): RateLimiter {
	return {
		async take(target, weight) {
			const { tests, perMs } = allowances[weight];
			const place = await openSlots(directory, `${weight}-${keyOf(target)}`, tests);
			for (let attempt = 0; attempt < attempts; attempt++) {
				const nowMs = now();
				const slots = await readSlots(place);
				const [oldest] = slots;
				if (!oldest) break;
				// A time from ahead of us is of a clock that was set back: such a slot is free again.
				const freeAtMs = oldest.usedAtMs > nowMs + perMs ? nowMs : oldest.usedAtMs + perMs;
				if (freeAtMs > nowMs) return { isGranted: false, retryAfterMs: freeAtMs - nowMs };
				if (await renamed(place, oldest.file, `${oldest.slot}.${nowMs}`))
					return { isGranted: true };
			}
			return { isGranted: false, retryAfterMs: perMs };
		},
	};
}

/** What is limited is the address, whatever the node is called. */
function keyOf(target: string): string {
	return createHash('sha256').update(target).digest('hex').slice(0, 24);
}

/** Makes a directory complete with its slots before it gets its name, so that no one sees half of it. */
async function openSlots(directory: string, name: string, tests: number): Promise<string> {
	const place = path.join(directory, name);
	if ((await readSlots(place)).length > 0) return place;
	await mkdir(directory, { recursive: true, mode: 0o700 });
	const draft = await mkdtemp(path.join(directory, '.new-'));
	for (let slot = 0; slot < tests; slot++) {
		await writeFile(path.join(draft, `${slot}.${never}`), '', { mode: 0o600 });
	}
	try {
		await rename(draft, place);
	} catch (error) {
		await rm(draft, { recursive: true, force: true });
		// Another process was first; anything else shows when the slots are read.
		if (!isCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
	}
	return place;
}

interface Slot {
	readonly file: string;
	readonly slot: string;
	readonly usedAtMs: number;
}

/** Oldest first. */
async function readSlots(place: string): Promise<readonly Slot[]> {
	try {
		const files = await readdir(place);
		return files
			.map((file) => {
				const [slot = '', time = ''] = file.split('.');
				return { file, slot, usedAtMs: Number(time) };
			})
			.filter(({ usedAtMs }) => Number.isFinite(usedAtMs))
			.toSorted((a, b) => a.usedAtMs - b.usedAtMs);
	} catch (error) {
		if (isCode(error, 'ENOENT')) return [];
		throw error;
	}
}

async function renamed(place: string, from: string, to: string): Promise<boolean> {
	try {
		await rename(path.join(place, from), path.join(place, to));
		return true;
	} catch (error) {
		if (isCode(error, 'ENOENT')) return false;
		throw error;
	}
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
	return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

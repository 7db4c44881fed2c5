import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exitCodes, UserError } from '../domain/errors.ts';

/** The most tests of one target in any period of `perMs`. */
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

/** Limits tests per target, over all processes of this user and after they have ended. */
export interface RateLimiter {
	/**
	 * Takes one test of the allowance, or returns when the next one is free. Throws `UserError` when the
	 * directory cannot be used, because a test that is not counted must not be sent.
	 */
	take(target: string, weight: keyof typeof allowances): Promise<Grant>;
}

/** The time in the name of a slot that was never used. */
const never = 0;
const attempts = 100;

/**
 * The allowance of a target is a directory with one empty file for each slot, whose name holds the slot's
 * last use: `3.1766000000000`. Taking a slot renames its file from the old time to now. When several
 * processes try that, the system lets one succeed; the others find the old name gone. So there is no lock
 * that a killed process could leave behind, and a slot is used once in any period of `perMs`.
 *
 * @param directory under the XDG state directory; created with mode 0700.
 */
export function createRateLimiter(directory: string, now: () => number): RateLimiter {
	return {
		async take(target, weight) {
			const allowance = allowances[weight];
			try {
				const place = await openSlots(directory, `${weight}-${keyOf(target)}`, allowance.tests);
				return await takeSlot(place, allowance, now);
			} catch (error) {
				if (!isSystemError(error)) throw error;
				throw new UserError(`the counter of network tests cannot be stored: ${error.message}`, {
					exitCode: exitCodes.cannotWrite,
					nextSteps: [`make ${directory} writable for this user, or remove it`],
					cause: error,
				});
			}
		},
	};
}

async function takeSlot(
	place: string,
	{ tests, perMs }: Allowance,
	now: () => number,
): Promise<Grant> {
	for (let attempt = 0; attempt < attempts; attempt++) {
		const nowMs = now();
		const { slots } = await readSlots(place, tests);
		const [oldest] = slots;
		if (!oldest) break;
		// A time far in the future is from before the clock was set back: such a slot is free again.
		const freeAtMs = oldest.usedAtMs > nowMs + perMs ? nowMs : oldest.usedAtMs + perMs;
		if (freeAtMs > nowMs) return { isGranted: false, retryAfterMs: freeAtMs - nowMs };
		if (await renamed(place, oldest.file, `${oldest.slot}.${nowMs}`)) return { isGranted: true };
	}
	return { isGranted: false, retryAfterMs: perMs };
}

/** The limit is for the address, under whichever name the node is watched. */
function keyOf(target: string): string {
	return createHash('sha256').update(target).digest('hex').slice(0, 24);
}

/** Creates a directory with all its slots before it gets its name, so that no process sees half of it. */
async function openSlots(directory: string, name: string, tests: number): Promise<string> {
	const place = path.join(directory, name);
	const { slots, isForeign } = await readSlots(place, tests);
	if (slots.length > 0) return place;
	await mkdir(directory, { recursive: true, mode: 0o700 });
	// Something without any slot is not from nodetop, and would refuse tests for ever.
	if (isForeign) await rm(place, { recursive: true, force: true });
	const draft = await mkdtemp(path.join(directory, '.new-'));
	for (let slot = 0; slot < tests; slot++) {
		await writeFile(path.join(draft, `${slot}.${never}`), '', { mode: 0o600 });
	}
	try {
		await rename(draft, place);
	} catch (error) {
		await rm(draft, { recursive: true, force: true });
		// Another process was first; any other problem appears when the slots are read.
		if (!isCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
	}
	return place;
}

interface Slot {
	readonly file: string;
	readonly slot: string;
	readonly usedAtMs: number;
}

const slotName = /^(\d{1,3})\.(\d{1,15})$/;

/** The slots, oldest first, and whether there are other files. */
async function readSlots(
	place: string,
	tests: number,
): Promise<{ readonly slots: readonly Slot[]; readonly isForeign: boolean }> {
	try {
		const files = await readdir(place);
		const slots = files
			.flatMap((file) => {
				const [, slot = '', time = ''] = slotName.exec(file) ?? [];
				return Number(slot) < tests && time !== '' ? [{ file, slot, usedAtMs: Number(time) }] : [];
			})
			.toSorted((a, b) => a.usedAtMs - b.usedAtMs);
		return { slots, isForeign: slots.length < files.length };
	} catch (error) {
		if (isCode(error, 'ENOENT')) return { slots: [], isForeign: false };
		if (isCode(error, 'ENOTDIR')) return { slots: [], isForeign: true };
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

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
	return error instanceof Error && 'code' in error;
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
	return isSystemError(error) && codes.includes(String(error.code));
}

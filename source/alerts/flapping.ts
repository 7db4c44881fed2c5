import type { AlertRecord, AlertState } from './alert-state.ts';

/**
 * An alert that fires and ends too often is flapping: it keeps firing until it is calm, so receivers get
 * one message instead of many.
 */
const flapAtChanges = 6;
const calmBelowChanges = 3;
const flapWindowMs = 10 * 60_000;

/** Whether the alert is flapping, and so must not end now. */
export function decideFlapping(
	{ changes }: AlertState,
	fingerprint: string,
	record: AlertRecord | undefined,
): boolean {
	const count = changes[fingerprint]?.length ?? 0;
	// Ending now would be one more change.
	return record?.isFlapping === true ? count >= calmBelowChanges : count + 1 >= flapAtChanges;
}

/** Counts the changes of the condition while a flapping alert keeps firing. */
export function countChange(
	state: AlertState,
	fingerprint: string,
	before: AlertRecord | undefined,
	after: AlertRecord,
	isFlapping: boolean,
): AlertRecord {
	if (before?.phase !== 'firing') return after;
	const isTurn =
		(before.last === 'bad' && after.last === 'good') ||
		(before.last === 'good' && after.last === 'bad');
	if (!isFlapping) return { ...after, isFlapping: undefined };
	if (isTurn) (state.changes[fingerprint] ??= []).push(state.steadyMs);
	const isKept = before.isFlapping === true || after.last === 'good';
	return isKept ? { ...after, isFlapping: true } : after;
}

/** Forgets, in place, changes older than the window. */
export function pruneChanges(state: AlertState): void {
	for (const [fingerprint, times] of Object.entries(state.changes)) {
		const recent = times.filter((atMs) => state.steadyMs - atMs < flapWindowMs);
		if (recent.length === 0) delete state.changes[fingerprint];
		else state.changes[fingerprint] = recent;
	}
}

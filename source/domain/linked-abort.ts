/** An abort of our own that also follows another's signal. */
export interface LinkedAbort {
	readonly signal: AbortSignal;
	readonly abort: (reason?: unknown) => void;
	/** Forgets the other signal. Call it when the work is done. */
	readonly unlink: () => void;
}

/**
 * Follows `parent`, and lets go of it again. `AbortSignal.any` keeps a weak reference in the parent
 * for each signal that it ever made: under a signal that lives as long as the watch, every poll makes
 * the garbage collector slower.
 */
export function linkAbort(parent: AbortSignal): LinkedAbort {
	const controller = new AbortController();
	const follow = (): void => {
		controller.abort(parent.reason);
	};
	if (parent.aborted) follow();
	else parent.addEventListener('abort', follow, { once: true });
	return {
		signal: controller.signal,
		abort: (reason) => {
			controller.abort(reason);
		},
		unlink: () => {
			parent.removeEventListener('abort', follow);
		},
	};
}

import type { ProcessState } from './words.ts';

/** A change of state of a supervised process. */
export interface ProcessChange {
	readonly from: ProcessState;
	readonly to: ProcessState;
	readonly reason?: string | undefined;
	readonly exitCode?: number | undefined;
	readonly signal?: string | undefined;
	/** Automatic restarts since a person started it. */
	readonly restarts: number;
}

/** What happened, in one sentence; undefined for a step between that says nothing of its own. */
export function processChangeText({
	from,
	to,
	reason,
	restarts,
}: ProcessChange): string | undefined {
	const why = reason === undefined ? '' : `: ${reason}`;
	switch (to) {
		case 'running':
			return runsText(from, reason, restarts);
		case 'stopped':
			return `process stopped${why}`;
		case 'crashed':
			return `process crashed${why}`;
		case 'error':
			return `process needs a person${why}`;
		case 'upgrading':
			return `process stops for its ${reason ?? 'upgrade'}`;
		case 'stopping':
			// The start that follows says it.
			return reason?.startsWith('restarted') === true ? undefined : `process stops${why}`;
		case 'starting':
			return undefined;
	}
}

function runsText(
	from: ProcessState,
	reason: string | undefined,
	restarts: number,
): string | undefined {
	// It did not end when it was told to.
	if (from !== 'starting') return `process runs${reason === undefined ? '' : `: ${reason}`}`;
	if (restarts > 0) return `process started again, restart ${restarts}`;
	return `process ${reason?.split(';')[0] ?? 'started'}`;
}

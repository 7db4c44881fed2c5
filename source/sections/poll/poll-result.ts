import type { PollError } from '../../domain/errors.ts';
import type { Target } from '../../domain/target.ts';
import type { Reading } from '../snapshot.ts';

/** What one poll brought: a reading, or the error that ended it. */
export type PollOutcome =
	| { readonly status: 'read'; readonly reading: Reading }
	| { readonly status: 'failed'; readonly error: PollError };

/** One poll of one target, as the store takes it. */
export interface PollResult {
	readonly target: Target;
	readonly atMs: number;
	/** Slots of the target that have passed without a poll since it was added. */
	readonly missedSlots: number;
	readonly outcome: PollOutcome;
}

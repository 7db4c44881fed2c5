import type { Channel } from '../../domain/channel.ts';
import type { Undelivered } from './ledger.ts';
import type { Outcome } from './retry.ts';

/** The state of one channel, for screens. */
export interface ChannelState {
	readonly name: string;
	readonly type: Channel['type'];
	readonly queued: number;
	/** When the oldest message in the queue was made, in Unix ms. */
	readonly oldestQueuedAtMs: number | undefined;
	readonly lastSentAtMs: number | undefined;
	/** Why the last attempt failed; absent after a success. */
	readonly problem: string | undefined;
}

export interface DeliveryState {
	readonly channels: readonly ChannelState[];
	/** Messages that were given up or refused, with the reason, oldest first. */
	readonly undelivered: readonly Undelivered[];
	/** Why the journal cannot be written. */
	readonly journalProblem: string | undefined;
	/** The outcome of the last heartbeat. */
	readonly heartbeat: Outcome | undefined;
}

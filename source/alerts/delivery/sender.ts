import type { Channel } from '../../domain/channel.ts';
import type { Message } from './message.ts';
import type { Outcome } from './retry.ts';

/** The terminal on which nodetop runs, for the bell and desktop notifications. */
export interface TerminalPort {
	readonly isTTY: boolean;
	write(text: string): void;
}

export interface SendContext {
	/** Aborted at the channel's time limit, and when nodetop ends. */
	readonly signal: AbortSignal;
	readonly now: () => number;
	readonly terminal?: TerminalPort | undefined;
	readonly env: NodeJS.ProcessEnv;
}

/**
 * How messages reach one kind of channel: one attempt. What went wrong is an outcome, without any
 * secret; what it throws is a bug of ours.
 */
export type Send<Settings extends Channel> = (
	channel: Settings,
	message: Message,
	context: SendContext,
) => Promise<Outcome>;

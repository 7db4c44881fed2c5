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
 * Sends a message to one kind of channel, whose own settings are `Settings`: one attempt. What went wrong
 * is an outcome, without any secret; what it throws is a bug in nodetop.
 */
export type Send<Settings extends object> = (
	channel: Channel & Settings,
	message: Message,
	context: SendContext,
) => Promise<Outcome>;

import { connectionMessageTypes } from '../peer-table.ts';
import type { Block, Transaction } from './block.ts';

export type Message =
	/** The sender's head; sent at connect and every few seconds. */
	| {
			readonly type: 'status';
			readonly head: string;
			readonly number: number;
			readonly totalDifficulty: number;
	  }
	| { readonly type: 'block'; readonly block: Block }
	| { readonly type: 'transactions'; readonly transactions: readonly Transaction[] }
	/** "That block, and what comes before it." */
	| { readonly type: 'blocksRequest'; readonly hash: string }
	| {
			readonly type: 'blocks';
			/** Oldest first; the last is the requested one. */
			readonly blocks: readonly Block[];
			/** The state at the oldest, when the sender has pruned what comes before it. */
			readonly base?: {
				readonly totalDifficulty: number;
				readonly nonces: readonly (readonly [string, number])[];
			};
	  };

export type MessageOf<Type extends Message['type']> = Extract<Message, { readonly type: Type }>;

/** In the order in which figures list them. */
export const messageTypes = [
	...connectionMessageTypes,
	'status',
	'block',
	'transactions',
	'blocksRequest',
	'blocks',
] as const;
export type MessageType = (typeof messageTypes)[number];

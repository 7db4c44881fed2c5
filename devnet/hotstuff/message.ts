import type { Block, Header } from './block.ts';
import type { QuorumCertificate, TimeoutCertificate } from './committee.ts';
import { connectionMessageTypes } from '../peer-table.ts';

export type Message =
	| {
			readonly type: 'proposal';
			readonly block: Block;
			/** What began the view, when the view before had timed out. */
			readonly timeoutCertificate?: TimeoutCertificate;
	  }
	/** Carries the leader's signed header, so that the collector of votes sees what it signed. */
	| {
			readonly type: 'vote';
			readonly header: Header;
			/** What it votes for; an honest replica votes for the block of the header. */
			readonly blockId: string;
	  }
	| {
			readonly type: 'timeout';
			readonly view: number;
			readonly lock: QuorumCertificate;
			readonly timeoutCertificate?: TimeoutCertificate;
			/** What the sender voted for in this view. */
			readonly voted?: Header;
	  }
	/** To the leader of a view after one that timed out: the highest certificate of the sender. */
	| {
			readonly type: 'newView';
			readonly view: number;
			readonly lock: QuorumCertificate;
			readonly timeoutCertificate: TimeoutCertificate;
	  }
	/** Two headers of one view, signed by one leader. */
	| { readonly type: 'evidence'; readonly headers: readonly [Header, Header] }
	| { readonly type: 'blockRequest'; readonly id: string; readonly aboveHeight: number }
	| {
			readonly type: 'blocks';
			/** Oldest first; the last is the requested one. */
			readonly blocks: readonly Block[];
			/** Whether the sender has pruned what comes before. */
			readonly isPruned: boolean;
	  };

export type MessageOf<Type extends Message['type']> = Extract<Message, { readonly type: Type }>;

/** In the order in which figures list them. */
export const messageTypes = [
	...connectionMessageTypes,
	'proposal',
	'vote',
	'timeout',
	'newView',
	'evidence',
	'blockRequest',
	'blocks',
] as const;
export type MessageType = (typeof messageTypes)[number];

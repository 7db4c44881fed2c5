import type { Vertex } from './vertex.ts';

/** Everything that nodes say to one another, in the order in which figures list it. */
export const messageTypes = [
	'hello',
	'ping',
	'pong',
	'state',
	'inventory',
	'request',
	'vertices',
	'query',
	'vote',
	'rangeRequest',
	'range',
] as const;
export type MessageType = (typeof messageTypes)[number];

/** How far a node is; told at connect and every few seconds, so that others see who lags. */
export interface NodeState {
	/** The highest layer. */
	readonly depth: number;
	/** The lowest layer it still holds. */
	readonly horizonLayer: number;
	readonly tips: readonly string[];
}

/** A layer below which all is final, and how much that is. */
export interface Horizon {
	readonly layer: number;
	readonly prunedVertices: number;
	readonly prunedEdges: number;
}

export type Message =
	| {
			readonly type: 'hello';
			readonly client: string;
			readonly version: string;
			readonly protocol: string;
			/** Where its HTTP answers; absent in a simulation without servers. */
			readonly address?: string;
			readonly isReply: boolean;
			readonly state: NodeState;
	  }
	| { readonly type: 'ping'; readonly nonce: number }
	| { readonly type: 'pong'; readonly nonce: number }
	| { readonly type: 'state'; readonly state: NodeState }
	| { readonly type: 'inventory'; readonly ids: readonly string[] }
	| { readonly type: 'request'; readonly ids: readonly string[] }
	| { readonly type: 'vertices'; readonly vertices: readonly Vertex[] }
	/** "Do you know each of these, with all its ancestors?" */
	| { readonly type: 'query'; readonly round: number; readonly ids: readonly string[] }
	/** One character for each id of the query: `1` yes, `-` late, `0` unknown. */
	| { readonly type: 'vote'; readonly round: number; readonly answers: string }
	| {
			readonly type: 'rangeRequest';
			readonly request: number;
			/** Absent to begin anew at the other's checkpoint. */
			readonly fromLayer?: number;
	  }
	| {
			readonly type: 'range';
			readonly request: number;
			readonly vertices: readonly Vertex[];
			/** Where to go on; absent when this was all. */
			readonly nextLayer?: number;
			/** Where the range begins, when no layer was asked for. */
			readonly checkpoint?: Horizon;
			readonly depth: number;
	  };

export type MessageOf<Type extends MessageType> = Extract<Message, { readonly type: Type }>;

/** Messages really travel as text, so that nodes share no memory and bytes can be counted. */
export function encode(message: Message): string {
	return JSON.stringify(message);
}

export function decode(text: string): Message {
	// Only `encode` writes what the links carry, in this very process.
	return JSON.parse(text) as Message;
}

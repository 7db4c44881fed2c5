import { connectionMessageTypes } from '../peer-table.ts';
import type { Vertex } from './vertex.ts';

/** How far a node is; sent every few seconds, so that others see who lags. */
export interface NodeState {
	/** The highest layer. */
	readonly depth: number;
	/** The lowest layer that it still holds. */
	readonly horizonLayer: number;
	readonly tips: readonly string[];
}

/** What a node reports of itself when it connects. */
export interface AboutDagNode {
	readonly client: string;
	readonly version: string;
	readonly protocol: string;
	/** Where its HTTP server listens; `undefined` in a simulation without servers. */
	readonly address?: string | undefined;
	readonly state: NodeState;
}

/** A layer below which all is final, and how much that is. */
export interface Horizon {
	readonly layer: number;
	readonly prunedVertices: number;
	readonly prunedEdges: number;
}

export type Message =
	| { readonly type: 'state'; readonly state: NodeState }
	| { readonly type: 'inventory'; readonly ids: readonly string[] }
	| { readonly type: 'request'; readonly ids: readonly string[] }
	| { readonly type: 'vertices'; readonly vertices: readonly Vertex[] }
	/** "Do you know each of these, with all its ancestors?" */
	| { readonly type: 'query'; readonly round: number; readonly ids: readonly string[] }
	/** One character for each id of the query: `1` yes, `-` no, `0` unknown. */
	| { readonly type: 'vote'; readonly round: number; readonly answers: string }
	| {
			readonly type: 'rangeRequest';
			readonly request: number;
			/** Absent to restart at the other's checkpoint. */
			readonly fromLayer?: number;
	  }
	| {
			readonly type: 'range';
			readonly request: number;
			readonly vertices: readonly Vertex[];
			/** Where to go on; absent when this was all. */
			readonly nextLayer?: number;
			/** Where the range begins, when the request named no layer. */
			readonly checkpoint?: Horizon;
			readonly depth: number;
	  };

export type MessageOf<Type extends Message['type']> = Extract<Message, { readonly type: Type }>;

/** In the order in which figures list them. */
export const messageTypes = [
	...connectionMessageTypes,
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

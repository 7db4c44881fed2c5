import type { Dag } from './dag.ts';
import type { MessageOf, MessageType, NodeState } from './message.ts';
import type { NodeContext } from './node-context.ts';
import type { Peer, Peers } from './peers.ts';
import type { Traffic } from '../traffic.ts';
import { isAuthentic, parentSpanLayers } from './vertex.ts';
import type { Vertex } from './vertex.ts';

/**
 * Catching up by ranges of layers, for a node that lags too far behind for gossip. What it fetches
 * becomes final by votes like everything else. When peers have pruned what it would need, it drops
 * its own view and begins at their horizon; the totals before that it takes on the word of the one
 * peer that it syncs from.
 */
export interface Sync {
	/** A peer was lost: from here on it may hold what this node does not hear of. */
	noteLoss(): void;
	/** Looks whether this node is behind and begins to fetch. */
	consider(): void;
	/** Behind, and fetching: what gossip brings meanwhile could not be attached anyway. */
	isFarBehind(): boolean;
	/** Fetching, or what was fetched is not final yet. */
	isCatchingUp(): boolean;
	onRangeRequest(from: string, message: MessageOf<'rangeRequest'>): void;
	onRange(from: string, message: MessageOf<'range'>): void;
}

interface SyncOptions {
	readonly context: NodeContext;
	readonly dag: Dag;
	readonly peers: Peers;
	readonly traffic: Traffic<MessageType>;
	readonly isPaused: () => boolean;
	/** Whether the disk has room for it. */
	readonly canWrite: (vertex: Vertex) => boolean;
	readonly onAttached: (vertices: readonly Vertex[]) => void;
	readonly onRestart: () => void;
	readonly onDone: () => void;
}

interface Fetch {
	readonly peer: string;
	readonly request: number;
	readonly reason: 'behind' | 'lacking';
}

/** Some seconds of layers at the usual rate: more than gossip is ever late. */
const behindLayers = 20;
const behindWaiting = 30;
/** Between two fetches only because parents are missing, for the second may bring no more. */
const lackingPauseMs = 30_000;
const verticesPerRange = 128;
const leastRangeTimeoutMs = 1500;

export function createSync(options: SyncOptions): Sync {
	const { context, dag, peers, traffic, isPaused, canWrite } = options;
	const { onAttached, onRestart, onDone } = options;
	let fetch: Fetch | undefined;
	let requests = 0;
	let targetLayer: number | undefined;
	let lackingAgainMs = 0;

	/** Below this all is final here. */
	const floor = () => dag.lowestPendingLayer() ?? dag.totals().depth;
	/**
	 * The floor when this node started or first lost a peer since it last fetched. Finality may go on
	 * before a fetch begins, but what is missing begins here.
	 */
	let lackingFromLayer = floor();

	const noteLoss = (): void => {
		lackingFromLayer = Math.min(lackingFromLayer, floor());
	};

	const ask = (
		peer: string,
		reason: Fetch['reason'],
		from: { readonly fromLayer?: number },
	): void => {
		requests += 1;
		const asked: Fetch = { peer, reason, request: requests };
		fetch = asked;
		peers.send(peer, { type: 'rangeRequest', request: asked.request, ...from });
		const patienceMs = Math.max(leastRangeTimeoutMs, 4 * (peers.get(peer)?.roundTripMs ?? 0));
		context.after(patienceMs, () => {
			if (fetch !== asked) return;
			traffic.failed('rangeRequest');
			fetch = undefined;
			consider();
		});
	};

	const best = (score: (state: NodeState) => number): Peer | undefined => {
		let found: { peer: Peer; score: number } | undefined;
		for (const peer of peers.connected()) {
			if (!peer.state) continue;
			const theirs = score(peer.state);
			if (!found || theirs > found.score) found = { peer, score: theirs };
		}
		return found?.peer;
	};

	const consider = (): void => {
		if (fetch || isPaused()) return;
		const deepest = best(({ depth }) => depth);
		if (!deepest?.state) return;
		const layer = floor();
		if (deepest.state.horizonLayer > layer) {
			ask(deepest.name, 'behind', {});
			return;
		}
		const fromLayer = Math.max(0, Math.min(layer, lackingFromLayer) - parentSpanLayers);
		if (deepest.state.depth - dag.totals().depth > behindLayers) {
			ask(deepest.name, 'behind', { fromLayer });
			return;
		}
		const nowMs = context.nowMs();
		if (dag.waiting().length <= behindWaiting || nowMs < lackingAgainMs) return;
		lackingAgainMs = nowMs + lackingPauseMs;
		const richest = best(({ tips }) => tips.filter((id) => !dag.has(id)).length);
		if (richest) ask(richest.name, 'lacking', { fromLayer });
	};

	/** Takes the vertices in and hands on what could be attached; false when the disk is full. */
	const takeIn = (vertices: readonly Vertex[]): boolean => {
		const attached: Vertex[] = [];
		let isRoom = true;
		for (const vertex of vertices) {
			if (!isAuthentic(vertex)) continue;
			isRoom = dag.isKnown(vertex.id) || canWrite(vertex);
			if (!isRoom) break;
			const result = dag.add(vertex, context.nowMs(), true);
			if (result.outcome === 'attached') attached.push(...result.attached);
		}
		onAttached(attached);
		return isRoom;
	};

	return {
		noteLoss,
		consider,
		isFarBehind: () => fetch?.reason === 'behind',
		isCatchingUp() {
			if (fetch) return true;
			if (targetLayer !== undefined && (dag.lowestPendingLayer() ?? Infinity) > targetLayer) {
				targetLayer = undefined;
			}
			return targetLayer !== undefined;
		},
		onRangeRequest(from, { request, fromLayer }) {
			const { depth } = dag.totals();
			const checkpoint = fromLayer === undefined ? dag.checkpoint() : undefined;
			const range = dag.range(fromLayer ?? checkpoint?.layer ?? 0, verticesPerRange);
			const begin = checkpoint && { checkpoint };
			peers.send(from, { type: 'range', request, depth, ...begin, ...range });
		},
		onRange(from, message) {
			if (fetch?.peer !== from || fetch.request !== message.request) return;
			const { reason } = fetch;
			fetch = undefined;
			if (message.checkpoint) {
				dag.restartAt(message.checkpoint);
				onRestart();
			}
			if (!takeIn(message.vertices)) return;
			if (message.nextLayer === undefined) {
				targetLayer = message.depth;
				lackingFromLayer = Infinity;
				onDone();
			} else {
				ask(from, reason, { fromLayer: message.nextLayer });
			}
		},
	};
}

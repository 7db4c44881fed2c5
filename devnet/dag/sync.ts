import type { MessageOf, NodeState } from './message.ts';
import type { Intake, NodeParts } from './node-context.ts';
import { isAuthentic, parentSpanLayers } from './vertex.ts';
import type { Vertex } from './vertex.ts';

export interface SyncOptions extends NodeParts, Intake {
	readonly isPaused: () => boolean;
	/** The DAG restarted at a checkpoint. */
	readonly onRestart: () => void;
	readonly onDone: () => void;
}

interface Fetch {
	readonly peer: string;
	readonly request: number;
	/** The node lags, or holds too many orphans. */
	readonly reason: 'behind' | 'orphans';
}

/** Some seconds of layers at the usual rate: more than gossip is ever late. */
const behindLayers = 20;
const manyOrphans = 30;
/** Between two fetches only for orphans, because the second may bring no more. */
const orphanFetchPauseMs = 30_000;
const verticesPerRange = 128;
const leastRangeTimeoutMs = 1500;

/**
 * Catching up by ranges of layers, for a node that lags too far behind for gossip. What it fetches
 * becomes final by votes like everything else. When its peers have pruned what it needs, it drops its
 * own view and begins at a peer's checkpoint; it trusts that one peer for the totals before it.
 */
export class Sync {
	readonly #options: SyncOptions;
	#fetch: Fetch | undefined;
	#requests = 0;
	/** What was fetched reaches up to here. */
	#targetLayer: number | undefined;
	#nextOrphanFetchMs = 0;
	/**
	 * The floor when this node started or first lost a peer since it last fetched. Finality may go on
	 * before a fetch begins, but the gaps begin here.
	 */
	#gapsFromLayer: number;

	constructor(options: SyncOptions) {
		this.#options = options;
		this.#gapsFromLayer = this.#floor();
	}

	/** A peer was lost: from here on it may hold vertices that this node does not learn of. */
	onPeerLost(): void {
		this.#gapsFromLayer = Math.min(this.#gapsFromLayer, this.#floor());
	}

	/** Behind, and fetching: what gossip brings meanwhile could not be attached anyway. */
	isFarBehind(): boolean {
		return this.#fetch?.reason === 'behind';
	}

	/** Fetching, or what was fetched is not final yet. */
	isCatchingUp(): boolean {
		if (this.#fetch) return true;
		const lowest = this.#options.dag.lowestPendingLayer() ?? Infinity;
		if (this.#targetLayer !== undefined && lowest > this.#targetLayer) {
			this.#targetLayer = undefined;
		}
		return this.#targetLayer !== undefined;
	}

	/** Begins to fetch when this node is behind. */
	check(): void {
		const { context, dag, isPaused } = this.#options;
		if (this.#fetch || isPaused()) return;
		const deepest = this.#bestPeer(({ depth }) => depth);
		if (!deepest) return;
		const layer = this.#floor();
		if (deepest.state.horizonLayer > layer) {
			this.#ask(deepest.name, 'behind', {});
			return;
		}
		const fromLayer = Math.max(0, Math.min(layer, this.#gapsFromLayer) - parentSpanLayers);
		if (deepest.state.depth - dag.totals().depth > behindLayers) {
			this.#ask(deepest.name, 'behind', { fromLayer });
			return;
		}
		const nowMs = context.nowMs();
		if (dag.orphans().length <= manyOrphans || nowMs < this.#nextOrphanFetchMs) return;
		this.#nextOrphanFetchMs = nowMs + orphanFetchPauseMs;
		const richest = this.#bestPeer(({ tips }) => tips.filter((id) => !dag.has(id)).length);
		if (richest) this.#ask(richest.name, 'orphans', { fromLayer });
	}

	onRangeRequest(from: string, { request, fromLayer }: MessageOf<'rangeRequest'>): void {
		const { dag, peers } = this.#options;
		const { depth } = dag.totals();
		const checkpoint = fromLayer === undefined ? dag.checkpoint() : undefined;
		const range = dag.range(fromLayer ?? checkpoint?.layer ?? 0, verticesPerRange);
		const begin = checkpoint && { checkpoint };
		peers.send(from, { type: 'range', request, depth, ...begin, ...range });
	}

	onRange(from: string, message: MessageOf<'range'>): void {
		const { dag, onRestart, onDone } = this.#options;
		if (this.#fetch?.peer !== from || this.#fetch.request !== message.request) return;
		const { reason } = this.#fetch;
		this.#fetch = undefined;
		if (message.checkpoint) {
			dag.restartAt(message.checkpoint);
			onRestart();
		}
		if (!this.#takeIn(message.vertices)) return;
		if (message.nextLayer === undefined) {
			this.#targetLayer = message.depth;
			this.#gapsFromLayer = Infinity;
			onDone();
		} else {
			this.#ask(from, reason, { fromLayer: message.nextLayer });
		}
	}

	/** Everything below this layer is final here. */
	#floor(): number {
		const { dag } = this.#options;
		return dag.lowestPendingLayer() ?? dag.totals().depth;
	}

	#ask(peer: string, reason: Fetch['reason'], from: { readonly fromLayer?: number }): void {
		const { context, peers, traffic } = this.#options;
		this.#requests += 1;
		const asked: Fetch = { peer, reason, request: this.#requests };
		this.#fetch = asked;
		peers.send(peer, { type: 'rangeRequest', request: asked.request, ...from });
		const timeoutMs = Math.max(leastRangeTimeoutMs, 4 * (peers.get(peer)?.roundTripMs ?? 0));
		context.after(timeoutMs, () => {
			if (this.#fetch !== asked) return;
			traffic.failed('rangeRequest');
			this.#fetch = undefined;
			this.check();
		});
	}

	#bestPeer(score: (state: NodeState) => number) {
		let best: { name: string; state: NodeState; score: number } | undefined;
		for (const { name, about } of this.#options.peers.connected()) {
			if (!about) continue;
			const { state } = about;
			if (!best || score(state) > best.score) best = { name, state, score: score(state) };
		}
		return best;
	}

	/** Adds the vertices and hands on what could be attached; false when the disk is full. */
	#takeIn(vertices: readonly Vertex[]): boolean {
		const { context, dag, canWrite, onAttached } = this.#options;
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
	}
}

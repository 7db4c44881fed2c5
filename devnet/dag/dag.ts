import { BoundedSet } from './bounded-set.ts';
import type { Horizon, NodeState } from './message.ts';
import { OrphanBuffer } from './orphan-buffer.ts';
import type { Orphan } from './orphan-buffer.ts';
import {
	checkpointIn,
	freshTips,
	isWellPlaced,
	lowestLayer,
	rangeOf,
	staleTips,
} from './store-queries.ts';
import type { LayerRange } from './store-queries.ts';
import { parentSpanLayers } from './vertex.ts';
import type { Vertex } from './vertex.ts';
import { VertexStore } from './vertex-store.ts';
import type { HeldVertex } from './vertex-store.ts';

/** A node's vote on a vertex. */
export type Opinion = 'yes' | 'no' | 'unknown';

export type AddResult =
	| { readonly outcome: 'attached'; readonly attached: readonly Vertex[] }
	| { readonly outcome: 'orphaned'; readonly missing: readonly string[] }
	/** `closed`: it is below the layers that still change, or was rejected before. */
	| { readonly outcome: 'known' | 'invalid' | 'closed' };

export interface DagTotals {
	/** With those that were final and have been pruned. */
	readonly vertices: number;
	readonly edges: number;
	readonly finalized: number;
	readonly pending: number;
	readonly tips: number;
	readonly depth: number;
	/** Serialised size of the vertices held. */
	readonly storageBytes: number;
	readonly held: number;
	/** Voted down since the start. */
	readonly discarded: number;
}

const maxRejected = 4000;
const maxStateTips = 16;
const maxStaleTips = 8;
/**
 * A vertex this far below the highest final one is too late. The bound is above what a node may issue
 * without finality, so that two halves of a network that both stood still accept one another.
 */
const lateLayers = 600;

/** One node's own view of the DAG. It knows no peers; time is passed in as arguments. */
export class Dag {
	readonly #genesis: Vertex;
	readonly #store = new VertexStore();
	// Insertion order is a topological order, because parents are always attached first.
	readonly #pending = new Set<string>();
	readonly #orphans = new OrphanBuffer();
	readonly #rejected = new BoundedSet(maxRejected);
	/** What conflicts with a final vertex, and what builds on that: no range brings them in either. */
	readonly #overruled = new BoundedSet(maxRejected);
	/** Author → when it was last seen to give one sequence number to two vertices. */
	readonly #equivocators = new Map<string, number>();
	#acceptsConflicts = false;
	#horizon: Horizon = { layer: 0, prunedVertices: 0, prunedEdges: 0 };
	#finalDepth = 0;
	#discarded = 0;
	#staleTurn = 0;

	constructor(genesis: Vertex) {
		this.#genesis = genesis;
		this.#begin();
	}

	has(id: string): boolean {
		return this.#store.has(id);
	}

	/** Held, orphaned or rejected. */
	isKnown(id: string): boolean {
		return this.has(id) || this.#orphans.has(id) || this.#rejected.has(id);
	}

	get(id: string): HeldVertex | undefined {
		return this.#store.get(id);
	}

	/**
	 * Adds a vertex, with the orphans that waited for it. In a range, parents of the lowest layers may
	 * have been pruned, so missing ones are accepted there.
	 */
	add(vertex: Vertex, nowMs: number, isFromRange = false): AddResult {
		const { id, parents, layer } = vertex;
		if (this.has(id) || this.#orphans.has(id)) return { outcome: 'known' };
		if (!this.#rejected.has(id) && this.#store.conflictsOf(vertex).length > 0) {
			this.#equivocators.set(vertex.author, nowMs);
		}
		if (this.#isOverruled(vertex)) {
			this.#overrule(id);
			return { outcome: 'closed' };
		}
		const isClosed = layer < this.#closedLayer();
		const isRejected =
			isClosed || this.#rejected.has(id) || parents.some((each) => this.#rejected.has(each));
		if (layer < this.#horizon.layer || (isRejected && !isFromRange)) {
			this.#reject(id);
			return { outcome: 'closed' };
		}
		if (!isWellPlaced(vertex, this.#store)) {
			this.#orphans.reject(id);
			return { outcome: 'invalid' };
		}
		const missing = parents.filter((parentId) => !this.has(parentId));
		if (missing.length > 0 && !isClosed) {
			this.#orphans.add(vertex, missing, nowMs);
			return { outcome: 'orphaned', missing };
		}
		return { outcome: 'attached', attached: this.#attach(vertex, nowMs) };
	}

	/** Marks a vertex as final, if all its held parents are. */
	finalize(id: string): boolean {
		const entry = this.#store.get(id);
		if (!entry || entry.isFinal) return false;
		const hasPendingParent = entry.vertex.parents.some(
			(parentId) => this.#store.get(parentId)?.isFinal === false,
		);
		if (hasPendingParent) return false;
		entry.isFinal = true;
		entry.isOpposed = false;
		this.#finalDepth = Math.max(this.#finalDepth, entry.vertex.layer);
		this.#pending.delete(id);
		for (const { vertex } of this.#conflictsOf(entry.vertex)) {
			this.#drop(vertex.id, (each) => {
				this.#overrule(each);
			});
		}
		return true;
	}

	/** Drops a vertex that is not final, with all that builds on it, and rejects it from now on. */
	discard(id: string): void {
		this.#drop(id, (each) => {
			this.#reject(each);
		});
	}

	opinion(id: string): Opinion {
		const entry = this.#store.get(id);
		if (entry) return entry.isOpposed ? 'no' : 'yes';
		return this.#rejected.has(id) ? 'no' : 'unknown';
	}

	/** Adopts the vote of a quorum on a pending vertex; yes to one is no to those in conflict with it. */
	prefer(id: string, opinion: Exclude<Opinion, 'unknown'>): void {
		const entry = this.#store.get(id);
		if (!entry || entry.isFinal) return;
		entry.isOpposed = opinion === 'no';
		if (opinion === 'no') return;
		for (const other of this.#conflictsOf(entry.vertex)) other.isOpposed = true;
	}

	/** Ids of the vertices that conflict with this one. */
	conflictsOf(id: string): readonly string[] {
		const entry = this.#store.get(id);
		return entry ? this.#conflictsOf(entry.vertex).map(({ vertex }) => vertex.id) : [];
	}

	/** Whether vertices in conflict are both accepted, as an equivocating node does. */
	acceptConflicts(accepts: boolean): void {
		this.#acceptsConflicts = accepts;
	}

	/** Authors that gave one sequence number to two vertices, seen since a moment. */
	equivocatorsSince(sinceMs: number): readonly string[] {
		return [...this.#equivocators].flatMap(([author, atMs]) => (atMs >= sinceMs ? [author] : []));
	}

	/** Vertices that are not final; parents always before children. */
	pendingIds(limit: number): string[] {
		return this.#pending.values().take(limit).toArray();
	}

	lowestPendingLayer(): number | undefined {
		return lowestLayer(this.#pending, this.#store);
	}

	oldestPendingAtMs(): number | undefined {
		for (const id of this.#pending) return this.#store.get(id)?.attachedAtMs;
		return undefined;
	}

	/** Oldest first. */
	orphans(): readonly Orphan[] {
		return this.#orphans.all();
	}

	/** Drops the orphans that were received before a moment. */
	dropOrphansSince(beforeMs: number): void {
		this.#orphans.dropSince(beforeMs);
	}

	/** Vertices without children that a new vertex may have as parents, highest first. */
	freshTips(limit: number): string[] {
		return freshTips(this.#store, limit);
	}

	/** Whole layers upwards, about `limit` vertices. */
	range(fromLayer: number, limit: number): LayerRange {
		return rangeOf(this.#store, Math.max(fromLayer, this.#horizon.layer), limit);
	}

	/** The last attached, oldest first. */
	recent(limit: number): HeldVertex[] {
		return this.#store.recent(limit);
	}

	/** Drops the oldest layers of final vertices while more than `maxFinal` are held. */
	prune(maxFinal: number): void {
		const heldFinal = () => this.#store.size - this.#pending.size;
		if (heldFinal() <= maxFinal) return;
		// Orphans hold pruning up as well, because their parents may be anywhere below.
		const orphanLayers = this.#orphans.all().map(({ vertex }) => vertex.layer);
		const floor = Math.min(this.lowestPendingLayer() ?? this.#store.depth, ...orphanLayers);
		while (heldFinal() > maxFinal && this.#horizon.layer + 1 + parentSpanLayers < floor) {
			const pruned = this.#store.pruneLayer(this.#horizon.layer);
			this.#horizon = {
				layer: this.#horizon.layer + 1,
				prunedVertices: this.#horizon.prunedVertices + pruned.vertices,
				prunedEdges: this.#horizon.prunedEdges + pruned.edges,
			};
		}
	}

	/** Restarts at another node's checkpoint. */
	restartAt(checkpoint: Horizon): void {
		const parts = [this.#store, this.#pending, this.#rejected, this.#overruled, this.#orphans];
		for (const part of parts) part.clear();
		this.#horizon = checkpoint;
		this.#finalDepth = checkpoint.layer;
		this.#begin();
	}

	/** Where another node can begin. */
	checkpoint(): Horizon {
		const floor = this.lowestPendingLayer() ?? this.#store.depth;
		return checkpointIn(this.#store, this.#horizon, floor);
	}

	state(): NodeState {
		return {
			depth: this.#store.depth,
			horizonLayer: this.#horizon.layer,
			tips: [...freshTips(this.#store, maxStateTips), ...this.#nextStaleTips()],
		};
	}

	totals(): DagTotals {
		const { size, edges, tips, depth, storageBytes } = this.#store;
		const { prunedVertices, prunedEdges } = this.#horizon;
		return {
			vertices: size + prunedVertices,
			edges: edges + prunedEdges,
			finalized: size - this.#pending.size + prunedVertices,
			pending: this.#pending.size,
			tips: tips.size,
			depth,
			storageBytes,
			held: size,
			discarded: this.#discarded,
		};
	}

	#begin(): void {
		if (this.#horizon.layer > 0) return;
		this.#store.insert(this.#genesis, { attachedAtMs: 0, isFinal: true, isOpposed: false });
	}

	/** Below this layer nothing new is attached, except from a range. */
	#closedLayer(): number {
		return this.#horizon.layer === 0 ? 0 : this.#horizon.layer + parentSpanLayers;
	}

	#conflictsOf(vertex: Vertex): readonly HeldVertex[] {
		return this.#acceptsConflicts ? [] : this.#store.conflictsOf(vertex);
	}

	#isOverruled(vertex: Vertex): boolean {
		if (this.#acceptsConflicts) return false;
		const hasFinalConflict = this.#store.conflictsOf(vertex).some(({ isFinal }) => isFinal);
		return hasFinalConflict || vertex.parents.some((id) => this.#overruled.has(id));
	}

	#reject(id: string): void {
		this.#rejected.add(id);
		this.#orphans.reject(id);
	}

	#overrule(id: string): void {
		this.#overruled.add(id);
		this.#reject(id);
	}

	/** Attaches a vertex whose parents are there, then the orphans that waited for it, and so on. */
	#attach(vertex: Vertex, nowMs: number): Vertex[] {
		const attached: Vertex[] = [];
		const ready = [vertex];
		for (let next = ready.shift(); next; next = ready.shift()) {
			if (this.has(next.id) || !isWellPlaced(next, this.#store)) continue;
			if (this.#isOverruled(next)) {
				this.#overrule(next.id);
				continue;
			}
			this.#hold(next, nowMs);
			attached.push(next);
			ready.push(...this.#orphans.release(next.id));
		}
		return attached;
	}

	#hold(vertex: Vertex, attachedAtMs: number): void {
		const isOpposed =
			vertex.layer < this.#finalDepth - lateLayers ||
			this.#conflictsOf(vertex).some((other) => !other.isOpposed) ||
			vertex.parents.some((id) => this.#store.get(id)?.isOpposed === true);
		this.#store.insert(vertex, { attachedAtMs, isFinal: false, isOpposed });
		this.#pending.add(vertex.id);
		this.#rejected.delete(vertex.id);
	}

	/** Removes a pending vertex with its descendants, and calls `onDropped` for each. */
	#drop(id: string, onDropped: (id: string) => void): void {
		if (!this.#pending.has(id)) return;
		const dropped = new Set([id]);
		for (const candidate of this.#pending) {
			const parents = this.#store.get(candidate)?.vertex.parents ?? [];
			if (parents.some((parentId) => dropped.has(parentId))) dropped.add(candidate);
		}
		this.#store.remove(dropped);
		for (const each of dropped) {
			this.#pending.delete(each);
			onDropped(each);
		}
		this.#discarded += dropped.size;
	}

	/**
	 * Some of the stale tips, others each time. Nothing builds on them any more, so a peer that missed
	 * one when it was new would never learn of it.
	 */
	#nextStaleTips(): string[] {
		const stale = staleTips(this.#store, this.#closedLayer());
		const from = this.#staleTurn % Math.max(1, stale.length);
		this.#staleTurn += maxStaleTips;
		return stale.slice(from, from + maxStaleTips);
	}
}

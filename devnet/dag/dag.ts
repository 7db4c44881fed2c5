import type { Horizon, NodeState } from './message.ts';
import { createRefusals } from './refusals.ts';
import { parentSpanLayers } from './vertex.ts';
import type { Vertex } from './vertex.ts';
import { createVertexShelf } from './vertex-shelf.ts';
import type { HeldVertex, VertexShelf } from './vertex-shelf.ts';
import { createWaitingRoom } from './waiting-room.ts';
import type { WaitingVertex } from './waiting-room.ts';

/** What a node answers when asked about a vertex. */
export type Opinion = 'yes' | 'late' | 'unknown';

export type AddResult =
	| { readonly outcome: 'attached'; readonly attached: readonly Vertex[] }
	| { readonly outcome: 'waiting'; readonly missing: readonly string[] }
	| { readonly outcome: 'known' | 'invalid' | 'closed' };

export interface DagTotals {
	/** With those that were final and have been pruned. */
	readonly vertices: number;
	readonly edges: number;
	readonly finalized: number;
	readonly pending: number;
	readonly tips: number;
	readonly depth: number;
	/** Serialised size of what is held. */
	readonly storageBytes: number;
	readonly held: number;
	/** Voted down since the start. */
	readonly discarded: number;
}

/** One node's own view of the DAG. It knows nothing of peers, time passes in through arguments. */
export interface Dag {
	has(id: string): boolean;
	/** Held, received and waiting for its parents, or refused. */
	isKnown(id: string): boolean;
	get(id: string): HeldVertex | undefined;
	/**
	 * Takes a vertex in, with those that waited for it. From a range below `closedLayer` the parents
	 * may have been pruned, so only there missing ones are let pass.
	 */
	add(vertex: Vertex, nowMs: number, isFromRange?: boolean): AddResult;
	/** Marks as final, if all held parents are. */
	finalize(id: string): boolean;
	opinion(id: string): Opinion;
	/** Ids of other vertices that gave the same number of the same author: at most one becomes final. */
	rivalsOf(id: string): readonly string[];
	/** Takes both of two rivals for good, as a node does that deals in them itself. */
	acceptRivals(accepts: boolean): void;
	/** Authors that were seen to give a number twice since a moment. */
	doubleAuthorsSince(sinceMs: number): readonly string[];
	/** Follows a quorum: for or against a vertex that is not final; for one is against its rivals. */
	prefer(id: string, opinion: Exclude<Opinion, 'unknown'>): void;
	/** Drops a vertex that is not final, with all that builds on it, and will not take it in again. */
	discard(id: string): void;
	/** Not final yet; parents always before children. */
	pendingIds(limit: number): string[];
	lowestPendingLayer(): number | undefined;
	oldestPendingAtMs(): number | undefined;
	waiting(): readonly WaitingVertex[];
	/** Forgets vertices that have waited for a parent since before a moment. */
	dropWaitingSince(beforeMs: number): void;
	/** Vertices without children that a new vertex may have as parents, highest first. */
	freshTips(limit: number): string[];
	/** Whole layers upwards, about `limit` vertices. */
	range(fromLayer: number, limit: number): { vertices: Vertex[]; nextLayer?: number };
	/** The last attached, oldest first. */
	recent(limit: number): HeldVertex[];
	/** Drops the oldest layers of final vertices while more than `maxFinal` are held. */
	prune(maxFinal: number): void;
	/** Begins anew at another node's horizon. */
	restartAt(horizon: Horizon): void;
	/** Where another node can begin: in the middle of what is held, so that it has time to catch up. */
	checkpoint(): Horizon;
	state(): NodeState;
	totals(): DagTotals;
}

const maxStateTips = 16;
const maxStaleTips = 8;
/**
 * A vertex this far below the highest final one is late. More than a node may issue without
 * finality, so that two halves of a network that both stood still are not late for one another.
 */
const lateLayers = 600;

export function createDag(genesis: Vertex): Dag {
	const shelf = createVertexShelf();
	// Insertion order is a topological order, for nothing is attached before its parents.
	const pending = new Set<string>();
	const waitingRoom = createWaitingRoom();
	const refusals = createRefusals();
	/** Rivals of what is final, with all that builds on them: no range brings them in either. */
	const overruled = createRefusals();
	/** Author → when it was last seen to give one number to two vertices. */
	const doubleAuthors = new Map<string, number>();
	let acceptsRivals = false;
	let horizon: Horizon = { layer: 0, prunedVertices: 0, prunedEdges: 0 };
	let finalDepth = 0;
	let discarded = 0;
	let staleTurn = 0;

	const has = (id: string) => shelf.get(id) !== undefined;
	const closedLayer = () => (horizon.layer === 0 ? 0 : horizon.layer + parentSpanLayers);
	const lowestPendingLayer = () => lowestLayer(pending, shelf);

	const rivalsOf = (vertex: Vertex): readonly HeldVertex[] => {
		return acceptsRivals ? [] : shelf.rivalsOf(vertex);
	};

	const isOverruled = (vertex: Vertex): boolean => {
		const hasFinalRival = rivalsOf(vertex).some(({ isFinal }) => isFinal);
		return hasFinalRival || (!acceptsRivals && vertex.parents.some(overruled.has));
	};

	const refuse = (id: string): void => {
		refusals.add(id);
		waitingRoom.reject(id);
	};

	const hold = (vertex: Vertex, attachedAtMs: number): void => {
		const isLate =
			vertex.layer < finalDepth - lateLayers ||
			rivalsOf(vertex).some((rival) => !rival.isLate) ||
			vertex.parents.some((id) => shelf.get(id)?.isLate === true);
		shelf.put(vertex, { attachedAtMs, isFinal: false, isLate });
		pending.add(vertex.id);
		refusals.delete(vertex.id);
	};

	const overrule = (id: string): void => {
		overruled.add(id);
		refuse(id);
	};

	/** Attaches a vertex whose parents are there, then whatever waited for it, and so on. */
	const attach = (vertex: Vertex, nowMs: number): Vertex[] => {
		const attached: Vertex[] = [];
		const ready = [vertex];
		for (let next = ready.shift(); next; next = ready.shift()) {
			if (has(next.id) || !isWellPlaced(next, shelf)) continue;
			if (isOverruled(next)) {
				overrule(next.id);
				continue;
			}
			hold(next, nowMs);
			attached.push(next);
			ready.push(...waitingRoom.release(next.id));
		}
		return attached;
	};

	const add: Dag['add'] = (vertex, nowMs, isFromRange = false) => {
		const { id, parents, layer } = vertex;
		if (has(id) || waitingRoom.has(id)) return { outcome: 'known' };
		if (!refusals.has(id) && shelf.rivalsOf(vertex).length > 0)
			doubleAuthors.set(vertex.author, nowMs);
		if (isOverruled(vertex)) {
			overrule(id);
			return { outcome: 'closed' };
		}
		const isClosed = layer < closedLayer();
		const isRefused = isClosed || refusals.has(id) || parents.some(refusals.has);
		if (layer < horizon.layer || (isRefused && !isFromRange)) {
			refuse(id);
			return { outcome: 'closed' };
		}
		if (!isWellPlaced(vertex, shelf)) {
			waitingRoom.reject(id);
			return { outcome: 'invalid' };
		}
		const missing = parents.filter((parentId) => !has(parentId));
		if (missing.length > 0 && !isClosed) {
			waitingRoom.add(vertex, missing, nowMs);
			return { outcome: 'waiting', missing };
		}
		return { outcome: 'attached', attached: attach(vertex, nowMs) };
	};

	const finalize = (id: string): boolean => {
		const entry = shelf.get(id);
		if (!entry || entry.isFinal) return false;
		if (entry.vertex.parents.some((parentId) => shelf.get(parentId)?.isFinal === false)) {
			return false;
		}
		entry.isFinal = true;
		entry.isLate = false;
		finalDepth = Math.max(finalDepth, entry.vertex.layer);
		pending.delete(id);
		for (const { vertex } of rivalsOf(entry.vertex)) drop(vertex.id, overrule);
		return true;
	};

	const drop = (id: string, end: (id: string) => void): void => {
		if (!pending.has(id)) return;
		const gone = new Set([id]);
		for (const candidate of pending) {
			const parents = shelf.get(candidate)?.vertex.parents ?? [];
			if (parents.some((parentId) => gone.has(parentId))) gone.add(candidate);
		}
		shelf.undo(gone);
		for (const each of gone) {
			pending.delete(each);
			end(each);
		}
		discarded += gone.size;
	};

	const prune = (maxFinal: number): void => {
		if (shelf.size - pending.size <= maxFinal) return;
		// What waits for a parent holds pruning up as well, for the parent may be anywhere below.
		const waitingLayers = waitingRoom.all().map(({ vertex }) => vertex.layer);
		const floor = Math.min(lowestPendingLayer() ?? shelf.depth, ...waitingLayers);
		while (shelf.size - pending.size > maxFinal && horizon.layer + 1 + parentSpanLayers < floor) {
			const gone = shelf.removeLayer(horizon.layer);
			horizon = {
				layer: horizon.layer + 1,
				prunedVertices: horizon.prunedVertices + gone.vertices,
				prunedEdges: horizon.prunedEdges + gone.edges,
			};
		}
	};

	/**
	 * Some of the tips that nothing will build on any more, others each time. A peer that missed one
	 * when it was new would never hear of it again.
	 */
	const staleTips = (): string[] => {
		const stale = [...shelf.tips]
			.flatMap((id) => shelf.get(id) ?? [])
			.filter(({ vertex }) => {
				const isStale = shelf.depth - vertex.layer >= parentSpanLayers;
				return isStale && vertex.layer >= Math.max(1, closedLayer());
			});
		const from = staleTurn % Math.max(1, stale.length);
		staleTurn += maxStaleTips;
		return stale.slice(from, from + maxStaleTips).map(({ vertex }) => vertex.id);
	};

	const begin = (): void => {
		if (horizon.layer === 0) {
			shelf.put(genesis, { attachedAtMs: 0, isFinal: true, isLate: false });
		}
	};

	begin();
	return {
		has,
		isKnown: (id) => has(id) || waitingRoom.has(id) || refusals.has(id),
		get: shelf.get,
		add,
		opinion(id) {
			const entry = shelf.get(id);
			if (entry) return entry.isLate ? 'late' : 'yes';
			return refusals.has(id) ? 'late' : 'unknown';
		},
		prefer(id, opinion) {
			const entry = shelf.get(id);
			if (!entry || entry.isFinal) return;
			entry.isLate = opinion === 'late';
			if (opinion === 'late') return;
			for (const rival of rivalsOf(entry.vertex)) rival.isLate = true;
		},
		finalize,
		discard: (id) => {
			drop(id, refuse);
		},
		rivalsOf(id) {
			const entry = shelf.get(id);
			return entry ? rivalsOf(entry.vertex).map(({ vertex }) => vertex.id) : [];
		},
		acceptRivals(accepts) {
			acceptsRivals = accepts;
		},
		doubleAuthorsSince: (sinceMs) =>
			[...doubleAuthors].flatMap(([author, atMs]) => (atMs >= sinceMs ? [author] : [])),
		pendingIds: (limit) => firstOf(pending, limit),
		lowestPendingLayer,
		oldestPendingAtMs() {
			for (const id of pending) return shelf.get(id)?.attachedAtMs;
			return undefined;
		},
		waiting: waitingRoom.all,
		dropWaitingSince: waitingRoom.dropSince,
		freshTips: (limit) => freshTips(shelf, limit),
		range: (fromLayer, limit) => rangeOf(shelf, Math.max(fromLayer, horizon.layer), limit),
		recent: shelf.recent,
		prune,
		restartAt(next) {
			for (const each of [shelf, pending, refusals, overruled, waitingRoom]) each.clear();
			horizon = next;
			finalDepth = next.layer;
			begin();
		},
		checkpoint: () => checkpointIn(shelf, horizon, lowestPendingLayer() ?? shelf.depth),
		state: () => ({
			depth: shelf.depth,
			horizonLayer: horizon.layer,
			tips: [...freshTips(shelf, maxStateTips), ...staleTips()],
		}),
		totals: () => ({
			vertices: shelf.size + horizon.prunedVertices,
			edges: shelf.edges + horizon.prunedEdges,
			finalized: shelf.size - pending.size + horizon.prunedVertices,
			pending: pending.size,
			tips: shelf.tips.size,
			depth: shelf.depth,
			storageBytes: shelf.storageBytes,
			held: shelf.size,
			discarded,
		}),
	};
}

function firstOf(ids: Iterable<string>, limit: number): string[] {
	const first: string[] = [];
	for (const id of ids) {
		if (first.length >= limit) break;
		first.push(id);
	}
	return first;
}

/** Whether the layer and reach of a vertex follow from those parents that are held. */
function isWellPlaced({ parents, layer }: Vertex, shelf: VertexShelf): boolean {
	let isComplete = true;
	let highest = 0;
	for (const parentId of parents) {
		const parent = shelf.get(parentId);
		if (!parent) {
			isComplete = false;
			continue;
		}
		if (layer - parent.vertex.layer > parentSpanLayers) return false;
		highest = Math.max(highest, parent.vertex.layer);
	}
	return isComplete ? layer === highest + 1 : layer > highest;
}

function lowestLayer(ids: ReadonlySet<string>, shelf: VertexShelf): number | undefined {
	let lowest: number | undefined;
	for (const id of ids) {
		const layer = shelf.get(id)?.vertex.layer;
		if (layer !== undefined && (lowest === undefined || layer < lowest)) lowest = layer;
	}
	return lowest;
}

function freshTips(shelf: VertexShelf, limit: number): string[] {
	return [...shelf.tips]
		.flatMap((id) => shelf.get(id) ?? [])
		.filter(({ vertex, isLate }) => !isLate && shelf.depth - vertex.layer < parentSpanLayers)
		.sort((a, b) => b.vertex.layer - a.vertex.layer)
		.slice(0, limit)
		.map(({ vertex }) => vertex.id);
}

function rangeOf(shelf: VertexShelf, fromLayer: number, limit: number): ReturnType<Dag['range']> {
	const vertices: Vertex[] = [];
	let layer = fromLayer;
	for (; layer <= shelf.depth && vertices.length < limit; layer += 1) {
		// Genesis travels with no range: all have it.
		if (layer > 0) vertices.push(...shelf.inLayer(layer).map(({ vertex }) => vertex));
	}
	return layer > shelf.depth ? { vertices } : { vertices, nextLayer: layer };
}

/** `floor` is the lowest layer that is not all final. */
function checkpointIn(shelf: VertexShelf, horizon: Horizon, floor: number): Horizon {
	const half = Math.floor((floor - horizon.layer) / 2);
	// What is below the checkpoint and the span above it has to be final everywhere.
	if (horizon.layer === 0 || half <= parentSpanLayers) return horizon;
	const layer = horizon.layer + half;
	let { prunedVertices, prunedEdges } = horizon;
	for (let below = horizon.layer; below < layer; below += 1) {
		for (const { vertex } of shelf.inLayer(below)) {
			prunedVertices += 1;
			prunedEdges += vertex.parents.length;
		}
	}
	return { layer, prunedVertices, prunedEdges };
}

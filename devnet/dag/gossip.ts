import type { Dag } from './dag.ts';
import type { MessageOf, MessageType } from './message.ts';
import type { NodeContext } from './node-context.ts';
import type { Peers } from './peers.ts';
import type { Traffic } from '../traffic.ts';
import { isAuthentic } from './vertex.ts';
import type { Vertex } from './vertex.ts';

/**
 * Flooding by inventory: a node announces ids, peers request what they lack, and announce in turn.
 * A vertex whose parents are missing waits, and the parents are requested (solidification).
 */
export interface Gossip {
	/** Announces own or newly attached vertices to the peers that are not known to have them. */
	announce(vertices: readonly Vertex[]): void;
	/** Announces a vertex to these peers and to no other. */
	announceTo(names: readonly string[], vertex: Vertex): void;
	/** Requests those that are neither held nor asked for already. */
	want(ids: readonly string[], holder: string): void;
	onInventory(from: string, message: MessageOf<'inventory'>): void;
	onRequest(from: string, message: MessageOf<'request'>): void;
	onVertices(from: string, message: MessageOf<'vertices'>): void;
	/** Drops vertices that have waited too long for a parent; `vertices` that still wait are asked for again. */
	sweep(): void;
	/** Vertices that were refused, by reason. */
	readonly refused: { readonly invalid: number; readonly closed: number };
}

interface GossipOptions {
	readonly context: NodeContext;
	readonly dag: Dag;
	readonly peers: Peers;
	readonly traffic: Traffic<MessageType>;
	/** Whether to take nothing in for now: a range is being fetched, or the node holds too much. */
	readonly isClosed: () => boolean;
	/** Whether the disk has room for it. */
	readonly canWrite: (vertex: Vertex) => boolean;
	readonly onAttached: (vertices: readonly Vertex[]) => void;
}

interface Wanted {
	/** Peers said to hold it, that have not been asked yet. */
	readonly holders: string[];
	readonly asked: Set<string>;
	tries: number;
}

const leastRequestTimeoutMs = 600;
const maxTries = 5;
const maxWanted = 2000;
const waitingDroppedAfterMs = 60_000;
const maxIdsPerMessage = 128;

export function createGossip(options: GossipOptions): Gossip {
	const { context, dag, peers, traffic, isClosed, canWrite, onAttached } = options;
	const wanted = new Map<string, Wanted>();
	/** Vertex id → peers that announced or delivered it, so that it need not be announced back. */
	const holdersOf = new Map<string, Set<string>>();
	const refused = { invalid: 0, closed: 0 };

	const ask = (ids: readonly string[], holder: string): void => {
		for (const id of ids) {
			const entry = wanted.get(id);
			if (entry) {
				entry.tries += 1;
				entry.asked.add(holder);
			}
		}
		peers.send(holder, { type: 'request', ids });
		const roundTripMs = peers.get(holder)?.roundTripMs ?? 0;
		context.after(Math.max(leastRequestTimeoutMs, 3 * roundTripMs), () => {
			const late = ids.filter((id) => wanted.has(id));
			if (late.length > 0) askOthers(late);
		});
	};

	/** A request was lost or not answered: asks another holder of each, or the same again. */
	const askOthers = (ids: readonly string[]): void => {
		traffic.failed('request');
		const byHolder = new Map<string, string[]>();
		for (const id of ids) {
			const entry = wanted.get(id);
			const holder = entry?.holders.shift() ?? [...(entry?.asked ?? [])].at(-1);
			if (!entry || holder === undefined || entry.tries >= maxTries) {
				wanted.delete(id);
				continue;
			}
			byHolder.set(holder, [...(byHolder.get(holder) ?? []), id]);
		}
		for (const [holder, theirs] of byHolder) ask(theirs, holder);
	};

	const want = (ids: readonly string[], holder: string): void => {
		if (isClosed()) return;
		const fresh: string[] = [];
		for (const id of ids.slice(0, maxIdsPerMessage)) {
			if (dag.isKnown(id)) continue;
			const entry = wanted.get(id);
			if (entry) {
				if (!entry.asked.has(holder) && !entry.holders.includes(holder)) entry.holders.push(holder);
			} else if (wanted.size < maxWanted) {
				wanted.set(id, { holders: [], asked: new Set(), tries: 0 });
				fresh.push(id);
			}
		}
		if (fresh.length > 0) ask(fresh, holder);
	};

	const noteHolder = (id: string, holder: string): void => {
		const holders = holdersOf.get(id);
		if (holders) {
			holders.add(holder);
			return;
		}
		holdersOf.set(id, new Set([holder]));
		for (const [oldest] of holdersOf) {
			if (holdersOf.size <= maxWanted) break;
			holdersOf.delete(oldest);
		}
	};

	const announce = (vertices: readonly Vertex[]): void => {
		for (const { id } of vertices) {
			peers.broadcast({ type: 'inventory', ids: [id] }, holdersOf.get(id));
			holdersOf.delete(id);
		}
	};

	const accept = (vertex: Vertex, from: string): readonly Vertex[] => {
		wanted.delete(vertex.id);
		if (!isAuthentic(vertex)) {
			refused.invalid += 1;
			return [];
		}
		if (!dag.isKnown(vertex.id) && !canWrite(vertex)) return [];
		const result = dag.add(vertex, context.nowMs());
		if (result.outcome === 'invalid' || result.outcome === 'closed') refused[result.outcome] += 1;
		if (result.outcome === 'waiting') {
			want(
				result.missing.filter((id) => !dag.isKnown(id)),
				from,
			);
		}
		return result.outcome === 'attached' ? result.attached : [];
	};

	return {
		announce,
		announceTo(names, { id }) {
			for (const name of names) peers.send(name, { type: 'inventory', ids: [id] });
		},
		want,
		onInventory(from, { ids }) {
			for (const id of ids) if (!dag.has(id)) noteHolder(id, from);
			want(ids, from);
		},
		onRequest(from, { ids }) {
			const vertices = ids.flatMap((id) => dag.get(id)?.vertex ?? []);
			if (vertices.length > 0) peers.send(from, { type: 'vertices', vertices });
		},
		onVertices(from, { vertices }) {
			if (isClosed()) return;
			for (const vertex of vertices) {
				noteHolder(vertex.id, from);
				const attached = accept(vertex, from);
				if (attached.length === 0) continue;
				onAttached(attached);
				announce(attached);
			}
		},
		sweep() {
			dag.dropWaitingSince(context.nowMs() - waitingDroppedAfterMs);
			const missing = new Set<string>();
			for (const waiting of dag.waiting()) {
				for (const id of waiting.missing) {
					if (!dag.isKnown(id) && !wanted.has(id)) missing.add(id);
				}
			}
			const [holder] = context.random.sample(peers.connected(), 1);
			if (holder && missing.size > 0) want([...missing], holder.name);
		},
		refused,
	};
}

import type { MessageOf } from './message.ts';
import type { Intake, NodeParts } from './node-context.ts';
import { isAuthentic } from './vertex.ts';
import type { Vertex } from './vertex.ts';
import { VertexRequests } from './vertex-requests.ts';

export interface GossipOptions extends NodeParts, Intake {
	/** Whether to take nothing in for now: a range is being fetched, or the node holds too much. */
	readonly isClosed: () => boolean;
}

const maxHolders = 2000;
const orphanTimeoutMs = 60_000;
const maxIdsPerMessage = 128;

/**
 * Flooding by inventory: a node announces ids, peers request what they do not hold, and announce in
 * turn. A vertex whose parents are missing is kept as an orphan, and the parents are requested.
 */
export class Gossip {
	/** Vertices that were rejected, by reason. */
	readonly rejected = { invalid: 0, closed: 0 };
	readonly #options: GossipOptions;
	readonly #requests: VertexRequests;
	/** Vertex id → peers that announced or delivered it, so that it need not be announced back. */
	readonly #holders = new Map<string, Set<string>>();

	constructor(options: GossipOptions) {
		this.#options = options;
		this.#requests = new VertexRequests(options);
	}

	/** Announces own or newly attached vertices to the peers that are not known to have them. */
	announce(vertices: readonly Vertex[]): void {
		for (const { id } of vertices) {
			const holders = this.#holders.get(id);
			this.#options.peers.broadcast(
				{ type: 'inventory', ids: [id] },
				(name) => holders?.has(name) !== true,
			);
			this.#holders.delete(id);
		}
	}

	/** Announces a vertex to these peers and to no other. */
	announceTo(names: readonly string[], { id }: Vertex): void {
		for (const name of names) this.#options.peers.send(name, { type: 'inventory', ids: [id] });
	}

	/** Requests the vertices that are neither known nor requested already. */
	want(ids: readonly string[], holder: string): void {
		if (!this.#options.isClosed()) this.#requests.want(ids.slice(0, maxIdsPerMessage), holder);
	}

	onInventory(from: string, { ids }: MessageOf<'inventory'>): void {
		for (const id of ids) if (!this.#options.dag.has(id)) this.#noteHolder(id, from);
		this.want(ids, from);
	}

	onRequest(from: string, { ids }: MessageOf<'request'>): void {
		const vertices = ids.flatMap((id) => this.#options.dag.get(id)?.vertex ?? []);
		if (vertices.length > 0) this.#options.peers.send(from, { type: 'vertices', vertices });
	}

	onVertices(from: string, { vertices }: MessageOf<'vertices'>): void {
		if (this.#options.isClosed()) return;
		for (const vertex of vertices) {
			this.#noteHolder(vertex.id, from);
			const attached = this.#accept(vertex, from);
			if (attached.length === 0) continue;
			this.#options.onAttached(attached);
			this.announce(attached);
		}
	}

	/** Drops orphans that have waited too long, and requests the missing parents of the others again. */
	retryOrphans(): void {
		const { context, dag, peers } = this.#options;
		dag.dropOrphansSince(context.nowMs() - orphanTimeoutMs);
		const missing = new Set<string>();
		for (const orphan of dag.orphans()) {
			for (const id of orphan.missing) {
				if (!dag.isKnown(id) && !this.#requests.has(id)) missing.add(id);
			}
		}
		const [holder] = context.random.sample(peers.connected(), 1);
		if (holder && missing.size > 0) this.want([...missing], holder.name);
	}

	#noteHolder(id: string, holder: string): void {
		const holders = this.#holders.get(id);
		if (holders) {
			holders.add(holder);
			return;
		}
		this.#holders.set(id, new Set([holder]));
		for (const [oldest] of this.#holders) {
			if (this.#holders.size <= maxHolders) break;
			this.#holders.delete(oldest);
		}
	}

	/** Returns what could be attached. */
	#accept(vertex: Vertex, from: string): readonly Vertex[] {
		const { context, dag, canWrite } = this.#options;
		this.#requests.arrived(vertex.id);
		if (!isAuthentic(vertex)) {
			this.rejected.invalid += 1;
			return [];
		}
		if (!dag.isKnown(vertex.id) && !canWrite(vertex)) return [];
		const result = dag.add(vertex, context.nowMs());
		if (result.outcome === 'invalid' || result.outcome === 'closed') {
			this.rejected[result.outcome] += 1;
		}
		if (result.outcome === 'orphaned') {
			this.want(
				result.missing.filter((id) => !dag.isKnown(id)),
				from,
			);
		}
		return result.outcome === 'attached' ? result.attached : [];
	}
}

import { sizeOf } from './vertex.ts';
import type { Vertex } from './vertex.ts';

export interface HeldVertex {
	readonly vertex: Vertex;
	readonly sizeBytes: number;
	/** Node time when it was attached here, with all its parents. */
	readonly attachedAtMs: number;
	isFinal: boolean;
	/** This node votes against it: it is too late, conflicts with another, or has such a parent. */
	isOpposed: boolean;
}

const maxRecent = 60;

/** The vertices that a node holds, indexed by id, layer and conflict, with their totals. */
export class VertexStore {
	readonly #byId = new Map<string, HeldVertex>();
	readonly #layers = new Map<number, HeldVertex[]>();
	readonly #byConflictKey = new Map<string, HeldVertex[]>();
	readonly #tips = new Set<string>();
	#recent: HeldVertex[] = [];
	#edges = 0;
	#storageBytes = 0;
	#depth = 0;

	get size(): number {
		return this.#byId.size;
	}

	get edges(): number {
		return this.#edges;
	}

	/** Serialised size of the vertices held. */
	get storageBytes(): number {
		return this.#storageBytes;
	}

	/** The highest layer; 0 when empty. */
	get depth(): number {
		return this.#depth;
	}

	/** Ids of vertices without children. */
	get tips(): ReadonlySet<string> {
		return this.#tips;
	}

	has(id: string): boolean {
		return this.#byId.has(id);
	}

	get(id: string): HeldVertex | undefined {
		return this.#byId.get(id);
	}

	/** Other vertices with the same author and sequence number: at most one of them becomes final. */
	conflictsOf(vertex: Vertex): readonly HeldVertex[] {
		const all = this.#byConflictKey.get(conflictKey(vertex)) ?? [];
		return all.filter((each) => each.vertex.id !== vertex.id);
	}

	inLayer(layer: number): readonly HeldVertex[] {
		return this.#layers.get(layer) ?? [];
	}

	/** The last that were inserted, oldest first. */
	recent(limit: number): HeldVertex[] {
		return this.#recent.slice(-limit);
	}

	insert(vertex: Vertex, state: Pick<HeldVertex, 'attachedAtMs' | 'isFinal' | 'isOpposed'>): void {
		const entry: HeldVertex = { vertex, sizeBytes: sizeOf(vertex), ...state };
		this.#byId.set(vertex.id, entry);
		const key = conflictKey(vertex);
		this.#byConflictKey.set(key, [...(this.#byConflictKey.get(key) ?? []), entry]);
		const layer = this.#layers.get(vertex.layer);
		if (layer) layer.push(entry);
		else this.#layers.set(vertex.layer, [entry]);
		for (const parentId of vertex.parents) this.#tips.delete(parentId);
		this.#tips.add(vertex.id);
		this.#edges += vertex.parents.length;
		this.#storageBytes += entry.sizeBytes;
		this.#depth = Math.max(this.#depth, vertex.layer);
		this.#recent.push(entry);
		if (this.#recent.length > maxRecent * 2) this.#recent = this.#recent.slice(-maxRecent);
	}

	/** Removes a layer of final vertices; returns what that was. */
	pruneLayer(layer: number): { readonly vertices: number; readonly edges: number } {
		const pruned = this.inLayer(layer);
		this.#layers.delete(layer);
		let edges = 0;
		for (const entry of pruned) {
			this.#unindex(entry);
			edges += entry.vertex.parents.length;
		}
		return { vertices: pruned.length, edges };
	}

	/** Removes vertices as if they had never been there; their parents may be tips again. */
	remove(ids: ReadonlySet<string>): void {
		const parents = new Set<string>();
		for (const id of ids) {
			const entry = this.#byId.get(id);
			if (!entry) continue;
			this.#unindex(entry);
			this.#leaveLayer(entry);
			for (const parentId of entry.vertex.parents) parents.add(parentId);
		}
		this.#recent = this.#recent.filter(({ vertex }) => !ids.has(vertex.id));
		while (this.#depth > 0 && !this.#layers.has(this.#depth)) this.#depth -= 1;
		this.#restoreTips(parents);
	}

	clear(): void {
		this.#byId.clear();
		this.#layers.clear();
		this.#byConflictKey.clear();
		this.#tips.clear();
		this.#recent = [];
		this.#edges = 0;
		this.#storageBytes = 0;
		this.#depth = 0;
	}

	#unindex({ vertex, sizeBytes }: HeldVertex): void {
		const others = this.conflictsOf(vertex);
		if (others.length > 0) this.#byConflictKey.set(conflictKey(vertex), [...others]);
		else this.#byConflictKey.delete(conflictKey(vertex));
		this.#byId.delete(vertex.id);
		this.#tips.delete(vertex.id);
		this.#edges -= vertex.parents.length;
		this.#storageBytes -= sizeBytes;
	}

	#leaveLayer(entry: HeldVertex): void {
		const { layer } = entry.vertex;
		const others = this.inLayer(layer).filter((other) => other !== entry);
		if (others.length > 0) this.#layers.set(layer, others);
		else this.#layers.delete(layer);
	}

	#restoreTips(candidates: ReadonlySet<string>): void {
		const withChildren = new Set<string>();
		for (const { vertex } of this.#byId.values()) {
			for (const id of vertex.parents) withChildren.add(id);
		}
		for (const id of candidates) {
			if (this.#byId.has(id) && !withChildren.has(id)) this.#tips.add(id);
		}
	}
}

function conflictKey({ author, sequence }: Vertex): string {
	return `${sequence} ${author}`;
}

import { sizeOf } from './vertex.ts';
import type { Vertex } from './vertex.ts';

export interface HeldVertex {
	readonly vertex: Vertex;
	readonly sizeBytes: number;
	/** Node time when it was attached here, with all its parents. */
	readonly attachedAtMs: number;
	isFinal: boolean;
	/** Came when finality was far beyond it, or has such a parent: this node votes against it. */
	isLate: boolean;
}

/** The vertices that a node holds, by id and by layer, and what follows from them. */
export interface VertexShelf {
	readonly size: number;
	/** Of the vertices held. */
	readonly edges: number;
	/** Serialised size of the vertices held. */
	readonly storageBytes: number;
	/** The highest layer; 0 when empty. */
	readonly depth: number;
	/** Ids of vertices without children. */
	readonly tips: ReadonlySet<string>;
	get(id: string): HeldVertex | undefined;
	put(vertex: Vertex, state: Pick<HeldVertex, 'attachedAtMs' | 'isFinal' | 'isLate'>): void;
	/** Others of the same author and number: of such only one can be right. */
	rivalsOf(vertex: Vertex): readonly HeldVertex[];
	inLayer(layer: number): readonly HeldVertex[];
	/** Takes the lowest layer away for good; gives how much that was. */
	removeLayer(layer: number): { readonly vertices: number; readonly edges: number };
	/** Takes vertices away as if they had never been; what they covered may be a tip again. */
	undo(ids: ReadonlySet<string>): void;
	/** The last that were put, oldest first. */
	recent(limit: number): HeldVertex[];
	clear(): void;
}

const maxRecent = 60;

export function createVertexShelf(): VertexShelf {
	const held = new Map<string, HeldVertex>();
	const layers = new Map<number, HeldVertex[]>();
	const byNumber = new Map<string, HeldVertex[]>();
	const tips = new Set<string>();
	let recent: HeldVertex[] = [];
	let edges = 0;
	let storageBytes = 0;
	let depth = 0;

	const remove = ({ vertex, sizeBytes }: HeldVertex): void => {
		held.delete(vertex.id);
		const rivals = byNumber.get(numberOf(vertex))?.filter((each) => each.vertex.id !== vertex.id);
		if (rivals && rivals.length > 0) byNumber.set(numberOf(vertex), rivals);
		else byNumber.delete(numberOf(vertex));
		tips.delete(vertex.id);
		edges -= vertex.parents.length;
		storageBytes -= sizeBytes;
	};

	const leaveLayer = (entry: HeldVertex): void => {
		const others = layers.get(entry.vertex.layer)?.filter((other) => other !== entry) ?? [];
		if (others.length > 0) layers.set(entry.vertex.layer, others);
		else layers.delete(entry.vertex.layer);
	};

	const uncover = (parents: ReadonlySet<string>): void => {
		const covered = new Set<string>();
		for (const { vertex } of held.values()) for (const id of vertex.parents) covered.add(id);
		for (const id of parents) if (held.has(id) && !covered.has(id)) tips.add(id);
	};

	return {
		get size() {
			return held.size;
		},
		get edges() {
			return edges;
		},
		get storageBytes() {
			return storageBytes;
		},
		get depth() {
			return depth;
		},
		tips,
		get: (id) => held.get(id),
		rivalsOf: (vertex) =>
			byNumber.get(numberOf(vertex))?.filter((each) => each.vertex.id !== vertex.id) ?? [],
		put(vertex, state) {
			const entry: HeldVertex = { vertex, sizeBytes: sizeOf(vertex), ...state };
			held.set(vertex.id, entry);
			byNumber.set(numberOf(vertex), [...(byNumber.get(numberOf(vertex)) ?? []), entry]);
			const layer = layers.get(vertex.layer);
			if (layer) layer.push(entry);
			else layers.set(vertex.layer, [entry]);
			for (const parentId of vertex.parents) tips.delete(parentId);
			tips.add(vertex.id);
			edges += vertex.parents.length;
			storageBytes += entry.sizeBytes;
			depth = Math.max(depth, vertex.layer);
			recent.push(entry);
			if (recent.length > maxRecent * 2) recent = recent.slice(-maxRecent);
		},
		inLayer: (layer) => layers.get(layer) ?? [],
		removeLayer(layer) {
			const gone = layers.get(layer) ?? [];
			layers.delete(layer);
			let goneEdges = 0;
			for (const entry of gone) {
				remove(entry);
				goneEdges += entry.vertex.parents.length;
			}
			return { vertices: gone.length, edges: goneEdges };
		},
		undo(ids) {
			const parents = new Set<string>();
			for (const id of ids) {
				const entry = held.get(id);
				if (!entry) continue;
				remove(entry);
				leaveLayer(entry);
				for (const parentId of entry.vertex.parents) parents.add(parentId);
			}
			recent = recent.filter(({ vertex }) => !ids.has(vertex.id));
			while (depth > 0 && !layers.has(depth)) depth -= 1;
			uncover(parents);
		},
		recent: (limit) => recent.slice(-limit),
		clear() {
			for (const collection of [held, layers, byNumber, tips]) collection.clear();
			recent = [];
			edges = 0;
			storageBytes = 0;
			depth = 0;
		},
	};
}

function numberOf({ author, sequence }: Vertex): string {
	return `${sequence} ${author}`;
}

import { createHash } from 'node:crypto';

/** One vertex of the DAG, as it is sent and stored. */
export interface Vertex {
	/** SHA-256 over everything below, in hexadecimal. */
	readonly id: string;
	readonly author: string;
	/** Counts up per author; an honest author gives each number to one vertex. */
	readonly sequence: number;
	/** 1 + the highest layer of a parent; 0 for genesis only. */
	readonly layer: number;
	readonly parents: readonly string[];
	/** The author's clock, Unix ms. */
	readonly timestampMs: number;
	readonly payload: string;
}

type VertexContent = Omit<Vertex, 'id'>;

export const maxParents = 3;

/**
 * How many layers below it a vertex may have parents. Without such a bound nothing could ever be
 * pruned, because a new vertex might have any old one as parent.
 */
export const parentSpanLayers = 64;

export function createVertex(content: VertexContent): Vertex {
	return { id: hashOf(content), ...content };
}

/** The root, which all nodes of a network hold as final from the start. */
export function createGenesis(networkName: string, timestampMs: number): Vertex {
	return createVertex({
		author: 'genesis',
		sequence: 0,
		layer: 0,
		parents: [],
		timestampMs,
		payload: networkName,
	});
}

/** Whether the id is the hash of the content, and the content has a shape that can be valid. */
export function isAuthentic(vertex: Vertex): boolean {
	const { parents } = vertex;
	return (
		parents.length > 0 &&
		parents.length <= maxParents &&
		new Set(parents).size === parents.length &&
		hashOf(vertex) === vertex.id
	);
}

/** The bytes a vertex takes when serialised. */
export function sizeOf(vertex: Vertex): number {
	return Buffer.byteLength(JSON.stringify(vertex));
}

function hashOf({ author, sequence, layer, parents, timestampMs, payload }: VertexContent): string {
	return createHash('sha256')
		.update(JSON.stringify([author, sequence, layer, parents, timestampMs, payload]))
		.digest('hex');
}

import type { Vertex } from '../../sections/dag/schema.ts';
import { readVertexFields } from './node-status-wire.ts';

const maxVertices = 500;

/** Reads `recent_vertices`: oldest first where every vertex has a time, else in the node's order. */
export type VertexReader = (wire: readonly unknown[]) => Vertex[];

/**
 * A reader that keeps what it read last: from poll to poll most of a node's newest vertices are the
 * same, and such a one is the same object again. Of one that changed, what did not is that of the
 * object before: so little of a poll outlives it that the old objects are seldom to be collected.
 * Entries that are no vertices are left out.
 */
export function createVertexReader(): VertexReader {
	/** By the id as the node wrote it. */
	let known = new Map<string, Vertex>();
	return (wire) => {
		const seen: typeof known = new Map();
		const vertices: Vertex[] = [];
		for (let index = Math.max(0, wire.length - maxVertices); index < wire.length; index++) {
			const entry = wire[index];
			if (!isObject(entry)) continue;
			const id = String(entry['id']);
			const before = known.get(id);
			const vertex = before && isWrittenAs(entry, before) ? before : readVertex(entry, before);
			if (!vertex) continue;
			seen.set(vertex.id === id ? vertex.id : id, vertex);
			vertices.push(vertex);
		}
		known = seen;
		return oldestFirst(vertices);
	};
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null;
}

/** Whether reading an entry would yield the vertex: what was read is written as it is. */
function isWrittenAs(entry: JsonObject, vertex: Vertex): boolean {
	return (
		entry['id'] === vertex.id &&
		entry['finalized'] === vertex.finalized &&
		entry['timestamp'] === vertex.at &&
		entry['layer'] === vertex.layer &&
		entry['author'] === vertex.author &&
		entry['sequence'] === vertex.sequence &&
		Array.isArray(entry['parents']) &&
		isSameList(entry['parents'], vertex.parents)
	);
}

function readVertex(entry: JsonObject, before: Vertex | undefined): Vertex | undefined {
	const fields = readVertexFields(entry);
	if (!fields) return undefined;
	const { parents = [], layer, author, sequence, timestamp, finalized } = fields;
	const vertex: Vertex = {
		id: kept(before?.id, fields.id),
		parents: before && isSameList(parents, before.parents) ? before.parents : parents,
	};
	if (layer !== undefined) vertex.layer = layer;
	if (author !== undefined) vertex.author = kept(before?.author, author);
	if (sequence !== undefined) vertex.sequence = sequence;
	if (timestamp !== undefined) vertex.at = kept(before?.at, timestamp);
	if (finalized !== undefined) vertex.finalized = finalized;
	return vertex;
}

/** Of two equal texts the older: the newer then dies with its reply. */
function kept(before: string | undefined, text: string): string {
	return before === text ? before : text;
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
	return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** ISO times of one length sort as text does. */
function oldestFirst(vertices: Vertex[]): Vertex[] {
	const isTimed = vertices.every(({ at }) => at !== undefined);
	return isTimed ? vertices.toSorted((a, b) => compare(a.at ?? '', b.at ?? '')) : vertices;
}

function compare(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}

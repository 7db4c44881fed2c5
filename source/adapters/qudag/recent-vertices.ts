import type { Vertex } from '../../domain/snapshot.ts';
import { present } from './fields.ts';
import { readVertexFields } from './node-status-wire.ts';

const maxVertices = 500;

/** Reads `recent_vertices`: oldest first where every vertex has a time, else in the node's order. */
export type VertexReader = (wire: readonly unknown[]) => Vertex[];

/**
 * A reader that keeps what it read last: from poll to poll most of a node's newest vertices are the
 * same, and such a one is the same object again, neither read nor validated anew. Entries that are
 * no vertices are left out.
 */
export function createVertexReader(): VertexReader {
	let known = new Map<string, Known>();
	return (wire) => {
		const seen: typeof known = new Map();
		const vertices: Vertex[] = [];
		for (const entry of wire.slice(-maxVertices)) {
			if (!isObject(entry)) continue;
			const before = known.get(String(entry['id']));
			// The older of two equal entries is kept: the newer dies young, which is cheap to collect.
			const read = before && isSameObject(before.wire, entry) ? before : readEntry(entry);
			if (!read) continue;
			seen.set(String(entry['id']), read);
			vertices.push(read.vertex);
		}
		known = seen;
		return oldestFirst(vertices);
	};
}

type JsonObject = Readonly<Record<string, unknown>>;

interface Known {
	readonly wire: JsonObject;
	readonly vertex: Vertex;
}

function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null;
}

function readEntry(wire: JsonObject): Known | undefined {
	const vertex = readVertex(wire);
	return vertex && { wire, vertex };
}

function readVertex(entry: JsonObject): Vertex | undefined {
	const fields = readVertexFields(entry);
	if (!fields) return undefined;
	const { id, parents = [], layer, author, sequence, timestamp, finalized } = fields;
	return (
		present<Vertex>({ id, parents, layer, author, sequence, at: timestamp, finalized }) ?? {
			id,
			parents,
		}
	);
}

/**
 * Equal field by field; of nested values only lists are looked into, anything else is different. JSON
 * has no `undefined`, so a field that only one of them has differs too.
 */
function isSameObject(a: JsonObject, b: JsonObject): boolean {
	for (const key in a) if (!isSameValue(a[key], b[key])) return false;
	for (const key in b) if (a[key] === undefined) return false;
	return true;
}

function isSameValue(a: unknown, b: unknown): boolean {
	if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
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

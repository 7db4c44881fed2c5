import type { Vertex } from '../../domain/snapshot.ts';
import { present } from './fields.ts';
import { vertexSchema } from './node-status-wire.ts';

const maxVertices = 500;

/** Reads `recent_vertices`: oldest first where every vertex has a time, else in the node's order. */
export type VertexReader = (wire: readonly unknown[]) => Vertex[];

/**
 * A reader that keeps what it read last: from poll to poll most of a node's newest vertices are the
 * same, and such a one is the same object again, neither read nor validated anew. Entries that are
 * no vertices are left out.
 */
export function createVertexReader(): VertexReader {
	let known = new Map<string, { readonly wire: object; readonly vertex: Vertex }>();
	return (wire) => {
		const seen: typeof known = new Map();
		const vertices: Vertex[] = [];
		for (const entry of wire.slice(-maxVertices)) {
			if (typeof entry !== 'object' || entry === null) continue;
			const id = 'id' in entry && typeof entry.id === 'string' ? entry.id : '';
			const before = known.get(id);
			const isSame = before !== undefined && isSameObject(before.wire, entry);
			const vertex = isSame ? before.vertex : readVertex(entry);
			if (!vertex) continue;
			seen.set(id, { wire: entry, vertex });
			vertices.push(vertex);
		}
		known = seen;
		return oldestFirst(vertices);
	};
}

function readVertex(entry: object): Vertex | undefined {
	const parsed = vertexSchema.safeParse(entry);
	if (!parsed.success) return undefined;
	const { id, parents = [], layer, author, timestamp, finalized } = parsed.data;
	return (
		present<Vertex>({ id, parents, layer, author, at: timestamp, finalized }) ?? { id, parents }
	);
}

/** Equal field by field; of nested values only lists are looked into, anything else is different. */
function isSameObject(a: object, b: object): boolean {
	const entries: [string, unknown][] = Object.entries(a);
	const others: [string, unknown][] = Object.entries(b);
	return (
		entries.length === others.length &&
		entries.every(([key, value], index) => {
			const [otherKey, other] = others[index] ?? [];
			return key === otherKey && isSameValue(value, other);
		})
	);
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

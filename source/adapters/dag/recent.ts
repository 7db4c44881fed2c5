import type { Vertex } from '../../sections/dag/schema.ts';

/** The newest vertices that a node told of, each the same object as long as nothing in it changes. */
export interface RecentVertices {
	has(id: string): boolean;
	put(vertex: Vertex): void;
	/** Those not known to be final, oldest first. */
	pending(): readonly Vertex[];
	/** Oldest first, a parent always before its children; `undefined` when there is none. */
	list(): Vertex[] | undefined;
	/** Parents a vertex, in the mean of the sample; `undefined` below `minSample` vertices. */
	branchingFactor(): number | undefined;
	clear(): void;
}

const maxVertices = 48;
const minSample = 3;

export function createRecentVertices(): RecentVertices {
	let byId = new Map<string, Vertex>();
	return {
		has: (id) => byId.has(id),
		put(vertex) {
			const before = byId.get(vertex.id);
			if (before && JSON.stringify(before) === JSON.stringify(vertex)) return;
			byId.set(vertex.id, vertex);
			if (byId.size <= maxVertices) return;
			byId = new Map(
				parentsFirst(byId)
					.slice(-maxVertices)
					.map((kept) => [kept.id, kept]),
			);
		},
		pending: () => [...byId.values()].filter(({ finalized }) => finalized !== true),
		list: () => (byId.size === 0 ? undefined : parentsFirst(byId)),
		branchingFactor() {
			if (byId.size < minSample) return undefined;
			const edges = [...byId.values()].reduce((sum, { parents }) => sum + parents.length, 0);
			return edges / byId.size;
		},
		clear() {
			byId.clear();
		},
	};
}

/** By a stack of our own, for a node may tell of a path as long as the sample, or of a cycle. */
function parentsFirst(byId: ReadonlyMap<string, Vertex>): Vertex[] {
	const ordered: Vertex[] = [];
	const seen = new Set<string>();
	for (const root of byId.values()) {
		const stack = [{ vertex: root, isDone: false }];
		for (let step = stack.pop(); step; step = stack.pop()) {
			const { vertex, isDone } = step;
			if (isDone) {
				ordered.push(vertex);
				continue;
			}
			if (seen.has(vertex.id)) continue;
			seen.add(vertex.id);
			stack.push({ vertex, isDone: true });
			for (const id of vertex.parents) {
				const parent = byId.get(id);
				if (parent && !seen.has(id)) stack.push({ vertex: parent, isDone: false });
			}
		}
	}
	return ordered;
}

/** Works through a list a few at a time, in its order. */
export async function eachOf<T>(
	items: readonly T[],
	atOnce: number,
	work: (item: T) => Promise<void>,
): Promise<void> {
	const queue = [...items];
	const worker = async () => {
		for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
	};
	await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, worker));
}

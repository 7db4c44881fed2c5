import type { Horizon } from './message.ts';
import { parentSpanLayers } from './vertex.ts';
import type { Vertex } from './vertex.ts';
import type { VertexStore } from './vertex-store.ts';

/** Whether the layer and reach of a vertex agree with those of its parents that are held. */
export function isWellPlaced({ parents, layer }: Vertex, store: VertexStore): boolean {
	let isComplete = true;
	let highest = 0;
	for (const parentId of parents) {
		const parent = store.get(parentId);
		if (!parent) {
			isComplete = false;
			continue;
		}
		if (layer - parent.vertex.layer > parentSpanLayers) return false;
		highest = Math.max(highest, parent.vertex.layer);
	}
	return isComplete ? layer === highest + 1 : layer > highest;
}

export function lowestLayer(ids: ReadonlySet<string>, store: VertexStore): number | undefined {
	let lowest: number | undefined;
	for (const id of ids) {
		const layer = store.get(id)?.vertex.layer;
		if (layer !== undefined && (lowest === undefined || layer < lowest)) lowest = layer;
	}
	return lowest;
}

/** Tips that a new vertex may have as parents, highest first. */
export function freshTips(store: VertexStore, limit: number): string[] {
	return [...store.tips]
		.flatMap((id) => store.get(id) ?? [])
		.filter(({ vertex, isOpposed }) => !isOpposed && store.depth - vertex.layer < parentSpanLayers)
		.sort((a, b) => b.vertex.layer - a.vertex.layer)
		.slice(0, limit)
		.map(({ vertex }) => vertex.id);
}

/** Tips too far below the highest layer to get children, but not below `lowestLayer`. */
export function staleTips(store: VertexStore, lowestLayer: number): string[] {
	return [...store.tips]
		.flatMap((id) => store.get(id) ?? [])
		.filter(({ vertex }) => {
			const isStale = store.depth - vertex.layer >= parentSpanLayers;
			return isStale && vertex.layer >= Math.max(1, lowestLayer);
		})
		.map(({ vertex }) => vertex.id);
}

export interface LayerRange {
	readonly vertices: Vertex[];
	/** Where to go on; absent when this was all. */
	readonly nextLayer?: number;
}

/** Whole layers upwards, about `limit` vertices. */
export function rangeOf(store: VertexStore, fromLayer: number, limit: number): LayerRange {
	const vertices: Vertex[] = [];
	let layer = fromLayer;
	for (; layer <= store.depth && vertices.length < limit; layer += 1) {
		// Every node has genesis, so no range carries it.
		if (layer > 0) vertices.push(...store.inLayer(layer).map(({ vertex }) => vertex));
	}
	return layer > store.depth ? { vertices } : { vertices, nextLayer: layer };
}

/**
 * Where another node can begin: in the middle of what is held and final, so that it has time to catch
 * up before that is pruned. `floor` is the lowest layer that is not all final.
 */
export function checkpointIn(store: VertexStore, horizon: Horizon, floor: number): Horizon {
	const half = Math.floor((floor - horizon.layer) / 2);
	// Everything below the checkpoint and the span above it has to be final everywhere.
	if (horizon.layer === 0 || half <= parentSpanLayers) return horizon;
	const layer = horizon.layer + half;
	let { prunedVertices, prunedEdges } = horizon;
	for (let below = horizon.layer; below < layer; below += 1) {
		for (const { vertex } of store.inLayer(below)) {
			prunedVertices += 1;
			prunedEdges += vertex.parents.length;
		}
	}
	return { layer, prunedVertices, prunedEdges };
}

import type { Dag } from './dag.ts';
import type { NodeContext } from './node-context.ts';
import { createVertex } from './vertex.ts';
import type { Vertex } from './vertex.ts';

/** One half of the network: the nodes of even or of odd position. */
export type Half = 0 | 1;
export const halves: readonly Half[] = [0, 1];

export interface EquivocatorOptions {
	readonly context: NodeContext;
	readonly dag: Dag;
	readonly halfOf: (name: string) => Half;
}

const recentVertices = 60;
const maxConflictParents = 2;
const payloadBytes = 64;
const suspectForMs = 60_000;

/**
 * Two vertices with the same sequence number, one for each half of the peers. Each builds on what that
 * half's own honest authors issued last, so that the half can attach it whatever the other half holds.
 * `undefined` when a half has issued nothing lately.
 */
export function createConflict(
	{ context, dag, halfOf }: EquivocatorOptions,
	sequence: number,
): readonly [Vertex, Vertex] | undefined {
	const suspects = new Set(dag.equivocatorsSince(context.nowMs() - suspectForMs));
	const vertexFor = (half: Half): Vertex | undefined => {
		const honest = dag
			.recent(recentVertices)
			.map(({ vertex }) => vertex)
			.filter(({ author }) => {
				const isOther = author !== context.name && author !== 'genesis';
				return isOther && !suspects.has(author) && halfOf(author) === half;
			});
		const parents = honest.slice(-maxConflictParents);
		if (parents.length === 0) return undefined;
		return createVertex({
			author: context.name,
			sequence,
			layer: 1 + Math.max(...parents.map(({ layer }) => layer)),
			parents: parents.map(({ id }) => id),
			timestampMs: Math.round(context.wallNowMs()),
			payload: context.random.hex(payloadBytes),
		});
	};
	const [even, odd] = [vertexFor(0), vertexFor(1)];
	return even && odd && [even, odd];
}

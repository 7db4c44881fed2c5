import type { Dag } from './dag.ts';
import type { NodeContext } from './node-context.ts';
import { createVertex } from './vertex.ts';
import type { Vertex } from './vertex.ts';

/** One half of the network, as the place of a node in it tells: even or odd. */
export type Half = 0 | 1;
export const halves: readonly Half[] = [0, 1];

export interface DoubleDealerOptions {
	readonly context: NodeContext;
	readonly dag: Dag;
	readonly halfOf: (name: string) => Half;
}

const recentVertices = 60;
const maxTwinParents = 2;
const payloadChars = 64;
const suspectForMs = 60_000;

/**
 * What a node does that gives one number to two vertices, each for a half of its peers: builds for
 * either half on what that half's own honest authors issued last, so that each half can take its twin
 * in whatever the other holds. `undefined` when a half has issued nothing lately.
 */
export function createTwins(
	{ context, dag, halfOf }: DoubleDealerOptions,
	sequence: number,
): readonly [Vertex, Vertex] | undefined {
	const suspects = new Set(dag.doubleAuthorsSince(context.nowMs() - suspectForMs));
	const twinFor = (half: Half): Vertex | undefined => {
		const honest = dag
			.recent(recentVertices)
			.map(({ vertex }) => vertex)
			.filter(({ author }) => {
				const isOther = author !== context.name && author !== 'genesis';
				return isOther && !suspects.has(author) && halfOf(author) === half;
			});
		const parents = honest.slice(-maxTwinParents);
		if (parents.length === 0) return undefined;
		return createVertex({
			author: context.name,
			sequence,
			layer: 1 + Math.max(...parents.map(({ layer }) => layer)),
			parents: parents.map(({ id }) => id),
			timestampMs: Math.round(context.wallNowMs()),
			payload: context.random.hex(payloadChars),
		});
	};
	const [even, odd] = [twinFor(0), twinFor(1)];
	return even && odd && [even, odd];
}

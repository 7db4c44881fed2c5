import type { Block } from '../../sections/chain/schema.ts';
import type { Vertex } from '../../sections/dag/schema.ts';
import { defined } from '../../domain/defined.ts';

/** The chain through a DAG that orders it: one block a height, each the first parent of the next. */
export interface PivotChain {
	put(height: number, vertex: Vertex): void;
	/** Oldest first, without a gap. */
	blocks(): readonly Block[];
	clear(): void;
}

const maxBlocks = 64;

/**
 * Keeps what hangs together: a block whose first parent is another than the one known below it shows
 * that the chain took another way, and what was known from there down is forgotten.
 */
export function createPivotChain(): PivotChain {
	let links: { readonly height: number; readonly id: string; readonly block: Block }[] = [];
	return {
		put(height, { id, parents, at }) {
			const block = { number: height, hash: id, ...defined({ at }) };
			const below = links.filter((link) => link.height < height);
			const last = below.at(-1);
			const isLinked = last?.height === height - 1 && last.id === parents[0];
			links = [...(isLinked ? below : []), { height, id, block }].slice(-maxBlocks);
		},
		blocks: () => links.map(({ block }) => block),
		clear() {
			links = [];
		},
	};
}

/** What a served stream sends between two snapshots (source/serve/stream/delta.ts writes it). */
export interface DocumentDelta {
	readonly takenAt?: unknown;
	/** Whole sections of nodes, by the node's name. */
	readonly nodes?: readonly (PartDelta & { readonly name: string })[] | undefined;
	readonly removed?: readonly string[] | undefined;
	/** The names of all nodes, when nodes came, went or moved. */
	readonly order?: readonly string[] | undefined;
	/** Parts of the document beside its nodes. */
	readonly set?: Parts | undefined;
	readonly unset?: readonly string[] | undefined;
}

type Parts = Readonly<Record<string, unknown>>;

interface PartDelta {
	readonly set?: Parts | undefined;
	readonly unset?: readonly string[] | undefined;
}

/** A document of which only the nodes' names are looked at; what it holds is foreign. */
export interface AnyDocument {
	readonly nodes: readonly AnyNode[];
	readonly [key: string]: unknown;
}

interface AnyNode {
	readonly target?: { readonly name?: unknown };
}

/** The document after a delta. Neither is changed; what the delta does not name is the same object. */
export function applyDelta(document: AnyDocument, delta: DocumentDelta): AnyDocument {
	const byName = new Map(document.nodes.map((node) => [String(node.target?.name), node]));
	for (const name of delta.removed ?? []) byName.delete(name);
	for (const { name, ...change } of delta.nodes ?? []) {
		byName.set(name, applyParts(byName.get(name) ?? {}, change));
	}
	const nodes = delta.order
		? delta.order.flatMap((name) => byName.get(name) ?? [])
		: [...byName.values()];
	const { takenAt = document['takenAt'] } = delta;
	return { ...applyParts(document, delta), takenAt, nodes };
}

function applyParts<Whole extends object>(
	whole: Whole,
	{ set = {}, unset = [] }: PartDelta,
): Whole {
	const gone = new Set(unset);
	const kept = Object.entries({ ...whole, ...set }).filter(([key]) => !gone.has(key));
	// The keys are those of the snapshot, whose sections are all of them replaced as a whole.
	return Object.fromEntries(kept) as Whole;
}

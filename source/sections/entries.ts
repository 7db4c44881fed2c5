import type { NodeSnapshot } from './snapshot.ts';

/** Scopes of rules that are evaluated for each entry of a list of a node. */
export const entryScopes = ['satellite', 'validator'] as const;
export type EntryScope = (typeof entryScopes)[number];

export function isEntryScope(scope: string): scope is EntryScope {
	return scope === 'satellite' || scope === 'validator';
}

/** One entry: its id, and what the paths of rules start from. */
export interface Entry {
	readonly id: string;
	readonly root: object;
}

type ListingNode = Pick<NodeSnapshot, 'reputation' | 'storage' | 'validators'>;

const readers: Readonly<Record<EntryScope, (node: ListingNode) => readonly Entry[]>> = {
	satellite: (node) =>
		(node.reputation?.satellites ?? []).map((reputation) => {
			const { satellite: id } = reputation;
			const stored = node.storage?.satellites?.find(({ satellite }) => satellite === id);
			return { id, root: { ...stored, ...reputation, node } };
		}),
	// Of others only what they do to the network matters, and findings about consensus tell that.
	validator: (node) => {
		const own = (node.validators?.list ?? []).filter(({ mine }) => mine);
		return own.map((each) => {
			// A name is chosen freely: two validators may have the same.
			const isUnique = own.filter(({ name }) => name === each.name).length === 1;
			const id = isUnique ? (each.name ?? each.validator) : each.validator;
			return { id, root: { ...each, node } };
		});
	},
};

/** The satellites of a storage node; the validators that are one's own. */
export function entriesOf(node: ListingNode, scope: EntryScope): readonly Entry[] {
	return readers[scope](node);
}

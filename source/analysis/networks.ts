import type { Identity } from '../sections/identity/schema.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';

/** The watched nodes of one network, before they are compared. */
export interface Network {
	readonly name: string;
	/** The commonest kind among its nodes; of equals the first by name. */
	readonly kind: string;
	readonly networkId: string | number | undefined;
	readonly genesisHash: string | undefined;
	readonly nodes: readonly NodeSnapshot[];
	readonly notes: readonly string[];
}

interface Draft {
	readonly networkId: string | number | undefined;
	readonly genesisHash: string | undefined;
	readonly nodes: NodeSnapshot[];
}

/**
 * Sorts nodes into networks by what they report. Nodes with one genesis are one network, whatever their
 * kind, unless nodes of one kind report different chain ids for it, like Ethereum and Ethereum Classic
 * (EIP-155); a node without a chain id is then in no network. Otherwise chain and network ids count only
 * within one kind, because many systems use the number 1. A node without a genesis joins the network of
 * its kind and id; if two genesis hashes share that id, it stands alone. A node that reports none of these
 * is in no network.
 */
export function findNetworks(nodes: readonly NodeSnapshot[]): Network[] {
	const drafts = new Map<string, Draft>();
	const genesesOfId = new Map<string, Set<string>>();
	const parted = partedGeneses(nodes);
	const homeless: NodeSnapshot[] = [];
	for (const node of nodes) {
		const genesis = node.identity?.genesisHash;
		if (genesis === undefined) homeless.push(node);
		else if (!parted.has(genesis) || node.identity?.chainId !== undefined) {
			place(drafts, genesisKey(genesis, node, parted), node);
			const key = idKey(node);
			if (key !== undefined) remember(genesesOfId, key, genesis);
		}
	}
	for (const node of homeless) {
		const key = idKey(node);
		if (key === undefined) continue;
		const [genesis, another] = genesesOfId.get(key) ?? [];
		const isSure = genesis !== undefined && another === undefined;
		place(drafts, isSure ? genesisKey(genesis, node, parted) : key, node);
	}
	return name([...drafts.values()], genesesOfId);
}

/** The genesis hashes with several chains, by the chain ids that nodes of one kind report. */
function partedGeneses(nodes: readonly NodeSnapshot[]): Set<string> {
	const parted = new Set<string>();
	const firstIds = new Map<string, string>();
	for (const { target, identity } of nodes) {
		const { genesisHash, chainId } = identity ?? {};
		if (genesisHash === undefined || chainId === undefined) continue;
		const key = `${target.kind} ${genesisHash}`;
		const first = firstIds.get(key) ?? String(chainId);
		firstIds.set(key, first);
		if (first !== String(chainId)) parted.add(genesisHash);
	}
	return parted;
}

function genesisKey(
	genesis: string,
	{ identity }: NodeSnapshot,
	parted: ReadonlySet<string>,
): string {
	return parted.has(genesis) ? `genesis ${genesis} ${identity?.chainId}` : `genesis ${genesis}`;
}

function place(drafts: Map<string, Draft>, key: string, node: NodeSnapshot): void {
	const draft = drafts.get(key);
	if (draft) draft.nodes.push(node);
	else {
		const { identity } = node;
		drafts.set(key, {
			networkId: ownId(identity),
			genesisHash: identity?.genesisHash,
			nodes: [node],
		});
	}
}

function remember(sets: Map<string, Set<string>>, key: string, value: string): void {
	const known = sets.get(key);
	if (known) known.add(value);
	else sets.set(key, new Set([value]));
}

function ownId(identity: Identity | undefined): string | number | undefined {
	return identity?.chainId ?? identity?.networkId;
}

function idKey({ target, identity }: NodeSnapshot): string | undefined {
	const id = ownId(identity);
	return id === undefined ? undefined : `${target.kind} ${typeof id} ${id}`;
}

const shownGenesis = 10;

function name(drafts: readonly Draft[], genesesOfId: ReadonlyMap<string, Set<string>>): Network[] {
	return drafts.map((draft) => {
		const { networkId, genesisHash, nodes } = draft;
		const kind = commonestKind(nodes);
		const others = nodes.flatMap((node) => [...(genesesOfId.get(idKey(node) ?? '') ?? [])]);
		const isAmbiguous = new Set(others).size > 1;
		const short = genesisHash?.slice(0, shownGenesis);
		const plain = `${kind}:${networkId ?? short}`;
		return {
			name: isAmbiguous && networkId !== undefined ? `${plain}@${short ?? 'unknown'}` : plain,
			kind,
			networkId,
			genesisHash,
			nodes,
			notes: isAmbiguous
				? [`${new Set(others).size} genesis hashes go under ${kind} id ${networkId}`]
				: [],
		};
	});
}

function commonestKind(nodes: readonly NodeSnapshot[]): string {
	const counts = new Map<string, number>();
	for (const { target } of nodes) counts.set(target.kind, (counts.get(target.kind) ?? 0) + 1);
	const [first] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
	return first?.[0] ?? 'unknown';
}

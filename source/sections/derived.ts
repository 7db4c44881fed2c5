import { formatCount } from '../domain/format.ts';
import type { Integer } from '../domain/scalars.ts';
import type { NumberUnit } from '../domain/units.ts';
import type { Trend } from './field.ts';
import type { Identity } from './identity/schema.ts';
import type { NodeSnapshot } from './snapshot.ts';

/** A number that follows from several sections. It is described like a field. */
export interface DerivedNumber {
	readonly label: string;
	readonly unit: NumberUnit;
	/** Where it comes from, for the documentation. */
	readonly from: string;
	readonly series?: true | string;
	/** Screens of these sections show how it moves. */
	readonly trend?: Trend & { readonly of: readonly string[] };
	readonly csv?: readonly [column: string, position: number];
	/** Its name in Prometheus exposition. */
	readonly metric: string;
	read(node: NodeSnapshot): Integer | undefined;
}

export const derived = {
	height: {
		label: 'Height',
		unit: 'count',
		from: 'chain.head.number, else consensus.height',
		series: true,
		trend: { of: ['consensus'], rank: 40, rate: 'Heights per second', fromZero: true },
		csv: ['height', 14],
		metric: 'nodetop_node_height',
		read: heightOf,
	},
	finalized: {
		label: 'Finalized',
		unit: 'count',
		from: 'consensus.finalized, else chain.finalized.number',
		series: true,
		trend: { of: ['consensus'], rank: 41, rate: 'Finalized per second', fromZero: true },
		csv: ['finalized', 19],
		metric: 'nodetop_node_finalized',
		read: finalizedOf,
	},
	pending: {
		label: 'Pending',
		unit: 'count',
		from: 'consensus.pending, else dag.pending, else chain.txPool.pending',
		series: true,
		trend: { of: ['consensus', 'dag'], rank: 35, fromZero: true },
		csv: ['pending', 20],
		metric: 'nodetop_node_pending',
		read: pendingOf,
	},
	peerLatencyMs: {
		label: 'Peer latency',
		unit: 'ms',
		from: 'network.latencyMs.p50, else network.latencyMs.avg',
		series: 'Peer latency p50',
		metric: 'nodetop_node_peer_latency_seconds',
		trend: { of: ['network'], rank: 45 },
		read: ({ network }) => network?.latencyMs?.p50 ?? network?.latencyMs?.avg,
	},
} as const satisfies Readonly<Record<string, DerivedNumber>>;

type Sectioned<Name extends keyof NodeSnapshot> = Readonly<Pick<NodeSnapshot, Name>>;

/** The number of the chain's head, else the height that consensus names. */
export function heightOf({
	chain,
	consensus,
}: Sectioned<'chain' | 'consensus'>): Integer | undefined {
	return chain?.head?.number ?? consensus?.height;
}

/** Where a node stands: its height, or where it has none its round or view. */
export interface Place {
	readonly value: Integer;
	readonly of: 'height' | 'round' | 'view';
}

export function placeOf(node: Sectioned<'chain' | 'consensus'>): Place | undefined {
	const { round, view } = node.consensus ?? {};
	const height = heightOf(node);
	if (height !== undefined) return { value: height, of: 'height' };
	if (round !== undefined) return { value: round, of: 'round' };
	return view === undefined ? undefined : { value: view, of: 'view' };
}

const placeMarks: Readonly<Record<Place['of'], string>> = { height: '', round: 'r', view: 'v' };

/** `412`, or `r900` for a round and `v412` for a view. */
export function placeText({ value, of }: Place): string {
	return `${placeMarks[of]}${formatCount(value)}`;
}

/** What is final, as the node counts it; else the number of the finalized block. */
export function finalizedOf({
	consensus,
	chain,
}: Sectioned<'chain' | 'consensus'>): Integer | undefined {
	return consensus?.finalized ?? chain?.finalized?.number;
}

/** What is not final yet; for a chain, the transactions that wait in its pool. */
export function pendingOf({
	consensus,
	dag,
	chain,
}: Sectioned<'chain' | 'consensus' | 'dag'>): Integer | undefined {
	return consensus?.pending ?? dag?.pending ?? chain?.txPool?.pending;
}

/**
 * When a node last made progress: as seen while watching, or until then by its newest final vertex or
 * its head's own time. ISO text; `undefined` when neither is known.
 */
export function lastProgressOf(
	node: Sectioned<'chain' | 'consensus' | 'lastProgressAt'>,
): string | undefined {
	return node.lastProgressAt ?? node.consensus?.lastFinalizedAt ?? node.chain?.head?.at;
}

/** When something last became final: as seen while watching, until then as the node says. ISO text. */
export function lastFinalOf(node: Sectioned<'consensus' | 'lastFinalAt'>): string | undefined {
	return node.lastFinalAt ?? node.consensus?.lastFinalizedAt;
}

/** The time of the newest that a node has: of its head, else of what was finalized last. ISO text. */
export function newestAt({ chain, consensus }: Sectioned<'chain' | 'consensus'>) {
	return chain?.head?.at ?? consensus?.lastFinalizedAt;
}

/** The network that a node belongs to, as `kind:id`; only `kind:` where it names none. */
export function networkKey({ target, identity }: Sectioned<'target' | 'identity'>): string {
	return `${target.kind}:${networkId(identity) ?? ''}`;
}

/** Nodes of one network share its genesis, else its chain id, else its network id. */
function networkId(identity: Identity | undefined): Identity['chainId'] {
	return identity?.genesisHash ?? identity?.chainId ?? identity?.networkId;
}

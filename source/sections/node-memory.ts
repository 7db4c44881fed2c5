import type { Integer } from '../domain/scalars.ts';
import type { Identity } from './identity/schema.ts';

/** What one node's readings show together and no single one of them does. */
export interface NodeMemory {
	/** When height, round or finalized last moved while watched; undefined until they moved once. */
	readonly progressAtMs?: number | undefined;
	/** When something was last seen to become final. */
	readonly finalAtMs?: number | undefined;
	/** What the node first said of itself. */
	readonly first?: IdentityMarks | undefined;
	/** Since when another node id answers, and how often it has changed lately. */
	readonly nodeIdChanges?: Changes | undefined;
	/** Values that the node gave before and gives no more. */
	readonly lost?: LostValues | undefined;
	/** The newest fall of a place that only rises. */
	readonly setback?: Setback | undefined;
}

/** What must stay the same at one address. */
export type IdentityMarks = Pick<Identity, 'chainId' | 'networkId' | 'genesisHash' | 'nodeId'>;

export interface Changes {
	readonly lastAtMs: number;
	/** In the last ten minutes. */
	readonly times: number;
}

export interface LostValues {
	/** Labels of the fields, in the order of the sections. */
	readonly labels: readonly string[];
	/** Whether nothing is left of what the node is watched for. */
	readonly isAll: boolean;
}

/** Places that only rise, in the order in which a fall of several is reported. */
export const risingPlaces = {
	head: 'chain.head.number',
	height: 'consensus.height',
	view: 'consensus.view',
	round: 'consensus.round',
	finalized: 'consensus.finalized|chain.finalized.number',
} as const;
export type RisingPlace = keyof typeof risingPlaces;

export interface Setback extends Changes {
	readonly of: RisingPlace;
	readonly from: Integer;
	readonly to: Integer;
	readonly by: Integer;
}

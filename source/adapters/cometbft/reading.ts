import { cleanText } from '../../domain/clean.ts';
import { defined, definedOrNone } from '../../domain/defined.ts';
import type { Chain } from '../../sections/chain/schema.ts';
import type { Consensus } from '../../sections/consensus/schema.ts';
import type { Identity } from '../../sections/identity/schema.ts';
import type { Network, Peer } from '../../sections/network/schema.ts';
import type { Validator } from '../../sections/validators/schema.ts';
import { toAmount, toCount, toInteger, toTime } from '../quantity.ts';
import { addressOf } from './vote-follower.ts';
import type { NetInfo, RoundState, Status, WirePeer } from './wire.ts';

const maxPeers = 1000;

export function readIdentity({ node_info: info }: Status): Identity {
	return defined({
		client: 'CometBFT',
		nodeId: cleanText(info.id, 80),
		version: cleanText(info.version, 60),
		networkId: cleanText(info.network, 80),
	});
}

/** A committed block is final: the head is as final as anything. */
export function readChain(
	{ sync_info: sync }: Status,
	upgrade: { readonly name?: unknown; readonly height?: unknown } | null | undefined,
): Chain | undefined {
	const number = toInteger(sync.latest_block_height);
	const head =
		number === undefined
			? undefined
			: {
					number,
					...defined({
						hash: cleanText(sync.latest_block_hash, 80),
						at: timeOf(sync.latest_block_time),
					}),
				};
	return definedOrNone({
		head,
		finalized: head,
		syncing: typeof sync.catching_up === 'boolean' ? sync.catching_up : undefined,
		upgradeHeight: toInteger(upgrade?.height),
		upgradeName: cleanText(upgrade?.name, 60),
	});
}

export interface RoundFacts {
	/** Failed rounds of the present height. */
	readonly round: number | undefined;
	readonly proposer: string | undefined;
	/** By the place in the validator set. */
	readonly prevoted: readonly boolean[] | undefined;
	readonly precommitted: readonly boolean[] | undefined;
}

/** Who voted in the present round, and how many rounds failed before it. */
export function readRound(state: RoundState | undefined): RoundFacts {
	const place = state?.['height/round/step'];
	const [, roundText] = typeof place === 'string' ? place.split('/') : [];
	const round = toCount(roundText);
	const sets = state?.height_vote_set ?? [];
	const present = sets.find((each) => toCount(each.round) === round) ?? sets[0];
	const hasVoted = (votes: readonly unknown[] | null | undefined) =>
		votes?.map((vote) => typeof vote === 'string' && vote !== 'nil-Vote');
	return {
		round,
		proposer: addressOf(state?.proposer?.address),
		prevoted: hasVoted(present?.prevotes),
		precommitted: hasVoted(present?.precommits),
	};
}

export function readConsensus(
	{ sync_info: sync, validator_info: own }: Status,
	{ round, proposer }: RoundFacts,
	validators: readonly Validator[] | undefined,
): Consensus {
	const height = toInteger(sync.latest_block_height);
	const active = validators?.filter(({ active: isActive }) => isActive !== false);
	const total = active?.reduce((sum, { power = 0 }) => sum + power, 0) ?? 0;
	const power = toAmount(own?.voting_power);
	const leader = validators?.find(({ validator }) => validator === proposer);
	const address = addressOf(own?.address);
	return defined({
		height,
		finalized: height,
		lastFinalizedAt: timeOf(sync.latest_block_time),
		leader: leader?.name ?? proposer,
		isLeader: proposer === undefined || address === undefined ? undefined : proposer === address,
		validators: active?.length,
		votingPower:
			power === undefined || total <= 0 ? power : Math.round((power / total) * 1e6) / 1e6,
		viewsInRowTimedOut: round,
	});
}

export function readNetwork({ n_peers: count, peers }: NetInfo): Network {
	const list = (peers ?? []).slice(0, maxPeers);
	const outbound = list.filter(({ is_outbound: isOutbound }) => isOutbound === true).length;
	const rate = (of: 'SendMonitor' | 'RecvMonitor') => {
		const rates = list.map((peer) => toAmount(peer.connection_status?.[of]?.CurRate));
		const known = rates.filter((each) => each !== undefined);
		return known.length === 0 ? undefined : known.reduce((sum, each) => sum + each, 0);
	};
	return defined({
		peers: toCount(count) ?? (peers ? list.length : undefined),
		...(peers && { inbound: list.length - outbound, outbound }),
		bytesInPerSecond: rate('RecvMonitor'),
		bytesOutPerSecond: rate('SendMonitor'),
		peerList: peers ? list.flatMap(toPeer) : undefined,
	});
}

function toPeer({
	node_info: info,
	is_outbound: isOutbound,
	remote_ip: ip,
	...peer
}: WirePeer): Peer[] {
	const id = cleanText(info.id, 80);
	if (id === undefined) return [];
	const seconds = toAmount(peer.connection_status?.Duration);
	return [
		{
			id,
			...defined({
				address: cleanText(ip, 60),
				direction:
					typeof isOutbound === 'boolean'
						? isOutbound
							? ('outbound' as const)
							: ('inbound' as const)
						: undefined,
				client: cleanText(info.moniker, 60),
				version: cleanText(info.version, 40),
				// Nanoseconds.
				connectedSeconds: seconds === undefined ? undefined : Math.round(seconds / 1e6) / 1000,
			}),
		},
	];
}

function timeOf(value: unknown): string | undefined {
	return typeof value === 'string' ? toTime(Date.parse(value)) : undefined;
}

import { defined } from '../../domain/defined.ts';
import type { Validator } from '../../sections/validators/schema.ts';
import { ownValidators } from '../own-validators.ts';
import { toAmount } from '../quantity.ts';
import { createValidatorScores, maxValidators } from '../validator-scores.ts';
import type { RoundFacts } from './reading.ts';
import type { ChainRecord } from './signing.ts';
import { addressOf } from './vote-follower.ts';
import type { VoteFollower } from './vote-follower.ts';
import type { WireValidator } from './wire.ts';

export interface ListFacts {
	/** The present set, in its order. */
	readonly set: readonly WireValidator[];
	readonly records: ReadonlyMap<string, ChainRecord>;
	readonly round: RoundFacts;
	readonly votes: VoteFollower;
	/** Double votes by address, of which a block has the evidence. */
	readonly doubleVotes: ReadonlyMap<string, number>;
	readonly atMs: number;
}

/** Makes the table of validators; keeps what scores are reckoned from. */
export function createValidatorList(
	mine: readonly string[] | undefined,
): (facts: ListFacts) => Validator[] {
	const isMine = ownValidators(mine);
	const scores = createValidatorScores();
	return (facts) => {
		const { set, records } = facts;
		const inSet = set.flatMap(({ address }) => addressOf(address) ?? []).slice(0, maxValidators);
		const places = new Map(inSet.map((address, index) => [address, index]));
		// Of those that left the set only one's own matter.
		const left = [...records].flatMap(([address, { names }]) =>
			!places.has(address) && isMine(address, ...names) ? [address] : [],
		);
		const list = [...inSet, ...left].map((address): Validator => {
			const record = records.get(address);
			const seen = facts.votes.of(address);
			const isOut = record?.jailed === true || record?.tombstoned === true || !places.has(address);
			return {
				validator: address,
				mine: isMine(address, ...(record?.names ?? [])),
				...toFacts(facts, address, places.get(address)),
				...(seen && defined({ votes: seen.votes, missed: seen.missed, proposals: seen.proposals })),
				// Who is out of the set has no duties.
				...(seen && !isOut && defined({ missedInRow: seen.missedInRow })),
				...(seen && defined({ lastSeenAt: seen.lastSeenAt })),
				...(seen && scores.next(address, { done: seen.votes, missed: seen.missed }, facts.atMs)),
			};
		});
		scores.keep(new Set(list.map(({ validator }) => validator)));
		return list;
	};
}

function toFacts(
	{ set, records, round, doubleVotes }: ListFacts,
	address: string,
	place: number | undefined,
): Partial<Validator> {
	const record = records.get(address);
	const byzantine = doubleVotes.get(address) ?? 0;
	return defined({
		name: record?.moniker,
		active: place !== undefined,
		power: place === undefined ? undefined : toAmount(set[place]?.voting_power),
		prevoted: place === undefined ? undefined : round.prevoted?.[place],
		precommitted: place === undefined ? undefined : round.precommitted?.[place],
		jailed: record?.jailed,
		jailedUntil: record?.jailedUntil,
		tombstoned: record?.tombstoned,
		byzantine,
		byzantineBy: byzantine > 0 ? { doubleVote: byzantine } : undefined,
	});
}

import { clean } from '../../domain/clean.ts';
import { toCount, toTime } from '../quantity.ts';
import type { SignedHeader } from './wire.ts';

/** What was seen of one validator's signatures, since nodetop watches. */
export interface SeenVotes {
	votes: number;
	missed: number;
	missedInRow: number;
	proposals: number;
	lastSeenAt: string | undefined;
}

/** `block_id_flag` of a signature that is absent. */
const absent = 1;
const maxFollowed = 1000;

/** Counts who signed each block, one after another. */
export interface VoteFollower {
	/** The next height whose commit is wanted; `undefined` until the first. */
	readonly nextHeight: number | undefined;
	/** Takes the commit of a height; `addresses` are those of the validator set, in its order. */
	take(header: SignedHeader, addresses: readonly string[]): void;
	/** Starts anew, where heights were left out: what was missed in between is not known. */
	skipTo(height: number): void;
	of(address: string): SeenVotes | undefined;
}

export function createVoteFollower(): VoteFollower {
	const seen = new Map<string, SeenVotes>();
	let nextHeight: number | undefined;
	const entry = (address: string): SeenVotes | undefined => {
		const known = seen.get(address);
		if (known || seen.size >= maxFollowed) return known;
		const fresh = { votes: 0, missed: 0, missedInRow: 0, proposals: 0, lastSeenAt: undefined };
		seen.set(address, fresh);
		return fresh;
	};
	return {
		get nextHeight() {
			return nextHeight;
		},
		take({ header, commit }, addresses) {
			const height = toCount(header.height);
			if (height === undefined) return;
			nextHeight = height + 1;
			const at = typeof header.time === 'string' ? toTime(Date.parse(header.time)) : undefined;
			for (const [index, signature] of (commit.signatures ?? []).entries()) {
				const isAbsent = toCount(signature.block_id_flag) === absent;
				// An absent signature has no address: its place is that of the validator in the set.
				const address = isAbsent ? addresses[index] : addressOf(signature.validator_address);
				const known = address === undefined ? undefined : entry(address);
				if (known) note(known, isAbsent, at);
			}
			const proposer = addressOf(header.proposer_address);
			const ofProposer = proposer === undefined ? undefined : entry(proposer);
			if (ofProposer) ofProposer.proposals += 1;
		},
		skipTo(height) {
			nextHeight = height;
			for (const each of seen.values()) each.missedInRow = 0;
		},
		of: (address) => seen.get(address),
	};
}

function note(seen: SeenVotes, isAbsent: boolean, at: string | undefined): void {
	if (isAbsent) {
		seen.missed += 1;
		seen.missedInRow += 1;
		return;
	}
	seen.votes += 1;
	seen.missedInRow = 0;
	seen.lastSeenAt = at ?? seen.lastSeenAt;
}

/** Upper-case hexadecimal; `undefined` for none. */
export function addressOf(value: unknown): string | undefined {
	const text = typeof value === 'string' ? clean(value, 64).toUpperCase() : '';
	return text === '' ? undefined : text;
}

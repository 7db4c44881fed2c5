import * as z from 'zod';
import { addressOf } from './vote-follower.ts';
import type { SignedHeader } from './wire.ts';

/** The hash of no evidence: SHA-256 of nothing. */
const emptyHash = 'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855';
const maxCulprits = 200;

const voteSchema = z.object({ validator_address: z.unknown() });
const duplicateVoteSchema = z.object({ vote_a: voteSchema });
/** By GET an evidence stands in `value` beside its `type`; by protobuf JSON it stands alone. */
const evidenceSchema = z.union([
	z.object({ value: duplicateVoteSchema }).transform(({ value }) => value),
	duplicateVoteSchema,
]);

/** Double votes of which a block has the evidence, since nodetop watches. */
export function createEvidenceBook() {
	const doubleVotes = new Map<string, number>();
	let total = 0;
	return {
		doubleVotes: doubleVotes as ReadonlyMap<string, number>,
		get total() {
			return total;
		},
		/** Whether a block has evidence: only then is it worth asking for. */
		isWanted({ header }: SignedHeader): boolean {
			const hash = addressOf(header.evidence_hash);
			return hash !== undefined && hash !== emptyHash;
		},
		take(evidence: readonly unknown[]): void {
			for (const each of evidence) {
				const parsed = evidenceSchema.safeParse(each);
				const culprit = parsed.success
					? addressOf(parsed.data.vote_a.validator_address)
					: undefined;
				if (culprit === undefined) continue;
				total += 1;
				if (doubleVotes.has(culprit) || doubleVotes.size < maxCulprits)
					doubleVotes.set(culprit, (doubleVotes.get(culprit) ?? 0) + 1);
			}
		},
	};
}

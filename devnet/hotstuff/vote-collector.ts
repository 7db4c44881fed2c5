import type { World } from '../node-process.ts';
import type { Header } from './block.ts';
import type { Committee, QuorumCertificate } from './committee.ts';
import type { Counters } from './counters.ts';
import { createVoteTally } from './tally.ts';
import type { ValidatorRecords } from './validator-records.ts';

interface VoteCollectorOptions {
	readonly world: World;
	readonly committee: Committee;
	readonly counters: Counters;
	readonly validators: ValidatorRecords;
}

/** Collects the votes of the views whose successor this replica leads, and notes who voted. */
export class VoteCollector {
	readonly #options: VoteCollectorOptions;
	readonly #tally: ReturnType<typeof createVoteTally>;
	/** View → when its first vote arrived. */
	readonly #firstVotes = new Map<number, number>();

	constructor(options: VoteCollectorOptions) {
		this.#options = options;
		this.#tally = createVoteTally(options.committee);
	}

	/** The certificate with the votes that came after it was formed. */
	completed(certificate: QuorumCertificate): QuorumCertificate {
		const voters = this.#tally.votersOf(certificate.view, certificate.blockId);
		return voters.length > certificate.voters.length ? { ...certificate, voters } : certificate;
	}

	/** Who voted in a view, as far as this replica collects its votes. */
	votersOf(view: number, blockId: string): readonly string[] {
		return this.#tally.votersOf(view, blockId);
	}

	/** Returns the certificate at the vote that completes it. */
	add(voter: string, header: Header): QuorumCertificate | undefined {
		const { world, committee, counters, validators } = this.#options;
		const { view } = header;
		if (committee.leaderOf(view + 1) !== world.name) return undefined;
		validators.onVote(voter, view);
		const firstAtMs = this.#firstVotes.get(view) ?? world.nowMs();
		this.#firstVotes.set(view, firstAtMs);
		const certificate = this.#tally.add(voter, header);
		if (!certificate) return undefined;
		for (const each of this.#firstVotes.keys()) if (each <= view) this.#firstVotes.delete(each);
		counters.certificateTime.observe((world.nowMs() - firstAtMs) / 1000);
		counters.quorumCertificates += 1;
		validators.onCertificate(view, certificate.voters);
		return certificate;
	}
}

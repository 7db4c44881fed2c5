/** Proof that a quorum voted for a block in a view. Signatures are modelled by the voters' names. */
export interface QuorumCertificate {
	readonly view: number;
	readonly blockId: string;
	readonly voters: readonly string[];
}

/** Proof that a view has timed out at a quorum. */
export interface TimeoutCertificate {
	readonly view: number;
	readonly voters: readonly string[];
}

/** The replicas that may vote: of n members f = ⌊(n − 1) / 3⌋ may be faulty; n − f are a quorum. */
export interface Committee {
	readonly members: readonly string[];
	readonly faulty: number;
	readonly quorum: number;
	/** Round robin. */
	leaderOf(view: number): string;
	/** Whether the voters are different members, and enough. */
	isQuorum(voters: readonly string[]): boolean;
	isValid(certificate: QuorumCertificate): boolean;
}

/** `genesisId` is certified from the start, in view 0. */
export function createCommittee(members: readonly string[], genesisId: string): Committee {
	const faulty = Math.floor((members.length - 1) / 3);
	const quorum = members.length - faulty;
	const isQuorum = (voters: readonly string[]) => {
		const known = new Set(voters.filter((voter) => members.includes(voter)));
		return known.size === voters.length && known.size >= quorum;
	};
	return {
		members,
		faulty,
		quorum,
		leaderOf: (view) => members[view % members.length] ?? '',
		isQuorum,
		isValid: ({ view, blockId, voters }) => (view === 0 ? blockId === genesisId : isQuorum(voters)),
	};
}

import type { Block } from './block.ts';
import type { Committee } from './committee.ts';
import { Slashing } from './slashing.ts';

export const byzantineTypes = ['equivocation', 'doubleVote', 'invalidMessage'] as const;
export type ByzantineType = (typeof byzantineTypes)[number];

/** What one replica saw of one member. */
export interface ValidatorRecord {
	/** Of the views whose votes this replica collected. */
	votes: number;
	missed: number;
	missedInRow: number;
	/** Committed blocks of it. */
	proposals: number;
	/** By this replica's own clock, Unix ms. */
	lastSeenAtWallMs: number | undefined;
	readonly byzantine: Map<ByzantineType, number>;
}

/** A vote that comes this many views later still counts. */
const graceViews = 3;

/** Which members do their duty, as one replica sees it. */
export class ValidatorRecords {
	readonly #records: ReadonlyMap<string, ValidatorRecord>;
	/** View → who voted; of views whose certificate this replica formed. */
	readonly #collecting = new Map<number, Set<string>>();

	readonly slashing: Slashing;

	constructor(committee: Committee) {
		this.#records = new Map(committee.members.map((name) => [name, createRecord()]));
		this.slashing = new Slashing(committee);
	}

	all(): readonly (readonly [name: string, record: ValidatorRecord])[] {
		return [...this.#records];
	}

	onSeen(name: string, atWallMs: number): void {
		const record = this.#records.get(name);
		if (record) record.lastSeenAtWallMs = atWallMs;
	}

	onCommit(block: Block, wallNowMs: number): void {
		this.slashing.onCommit(block, wallNowMs);
		const record = this.#records.get(block.proposer);
		if (record) record.proposals += 1;
	}

	onByzantine(name: string, type: ByzantineType): void {
		const record = this.#records.get(name);
		record?.byzantine.set(type, (record.byzantine.get(type) ?? 0) + 1);
		if (type === 'doubleVote') this.slashing.onDoubleVote(name);
	}

	/** This replica formed the certificate of a view from these votes. */
	onCertificate(view: number, voters: readonly string[]): void {
		this.#collecting.set(view, new Set(voters));
	}

	/** A vote after the certificate. */
	onVote(name: string, view: number): void {
		this.#collecting.get(view)?.add(name);
	}

	/** Settles the views for which no more votes are awaited. */
	onView(view: number): void {
		for (const [collected, voters] of this.#collecting) {
			if (collected > view - graceViews) continue;
			this.#collecting.delete(collected);
			for (const [name, record] of this.#records) settle(record, voters.has(name));
		}
	}
}

function settle(record: ValidatorRecord, hasVoted: boolean): void {
	if (hasVoted) record.votes += 1;
	else record.missed += 1;
	record.missedInRow = hasVoted ? 0 : record.missedInRow + 1;
}

function createRecord(): ValidatorRecord {
	return {
		votes: 0,
		missed: 0,
		missedInRow: 0,
		proposals: 0,
		lastSeenAtWallMs: undefined,
		byzantine: new Map(byzantineTypes.map((type) => [type, 0])),
	};
}

import type { Block } from './block.ts';
import type { Committee } from './committee.ts';

export interface SigningRecord {
	/** Of the last blocks: whether it signed, oldest first. */
	readonly window: boolean[];
	jailedUntilMs: number | undefined;
	isJailed: boolean;
	isTombstoned: boolean;
}

/** Blocks that are looked at, as the `signed_blocks_window` of the Cosmos SDK. */
const windowBlocks = 40;
const mostMissed = 20;
const jailMs = 60_000;

/**
 * The slashing module of a Cosmos chain, over the certificates of committed blocks: who misses half of the
 * window is jailed, who votes twice is excluded for good. The committee is fixed, so that both are only told.
 */
export class Slashing {
	readonly #records: ReadonlyMap<string, SigningRecord>;
	/** Height → who double-voted; shown as the evidence of that block. */
	readonly #evidence = new Map<number, string[]>();
	#height = 0;

	constructor({ members }: Committee) {
		this.#records = new Map(members.map((name) => [name, createRecord()]));
	}

	of(name: string): SigningRecord {
		return this.#records.get(name) ?? createRecord();
	}

	missedIn(name: string): number {
		return this.of(name).window.filter((hasSigned) => !hasSigned).length;
	}

	evidenceAt(height: number): readonly string[] {
		return this.#evidence.get(height) ?? [];
	}

	/** A committed block, whose certificate says who signed its parent. */
	onCommit({ height, justify }: Block, nowMs: number): void {
		this.#height = height;
		if (justify.voters.length === 0) return;
		for (const [name, record] of this.#records) {
			record.window.push(justify.voters.includes(name));
			if (record.window.length > windowBlocks) record.window.shift();
			if (record.isTombstoned) continue;
			if (this.missedIn(name) > mostMissed) {
				record.isJailed = true;
				record.jailedUntilMs = nowMs + jailMs;
			} else if (record.isJailed && (record.jailedUntilMs ?? 0) <= nowMs) record.isJailed = false;
		}
	}

	onDoubleVote(name: string): void {
		const record = this.#records.get(name);
		if (!record || record.isTombstoned) return;
		record.isTombstoned = true;
		record.isJailed = true;
		const height = this.#height + 1;
		this.#evidence.set(height, [...this.evidenceAt(height), name]);
	}
}

function createRecord(): SigningRecord {
	return { window: [], jailedUntilMs: undefined, isJailed: false, isTombstoned: false };
}

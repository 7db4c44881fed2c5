import { fingerprintOf } from './fingerprint.ts';
import type { Samples } from '../domain/measure.ts';
import type { Candidate } from './subjects.ts';

/** What is remembered of one thing under one rule, beside the alert that there may be. */
export interface Slot {
	readonly fingerprint: string;
	readonly samples: Samples;
	freshness: string;
	/** What was found in order when it was looked at last: while it is the same, so is the finding. */
	settled: unknown;
	/** Which evaluation saw it last. */
	seenIn: number;
}

/** The slots of all rules. What one evaluation does not ask for is forgotten. */
export interface Slots {
	/** Begins the next evaluation. */
	begin(): void;
	take(rule: string, candidate: Candidate): Slot;
	/** Other rules are asked from now on: everything is to be looked at again. */
	unsettle(): void;
}

/** Forgotten slots are swept out so seldom, for a sweep visits each. */
const evaluationsASweep = 100;

export function createSlots(): Slots {
	const rules = new Map<string, Map<string, Slot>>();
	let evaluation = 0;

	function sweep(): void {
		for (const [rule, slots] of rules) {
			for (const [key, { seenIn }] of slots) if (seenIn < evaluation) slots.delete(key);
			if (slots.size === 0) rules.delete(rule);
		}
	}

	return {
		begin() {
			if (evaluation % evaluationsASweep === 0) sweep();
			evaluation += 1;
		},
		take(rule, { key, identity }) {
			let slots = rules.get(rule);
			if (!slots) rules.set(rule, (slots = new Map<string, Slot>()));
			const known = slots.get(key);
			if (known && known.seenIn >= evaluation - 1) {
				known.seenIn = evaluation;
				return known;
			}
			const slot: Slot = {
				fingerprint: known?.fingerprint ?? fingerprintOf(rule, identity),
				samples: new Map(),
				freshness: '',
				settled: undefined,
				seenIn: evaluation,
			};
			slots.set(key, slot);
			return slot;
		},
		unsettle() {
			for (const slots of rules.values()) {
				for (const slot of slots.values()) slot.settled = undefined;
			}
		},
	};
}

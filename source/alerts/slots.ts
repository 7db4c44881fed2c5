import { fingerprintOf } from './fingerprint.ts';
import type { Samples } from '../domain/measure.ts';
import type { RuleSubject } from './subjects.ts';

/** What is remembered about one subject under one rule, beside its alert. */
export interface Slot {
	readonly fingerprint: string;
	/** Of a rule over a window; made when it is first needed. */
	samples: Samples | undefined;
	freshness: string;
	/** The value that the last good observation saw: while it is the same, so is the result. */
	settled: unknown;
	/** The last evaluation that used the slot. */
	seenIn: number;
}

/** The slots of all rules. A slot that one evaluation does not use is forgotten. */
export interface Slots {
	/** Begins the next evaluation. */
	begin(): void;
	take(rule: string, subject: RuleSubject): Slot;
	/** The slot, if the last evaluation or this one used it. */
	find(rule: string, key: string): Slot | undefined;
	/** After a change of rules: observes every subject again. */
	unsettle(): void;
}

/** Forgotten slots are swept out this seldom, because a sweep visits every slot. */
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
		find(rule, key) {
			const known = rules.get(rule)?.get(key);
			return known && known.seenIn >= evaluation - 1 ? known : undefined;
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
				samples: undefined,
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

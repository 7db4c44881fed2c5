import { keptScores } from '../sections/validators/schema.ts';
import type { Validator } from '../sections/validators/schema.ts';

const slotMs = 20_000;
/** The largest set of validators that is followed one by one. */
export const maxValidators = 1000;

interface Duties {
	readonly done: number;
	readonly missed: number;
}

interface Followed {
	last: Duties;
	/** Duties by slot of time, oldest first. */
	slots: (Duties & { readonly slot: number })[];
}

export type Scores = Pick<Validator, 'score' | 'scores'>;

/** Reckons from counters which share of its duties each validator did lately. */
export interface ValidatorScores {
	next(validator: string, duties: Duties, atMs: number): Scores;
	/** Forgets all validators that are not among these. */
	keep(validators: ReadonlySet<string>): void;
}

export function createValidatorScores(): ValidatorScores {
	const all = new Map<string, Followed>();
	return {
		next(validator, duties, atMs) {
			const slot = Math.floor(atMs / slotMs);
			const known = all.get(validator);
			if (!known) {
				if (all.size < maxValidators) all.set(validator, { last: duties, slots: [] });
				return {};
			}
			const done = duties.done - known.last.done;
			const missed = duties.missed - known.last.missed;
			known.last = duties;
			// A counter that fell began anew: how much it counted before that is not known.
			if (done >= 0 && missed >= 0) add(known, { slot, done, missed });
			known.slots = known.slots.filter((each) => each.slot > slot - keptScores);
			return scoresOf(known, slot);
		},
		keep(validators) {
			for (const validator of all.keys()) if (!validators.has(validator)) all.delete(validator);
		},
	};
}

function add({ slots }: Followed, more: Followed['slots'][number]): void {
	const newest = slots.at(-1);
	if (newest?.slot !== more.slot) {
		slots.push(more);
		return;
	}
	slots[slots.length - 1] = {
		slot: more.slot,
		done: newest.done + more.done,
		missed: newest.missed + more.missed,
	};
}

function scoresOf({ slots }: Followed, slot: number): Scores {
	const [first] = slots;
	if (!first) return {};
	const sum = slots.reduce(
		(total, { done, missed }) => ({ done: total.done + done, missed: total.missed + missed }),
		{ done: 0, missed: 0 },
	);
	const score = share(sum);
	const bySlot = new Map(slots.map((each) => [each.slot, share(each)]));
	const scores = Array.from(
		{ length: Math.min(keptScores, slot - first.slot + 1) },
		(_, index) => bySlot.get(first.slot + index) ?? null,
	);
	return { ...(score !== undefined && { score }), scores };
}

function share({ done, missed }: Duties): number | undefined {
	const all = done + missed;
	return all > 0 ? Math.round((done / all) * 1e4) / 1e4 : undefined;
}

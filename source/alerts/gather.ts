import type { Evaluation } from './evaluation.ts';
import type { Incident } from './incident.ts';
import type { RuleSet } from '../sections/rule-set.ts';

/** Alerts of a rule that fire no further apart than this have one cause. */
const apartMs = 5000;
/** 300 nodes that let polls time out, 64 at once, are all seen by then; a next message would wait as long. */
const longestMs = 30_000;

type Told = Pick<Evaluation, 'alerts' | 'incidents'>;

/** Holds back what fires together until all of it has fired. */
export interface Gatherer {
	/** The incidents as delivery is to hear of them at this evaluation. */
	gather(evaluation: Told, rules: RuleSet, nowMs: number): readonly Incident[];
}

/**
 * What breaks together is seen within some polls, so 300 nodes that go down at once fire one after
 * another: while the next of its rule is about to fire, or should have fired and only waits for its next
 * poll, an alert that has just fired counts as inhibited. All that fired make one message, 30 s after the
 * first at the latest. One that is alone is told at once, and so is everything that fired long before.
 */
export function createGatherer(): Gatherer {
	/** Up to when what fired was let go, by rule. */
	const letGoAtMs = new Map<string, number>();

	function rulesHeld(alerts: Told['alerts'], rules: RuleSet, nowMs: number): Set<string> {
		const held = new Set<string>();
		for (const [rule, { dueMs, firedMs }] of momentsOf(alerts, rules)) {
			// At first, what an earlier process told; and a clock set back must not hold anything for longer.
			const letGo = Math.min(letGoAtMs.get(rule) ?? nowMs - longestMs, nowMs);
			const waiting = firedMs.filter((atMs) => atMs > letGo);
			const isNextNear = dueMs <= Math.max(...firedMs) + apartMs;
			const ageMs = nowMs - Math.min(...waiting);
			if (isNextNear && ageMs >= 0 && ageMs < longestMs) {
				held.add(rule);
				letGoAtMs.set(rule, letGo);
			} else letGoAtMs.set(rule, nowMs);
		}
		return held;
	}

	return {
		gather({ alerts, incidents }, rules, nowMs) {
			const held = rulesHeld(alerts, rules, nowMs);
			if (held.size === 0) return incidents;
			const waiting = new Set<string>();
			for (const { state, rule, firedAt, fingerprint } of alerts) {
				if (state !== 'firing' || firedAt === undefined || fingerprint === undefined) continue;
				const isNew = Date.parse(firedAt) > (letGoAtMs.get(rule) ?? nowMs);
				if (held.has(rule) && isNew) waiting.add(fingerprint);
			}
			return incidents.map((incident) =>
				incident.state === 'firing' &&
				incident.muted === undefined &&
				waiting.has(incident.fingerprint)
					? { ...incident, muted: 'inhibited' as const }
					: incident,
			);
		},
	};
}

interface Moments {
	/** When the next that is pending will have lasted long enough; it may be past. */
	dueMs: number;
	/** When those that fire did; never empty. */
	readonly firedMs: number[];
}

/** Of each rule by which something fires. */
function momentsOf(alerts: Told['alerts'], rules: RuleSet): ReadonlyMap<string, Moments> {
	const moments = new Map<string, Moments>();
	for (const { state, rule, firedAt } of alerts) {
		if (state !== 'firing' || firedAt === undefined) continue;
		const known = moments.get(rule);
		if (known) known.firedMs.push(Date.parse(firedAt));
		else moments.set(rule, { dueMs: Infinity, firedMs: [Date.parse(firedAt)] });
	}
	for (const { state, rule, since, isStale } of alerts) {
		const known = moments.get(rule);
		if (state !== 'pending' || isStale === true || !known) continue;
		const dueMs = Date.parse(since) + (rules.get(rule)?.forMs ?? 0);
		known.dueMs = Math.min(known.dueMs, dueMs);
	}
	return moments;
}

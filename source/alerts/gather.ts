import type { Evaluation } from './core.ts';
import type { Incident } from './incident.ts';
import type { RuleSet } from './rule-set.ts';

/** Alerts of a rule that fire no further apart than this have one cause. */
const apartMs = 5000;
/** 300 nodes that let polls time out, 64 at once, are all seen by then; a next message would wait as long. */
const longestMs = 30_000;

/**
 * The incidents as delivery is to hear of them. What breaks together is seen within some polls, so 300
 * nodes that go down at once fire one after another: while the next of its rule is about to fire, an
 * alert that has just fired counts as inhibited, for 30 s at most, and all make one message. One that is
 * alone is told at once, and so is everything that fired long before. Pure.
 */
export function gatherAlike(
	{ alerts, incidents }: Pick<Evaluation, 'alerts' | 'incidents'>,
	rules: RuleSet,
	nowMs: number,
): readonly Incident[] {
	const waitsFor = rulesThatGather({ alerts }, rules, nowMs);
	if (waitsFor.size === 0) return incidents;
	const held = new Set<string>();
	for (const { state, rule, firedAt, fingerprint } of alerts) {
		if (state !== 'firing' || firedAt === undefined || fingerprint === undefined) continue;
		const ageMs = nowMs - Date.parse(firedAt);
		// A clock set back must not hold anything for longer.
		if (waitsFor.has(rule) && ageMs >= 0 && ageMs < longestMs) held.add(fingerprint);
	}
	return incidents.map((incident) =>
		incident.state === 'firing' && incident.muted === undefined && held.has(incident.fingerprint)
			? { ...incident, muted: 'inhibited' as const }
			: incident,
	);
}

/** Rules of which an alert has fired lately, and the next will fire, as far as known, soon after it. */
function rulesThatGather(
	{ alerts }: Pick<Evaluation, 'alerts'>,
	rules: RuleSet,
	nowMs: number,
): ReadonlySet<string> {
	const lastMs = new Map<string, number>();
	const nextMs = new Map<string, number>();
	for (const { state, rule, since, firedAt, isStale } of alerts) {
		if (state === 'firing' && firedAt !== undefined) {
			lastMs.set(rule, Math.max(lastMs.get(rule) ?? 0, Date.parse(firedAt)));
		} else if (state === 'pending' && isStale !== true) {
			const dueMs = Date.parse(since) + (rules.get(rule)?.forMs ?? 0);
			nextMs.set(rule, Math.min(nextMs.get(rule) ?? Infinity, dueMs));
		}
	}
	const gathering = [...nextMs].flatMap(([rule, dueMs]) => {
		const untilMs = (lastMs.get(rule) ?? -Infinity) + apartMs;
		return nowMs < untilMs && dueMs <= untilMs ? [rule] : [];
	});
	return new Set(gathering);
}

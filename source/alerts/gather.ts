import type { Evaluation } from './core.ts';
import type { Incident } from './incident.ts';
import type { RuleSet } from './rule-set.ts';

/** How long an alert waits, at most, for others of its rule that are about to fire. */
const gatherMs = 5000;

/**
 * The incidents as delivery is to hear of them. What breaks together is seen within a poll or two, so
 * 300 nodes that go down at once fire within seconds: while others of its rule will fire in time, one
 * that has just fired counts as inhibited, and all make one message. One that is alone is told at once,
 * and so is everything that fired before this process began. Pure.
 */
export function gatherAlike(
	{ alerts, incidents }: Pick<Evaluation, 'alerts' | 'incidents'>,
	rules: RuleSet,
	nowMs: number,
): readonly Incident[] {
	/** When the next pending alert of each rule will fire, as far as known. */
	const nextAtMs = new Map<string, number>();
	for (const { state, rule, since, isStale } of alerts) {
		const dueAtMs = Date.parse(since) + (rules.get(rule)?.forMs ?? 0);
		if (state !== 'pending' || isStale === true) continue;
		nextAtMs.set(rule, Math.min(nextAtMs.get(rule) ?? Infinity, dueAtMs));
	}
	const held = new Set<string>();
	for (const { state, rule, firedAt, fingerprint } of alerts) {
		if (state !== 'firing' || firedAt === undefined || fingerprint === undefined) continue;
		const untilMs = Date.parse(firedAt) + gatherMs;
		const othersAtMs = nextAtMs.get(rule) ?? Infinity;
		// A clock set back by hours must not hold anything.
		const isLate = nowMs >= untilMs || untilMs - nowMs > gatherMs;
		if (!isLate && othersAtMs <= untilMs) held.add(fingerprint);
	}
	return incidents.map((incident) =>
		incident.state === 'firing' && incident.muted === undefined && held.has(incident.fingerprint)
			? { ...incident, muted: 'inhibited' as const }
			: incident,
	);
}

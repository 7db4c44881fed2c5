import type { Evaluation } from './evaluation.ts';
import type { Incident } from './incident.ts';
import type { RuleSet } from '../sections/rule-set.ts';

/** Alerts of a rule that fire no further apart than this are taken to have one cause. */
const apartMs = 5000;
/** By then 300 nodes whose polls time out, 64 at a time, have all been polled. */
const longestMs = 30_000;

type Alerts = Pick<Evaluation, 'alerts' | 'incidents'>;

/** Holds alerts back from notification until all alerts of the same cause have fired. */
export interface NotificationWait {
	/** The evaluation's incidents; those that still wait are muted. */
	hold(evaluation: Alerts, rules: RuleSet, nowMs: number): readonly Incident[];
}

/**
 * 300 nodes that go down at once are polled one after another, and so fire one after another. While the
 * next alert of a rule is about to fire, or is due and only waits for its next poll, the alerts of that
 * rule that have just fired count as inhibited. All of them then make one message, 30 s after the first
 * one fired at the latest. A single alert does not wait, nor does one that fired long before.
 */
export function createNotificationWait(): NotificationWait {
	/** Alerts that fired up to this time no longer wait, by rule. */
	const releasedUpToMs = new Map<string, number>();

	function rulesHeld(alerts: Alerts['alerts'], rules: RuleSet, nowMs: number): Set<string> {
		const held = new Set<string>();
		for (const [rule, { dueMs, firedMs }] of firingTimesOf(alerts, rules)) {
			// At first, as an earlier process left it. A clock that was set back must not make anything wait longer.
			const released = Math.min(releasedUpToMs.get(rule) ?? nowMs - longestMs, nowMs);
			const waiting = firedMs.filter((atMs) => atMs > released);
			const isNextNear = dueMs <= Math.max(...firedMs) + apartMs;
			const ageMs = nowMs - Math.min(...waiting);
			if (isNextNear && ageMs >= 0 && ageMs < longestMs) {
				held.add(rule);
				releasedUpToMs.set(rule, released);
			} else releasedUpToMs.set(rule, nowMs);
		}
		return held;
	}

	return {
		hold({ alerts, incidents }, rules, nowMs) {
			const held = rulesHeld(alerts, rules, nowMs);
			if (held.size === 0) return incidents;
			const waiting = new Set<string>();
			for (const { state, rule, firedAt, fingerprint } of alerts) {
				if (state !== 'firing' || firedAt === undefined || fingerprint === undefined) continue;
				const isNew = Date.parse(firedAt) > (releasedUpToMs.get(rule) ?? nowMs);
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

interface FiringTimes {
	/** When the next pending alert of the rule is due to fire; may be in the past. */
	dueMs: number;
	/** When each firing alert fired; never empty. */
	readonly firedMs: number[];
}

/** The firing times of each rule with a firing alert. */
function firingTimesOf(alerts: Alerts['alerts'], rules: RuleSet): ReadonlyMap<string, FiringTimes> {
	const times = new Map<string, FiringTimes>();
	for (const { state, rule, firedAt } of alerts) {
		if (state !== 'firing' || firedAt === undefined) continue;
		const known = times.get(rule);
		if (known) known.firedMs.push(Date.parse(firedAt));
		else times.set(rule, { dueMs: Infinity, firedMs: [Date.parse(firedAt)] });
	}
	for (const { state, rule, since, isStale } of alerts) {
		const known = times.get(rule);
		if (state !== 'pending' || isStale === true || !known) continue;
		const dueMs = Date.parse(since) + (rules.get(rule)?.forMs ?? 0);
		known.dueMs = Math.min(known.dueMs, dueMs);
	}
	return times;
}

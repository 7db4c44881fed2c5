import type { Alert } from '../domain/alert.ts';
import type { Evaluation } from './evaluation.ts';
import type { Incident } from './incident.ts';
import { inhibitionsOf } from './mutes.ts';
import type { Mutable } from './mutes.ts';
import type { RuleSet } from '../sections/rule-set.ts';

/** Alerts of a rule that fire no further apart than this are taken to have one cause. */
const apartMs = 5000;
/** By then 300 nodes whose polls time out, 64 at a time, have all been polled. */
const longestMs = 30_000;

type Alerts = Pick<Evaluation, 'alerts' | 'incidents'>;

/** Holds alerts back from notification until their cause, and all alerts of the same cause, have fired. */
export interface NotificationWait {
	/** The evaluation's incidents; those that still wait are muted. */
	hold(evaluation: Alerts, rules: RuleSet, nowMs: number): readonly Incident[];
}

/**
 * 300 nodes that go down at once are polled one after another, and so fire one after another. While the
 * next alert of a rule is about to fire, or is due and only waits for its next poll, the alerts of that
 * rule that have just fired count as inhibited. All of them then make one message, 30 s after the first
 * one fired at the latest. A single alert does not wait, nor does one that fired long before.
 *
 * An alert also waits for a pending one that would explain it and is due within those 30 s: receivers get
 * the cause and not its symptoms. An alert that fires at first sight waits for nothing.
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
			const waiting = waitingForCause(alerts, rules, nowMs);
			for (const { state, rule, firedAt, fingerprint } of alerts) {
				if (state !== 'firing' || firedAt === undefined || fingerprint === undefined) continue;
				const isNew = Date.parse(firedAt) > (releasedUpToMs.get(rule) ?? nowMs);
				if (held.has(rule) && isNew) waiting.add(fingerprint);
			}
			if (waiting.size === 0) return incidents;
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

/** Fingerprints of alerts that fired a moment ago and whose cause is about to fire. */
function waitingForCause(alerts: Alerts['alerts'], rules: RuleSet, nowMs: number): Set<string> {
	const waiting = new Set<string>();
	const causes = alerts.filter(
		({ state, rule, isStale }) =>
			state === 'pending' && isStale !== true && rules.get(rule)?.mutes !== undefined,
	);
	if (causes.length === 0) return waiting;
	for (const { state, fingerprint, rule, severity, labels = {}, firedAt = '' } of alerts) {
		const untilMs = Date.parse(firedAt) + longestMs;
		const waits = rules.get(rule)?.forMs !== 0 && untilMs > nowMs && untilMs - nowMs <= longestMs;
		if (state !== 'firing' || fingerprint === undefined || !waits) continue;
		const soon = causes.filter((cause) => dueMsOf(cause, rules) < untilMs).map(toMutable);
		if (inhibitionsOf(soon, rules)({ rule, severity, labels }) !== undefined)
			waiting.add(fingerprint);
	}
	return waiting;
}

const toMutable = ({ rule, severity, labels = {} }: Alert): Mutable => ({ rule, severity, labels });

function dueMsOf({ since, rule }: Alert, rules: RuleSet): number {
	return Date.parse(since) + (rules.get(rule)?.forMs ?? 0);
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
	for (const alert of alerts) {
		const known = times.get(alert.rule);
		if (alert.state !== 'pending' || alert.isStale === true || !known) continue;
		known.dueMs = Math.min(known.dueMs, dueMsOf(alert, rules));
	}
	return times;
}

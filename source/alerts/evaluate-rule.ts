import type { Rule } from '../domain/rule.ts';
import type { AlertChanges } from './alert-changes.ts';
import type { AlertRecord, AlertState } from './alert-state.ts';
import { countChange, decideFlapping } from './flapping.ts';
import type { Observed, Observer } from './observer.ts';
import { step } from './step.ts';
import type { RuleSubject } from './subjects.ts';
import { wordsOf } from './words-of.ts';

/** What became of the subjects of one rule. */
export interface RuleResult {
	/** Fingerprints of the alerts whose subject was observed. */
	readonly seen: readonly string[];
	/** How many alerts did not begin because the rule already has `maxAlerts`. */
	readonly dropped: number;
}

/** Evaluates one rule for each of its subjects that may have changed, and advances the alerts. */
export function evaluateRule(rule: Rule, observer: Observer, changes: AlertChanges): RuleResult {
	const { state, time } = changes;
	const seen: string[] = [];
	// Nearly always nothing new is bad.
	let present: number | undefined;
	let dropped = 0;
	for (const subject of observer.subjectsOf(rule)) {
		const observed = observer.observe(rule, subject, time);
		if (!observed) continue;
		const { fingerprint, observation } = observed;
		const isNew = state.alerts[fingerprint] === undefined;
		if (isNew && observation.kind !== 'bad') continue;
		present ??= countAlerts(state, rule);
		if (isNew && present >= rule.maxAlerts) {
			dropped += 1;
			continue;
		}
		advance(rule, subject, observed, { observer, changes });
		if (state.alerts[fingerprint] === undefined) continue;
		seen.push(fingerprint);
		if (isNew) present += 1;
	}
	return { seen, dropped };
}

function countAlerts({ alerts }: AlertState, { name }: Rule): number {
	let count = 0;
	for (const record of Object.values(alerts)) if (record.rule === name) count += 1;
	return count;
}

interface Surroundings {
	readonly observer: Observer;
	readonly changes: AlertChanges;
}

/** Moves one alert by one step of its state machine. */
function advance(
	rule: Rule,
	subject: RuleSubject,
	observed: Observed,
	{ observer, changes }: Surroundings,
): void {
	const { state, deltaMs } = changes;
	const { fingerprint, observation, isFresh } = observed;
	holdLonger(rule, fingerprint, changes);
	const record = state.alerts[fingerprint];
	const isFlapping = decideFlapping(state, fingerprint, record);
	const { forMs, keepFiringForMs } = rule;
	const input = { observation, deltaMs, isFresh, forMs, keepFiringForMs, isFlapping };
	const { next, event } = step(record, input);
	if (!next) {
		if (event === 'resolved') changes.countChange(fingerprint);
		if (event !== undefined) changes.end(fingerprint, 'recovered');
		return;
	}
	const updated: AlertRecord = {
		...(record ?? newRecord(rule, fingerprint, subject, changes)),
		...next,
		...(observation.kind === 'bad' && wordsOf(rule, observation, subject.labels)),
		labels: labelsOf(rule, subject, record),
		forMs,
		notReportedMs: undefined,
		...missingOf(rule, subject, observer),
		...(event === 'fired' && { firedAt: changes.atIso }),
	};
	state.alerts[fingerprint] = countChange(state, fingerprint, record, updated, isFlapping);
	if (event) changes.note(event, fingerprint, updated);
	if (event === 'fired') changes.countChange(fingerprint);
}

/** After its rule's `for` became longer, a firing alert that has not lasted as long is pending again. */
function holdLonger(rule: Rule, fingerprint: string, changes: AlertChanges): void {
	const { alerts } = changes.state;
	const record = alerts[fingerprint];
	if (!record || rule.forMs <= record.forMs) return;
	record.forMs = rule.forMs;
	const heldMs = record.held[record.severity];
	if (record.phase === 'pending' || heldMs === undefined || heldMs >= rule.forMs) return;
	changes.end(fingerprint, 'rule edited');
	alerts[fingerprint] = {
		...record,
		phase: 'pending',
		since: changes.nextSince(fingerprint),
		firedAt: undefined,
		ackedAt: undefined,
		ackedBy: undefined,
		ackedSeverity: undefined,
	};
}

function newRecord(
	rule: Rule,
	fingerprint: string,
	{ identity }: RuleSubject,
	changes: AlertChanges,
) {
	return {
		rule: rule.name,
		identity: { ...identity },
		since: changes.nextSince(fingerprint),
		message: '',
	};
}

function missingOf(
	{ condition }: Rule,
	{ labels }: RuleSubject,
	observer: Observer,
): Pick<AlertRecord, 'missing'> {
	if (condition.noData !== true) return {};
	const missing = observer.missing(labels['node'] ?? '');
	return missing.length > 0 ? { missing: [...missing] } : {};
}

/** A node names its network only when it answers: until then its last known network stands. */
function labelsOf(
	rule: Rule,
	{ labels, isUnseen }: RuleSubject,
	before: AlertRecord | undefined,
): Record<string, string> {
	const group = isUnseen ? before?.labels['group'] : undefined;
	return {
		...rule.labels,
		...(group !== undefined && { group }),
		...labels,
		...(rule.component !== undefined && { component: rule.component }),
	};
}

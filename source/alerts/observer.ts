import type { Rule } from '../domain/rule.ts';
import type { AlertState } from './alert-state.ts';
import { noData, observe } from '../domain/observe.ts';
import type { Observation, ObservedSubject } from '../domain/observe.ts';
import type { EvaluationTime } from './evaluation.ts';
import type { RuleSet } from '../sections/rule-set.ts';
import { createSlots } from './slots.ts';
import type { Slot } from './slots.ts';
import type { Candidate, EvaluationSubjects } from './subjects.ts';
import { createReportedFields } from './reported-fields.ts';
import type { ReportedFields } from './reported-fields.ts';

/** What a rule found about one candidate. */
export interface Observed {
	readonly fingerprint: string;
	readonly observation: Observation;
	/** Whether the candidate was polled or compared since it was last observed. */
	readonly isFresh: boolean;
}

/** Applies rules to candidates, and remembers what that needs between two evaluations. */
export interface Observer {
	/** Begins an evaluation of these subjects. */
	begin(subjects: EvaluationSubjects): void;
	/** `undefined` when there is no alert and the result cannot have changed since the last evaluation. */
	observe(rule: Rule, candidate: Candidate, time: EvaluationTime): Observed | undefined;
	/** Fields that the node reported once and no longer reports. */
	missing(node: string): readonly string[];
	/** Observes by other rules from now on. */
	reload(rules: RuleSet): void;
}

export function createObserver(initial: RuleSet, state: AlertState): Observer {
	const slots = createSlots();
	let reported = reportedFieldsOf(initial, state);
	let timed = rulesByTime(initial);

	function observeSlot(
		rule: Rule,
		slot: Slot,
		candidate: Candidate,
		time: EvaluationTime,
	): Observation {
		if (rule.condition.noData === true) return reported.observe(candidate);
		if (rule.code !== undefined) return candidate.observations?.get(rule.code) ?? noData;
		// Field by field: a copy of the candidate, for every rule and node, is most of what an evaluation makes.
		const subject: ObservedSubject = {
			root: candidate.root,
			freshness: candidate.freshness,
			issues: candidate.issues,
			components: candidate.components,
			isUnseen: candidate.isUnseen,
			wallMs: time.wallMs,
			steadyMs: time.steadyMs,
			samples: slot.samples,
		};
		return observe(rule, subject);
	}

	return {
		begin(subjects) {
			slots.begin();
			for (const node of subjects.candidates('node')) reported.record(node);
			reported.forget(new Set(subjects.byName.keys()));
		},
		observe(rule, candidate, time) {
			const slot = slots.take(rule.name, candidate);
			const { fingerprint } = slot;
			const isInactive = state.alerts[fingerprint] === undefined;
			const isSettled = slot.settled === candidate.root;
			if (isInactive && isSettled && !timed.has(rule)) return undefined;
			const observation = observeSlot(rule, slot, candidate, time);
			const freshness = freshnessOf(observation, candidate);
			const isFresh = slot.freshness !== freshness;
			slot.freshness = freshness;
			slot.settled = observation.kind === 'bad' ? undefined : candidate.root;
			return { fingerprint, observation, isFresh };
		},
		missing: (node) => reported.missing(node),
		reload(rules) {
			reported = reportedFieldsOf(rules, state);
			timed = rulesByTime(rules);
			slots.unsettle();
		},
	};
}

/** A result of a scheduled check is as new as the check, however often the node is polled since. */
function freshnessOf(observation: Observation, { freshness }: Candidate): string {
	return (observation.kind === 'bad' ? observation.seenAt : undefined) ?? freshness;
}

/** The user's rules whose result changes with nothing but time; the judge sees to the others. */
function rulesByTime(rules: RuleSet): ReadonlySet<Rule> {
	const usesAge = ({ condition }: Rule): boolean =>
		[condition, ...(condition.where ?? [])].some(({ value }) => value?.age !== undefined);
	return new Set([...rules.values()].filter((rule) => rule.code === undefined && usesAge(rule)));
}

function reportedFieldsOf(rules: RuleSet, { alerts }: AlertState): ReportedFields {
	const reported = createReportedFields(rules.values());
	for (const { missing, identity } of Object.values(alerts)) {
		if (missing) reported.restore(identity['node'] ?? '', missing);
	}
	return reported;
}

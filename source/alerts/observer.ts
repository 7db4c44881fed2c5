import type { Rule } from '../domain/rule.ts';
import type { AlertState } from './alert-state.ts';
import { noData, observe } from '../domain/observe.ts';
import type { Observation, ObservedSubject } from '../domain/observe.ts';
import type { EvaluationTime } from './evaluation.ts';
import type { RuleSet } from '../sections/rule-set.ts';
import { createSlots } from './slots.ts';
import type { Slot } from './slots.ts';
import { joinSubjects } from './shared-subject.ts';
import { chooseSubjects, chosenOf } from './subjects.ts';
import type { RuleSubject, EvaluationSubjects } from './subjects.ts';
import { createStirred } from './stirred.ts';
import type { Stirred } from './stirred.ts';
import { createReportedFields } from './reported-fields.ts';
import type { ReportedFields } from './reported-fields.ts';

/** What a rule found about one subject. */
export interface Observed {
	readonly fingerprint: string;
	readonly observation: Observation;
	/** Whether the subject was polled or compared since it was last observed. */
	readonly isFresh: boolean;
}

/** Applies rules to subjects, and remembers what that needs between two evaluations. */
export interface Observer {
	/** Begins an evaluation of these subjects. */
	begin(subjects: EvaluationSubjects): void;
	/** The subjects of a rule of which the result may have changed since the last evaluation. */
	subjectsOf(rule: Rule): readonly RuleSubject[];
	/** `undefined` when there is no alert and the result cannot have changed since the last evaluation. */
	observe(rule: Rule, subject: RuleSubject, time: EvaluationTime): Observed | undefined;
	/** Fields that the node reported once and no longer reports. */
	missing(node: string): readonly string[];
	/** Observes by other rules from now on. */
	reload(rules: RuleSet): void;
}

export function createObserver(rules: RuleSet, state: AlertState): Observer {
	return new RuleObserver(rules, state);
}

class RuleObserver implements Observer {
	readonly #state: AlertState;
	readonly #slots = createSlots();
	readonly #stirred: Stirred;
	#subjects: EvaluationSubjects | undefined;
	#reported: ReportedFields;
	#timed: ReadonlySet<Rule>;

	constructor(rules: RuleSet, state: AlertState) {
		this.#state = state;
		this.#stirred = createStirred(state);
		this.#reported = reportedFieldsOf(rules, state);
		this.#timed = rulesByTime(rules);
	}

	begin(subjects: EvaluationSubjects): void {
		this.#subjects = subjects;
		this.#slots.begin();
		const nodes = subjects.inScope('node');
		this.#stirred.begin(nodes);
		for (const node of nodes) this.#reported.record(node);
		this.#reported.forget(new Set(subjects.byName.keys()));
	}

	subjectsOf(rule: Rule): readonly RuleSubject[] {
		if (!this.#subjects) return [];
		if (isAboutOneNode(rule)) return chosenOf(rule, this.#stirred.nodes());
		if (isAboutNodesTogether(rule) && !this.#isAnyBad(rule) && !this.#stirred.hasAlerts(rule))
			return [];
		return joinSubjects(rule, chooseSubjects(rule, this.#subjects), this.#subjects.byName);
	}

	observe(rule: Rule, subject: RuleSubject, time: EvaluationTime): Observed | undefined {
		if (isAboutOneNode(rule)) return this.#observeFinding(rule, subject, time);
		const slot = this.#slots.take(rule.name, subject);
		const isInactive = this.#state.alerts[slot.fingerprint] === undefined;
		const isSettled = slot.settled === subject.root;
		if (isInactive && isSettled && !this.#timed.has(rule)) return undefined;
		return this.#observeNow(rule, slot, subject, time);
	}

	missing(node: string): readonly string[] {
		return this.#reported.missing(node);
	}

	reload(rules: RuleSet): void {
		this.#reported = reportedFieldsOf(rules, this.#state);
		this.#timed = rulesByTime(rules);
		this.#slots.unsettle();
		this.#stirred.unsettle();
	}

	/** Whether a rule finds something at a node that changed: at another one it would have an alert by now. */
	#isAnyBad({ code = '' }: Rule): boolean {
		return this.#stirred
			.nodes()
			.some(({ observations }) => observations?.get(code)?.kind === 'bad');
	}

	/** Nearly every finding of nearly every node is absent: these leave nothing behind. */
	#observeFinding(rule: Rule, subject: RuleSubject, time: EvaluationTime): Observed | undefined {
		const { key, observations } = subject;
		const isBad = observations?.get(rule.code ?? '')?.kind === 'bad';
		const isKnown =
			this.#slots.find(rule.name, key) !== undefined || this.#stirred.hasAlert(rule, key);
		if (!isBad && !isKnown) return undefined;
		if (isBad) this.#stirred.keep(key);
		return this.#observeNow(rule, this.#slots.take(rule.name, subject), subject, time);
	}

	#observeNow(rule: Rule, slot: Slot, subject: RuleSubject, time: EvaluationTime): Observed {
		const observation = this.#observationOf(rule, slot, subject, time);
		const freshness = freshnessOf(observation, subject);
		const isFresh = slot.freshness !== freshness;
		slot.freshness = freshness;
		slot.settled = observation.kind === 'bad' ? undefined : subject.root;
		return { fingerprint: slot.fingerprint, observation, isFresh };
	}

	#observationOf(rule: Rule, slot: Slot, subject: RuleSubject, time: EvaluationTime): Observation {
		if (rule.condition.noData === true) return this.#reported.observe(subject);
		if (rule.code !== undefined) return subject.observations?.get(rule.code) ?? noData;
		// Field by field: a copy of the subject, for every rule and node, is most of what an evaluation makes.
		const observed: ObservedSubject = {
			root: subject.root,
			freshness: subject.freshness,
			issues: subject.issues,
			components: subject.components,
			isUnseen: subject.isUnseen,
			wallMs: time.wallMs,
			steadyMs: time.steadyMs,
			samples: (slot.samples ??= new Map()),
			life: subject.life,
			isCutShort: subject.isCutShort,
		};
		return observe(rule, observed);
	}
}

/** Whether the judge decides a rule for each node: what it found is in the observations of the node. */
function isFinding({ scope, code, condition }: Rule): boolean {
	return scope === 'node' && code !== undefined && condition.noData !== true;
}

const isAboutOneNode = (rule: Rule): boolean => isFinding(rule) && rule.onePer === undefined;

const isAboutNodesTogether = (rule: Rule): boolean => isFinding(rule) && rule.onePer !== undefined;

/** A result of a scheduled check is as new as the check, however often the node is polled since. */
function freshnessOf(observation: Observation, { freshness }: RuleSubject): string {
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

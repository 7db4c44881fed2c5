import type { Rule } from '../domain/rule.ts';
import type { Alert } from '../domain/alert.ts';
import type { AlertRecord, AlertState } from './alert-state.ts';
import { observe } from './condition.ts';
import type { Observation, ObservedSubject } from './condition.ts';
import { countChange, decideFlapping, pruneChanges } from './flapping.ts';
import { showCommand } from './incident.ts';
import type { Incident, ShowNode } from './incident.ts';
import { mutedIn, toAlerts, toIncident, toIncidents } from './outcome.ts';
import type { Muted } from './outcome.ts';
import type { Quiet } from './mutes.ts';
import type { RuleSet } from './rule-set.ts';
import { createSlots } from './slots.ts';
import type { Slot } from './slots.ts';
import { step } from './step.ts';
import type { StepEvent } from './step.ts';
import { chooseCandidates, explainAbsence, collectSubjects } from './subjects.ts';
import type { Candidate, EvaluationInput, EvaluationSubjects } from './subjects.ts';
import { createToldFields } from './told-fields.ts';
import type { ToldFields } from './told-fields.ts';
import { wordsOf } from './words-of.ts';

/** When an evaluation takes place, on both clocks. */
export interface EvaluationTime {
	/** Unix ms, for display, silences and ages. */
	readonly wallMs: number;
	/** Milliseconds of a clock that is never set; only differences count. */
	readonly steadyMs: number;
}

/** One change of one alert, for the history. */
export interface Transition {
	readonly at: string;
	readonly event: StepEvent;
	readonly incident: Incident;
}

export interface Evaluation {
	/** Pending, firing and lately resolved, for the document. */
	readonly alerts: readonly Alert[];
	/** What fires, and what ended in the last 24 hours, for delivery. */
	readonly incidents: readonly Incident[];
	readonly transitions: readonly Transition[];
	/** Whether something waits to fire or to end, so that the time it has waited is worth keeping. */
	readonly isWaiting: boolean;
	/** Alerts past a rule's `maxAlerts`, by rule. */
	readonly dropped: Readonly<Record<string, number>>;
}

export interface AlertCore {
	readonly state: AlertState;
	evaluate(input: EvaluationInput, time: EvaluationTime): Evaluation;
	/** The same in slices: nothing else may be asked of the core before the last one. */
	evaluateInSlices(
		input: EvaluationInput,
		time: EvaluationTime,
	): Generator<undefined, Evaluation, undefined>;
	/** Other rules and silences from the next evaluation on. */
	reload(rules: RuleSet, quiet: Quiet): void;
}

/** A longer gap between evaluations was no watching: it does not count in full. */
const maxDeltaMs = 10 * 60_000;
const closedKeptMs = 24 * 3_600_000;
const maxClosed = 2000;
/** A node that answers and has not reported something for so long is not expected to report it again. */
const notReportedUntilGoneMs = 3_600_000;

interface Run {
	readonly subjects: EvaluationSubjects;
	readonly time: EvaluationTime;
	readonly deltaMs: number;
	readonly seen: Set<string>;
	readonly transitions: Transition[];
	readonly dropped: Record<string, number>;
}

/** The alert engine without files and timers: state in, state out. Changes `state` in place. */
export function createAlertCore(
	state: AlertState,
	initial: RuleSet,
	initialQuiet: Quiet,
	show: ShowNode = showCommand,
): AlertCore {
	let rules = initial;
	let quiet = initialQuiet;
	let told = toldFieldsOf(rules, state);
	let lastSteadyMs: number | undefined;
	let badAlone = new Set<string>();
	const slots = createSlots();

	function evaluate(input: EvaluationInput, time: EvaluationTime): Evaluation {
		const slices = evaluateInSlices(input, time);
		for (;;) {
			const slice = slices.next();
			if (slice.done === true) return slice.value;
		}
	}

	function* evaluateInSlices(
		input: EvaluationInput,
		time: EvaluationTime,
	): Generator<undefined, Evaluation> {
		const elapsedMs = lastSteadyMs === undefined ? 0 : time.steadyMs - lastSteadyMs;
		const deltaMs = Math.min(Math.max(elapsedMs, 0), maxDeltaMs);
		lastSteadyMs = time.steadyMs;
		state.steadyMs += deltaMs;
		const subjects = collectSubjects(input, new Date(time.wallMs).toISOString());
		const run: Run = {
			subjects,
			time,
			deltaMs,
			seen: new Set(),
			transitions: [],
			dropped: {},
		};
		pruneChanges(state);
		slots.begin();
		for (const node of subjects.candidates('node')) told.look(node);
		told.forget(new Set(subjects.byName.keys()));
		for (const rule of rules.values()) {
			askRule(rule, run);
			yield;
		}
		settleAbsent(run);
		forgetOld(run);
		const muted = mutedIn(state, rules, quiet, time.wallMs);
		countGrace(run, muted);
		return {
			alerts: toAlerts(state, quiet, muted, time.wallMs),
			incidents: toIncidents(state, muted, show),
			transitions: run.transitions,
			isWaiting: Object.values(state.alerts).some(
				({ phase, goodMs }) => phase === 'pending' || goodMs !== undefined,
			),
			dropped: run.dropped,
		};
	}

	function askRule(rule: Rule, run: Run): void {
		let present = 0;
		for (const record of Object.values(state.alerts)) if (record.rule === rule.name) present += 1;
		const isAgeing = asksForAge(rule);
		for (const candidate of chooseCandidates(rule, run.subjects)) {
			const slot = slots.take(rule.name, candidate);
			const { fingerprint } = slot;
			const isNew = state.alerts[fingerprint] === undefined;
			if (isNew && slot.settled === candidate.root && !isAgeing) continue;
			const { observation, isFresh } = look(rule, slot, candidate, run);
			const isBad = observation.kind === 'bad';
			slot.settled = isBad ? undefined : candidate.root;
			// An alert that is not there only begins.
			if (isNew && !isBad) continue;
			if (isNew && present >= rule.maxAlerts) {
				run.dropped[rule.name] = (run.dropped[rule.name] ?? 0) + 1;
				continue;
			}
			advance(rule, fingerprint, candidate, { observation, isFresh, run });
			if (state.alerts[fingerprint] === undefined) continue;
			run.seen.add(fingerprint);
			if (isNew) present += 1;
		}
	}

	function look(
		rule: Rule,
		slot: Slot,
		candidate: Candidate,
		{ time }: Run,
	): { observation: Observation; isFresh: boolean } {
		const isFresh = slot.freshness !== candidate.freshness;
		slot.freshness = candidate.freshness;
		if (rule.condition.noData === true) return { observation: told.observe(candidate), isFresh };
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
		return { observation: observe(rule, subject), isFresh };
	}

	function advance(
		rule: Rule,
		fingerprint: string,
		candidate: Candidate,
		{ observation, isFresh, run }: { observation: Observation; isFresh: boolean; run: Run },
	): void {
		const previous = state.alerts[fingerprint];
		if (previous && rule.forMs > previous.forMs) holdAnew(rule, fingerprint, previous, run);
		const record = state.alerts[fingerprint];
		const isFlapping = decideFlapping(state, fingerprint, record);
		const { deltaMs } = run;
		const { forMs, keepFiringForMs } = rule;
		const input = { observation, deltaMs, isFresh, forMs, keepFiringForMs, isFlapping };
		const { next, event } = step(record, input);
		if (next) {
			const words = observation.kind === 'bad' ? wordsOf(rule, observation, candidate.labels) : {};
			const labels = labelsOf(rule, candidate, record);
			const base = record ?? newRecord(rule, fingerprint, candidate, run);
			const missing =
				rule.condition.noData === true ? [...told.missing(labels['node'] ?? '')] : undefined;
			const updated: AlertRecord = {
				...base,
				...next,
				...words,
				labels,
				forMs,
				notReportedMs: undefined,
				...(missing && missing.length > 0 && { missing }),
				...(event === 'fired' && { firedAt: run.subjects.atIso }),
			};
			state.alerts[fingerprint] = countChange(state, fingerprint, record, updated, isFlapping);
			if (event) note(run, event, fingerprint, updated);
			if (event === 'fired') markChange(fingerprint);
		} else if (event === 'dropped') {
			drop(run, fingerprint);
		} else if (event === 'resolved') {
			markChange(fingerprint);
			close(run, fingerprint, 'recovered');
		}
	}

	function markChange(fingerprint: string): void {
		(state.changes[fingerprint] ??= []).push(state.steadyMs);
	}

	function newRecord(rule: Rule, fingerprint: string, { identity, labels }: Candidate, run: Run) {
		return {
			rule: rule.name,
			identity: { ...identity },
			labels,
			since: nextSince(state, fingerprint, run.time.wallMs),
			message: '',
		};
	}

	/** Under a longer `for` it has not lasted long enough any more. */
	function holdAnew(rule: Rule, fingerprint: string, record: AlertRecord, run: Run): void {
		record.forMs = rule.forMs;
		const heldMs = record.held[record.severity];
		if (record.phase === 'pending' || heldMs === undefined || heldMs >= rule.forMs) return;
		close(run, fingerprint, 'rule edited');
		const since = nextSince(state, fingerprint, run.time.wallMs);
		state.alerts[fingerprint] = {
			...record,
			phase: 'pending',
			since,
			firedAt: undefined,
			ackedAt: undefined,
			ackedBy: undefined,
			ackedSeverity: undefined,
		};
	}

	function settleAbsent(run: Run): void {
		for (const [fingerprint, record] of Object.entries(state.alerts)) {
			if (run.seen.has(fingerprint)) continue;
			const rule = rules.get(record.rule);
			if (!rule) {
				end(run, fingerprint, 'rule removed');
				continue;
			}
			const absence = explainAbsence(rule, record.identity, run.subjects);
			const notReportedMs = (record.notReportedMs ?? 0) + run.deltaMs;
			if (absence.kind === 'gone') end(run, fingerprint, absence.reason);
			else if (absence.kind === 'notReported' && notReportedMs >= notReportedUntilGoneMs) {
				end(run, fingerprint, 'no longer reported');
			} else {
				record.last = 'noData';
				if (absence.kind === 'notReported') record.notReportedMs = notReportedMs;
			}
		}
	}

	function end(run: Run, fingerprint: string, reason: string): void {
		if (state.alerts[fingerprint]?.phase === 'firing') close(run, fingerprint, reason);
		else drop(run, fingerprint);
	}

	function drop(run: Run, fingerprint: string): void {
		const record = state.alerts[fingerprint];
		if (record) note(run, 'dropped', fingerprint, record);
		delete state.alerts[fingerprint];
	}

	function close(run: Run, fingerprint: string, reason: string): void {
		const record = state.alerts[fingerprint];
		if (!record) return;
		const incident: Incident = {
			...toIncident(fingerprint, record, show),
			state: 'resolved',
			resolvedAt: run.subjects.atIso,
			reason,
		};
		state.closed = [...state.closed, { ...incident, labels: { ...incident.labels } }].slice(
			-maxClosed,
		);
		delete state.alerts[fingerprint];
		run.transitions.push({ at: run.subjects.atIso, event: 'resolved', incident });
	}

	function note(run: Run, event: StepEvent, fingerprint: string, record: AlertRecord): void {
		run.transitions.push({
			at: run.subjects.atIso,
			event,
			incident: toIncident(fingerprint, record, show),
		});
	}

	function forgetOld({ time: { wallMs } }: Run): void {
		state.closed = state.closed.filter(
			({ resolvedAt = '' }) => wallMs - Date.parse(resolvedAt) < closedKeptMs,
		);
		state.silences = state.silences.filter(({ endsAt }) => Date.parse(endsAt) > wallMs);
	}

	/**
	 * What was explained by another alert must, when that one is gone, be bad by itself for its `for`: time
	 * counts between two evaluations that both saw it bad and unexplained.
	 */
	function countGrace({ deltaMs }: Run, muted: ReadonlyMap<string, Muted>): void {
		const before = badAlone;
		badAlone = new Set();
		for (const [fingerprint, record] of Object.entries(state.alerts)) {
			const { last, graceMs } = record;
			if (muted.get(fingerprint) === 'inhibited') {
				record.graceMs = rules.get(record.rule)?.forMs ?? 0;
			} else if (graceMs !== undefined && last === 'bad') {
				badAlone.add(fingerprint);
				const leftMs = before.has(fingerprint) ? graceMs - deltaMs : graceMs;
				record.graceMs = leftMs > 0 ? leftMs : undefined;
			}
		}
	}

	return {
		state,
		evaluate,
		evaluateInSlices,
		reload(nextRules, nextQuiet) {
			rules = nextRules;
			quiet = nextQuiet;
			told = toldFieldsOf(rules, state);
			slots.unsettle();
		},
	};
}

/** Whether the answer changes with nothing but time. */
function asksForAge({ condition }: Rule): boolean {
	return [condition, ...(condition.where ?? [])].some(({ value }) => value?.age !== undefined);
}

function toldFieldsOf(rules: RuleSet, { alerts }: AlertState): ToldFields {
	const told = createToldFields(rules.values());
	for (const { missing, identity } of Object.values(alerts)) {
		if (missing) told.restore(identity['node'] ?? '', missing);
	}
	return told;
}

/** Which network a node is of, it tells when it answers: while it does not, what was known stands. */
function labelsOf(
	rule: Rule,
	{ labels, isUnseen }: Candidate,
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

/** Later than every earlier one of this alert, even if the clock was set back: it is part of its id. */
function nextSince(state: AlertState, fingerprint: string, wallMs: number): string {
	const before = state.closed
		.filter((incident) => incident.fingerprint === fingerprint)
		.map(({ since }) => Date.parse(since));
	return new Date(Math.max(wallMs, ...before.map((ms) => ms + 1))).toISOString();
}

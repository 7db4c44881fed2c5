import type { AlertState } from './alert-state.ts';
import { settleAbsentSubjects } from './absent-subjects.ts';
import { createAlertChanges } from './alert-changes.ts';
import type { Evaluation, EvaluationTime } from './evaluation.ts';
import { evaluateRule } from './evaluate-rule.ts';
import { pruneChanges } from './flapping.ts';
import { createGraceTime } from './grace.ts';
import { replayCommand, showCommand } from './incident.ts';
import type { IncidentCommands } from './incident.ts';
import { mutedIn, toAlerts, toIncidents, withMuted } from './outcome.ts';
import type { Quiet } from './mutes.ts';
import { createObserver } from './observer.ts';
import type { RuleSet } from '../sections/rule-set.ts';
import { collectSubjects } from './subjects.ts';
import type { EvaluationInput } from './subjects.ts';

export interface AlertCore {
	readonly state: AlertState;
	evaluate(input: EvaluationInput, time: EvaluationTime): Evaluation;
	/** The same in slices. Use nothing else of the core until the last slice is done. */
	evaluateInSlices(
		input: EvaluationInput,
		time: EvaluationTime,
	): Generator<undefined, Evaluation, undefined>;
	/** Uses other rules and silences from the next evaluation on. */
	reload(rules: RuleSet, quiet: Quiet): void;
}

/** Of the default profile. */
const defaultCommands: IncidentCommands = { show: showCommand, replay: replayCommand };
const closedKeptMs = 24 * 3_600_000;

/** The alert engine without files and timers: state in, state out. Changes `state` in place. */
export function createAlertCore(
	state: AlertState,
	initialRules: RuleSet,
	initialQuiet: Quiet,
	commands: IncidentCommands = defaultCommands,
): AlertCore {
	let rules = initialRules;
	let quiet = initialQuiet;
	const observer = createObserver(rules, state);
	const grace = createGraceTime(state);
	const clock = createWatchedClock();

	function* evaluateInSlices(
		input: EvaluationInput,
		time: EvaluationTime,
	): Generator<undefined, Evaluation, undefined> {
		const deltaMs = clock.advance(time);
		state.steadyMs += deltaMs;
		const changes = createAlertChanges(state, time, deltaMs, commands);
		const subjects = collectSubjects(input, changes.atIso);
		const seen = new Set<string>();
		const dropped: Record<string, number> = {};
		pruneChanges(state);
		observer.begin(subjects);
		for (const rule of rules.values()) {
			const result = evaluateRule(rule, observer, changes);
			for (const fingerprint of result.seen) seen.add(fingerprint);
			if (result.dropped > 0) dropped[rule.name] = result.dropped;
			yield;
		}
		settleAbsentSubjects(seen, rules, subjects, changes);
		forgetOld(state, time);
		const muted = mutedIn(state, rules, quiet, time.wallMs);
		grace.count(rules, muted, deltaMs);
		return {
			alerts: toAlerts(state, { quiet, rules }, muted, time.wallMs),
			incidents: toIncidents(state, muted, commands),
			transitions: changes.transitions.map((each) => withMuted(each, state, muted)),
			isWaiting: isWaiting(state),
			dropped,
		};
	}

	return {
		state,
		evaluate: (input, time) => runToEnd(evaluateInSlices(input, time)),
		evaluateInSlices,
		reload(nextRules, nextQuiet) {
			rules = nextRules;
			quiet = nextQuiet;
			observer.reload(rules);
		},
	};
}

function runToEnd<Result>(slices: Iterator<undefined, Result>): Result {
	for (;;) {
		const slice = slices.next();
		if (slice.done === true) return slice.value;
	}
}

/** During a longer gap between two evaluations nobody watched, so the gap does not count in full. */
const maxDeltaMs = 10 * 60_000;

/** Measures the watched time between evaluations. */
function createWatchedClock() {
	let lastMs: number | undefined;
	return {
		advance({ steadyMs }: EvaluationTime): number {
			const elapsedMs = lastMs === undefined ? 0 : steadyMs - lastMs;
			lastMs = steadyMs;
			return Math.min(Math.max(elapsedMs, 0), maxDeltaMs);
		},
	};
}

function forgetOld(state: AlertState, { wallMs }: EvaluationTime): void {
	state.closed = state.closed.filter(
		({ resolvedAt = '' }) => wallMs - Date.parse(resolvedAt) < closedKeptMs,
	);
	state.silences = state.silences.filter(({ endsAt }) => Date.parse(endsAt) > wallMs);
}

function isWaiting({ alerts }: AlertState): boolean {
	return Object.values(alerts).some(
		({ phase, goodMs }) => phase === 'pending' || goodMs !== undefined,
	);
}

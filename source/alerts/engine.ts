import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { adoptTold } from './adopt.ts';
import { applyAction, emptyAlertState } from './alert-state.ts';
import type { Action, AlertState, Silence } from './alert-state.ts';
import { createAlertCore } from './core.ts';
import type { Evaluation, EvaluationTime, Transition } from './evaluation.ts';
import type { Incident, ShowNode } from './incident.ts';
import { mutedIn, toAlerts } from './outcome.ts';
import type { Quiet } from './mutes.ts';
import type { RuleSet } from './rule-set.ts';
import {
	appendHistory,
	peekAlertState,
	readActions,
	readAlertState,
	removeActions,
	writeAlertState,
} from './state-file.ts';
import type { EvaluationInput } from './subjects.ts';
import type { Alert } from '../domain/alert.ts';

export interface AlertEngineOptions {
	readonly rules: RuleSet;
	readonly quiet: Quiet;
	/** Holds the state; one process at a time: delivery's lock on the same directory sees to it. */
	readonly directory: string;
	/** What receivers believe to fire. */
	readonly told?: readonly Incident[] | undefined;
	/** `nodetop diagnose NODE` unless told. */
	readonly show?: ShowNode | undefined;
	readonly now: () => number;
	/** Monotonic milliseconds. */
	readonly steadyNow?: () => number;
	readonly warn: (message: string) => void;
}

/** Rules → alerts, kept over restarts. */
export interface AlertEngine {
	/**
	 * Judges all nodes and groups at one time. Resolves when what changed is on disk. Call it for one
	 * input after another, never for two at once. Never rejects for a disk that cannot be written:
	 * `problem` says so, and the state is written at the next change or within five seconds.
	 */
	evaluate(input: EvaluationInput): Promise<Evaluation>;
	/** Does what a person asked for, from the next evaluation on. */
	act(action: Action): void;
	reload(rules: RuleSet, quiet: Quiet): void;
	/** Those that were made by hand, as of the last evaluation. */
	silences(): readonly Silence[];
	/** Why the state on disk is behind; `undefined` when it is not. */
	problem(): string | undefined;
}

/** While something waits, what it has waited so far is worth keeping. */
const saveEveryMs = 5000;
/** How old the state on disk is at most, so that its age tells whether somebody watches. */
const freshEveryMs = 60_000;
/** A pending alert of a process that ended longer ago has to begin anew. */
const pendingKeptMs = 3_600_000;
const turnMs = 5;
const maxApplied = 1000;
const maxUnwritten = 1000;

export const stateFileName = 'state.json';

/** Opens the engine over the state in its directory. Throws system errors when it cannot be read. */
export async function createAlertEngine(options: AlertEngineOptions): Promise<AlertEngine> {
	const { directory, now, warn, steadyNow = () => performance.now() } = options;
	const path = join(directory, stateFileName);
	const state = await readAlertState(path, warn);
	dropOldPending(state, now());
	adoptTold(state, options.told ?? [], options.rules);
	const core = createAlertCore(state, options.rules, options.quiet, options.show);
	let reloaded: { readonly rules: RuleSet; readonly quiet: Quiet } | undefined;
	const own: Action[] = [];
	let problem: string | undefined;
	// At first at once: from then on the state's age tells whether somebody watches.
	let savedAtMs = -Infinity;
	let unwritten: readonly Transition[] = [];

	async function takeActions(): Promise<readonly string[]> {
		const filed = await readActions(directory);
		for (const { name, action } of filed) {
			if (!state.applied.includes(name)) applyAction(state, action);
		}
		const names = filed.map(({ name }) => name);
		state.applied = [...new Set([...state.applied, ...names])].slice(-maxApplied);
		return names;
	}

	async function save(time: EvaluationTime): Promise<void> {
		state.savedAt = new Date(time.wallMs).toISOString();
		await writeAlertState(path, state);
		savedAtMs = time.steadyMs;
		await appendHistory(directory, unwritten);
		unwritten = [];
	}

	return {
		async evaluate(input) {
			const time = { wallMs: now(), steadyMs: steadyNow() };
			const names = await takeActions().catch((error: unknown) => {
				problem = messageOf(error);
				return [];
			});
			const asked = own.splice(0);
			for (const action of asked) applyAction(state, action);
			const hasActed = names.length + asked.length > 0;
			if (reloaded) core.reload(reloaded.rules, reloaded.quiet);
			reloaded = undefined;
			const evaluation = await finish(core.evaluateInSlices(input, time));
			const isUrgent = evaluation.isWaiting || problem !== undefined;
			const isDue = time.steadyMs - savedAtMs >= (isUrgent ? saveEveryMs : freshEveryMs);
			unwritten = [...unwritten, ...evaluation.transitions].slice(-maxUnwritten);
			if (evaluation.transitions.length === 0 && !hasActed && !isDue) return evaluation;
			try {
				await save(time);
				await removeActions(directory, names);
				problem = undefined;
			} catch (error) {
				// A full disk must not keep alerts from being told.
				problem = messageOf(error);
			}
			return evaluation;
		},
		act: (action) => {
			own.push(action);
		},
		reload(rules, quiet) {
			reloaded = { rules, quiet };
		},
		silences: () => state.silences,
		problem: () => problem,
	};
}

/** Lets keys be answered meanwhile: a thousand nodes take some 50 ms. */
async function finish<Result>(slices: Iterator<undefined, Result>): Promise<Result> {
	let turnAtMs = performance.now();
	for (;;) {
		const slice = slices.next();
		if (slice.done === true) return slice.value;
		if (performance.now() - turnAtMs < turnMs) continue;
		await setImmediate();
		turnAtMs = performance.now();
	}
}

/** What waited in a process that ended long ago has to begin anew. Changes `state` in place. */
export function dropOldPending(state: AlertState, nowMs: number): void {
	if (nowMs - Date.parse(state.savedAt) < pendingKeptMs) return;
	for (const [fingerprint, { phase }] of Object.entries(state.alerts)) {
		if (phase === 'pending') delete state.alerts[fingerprint];
	}
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** The alerts of a directory as they stand on disk, with the actions that wait, and since when. */
export async function readAlerts(
	directory: string,
	{ rules, quiet }: { readonly rules: RuleSet; readonly quiet: Quiet },
	nowMs: number,
): Promise<{ readonly alerts: readonly Alert[]; readonly state: AlertState }> {
	const state = (await peekAlertState(join(directory, stateFileName))) ?? emptyAlertState();
	for (const { name, action } of await readActions(directory)) {
		if (!state.applied.includes(name)) applyAction(state, action);
	}
	const muted = mutedIn(state, rules, quiet, nowMs);
	return { alerts: toAlerts(state, quiet, muted, nowMs), state };
}

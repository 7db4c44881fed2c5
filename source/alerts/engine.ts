import { join } from 'node:path';
import { adoptDelivered } from './adopt.ts';
import { applyAction, dropOldPending } from './alert-state.ts';
import type { Action, Silence } from './alert-state.ts';
import { createAlertCore } from './core.ts';
import type { Evaluation } from './evaluation.ts';
import type { Incident, IncidentCommands } from './incident.ts';
import type { Quiet } from './mutes.ts';
import { openAlertPersistence } from './persistence.ts';
import { takeTurns } from '../domain/turns.ts';
import type { RuleSet } from '../sections/rule-set.ts';
import { readAlertState, stateFileName } from './state-file.ts';
import type { EvaluationInput } from './subjects.ts';

export interface AlertEngineOptions {
	readonly rules: RuleSet;
	readonly quiet: Quiet;
	/** Holds the state. Delivery's lock on the same directory keeps other processes out. */
	readonly directory: string;
	/** Alerts that receivers believe to be firing. */
	readonly delivered?: readonly Incident[] | undefined;
	/** By default those of the default profile. */
	readonly commands?: IncidentCommands | undefined;
	readonly now: () => number;
	/** Monotonic milliseconds. */
	readonly steadyNow?: () => number;
	readonly warn: (message: string) => void;
	/** Awaited after each write of the state. */
	readonly afterWrite?: (() => Promise<void>) | undefined;
}

/** Rules → alerts, kept over restarts. */
export interface AlertEngine {
	/**
	 * Evaluates all rules for all nodes and groups. Resolves when the changes are on disk. Call it for
	 * one input after another, never for two at once. Never rejects for a disk that cannot be written:
	 * `problem` says so, and the state is written at the next change or within five seconds.
	 */
	evaluate(input: EvaluationInput): Promise<Evaluation>;
	/** Applies a person's action at the next evaluation. */
	act(action: Action): void;
	/** Uses other rules and silences from the next evaluation on. */
	reload(rules: RuleSet, quiet: Quiet): void;
	/** Silences made by hand, as of the last evaluation. */
	silences(): readonly Silence[];
	/** Why the state on disk is behind; `undefined` when it is not. */
	problem(): string | undefined;
	/** Whether the disk is full: what is kept went into the space reserved for that. */
	isDiskFull(): boolean;
}

/** Opens the engine over the state in its directory. Throws system errors when it cannot be read. */
export async function createAlertEngine(options: AlertEngineOptions): Promise<AlertEngine> {
	const { directory, now, steadyNow = () => performance.now() } = options;
	const state = await readAlertState(join(directory, stateFileName), options.warn);
	dropOldPending(state, now());
	adoptDelivered(state, options.delivered ?? [], options.rules);
	const core = createAlertCore(state, options.rules, options.quiet, options.commands);
	const persistence = await openAlertPersistence(directory, state, options.afterWrite);
	let reloaded: { readonly rules: RuleSet; readonly quiet: Quiet } | undefined;
	const actions: Action[] = [];

	return {
		async evaluate(input) {
			const time = { wallMs: now(), steadyMs: steadyNow() };
			const filed = await persistence.applyFiledActions();
			const own = actions.splice(0);
			for (const action of own) applyAction(state, action);
			if (reloaded) core.reload(reloaded.rules, reloaded.quiet);
			reloaded = undefined;
			const evaluation = await finish(core.evaluateInSlices(input, time));
			const hasActed = filed.length + own.length > 0;
			await persistence.save(evaluation, time, { filed, hasActed });
			return evaluation;
		},
		act: (action) => {
			actions.push(action);
		},
		reload(rules, quiet) {
			reloaded = { rules, quiet };
		},
		silences: () => state.silences,
		problem: () => persistence.problem(),
		isDiskFull: () => persistence.isDiskFull(),
	};
}

/** Runs the slices and lets keys be handled in between. */
async function finish<Result>(slices: Iterator<undefined, Result>): Promise<Result> {
	const giveWay = takeTurns();
	for (;;) {
		const slice = slices.next();
		if (slice.done === true) return slice.value;
		await giveWay();
	}
}

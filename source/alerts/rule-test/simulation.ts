import { applyAction, dropOldPending, emptyAlertState } from '../alert-state.ts';
import type { Action, AlertState } from '../alert-state.ts';
import { createAlertCore } from '../core.ts';
import type { AlertCore } from '../core.ts';
import type { Evaluation } from '../evaluation.ts';
import { matches } from '../../domain/label-match.ts';
import type { Quiet } from '../mutes.ts';
import type { RuleSet } from '../../sections/rule-set.ts';
import type { RuleTest } from './schema.ts';
import { readSpan } from './series.ts';
import type { TestMonitor } from './surroundings.ts';
import type { Round } from './rounds.ts';

/** An alert engine and a monitor in simulated time, from one start of the process to the next. */
export interface Simulation {
	/** Whether something that is planned for `at` is due: true once, at the first evaluation from then on. */
	isDue(at: string, atMs: number): boolean;
	/** Starts again from the saved state, as after a crash. */
	restart(atMs: number, wallMs: number): void;
	reload(rules: RuleSet): void;
	/** Applies the acknowledgements and snoozes that are due. */
	act(atMs: number, wallMs: number): void;
	evaluate(round: Round, atMs: number, wallMs: number): Promise<Evaluation>;
	stop(): void;
}

export interface SimulationOptions {
	readonly test: RuleTest;
	readonly rules: RuleSet;
	readonly quiet: Quiet;
	readonly openMonitor: () => TestMonitor;
}

export function createSimulation({
	test,
	rules: initialRules,
	quiet,
	openMonitor,
}: SimulationOptions): Simulation {
	let rules = initialRules;
	let core: AlertCore = createAlertCore(emptyAlertState(), rules, quiet);
	let monitor = openMonitor();
	monitor.reload(rules);
	let startedAtMs = 0;
	let evaluatedAtMs = -1;

	function isDue(at: string, atMs: number): boolean {
		const dueMs = readSpan(at);
		return dueMs <= atMs && dueMs > evaluatedAtMs;
	}

	return {
		isDue,
		restart(atMs, wallMs) {
			// Through text, as it is read from a file.
			const saved = JSON.parse(JSON.stringify(core.state)) as AlertState; // It was one before.
			dropOldPending(saved, wallMs);
			core = createAlertCore(saved, rules, quiet);
			monitor.stop();
			monitor = openMonitor();
			monitor.reload(rules);
			startedAtMs = atMs;
		},
		reload(next) {
			rules = next;
			monitor.reload(rules);
			core.reload(rules, quiet);
		},
		act(atMs, wallMs) {
			const { state } = core;
			for (const action of actionsOf(test, state, (at) => isDue(at, atMs), wallMs)) {
				applyAction(state, action);
			}
		},
		async evaluate(round, atMs, wallMs) {
			const input = await monitor.watch(round);
			const evaluation = core.evaluate(input, { wallMs, steadyMs: atMs - startedAtMs });
			core.state.savedAt = new Date(wallMs).toISOString();
			evaluatedAtMs = atMs;
			return evaluation;
		},
		stop: () => {
			monitor.stop();
		},
	};
}

/** The actions of a test that are due, one for each alert that they match. */
function actionsOf(
	{ acks = [], snoozes = [] }: RuleTest,
	state: AlertState,
	isDue: (at: string) => boolean,
	wallMs: number,
): readonly Action[] {
	const at = new Date(wallMs).toISOString();
	return [
		...acks
			.filter((ack) => isDue(ack.at))
			.flatMap((ack) =>
				matching(state, ack).map((fingerprint): Action => ({
					type: 'acknowledge',
					fingerprint,
					at,
					...(ack.by !== undefined && { by: ack.by }),
				})),
			),
		...snoozes
			.filter((snooze) => isDue(snooze.at))
			.flatMap((snooze) => {
				const until = new Date(wallMs + readSpan(snooze.for)).toISOString();
				return matching(state, snooze).map((fingerprint): Action => ({
					type: 'snooze',
					fingerprint,
					until,
				}));
			}),
	];
}

/** Fingerprints of the alerts of a rule that have these labels. */
function matching(
	{ alerts }: AlertState,
	{ rule, labels = {} }: { rule: string; labels?: Record<string, string> | undefined },
): readonly string[] {
	return Object.entries(alerts)
		.filter(([, record]) => record.rule === rule && matches(labels, record.labels))
		.map(([fingerprint]) => fingerprint);
}

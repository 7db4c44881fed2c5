import { isDeepStrictEqual } from 'node:util';
import type { AlertEngine } from '../alerts/engine.ts';
import { presentSilences } from '../alerts/mutes.ts';
import { createNotificationWait } from '../alerts/notification-wait.ts';
import type { EvaluationInput } from '../alerts/subjects.ts';
import type { Alert } from '../domain/alert.ts';
import type { Clock } from '../domain/clock.ts';
import type { Lock } from '../domain/lock.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { AlertingStatus } from '../sections/alerting/schema.ts';
import { alertProblems } from './alert-problems.ts';
import type { AlertingOptions, AlertSettings } from './alerting-options.ts';
import type { AlertingStore } from './alerting-store.ts';
import { createCurrentDelivery } from './current-delivery.ts';

/** One evaluation from the fleet to the receivers. */
export interface AlertCycle {
	/** Evaluates, shows the alerts and the problems, and hands the alerts to delivery. */
	run(): Promise<void>;
	/** Uses these settings from the next run on. Rejects when channels cannot be opened. */
	use(settings: AlertSettings): Promise<void>;
	/** Whether the fleet changes right now because its alerts do. */
	isShowing(): boolean;
	close(drainMs?: number): Promise<void>;
}

export type CycleOptions = AlertingOptions & {
	readonly clock: Clock;
	readonly now: () => number;
	readonly lock: Lock;
};

/** Opens the channels of the settings. Rejects when they cannot be opened. */
export async function openAlertCycle(
	options: CycleOptions,
	engine: AlertEngine,
	store: AlertingStore,
): Promise<AlertCycle> {
	const { fleet, now } = options;
	let { settings } = options;
	const wait = createNotificationWait();
	const alerts = createShownAlerts(fleet);
	let dropped: Readonly<Record<string, number>> = {};
	let newestPollAt = '';
	const delivery = createCurrentDelivery(options, showProblems);

	function showProblems(): void {
		const problems = alertProblems({
			stateProblem: engine.problem(),
			deliveryProblem: delivery.problem(),
			delivery: delivery.state(),
			dropped,
			nowMs: now(),
		});
		store.set({ problems });
	}

	fleet.judge.reload(settings.rules);
	await delivery.replace(settings);
	return {
		isShowing: () => alerts.isShowing(),
		async run() {
			const input = inputOf(fleet, now());
			const evaluation = await engine.evaluate(input);
			alerts.show(evaluation.alerts);
			store.set({ silences: presentSilences(engine.silences(), settings.quiet.silences, now()) });
			for (const transition of evaluation.transitions) options.onTransition?.(transition);
			const nowMs = now();
			await delivery.update(wait.hold(evaluation, settings.rules, nowMs), nowMs);
			({ dropped } = evaluation);
			showProblems();
			const pollAt = newestPoll(input);
			// Evaluating the same polls again does not count: when polling hangs, the heartbeat must stop.
			if (pollAt === newestPollAt || engine.problem() !== undefined) return;
			newestPollAt = pollAt;
			delivery.cycleDone(nowMs);
		},
		async use(next) {
			const before = settings;
			settings = next;
			store.set(sizesOf(next));
			// A reload forgets which fields each node reported, so it must not happen without need.
			if (next.rules !== before.rules || next.quiet !== before.quiet) {
				fleet.judge.reload(next.rules);
				engine.reload(next.rules, next.quiet);
			}
			if (next.channels !== before.channels || next.heartbeat !== before.heartbeat) {
				await delivery.replace(next);
			}
		},
		close: (drainMs) => delivery.close(drainMs),
	};
}

/** Shows alerts in the fleet when they changed. */
function createShownAlerts(fleet: Fleet) {
	let isShowing = false;
	return {
		show(alerts: readonly Alert[]): void {
			if (isDeepStrictEqual(alerts, fleet.getSnapshot().alerts)) return;
			isShowing = true;
			fleet.setAlerts(alerts);
			isShowing = false;
		},
		/** Whether the fleet changes right now because its alerts do. */
		isShowing: () => isShowing,
	};
}

function inputOf(fleet: Fleet, nowMs: number): EvaluationInput {
	const { nodes, groups, witness } = fleet.getSnapshot();
	const input = { nodes: nodes.map(({ snapshot }) => snapshot), groups, witness };
	return { ...input, observed: fleet.judge.observe(input, nowMs) };
}

function newestPoll({ nodes }: EvaluationInput): string {
	let newest = '';
	for (const { poll } of nodes) if ((poll.at ?? '') > newest) newest = poll.at ?? '';
	return newest;
}

/** What screens say of the settings in use. */
export function sizesOf({
	rules,
	channels,
}: AlertSettings): Pick<AlertingStatus, 'ruleCount' | 'channels'> {
	return { ruleCount: rules.size, channels: channels.map(({ name }) => name) };
}

import { isDeepStrictEqual } from 'node:util';
import type { AlertEngine } from '../alerts/engine.ts';
import type { Incident } from '../alerts/incident.ts';
import { presentSilences } from '../alerts/mutes.ts';
import { createNotificationWait } from '../alerts/notification-wait.ts';
import type { EvaluationInput } from '../alerts/subjects.ts';
import type { Alert } from '../domain/alert.ts';
import type { Clock } from '../domain/clock.ts';
import type { Lock } from '../domain/lock.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { AlertingStatus, OwnState } from '../sections/alerting/schema.ts';
import { alertProblems, ownStateOf } from './alert-problems.ts';
import type { AlertingOptions, AlertSettings } from './alerting-options.ts';
import type { AlertingStore } from './alerting-store.ts';
import { createCurrentDelivery } from './current-delivery.ts';
import type { CurrentDelivery } from './current-delivery.ts';

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
		store.set({ problems: problemsNow(engine, delivery, dropped, now()) });
	}

	/** Evaluating the same polls again does not count: when polling hangs, the heartbeat must stop. */
	function beat(pollAt: string, nowMs: number): void {
		if (pollAt === newestPollAt || engine.problem() !== undefined) return;
		newestPollAt = pollAt;
		delivery.cycleDone(nowMs);
	}

	fleet.judge.reload(settings.rules);
	await delivery.replace(settings);
	return {
		isShowing: () => alerts.isShowing(),
		async run() {
			const input = inputOf(fleet, now(), ownStateNow(engine, delivery, options));
			const evaluation = await engine.evaluate(input);
			alerts.show(evaluation.alerts);
			store.set({ silences: presentSilences(engine.silences(), settings.quiet.silences, now()) });
			for (const transition of evaluation.transitions) options.onTransition?.(transition);
			const nowMs = now();
			const held = wait.hold(evaluation, settings.rules, nowMs);
			const incidents = confirmed(held, settings, options.isConfirmed);
			await delivery.update(incidents, nowMs);
			({ dropped } = evaluation);
			showProblems();
			beat(newestPoll(input), nowMs);
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
			const isDelivered = next.channels === before.channels && next.heartbeat === before.heartbeat;
			if (!isDelivered) await delivery.replace(next);
		},
		close: (drainMs) => delivery.close(drainMs),
	};
}

function problemsNow(
	engine: AlertEngine,
	delivery: CurrentDelivery,
	dropped: Readonly<Record<string, number>>,
	nowMs: number,
): readonly string[] {
	return alertProblems({
		stateProblem: engine.problem(),
		deliveryProblem: delivery.problem(),
		delivery: delivery.state(),
		dropped,
		nowMs,
	});
}

/** As of the last evaluation: the next one tells it. */
function ownStateNow(
	engine: AlertEngine,
	delivery: CurrentDelivery,
	{ directory }: CycleOptions,
): OwnState | undefined {
	const problem = engine.problem() ?? delivery.state()?.journalProblem;
	return ownStateOf({ problem, isDiskFull: engine.isDiskFull(), directory });
}

/**
 * What the other watch of a pair has to see too is not new to a receiver before that. What concerns this
 * watch itself, its disk, its clock or its connection, nobody else can see.
 */
function confirmed(
	incidents: readonly Incident[],
	{ rules }: AlertSettings,
	isConfirmed: AlertingOptions['isConfirmed'],
): readonly Incident[] {
	if (!isConfirmed) return incidents;
	return incidents.map((incident) => {
		const isOwn = rules.get(incident.rule)?.scope === 'fleet';
		const isTold = isOwn || incident.state === 'resolved' || isConfirmed(incident.fingerprint);
		return isTold ? incident : { ...incident, isInGrace: true };
	});
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

/** What an evaluation of the fleet looks at now. */
export function inputOf(
	fleet: Fleet,
	nowMs: number,
	ownState: OwnState | undefined,
): EvaluationInput {
	const { nodes, groups, witness } = fleet.getSnapshot();
	const input = { nodes: nodes.map(({ snapshot }) => snapshot), groups, witness, ownState };
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

import { systemClock } from '../domain/clock.ts';
import type { Clock } from '../domain/clock.ts';
import type { Alert } from '../domain/alert.ts';
import { createStore } from '../domain/store.ts';
import type { Store } from '../domain/store.ts';
import type { RuleSet } from '../sections/rule-set.ts';
import type { Target } from '../domain/target.ts';
import { createFleet } from '../fleet/fleet.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { createMoments } from '../fleet/moments.ts';
import { createJudge } from '../health/judge.ts';
import { alertingOff } from '../sections/alerting/schema.ts';
import type { AlertingStatus } from '../sections/alerting/schema.ts';
import type { Moment, MomentSource } from '../sections/moment.ts';
import type { AlertingOptions } from './alerting-options.ts';
import type { Alerting } from './alerting.ts';
import type { AttachedAlerting, AttachOptions } from './attached-alerting.ts';
import type { OwnSight, OwnSightOptions } from './pair/own-sight.ts';
import { createMonitorEvents } from './monitor-events.ts';
import type { MonitorEvents } from './monitor-events.ts';
import type { AttachPart, MonitorWork, WorkContext, WorkOptions } from './monitor-work.ts';
import type { ReportBug } from './surroundings.ts';

export interface MonitorOptions extends WorkOptions {
	readonly targets: readonly Target[];
	readonly clock?: Clock;
	/** What health is judged by until alerting brings its rules; the built-in rules unless given. */
	readonly rules?: RuleSet | undefined;
	readonly reportBug: ReportBug;
}

type Joined = 'fleet' | 'clock' | 'onTransition' | 'reportBug';

/** Monitors a set of nodes: holds their state, emits events, and accepts actions. */
export interface Monitor {
	/** The state with its secrets, for code that joins capabilities, not for code that shows it. */
	readonly fleet: Fleet;
	/** The present moment. */
	readonly moment: () => Moment;
	/** The present moment, and a notice after each change. */
	readonly moments: MomentSource;
	/** Calls the listener after each change of the state; returns the function that ends it. */
	readonly subscribe: (listener: () => void) => () => void;
	/** Calls the listener with each event, in order; the state already contains the change. */
	readonly on: MonitorEvents['on'];
	/** Loads the code that polls, and starts polling. */
	readonly start: () => Promise<unknown>;
	readonly add: (target: Target) => void;
	readonly remove: (name: string) => void;
	/** Polls at once; without a name, every node. */
	readonly pollNow: (name?: string) => void;
	/** A new interval for every node. */
	readonly setIntervalMs: (intervalMs: number) => void;
	/** Starts, and resolves when every node was polled at least once and their networks were compared. */
	readonly firstRound: () => Promise<void>;
	/** Compares the nodes now; resolves when the verdict on our own connection is known too. */
	readonly compare: () => Promise<void>;
	/** Checks the components of every node now; resolves when the results are in the state. */
	readonly checkHealth: () => Promise<void>;
	/** Attaches to a node results that are measured separately from polls. */
	readonly attach: AttachPart;
	/** Evaluates the alert rules in this process; the caller closes it before `stop`. */
	readonly openAlerting: (options: Omit<AlertingOptions, Joined>) => Promise<Alerting>;
	/** Shows the alerts that another process evaluates. */
	readonly attachAlerting: (options: Omit<AttachOptions, Joined>) => Promise<AttachedAlerting>;
	/** Evaluates the rules without showing or telling anything. */
	readonly openOwnSight: (options: Omit<OwnSightOptions, Joined>) => Promise<OwnSight>;
	/** What is known of the alerting beside the alerts; part of each moment. */
	readonly alerting: Store<AlertingStatus>;
	/** Shows alerts that were evaluated elsewhere. */
	readonly setAlerts: (alerts: readonly Alert[] | undefined) => void;
	readonly stop: () => void;
}

/**
 * The only place that joins the capabilities: state, polling, comparison, health checks, probes, alerts. The
 * state is there at once, so that a screen can be painted; `start` loads what polls.
 */
export function openMonitor(options: MonitorOptions): Monitor {
	const { clock = systemClock, reportBug } = options;
	const fleet = createFleet(createJudge(options.rules));
	const events = createMonitorEvents(reportBug);
	const attach = attachTo(fleet, events, clock);
	const work = createLazyWork(options, { fleet, attach, clock, events, reportBug });
	for (const target of options.targets) fleet.add(target);
	const alerting = createStore(alertingOff);
	const networkOf = (name: string) => work.now()?.network?.memoryOf(name);
	const moments = createMoments(fleet, { clock, alerting, networkOf });
	return {
		fleet,
		moments,
		moment: moments.getSnapshot,
		alerting,
		subscribe: moments.subscribe,
		on: events.on,
		start: work.start,
		add(target) {
			fleet.add(target);
			work.now()?.add(target);
			events.emit({ type: 'nodeAdded', node: target.name, atMs: clock.now() });
		},
		remove(name) {
			fleet.remove(name);
			work.now()?.remove(name);
			events.emit({ type: 'nodeRemoved', node: name, atMs: clock.now() });
		},
		pollNow: (name) => work.now()?.polling.pollNow(name),
		setIntervalMs: (intervalMs) => work.now()?.polling.setIntervalMs(intervalMs),
		async firstRound() {
			const { comparing, processes } = await work.start();
			await Promise.all([untilPolled(fleet), processes?.settle()]);
			await comparing.settle();
		},
		compare: async () => (await work.start()).comparing.settle(),
		checkHealth: async () => (await work.start()).health.checkAll(),
		attach,
		...alertingOf(fleet, events, { clock, reportBug }),
		stop: work.stop,
	};
}

/** Starts the work once, when it is first needed. */
function createLazyWork(options: MonitorOptions, context: WorkContext) {
	let starting: Promise<MonitorWork> | undefined;
	let work: MonitorWork | undefined;
	let isStopped = false;

	async function load(): Promise<MonitorWork> {
		const { startWork } = await import('./monitor-work.ts');
		const started = startWork(options, context);
		if (isStopped) started.stop();
		else
			for (const { target, site } of context.fleet.getSnapshot().nodes)
				if (site === undefined) started.add(target);
		work = started;
		return started;
	}

	return {
		now: () => work,
		start: () => (starting ??= load()),
		stop() {
			isStopped = true;
			work?.stop();
		},
	};
}

function attachTo(fleet: Fleet, { emit }: MonitorEvents, clock: Clock): AttachPart {
	return (node, part) => {
		if (!fleet.node(node)) return;
		const atMs = clock.now();
		fleet.attach(node, part, atMs);
		const { probes, components } = part;
		if (probes) emit({ type: 'probed', node, probes, atMs });
		if (components) emit({ type: 'checked', node, components, atMs });
	};
}

function alertingOf(
	fleet: Fleet,
	{ emit }: MonitorEvents,
	{ clock, reportBug }: Pick<WorkContext, 'clock' | 'reportBug'>,
): Pick<Monitor, 'openAlerting' | 'attachAlerting' | 'openOwnSight' | 'setAlerts'> {
	return {
		async openAlerting(options) {
			const { openAlerting } = await import('./alerting.ts');
			return openAlerting({
				...options,
				fleet,
				clock,
				onTransition: (transition) => {
					emit({ type: 'alertChanged', transition, atMs: clock.now() });
				},
				reportBug: (error) => {
					reportBug(error, 'alerts');
				},
			});
		},
		async attachAlerting(options) {
			const { attachAlerting } = await import('./attached-alerting.ts');
			return attachAlerting({ ...options, fleet, clock });
		},
		async openOwnSight(options) {
			const { openOwnSight } = await import('./pair/own-sight.ts');
			return openOwnSight({
				...options,
				fleet,
				clock,
				reportBug: (error) => {
					reportBug(error, 'alerts');
				},
			});
		},
		setAlerts: fleet.setAlerts,
	};
}

/** Resolves when every node was polled. Nodes that a site has not polled yet are not ours to wait for. */
function untilPolled(fleet: Fleet): Promise<void> {
	const isDone = () =>
		fleet
			.getSnapshot()
			.nodes.every(
				({ snapshot, site }) => site !== undefined || snapshot.poll.status !== 'pending',
			);
	return new Promise((resolve) => {
		if (isDone()) {
			resolve();
			return;
		}
		const unsubscribe = fleet.subscribe(() => {
			if (!isDone()) return;
			unsubscribe();
			resolve();
		});
	});
}

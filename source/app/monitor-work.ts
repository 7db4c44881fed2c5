import { adapterOf } from '../adapters/registry.ts';
import { createGroupAnalysis } from '../analysis/groups.ts';
import type { GroupAnalysis } from '../analysis/groups.ts';
import type { ConnectionFacts } from '../analysis/connection-verdict.ts';
import type { ProbeSettings } from '../config/probes.ts';
import type { DelayMeter } from '../domain/own-delay.ts';
import type { Clock } from '../domain/clock.ts';
import { usualSpread } from '../domain/jitter.ts';
import type { Target } from '../domain/target.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Attached } from '../fleet/node-state.ts';
import type { RoundInput } from '../health/scheduled/node-health.ts';
import { createRateLimiter } from '../network-tests/rate-limit.ts';
import { createNetworkTracker } from '../network-tests/statistics/network-tracker.ts';
import type { NetworkTracker } from '../network-tests/statistics/network-tracker.ts';
import type { Group } from '../sections/group/schema.ts';
import type { CheckedComponent } from '../sections/health/component-health.ts';
import type { Supervision } from '../lifecycle/client.ts';
import type { PollResult } from '../sections/poll/poll-result.ts';
import { lastSamples } from '../sections/samples.ts';
import { createComparing } from './comparing.ts';
import type { Comparing } from './comparing.ts';
import { gatherConnectionFacts } from './connection-facts.ts';
import { createHealthWatch } from './health-watch.ts';
import type { HealthWatch } from './health-watch.ts';
import type { MonitorEvents } from './monitor-events.ts';
import { createNodeSources } from './node-source.ts';
import type { NodeSources } from './node-source.ts';
import { createPollingSet } from './polling-set.ts';
import type { PollingSet } from './polling-set.ts';
import { createProbing } from './probing.ts';
import { createProcessWatch } from './process-watch.ts';
import type { ProcessWatch } from './process-watch.ts';
import type { Probing } from './probing.ts';
import type { ReportBug } from './surroundings.ts';

/** What a monitor learns from outside. The nodes and this machine; scripted in simulations. */
export interface Outside {
	readonly sources: NodeSources;
	/** By how much this process is late. */
	readonly delay: DelayMeter;
	/** Groups nodes by network, from one comparison to the next. */
	readonly evaluateGroups: (...input: Parameters<GroupAnalysis['evaluate']>) => readonly Group[];
	/** Facts about our own connection. */
	readonly gatherFacts: () => Promise<ConnectionFacts>;
	/** Polls in flight over all nodes, at most. */
	readonly maxInFlight: number;
}

export interface WorkOptions {
	/** URLs of hosts whose answer shows that our own connection works. */
	readonly witnesses?: readonly string[];
	/** How paths are probed, and where tests are counted; no path is probed when absent. */
	readonly probing?: { readonly settings: ProbeSettings; readonly directory: string } | undefined;
	/** Time between two health checks of a node; without it only `checkHealth` checks. */
	readonly healthIntervalMs?: number | undefined;
	/** Health checks write nothing, whatever a node's configuration allows. */
	readonly readOnly?: boolean;
	/** Keeps what several polls say together of each node's network: rates, churn, peaks. */
	readonly keepsNetworkMemory?: boolean;
	/** Where supervised processes are; their state is added to the nodes that they are. */
	readonly supervision?: Supervision | undefined;
	readonly outside?: Partial<Outside> | undefined;
}

/** Adds what was measured to a node; does nothing for a node that is no longer watched. */
export type AttachPart = (node: string, part: Attached) => void;

export interface WorkContext {
	readonly fleet: Fleet;
	readonly attach: AttachPart;
	readonly clock: Clock;
	readonly events: MonitorEvents;
	readonly reportBug: ReportBug;
}

/** All that runs while a monitor watches. */
export interface MonitorWork {
	readonly polling: PollingSet;
	readonly comparing: Comparing;
	readonly health: HealthWatch;
	readonly network: NetworkTracker | undefined;
	readonly processes: ProcessWatch | undefined;
	readonly add: (target: Target) => void;
	readonly remove: (name: string) => void;
	readonly stop: () => void;
}

/** Joins poll → validate → store → judge, the comparison of networks, health checks and probes. */
export function startWork(options: WorkOptions, context: WorkContext): MonitorWork {
	const { clock, reportBug } = context;
	const comparing = startComparing(options, context);
	const health = startHealth(options, context);
	const sources = options.outside?.sources ?? createNodeSources(clock);
	const taken = (result: PollResult): void => {
		tellResult(result, context);
		comparing.nodesChanged();
		health.polled(result.target.name, result.outcome.status === 'failed');
	};
	const takeMany = async (result: PollResult): Promise<void> => {
		await context.fleet.applyInTurns(result);
		taken(result);
	};
	const onResult = (result: PollResult): void | Promise<void> => {
		if (isMany(result, context.fleet)) return takeMany(result);
		context.fleet.apply(result);
		taken(result);
	};
	const polling = createPollingSet({
		clock,
		sources,
		onResult,
		reportBug,
		delay: options.outside?.delay,
		maxInFlight: options.outside?.maxInFlight,
		// Where nodes are scripted, so are the times of their polls.
		spread: options.outside?.sources ? 0 : usualSpread,
	});
	const probing = startProbing(options.probing, context);
	const network = options.keepsNetworkMemory === true ? followNetwork(context.events) : undefined;
	const processes = startProcesses(options, context);
	return {
		polling,
		comparing,
		health,
		network,
		processes,
		add(target) {
			health.add(target);
			polling.add(target);
		},
		remove(name) {
			polling.remove(name);
			health.remove(name);
			comparing.nodesChanged();
		},
		stop() {
			polling.stop();
			health.stop();
			comparing.stop();
			probing?.stop();
			processes?.stop();
		},
	};
}

function startProcesses(
	{ supervision }: WorkOptions,
	{ fleet, attach, clock, events, reportBug }: WorkContext,
): ProcessWatch | undefined {
	if (!supervision) return undefined;
	return createProcessWatch({
		supervision,
		clock,
		reportBug,
		nodes: () =>
			fleet
				.getSnapshot()
				.nodes.filter(({ site }) => site === undefined)
				.map(({ target }) => target),
		onProcess: (node, process) => {
			attach(node, { process });
		},
		onChange: (node, change, atMs) => {
			events.emit({ type: 'processChanged', node, change, atMs });
		},
	});
}

/** So many nodes of one site take some milliseconds. */
const manyMembers = 200;

function isMany({ target, outcome }: PollResult, fleet: Fleet): boolean {
	const told = outcome.status === 'read' ? (outcome.reading.members ?? []).length : 0;
	return Math.max(told, fleet.members(target.name).length) > manyMembers;
}

/** What others learn of each poll. */
function tellResult(result: PollResult, { fleet, events }: WorkContext): void {
	const node = result.target.name;
	const snapshot = fleet.node(node)?.snapshot;
	if (!snapshot) return;
	const members = fleet.members(node).map((member) => member.snapshot);
	const { outcome, atMs } = result;
	events.emit({ type: 'polled', node, snapshot, outcome, members, atMs });
}

/** Follows the polls, and forgets nodes that are no longer watched. */
function followNetwork({ on }: MonitorEvents): NetworkTracker {
	const tracker = createNetworkTracker();
	on((event) => {
		if (event.type === 'nodeRemoved') tracker.forget(event.node);
		if (event.type !== 'polled') return;
		for (const snapshot of [event.snapshot, ...event.members]) tracker.observe(snapshot);
	});
	return tracker;
}

function startComparing(
	{ witnesses = [], outside }: WorkOptions,
	{ fleet, events, clock, reportBug }: WorkContext,
): Comparing {
	const evaluate = outside?.evaluateGroups ?? createGroupAnalysis().evaluate;
	return createComparing({
		clock,
		nodes: () => fleet.getSnapshot().nodes.map(({ snapshot }) => snapshot),
		evaluate(nodes, nowMs) {
			const sites = new Map(
				fleet.getSnapshot().nodes.map(({ target, site }) => [target.name, site]),
			);
			return evaluate(nodes, nowMs, (name) => sites.get(name));
		},
		gatherFacts: outside?.gatherFacts ?? (() => gatherConnectionFacts(witnesses)),
		onCompared(compared) {
			fleet.compare(compared);
			const { groups, witness, nowMs } = compared;
			events.emit({ type: 'compared', groups, witness, atMs: nowMs });
		},
		reportBug: (error) => {
			reportBug(error, 'our own connection');
		},
	});
}

function startHealth(options: WorkOptions, context: WorkContext): HealthWatch {
	const { fleet, attach, clock, reportBug } = context;
	return createHealthWatch({
		clock,
		intervalMs: options.healthIntervalMs,
		readOnly: options.readOnly ?? false,
		inputOf: (name) => roundInput(fleet, name, clock.now()),
		onChecked: (name, components) => {
			attach(name, { components });
		},
		reportBug,
	});
}

function roundInput(fleet: Fleet, name: string, nowMs: number): RoundInput | undefined {
	const state = fleet.node(name);
	if (!state) return undefined;
	const { snapshot, samples, memory } = state;
	const { groups, witness } = fleet.getSnapshot();
	return {
		node: snapshot,
		issues: snapshot.health.issues,
		memory,
		group: groups.find((group) => group.nodes.includes(name)),
		witness,
		nowMs,
		recent: { last: (metric, count) => lastSamples(samples, metric, count) },
		whyAbsent: (component) => whyAbsent(snapshot.target.kind, component),
	};
}

function whyAbsent(kind: string, component: CheckedComponent): string | undefined {
	const absent: Readonly<Partial<Record<string, string>>> = adapterOf(kind)?.absentSections ?? {};
	return absent[component];
}

function startProbing(
	probing: WorkOptions['probing'],
	{ fleet, attach, clock, reportBug }: WorkContext,
): Probing | undefined {
	if (!probing) return undefined;
	return createProbing({
		settings: probing.settings,
		limiter: createRateLimiter(probing.directory, clock.now),
		clock,
		nodes: () =>
			fleet.getSnapshot().nodes.flatMap(({ target: { name, url, proxy }, snapshot, site }) =>
				// The nodes of a site are the site's to probe; past a proxy nothing is sent.
				site === undefined && !proxy ? [{ name, url, snapshot }] : [],
			),
		onProbed: (name, probes) => {
			attach(name, { probes });
		},
		reportBug,
	});
}

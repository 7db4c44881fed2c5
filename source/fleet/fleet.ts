import type { ComponentHealth } from '../sections/health/component-health.ts';
import { PollError } from '../domain/errors.ts';
import type { Group, Witness } from '../sections/group/schema.ts';
import type { Probes } from '../sections/probes/schema.ts';
import { maskUrl } from '../domain/secret.ts';
import type { Alert } from '../domain/alert.ts';
import type { NodeSnapshot, Reading } from '../sections/snapshot.ts';
import type { HealthReport } from '../sections/health/schema.ts';
import type { PollReport } from '../sections/poll/schema.ts';
import { createListeners } from '../domain/store.ts';
import type { ReadableStore } from '../domain/store.ts';
import type { Target } from '../domain/target.ts';
import { membersAfter } from './members.ts';
import { createSeries } from './series.ts';
import type { Series } from './series.ts';

/** A node as the store holds it. Replaced, never changed, at each poll; `series` is shared. */
export interface NodeState {
	readonly target: Target;
	readonly snapshot: NodeSnapshot;
	readonly series: Series;
	/** When height, round or finalized last moved while watched, Unix ms. */
	readonly progressAtMs: number | undefined;
	readonly firstChainId: string | number | undefined;
	/** The watched site that told of this node; absent for what is polled itself. */
	readonly site?: string;
}

export interface FleetState {
	/** In the order of the configuration; the nodes of a site below it. */
	readonly nodes: readonly NodeState[];
	/** Nodes of one network, as they were last compared. */
	readonly groups: readonly Group[];
	/** Present while several nodes fail at once. */
	readonly witness: Witness | undefined;
	/** As the rules left them; absent while no rules are asked. */
	readonly alerts: readonly Alert[] | undefined;
}

/** One poll's result, as the fleet takes it. */
export interface PollResult {
	readonly target: Target;
	readonly atMs: number;
	readonly missedSlots: number;
	readonly outcome:
		| { readonly status: 'read'; readonly reading: Reading }
		| { readonly status: 'failed'; readonly error: PollError };
}

export type Judge = (
	input: {
		readonly node: Omit<NodeSnapshot, 'health'>;
		readonly memory: Pick<NodeState, 'progressAtMs' | 'firstChainId'>;
		readonly group: Group | undefined;
		readonly witness: Witness | undefined;
		readonly components: readonly ComponentHealth[] | undefined;
		readonly nowMs: number;
	},
	previous: HealthReport | undefined,
) => HealthReport;

/** What the nodes of each network show together. */
export interface Comparison {
	readonly groups: readonly Group[];
	readonly witness?: Witness | undefined;
	readonly nowMs: number;
}

export interface Fleet extends ReadableStore<FleetState> {
	add(target: Target): void;
	remove(name: string): void;
	/** Takes a poll's result: what was good before is kept when it failed. */
	apply(result: PollResult): void;
	/** Takes what the nodes show together, and judges those anew that it says something else of. */
	compare(comparison: Comparison): void;
	/** Takes what was measured of the path to a node, without a notice; of one that is not watched it is dropped. */
	setProbes(name: string, probes: Probes): void;
	/** Takes what a node's scheduled checks say, and judges it anew, without a notice. */
	setComponents(name: string, components: readonly ComponentHealth[], nowMs: number): void;
	/** Takes what the rules say of the state as it is. */
	setAlerts(alerts: readonly Alert[] | undefined): void;
}

/** The state of all watched nodes. The list is made anew only when it is read after a change. */
export function createFleet(judge: Judge): Fleet {
	const states = new Map<string, NodeState>();
	/** By site. */
	const members = new Map<string, readonly NodeState[]>();
	const listeners = createListeners();
	let view: View = { groups: [], groupOf: new Map(), witness: undefined };
	let alerts: readonly Alert[] | undefined;
	let list: FleetState | undefined;

	function set(state: NodeState): void {
		states.set(state.target.name, state);
		change();
	}

	/** For what comes between polls: it is seen with the next one, and brings no frame of its own. */
	function setQuietly(state: NodeState): void {
		states.set(state.target.name, state);
		list = undefined;
	}

	function change(): void {
		list = undefined;
		listeners.notify();
	}

	return {
		subscribe: listeners.subscribe,
		getSnapshot() {
			list ??= {
				nodes: [...states.values()].flatMap((state) => [
					state,
					...(members.get(state.target.name) ?? []),
				]),
				groups: view.groups,
				witness: view.witness,
				alerts,
			};
			return list;
		},
		add(target) {
			set(initialState(target));
		},
		remove(name) {
			if (!states.delete(name)) return;
			members.delete(name);
			change();
		},
		apply(result) {
			const previous = states.get(result.target.name);
			if (!previous) return;
			const known = members.get(result.target.name) ?? [];
			const isSite = known.length > 0 || hasMembers(result);
			if (isSite) members.set(result.target.name, membersAfter(known, result));
			const next = nextState(previous, result, judge, view);
			if (next.progressAtMs !== previous.progressAtMs) view = afterMove(view, result.target.name);
			set(next);
		},
		compare(comparison) {
			const before = view;
			view = viewOf(comparison);
			for (const [name, state] of states) {
				if (markOf(before, name) === markOf(view, name)) continue;
				const { components } = state.snapshot.health;
				states.set(name, judgeAnew(state, { nowMs: comparison.nowMs, components }, judge, view));
			}
			change();
		},
		setProbes(name, probes) {
			const state = states.get(name);
			if (state) setQuietly({ ...state, snapshot: { ...state.snapshot, probes } });
		},
		setComponents(name, components, nowMs) {
			const state = states.get(name);
			if (state) setQuietly(judgeAnew(state, { nowMs, components }, judge, view));
		},
		setAlerts(next) {
			alerts = next;
			change();
		},
	};
}

function hasMembers({ outcome }: PollResult): boolean {
	return outcome.status === 'read' && outcome.reading.members !== undefined;
}

/** The last comparison, by node. */
interface View {
	readonly groups: readonly Group[];
	readonly groupOf: ReadonlyMap<string, Seat>;
	readonly witness: Witness | undefined;
}

interface Seat {
	readonly group: Group;
	/** All that is said of this node: when it changes, the node is judged anew. */
	readonly mark: string;
}

function viewOf({ groups, witness }: Comparison): View {
	const groupOf = new Map<string, Seat>();
	for (const group of groups) {
		const outliers = new Set(group.clock?.outliers);
		for (const { node, position, behindBy, side } of group.members) {
			const mark = [group.state, position, behindBy, side, outliers.has(node)].join(' ');
			groupOf.set(node, { group, mark });
		}
	}
	return { groups, groupOf, witness };
}

/** A node that has moved since the comparison does not stand still with its network, whatever that said. */
function afterMove(view: View, name: string): View {
	const { group } = view.groupOf.get(name) ?? {};
	const position = group?.members.find(({ node }) => node === name)?.position;
	if (position !== 'stalled') return view;
	const groupOf = new Map(view.groupOf);
	groupOf.delete(name);
	return { ...view, groupOf };
}

function markOf({ groupOf, witness }: View, name: string): string {
	const blame = witness?.failing.includes(name) === true ? witness.verdict : '';
	return `${groupOf.get(name)?.mark} ${blame}`;
}

interface Occasion {
	readonly nowMs: number;
	readonly components: readonly ComponentHealth[] | undefined;
}

function judgeAnew(
	state: NodeState,
	{ nowMs, components }: Occasion,
	judge: Judge,
	view: View,
): NodeState {
	const { snapshot, progressAtMs, firstChainId, target } = state;
	const health = judge(
		{
			node: withoutHealth(snapshot),
			memory: { progressAtMs, firstChainId },
			group: view.groupOf.get(target.name)?.group,
			witness: view.witness,
			components,
			nowMs,
		},
		snapshot.health,
	);
	return { ...state, snapshot: { ...snapshot, health } };
}

function initialState(target: Target): NodeState {
	return {
		target,
		series: createSeries(),
		progressAtMs: undefined,
		firstChainId: undefined,
		snapshot: {
			target: describeTarget(target),
			poll: { status: 'pending', failures: 0 },
			health: { status: 'unknown', issues: [] },
		},
	};
}

function nextState(previous: NodeState, result: PollResult, judge: Judge, view: View): NodeState {
	const { outcome, atMs, target } = result;
	const poll = reportPoll(previous.snapshot.poll, result);
	const described = target === previous.target ? previous.snapshot.target : describeTarget(target);
	const unjudged =
		outcome.status === 'read'
			? { ...withSections(outcome.reading, described, poll), ...probesOf(previous.snapshot) }
			: { ...withoutHealth(previous.snapshot), target: described, poll };
	const moved = outcome.status === 'read' && hasMoved(previous.snapshot, unjudged);
	const progressAtMs = moved ? atMs : previous.progressAtMs;
	const firstChainId = previous.firstChainId ?? unjudged.identity?.chainId;
	const health = judge(
		{
			node: unjudged,
			memory: { progressAtMs, firstChainId },
			group: (moved ? afterMove(view, target.name) : view).groupOf.get(target.name)?.group,
			witness: view.witness,
			components: previous.snapshot.health.components,
			nowMs: atMs,
		},
		previous.snapshot.health,
	);
	const snapshot = {
		...unjudged,
		...(progressAtMs !== undefined && { lastProgressAt: new Date(progressAtMs).toISOString() }),
		health,
	};
	previous.series.append(snapshot);
	return { target, snapshot, series: previous.series, progressAtMs, firstChainId };
}

/** They are not of the poll, and outlast it. */
function probesOf({ probes }: NodeSnapshot): Pick<NodeSnapshot, 'probes'> {
	return probes === undefined ? {} : { probes };
}

function withSections(
	reading: Reading,
	target: NodeSnapshot['target'],
	poll: PollReport,
): Omit<NodeSnapshot, 'health'> {
	const { latencyMs: _latencyMs, endpoints: _endpoints, members: _members, ...sections } = reading;
	return { target, poll, ...sections };
}

function withoutHealth(node: NodeSnapshot): Omit<NodeSnapshot, 'health'> {
	const { health: _health, ...rest } = node;
	return rest;
}

function reportPoll(previous: PollReport, result: PollResult): PollReport {
	const { outcome, missedSlots } = result;
	const at = new Date(result.atMs).toISOString();
	const missed = missedSlots > 0 ? { missedSlots } : {};
	if (outcome.status === 'failed') {
		const { code, message, nextStep } = outcome.error;
		return {
			status: 'failed',
			at,
			error: { code, message, ...(nextStep !== undefined && { nextStep }) },
			failures: previous.failures + 1,
			...(previous.lastGoodAt !== undefined && { lastGoodAt: previous.lastGoodAt }),
			...missed,
		};
	}
	const { latencyMs, endpoints } = outcome.reading;
	const isPartial = (endpoints ?? []).some(({ status }) => status === 'failed');
	return {
		status: isPartial ? 'partial' : 'ok',
		at,
		...(latencyMs !== undefined && { latencyMs }),
		failures: 0,
		lastGoodAt: at,
		...missed,
		...(endpoints !== undefined && { endpoints }),
	};
}

function hasMoved(before: NodeSnapshot, after: Omit<NodeSnapshot, 'health'>): boolean {
	if (before.poll.lastGoodAt === undefined) return false;
	return (
		before.chain?.head?.number !== after.chain?.head?.number ||
		before.consensus?.height !== after.consensus?.height ||
		before.consensus?.round !== after.consensus?.round ||
		before.consensus?.view !== after.consensus?.view ||
		before.consensus?.finalized !== after.consensus?.finalized
	);
}

function describeTarget(target: Target): NodeSnapshot['target'] {
	return {
		name: target.name,
		kind: target.kind ?? 'unknown',
		url: target.shownUrl ?? maskUrl(target.url),
		...(target.group !== undefined && { group: target.group }),
		...(target.tags !== undefined && target.tags.length > 0 && { tags: [...target.tags] }),
	};
}

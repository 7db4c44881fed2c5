import type { Observed } from '../domain/observe.ts';
import { maskUrl } from '../domain/secret.ts';
import type { Target } from '../domain/target.ts';
import type { Group, ConnectionVerdict } from '../sections/group/schema.ts';
import type { ComponentHealth } from '../sections/health/component-health.ts';
import type { HealthReport } from '../sections/health/schema.ts';
import type { NodeMemory } from '../sections/node-memory.ts';
import type { PollResult } from '../sections/poll/poll-result.ts';
import type { RuleSet } from '../sections/rule-set.ts';
import { appendSample, noSamples } from '../sections/samples.ts';
import type { Samples } from '../sections/samples.ts';
import type { NodeSnapshot, Reading } from '../sections/snapshot.ts';
import { nothingRemembered, remember } from './node-memory.ts';
import type { Remembered } from './node-memory.ts';
import { reportPoll } from './poll-report.ts';
import { sampleOf } from './series.ts';
import { groupOf } from './standing.ts';
import type { Standings } from './standing.ts';

/** A node as the fleet holds it. Replaced, never changed, at each poll. */
export interface NodeState {
	readonly target: Target;
	readonly snapshot: NodeSnapshot;
	readonly samples: Samples;
	/** What its readings showed together. */
	readonly memory: Remembered;
	/** Of the last polls in a row that were answered. */
	readonly latenciesMs: readonly number[];
	/** What is measured beside the polls. */
	readonly attached: Attached;
	/** The watched site that reported this node; absent for a node that is polled itself. */
	readonly site?: string;
	/** Its site judged it: nodetop does not judge it again. */
	readonly isJudgedBySite?: boolean;
}

/** What is measured beside the polls of a node, each on its own schedule. It survives the polls. */
export interface Attached {
	readonly probes?: NodeSnapshot['probes'];
	/** Its outlook, from the recorded history. */
	readonly outlook?: NodeSnapshot['outlook'];
	/** Results of the scheduled health checks. */
	readonly components?: ComponentHealth[];
	/** The supervised process; it takes the place of what the node reports of itself. */
	readonly process?: NodeSnapshot['process'];
}

/** What the fleet and the alert engine need of the judge. */
export interface Judge {
	judgeNode(
		input: {
			readonly node: Omit<NodeSnapshot, 'health'>;
			readonly memory: NodeMemory;
			readonly group: Group | undefined;
			readonly witness: ConnectionVerdict | undefined;
			readonly components: ComponentHealth[] | undefined;
			readonly nowMs: number;
		},
		previous: HealthReport | undefined,
	): HealthReport;
	/** Every observation about these subjects: of the nodes as they were last judged. */
	observe(
		subjects: {
			readonly nodes: readonly NodeSnapshot[];
			readonly groups: readonly Group[];
			readonly witness?: ConnectionVerdict | undefined;
		},
		nowMs: number,
	): Observed;
	/** Judges by other rules from the next poll on. */
	reload(rules: RuleSet): void;
}

/** What judges a node, and what its network shows. */
export interface Judging {
	readonly judge: Judge;
	readonly standings: Standings;
}

export function initialState(target: Target): NodeState {
	return {
		target,
		samples: noSamples,
		memory: nothingRemembered,
		latenciesMs: [],
		attached: {},
		snapshot: {
			target: describeTarget(target),
			poll: { status: 'pending', failures: 0 },
			health: { status: 'unknown', issues: [] },
		},
	};
}

/** The node after a poll. What was good before is kept when the poll failed. */
export function nextState(previous: NodeState, result: PollResult, judging: Judging): NodeState {
	const { outcome, atMs, target } = result;
	const latenciesMs = lastLatencies(previous.latenciesMs, outcome);
	const poll = reportPoll(previous.snapshot.poll, result, steady(latenciesMs));
	const described = target === previous.target ? previous.snapshot.target : describeTarget(target);
	const unjudged =
		outcome.status === 'read'
			? withSections({ target: described, poll }, outcome.reading, previous)
			: { ...withoutHealth(previous.snapshot), target: described, poll };
	const isRead = outcome.status === 'read';
	const memory = isRead ? remember(previous.memory, unjudged, atMs) : previous.memory;
	const { progressAtMs, finalAtMs } = memory;
	const hasMoved = progressAtMs !== previous.memory.progressAtMs;
	const { snapshot: before, attached } = previous;
	const subject = { target, snapshot: before, memory, attached, hasMoved };
	const health = healthOf(subject, unjudged, judging, atMs);
	// Nobody else has it yet, and a copy of every node for each poll is most of what a poll leaves behind.
	const snapshot = Object.assign(
		unjudged,
		progressAtMs !== undefined && { lastProgressAt: new Date(progressAtMs).toISOString() },
		finalAtMs !== undefined && { lastFinalAt: new Date(finalAtMs).toISOString() },
		{ health },
	);
	const samples = appendSample(previous.samples, atMs, sampleOf(snapshot));
	return { ...previous, target, memory, latenciesMs, snapshot, samples };
}

const pollsUntilSteady = 3;

function lastLatencies(
	before: readonly number[],
	outcome: PollResult['outcome'],
): readonly number[] {
	if (outcome.status === 'failed') return [];
	// A time that this process was too late to measure neither lengthens the row nor breaks it.
	const { latencyMs } = outcome.reading;
	return latencyMs === undefined ? before : [...before, latencyMs].slice(-pollsUntilSteady);
}

function steady(latenciesMs: readonly number[]): number | undefined {
	return latenciesMs.length < pollsUntilSteady ? undefined : Math.min(...latenciesMs);
}

/** The node with what was measured beside its polls, judged again where that can change its health. */
export function attachTo(
	state: NodeState,
	part: Attached,
	judging: Judging,
	atMs: number,
): NodeState {
	const attached = { ...state.attached, ...part };
	const next = { ...state, attached };
	const snapshot = { ...state.snapshot, ...sectionsBeside(next) };
	if (part.components === undefined && part.process === undefined) return { ...next, snapshot };
	return judgeAgain({ ...next, snapshot }, judging, atMs);
}

export function judgeAgain(state: NodeState, judging: Judging, nowMs: number): NodeState {
	const { snapshot } = state;
	const health = healthOf({ ...state, hasMoved: false }, withoutHealth(snapshot), judging, nowMs);
	return { ...state, snapshot: { ...snapshot, health } };
}

function healthOf(
	{
		target,
		snapshot,
		memory,
		attached,
		hasMoved,
	}: Pick<NodeState, 'target' | 'snapshot' | 'memory' | 'attached'> & {
		readonly hasMoved: boolean;
	},
	node: Omit<NodeSnapshot, 'health'>,
	{ judge, standings }: Judging,
	nowMs: number,
): HealthReport {
	return judge.judgeNode(
		{
			node,
			memory,
			group: groupOf(standings, target.name, { hasMoved }),
			witness: standings.witness,
			components: attached.components,
			nowMs,
		},
		snapshot.health,
	);
}

type Sections = Omit<NodeSnapshot, 'target' | 'poll' | 'health'>;

/** What of a reading is no section. */
const besideSections: ReadonlySet<string> = new Set([
	'latencyMs',
	'endpoints',
	'certificateDaysLeft',
	'cachedBy',
	'figuresAt',
	'members',
]);

/** A node as it was read some time before the first poll; nobody judged it then. */
export function pastSnapshot(target: NodeSnapshot['target'], reading: Reading): NodeSnapshot {
	const { latencyMs } = reading;
	const poll = {
		status: 'ok' as const,
		failures: 0,
		...(latencyMs !== undefined && { latencyMs }),
	};
	return Object.assign(sectionsOf({ target, poll }, reading), {
		health: { status: 'unknown' as const, issues: [] },
	});
}

/** A node with the sections of a reading, and with those that no poll fills. */
function withSections(
	node: Pick<NodeSnapshot, 'target' | 'poll'>,
	reading: Reading,
	previous: NodeState,
): Omit<NodeSnapshot, 'health'> {
	return Object.assign(sectionsOf(node, reading), sectionsBeside(previous));
}

/** The node itself, with the sections of a reading put into it. */
function sectionsOf(
	node: Pick<NodeSnapshot, 'target' | 'poll'>,
	reading: Reading,
): Omit<NodeSnapshot, 'health'> {
	const sections: Record<string, unknown> = node;
	let name: keyof Reading;
	for (name in reading) {
		if (!besideSections.has(name)) sections[name] = reading[name];
	}
	return node;
}

/** The sections that no poll fills. */
function sectionsBeside({ attached: { probes, outlook, process } }: NodeState): Sections {
	return { ...(probes && { probes }), ...(outlook && { outlook }), ...(process && { process }) };
}

function withoutHealth(node: NodeSnapshot): Omit<NodeSnapshot, 'health'> {
	const { health: _health, ...rest } = node;
	return rest;
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

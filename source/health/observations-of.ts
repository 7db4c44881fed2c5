import { matches } from '../domain/label-match.ts';
import { good, noData } from '../domain/observe.ts';
import type { Observation, Observations, ObservedSubject } from '../domain/observe.ts';
import type { Rule } from '../domain/rule.ts';
import type { FindingInput } from '../sections/finding.ts';
import { isGroupUnseen } from '../sections/group/findings.ts';
import type { Group, ConnectionVerdict } from '../sections/group/schema.ts';
import type { ComponentHealth } from '../sections/health/component-health.ts';
import { nodeLabels } from '../sections/labels.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { Memory, SubjectMemory } from './memory.ts';
import { observeGroup, observeNode, observeSatellite, toBad } from './plan.ts';
import type { NodeSubject, Planned } from './plan.ts';

export interface JudgeInput extends FindingInput {
	/** Results of the node's scheduled checks; absent while none ran. */
	readonly components?: readonly ComponentHealth[] | undefined;
}

/** What every finding says about a node now. */
export function observationsOfNode(
	plan: readonly Planned[],
	memory: Memory,
	input: JudgeInput,
): ReadonlyMap<string, Observation> {
	const { node, components, nowMs } = input;
	const hasFailed = node.poll.status === 'failed';
	const remembered = memory.of(`node ${node.target.name}`, nowMs);
	const subject: NodeSubject = {
		...subjectOf(node, node.poll.at ?? '', nowMs, remembered),
		components,
		isUnseen: hasFailed,
	};
	const observations = new Map<string, Observation>();
	for (const planned of plan) {
		const { rule, finding, code } = planned;
		if (rule.scope === 'satellite' || !isChosen(rule, input)) continue;
		// While polls fail only the failure is current: the other sections are old.
		if (hasFailed && finding.component !== 'poll') continue;
		const observation = observeAtNode(planned, input, subject);
		if (observation.kind !== 'noData') observations.set(code, observation);
	}
	freeze(plan, observations);
	return observations;
}

/** What the findings about satellites say, by satellite. */
export function observationsOfSatellites(
	plan: readonly Planned[],
	memory: Memory,
	input: JudgeInput,
): ReadonlyMap<string, Observations> {
	const { node, nowMs } = input;
	const all = new Map<string, Observations>();
	if (node.poll.status === 'failed') return all;
	for (const reputation of node.reputation?.satellites ?? []) {
		const { satellite } = reputation;
		const stored = node.storage?.satellites?.find((each) => each.satellite === satellite);
		const remembered = memory.of(`satellite ${node.target.name} ${satellite}`, nowMs);
		const root = { ...stored, ...reputation, node };
		const subject = subjectOf(root, node.poll.at ?? '', nowMs, remembered);
		const observations = new Map<string, Observation>();
		for (const planned of plan) {
			if (planned.rule.scope !== 'satellite' || !isChosen(planned.rule, input, satellite)) continue;
			observations.set(planned.code, observeSatellite(planned, subject, satellite));
		}
		all.set(satellite, observations);
	}
	return all;
}

/** What the findings about a network say. */
export function observationsOfGroup(
	plan: readonly Planned[],
	memory: Memory,
	group: Group,
	nowMs: number,
): Observations {
	const isUnseen = isGroupUnseen(group);
	const remembered = memory.of(`group ${group.name}`, nowMs);
	const freshness = new Date(nowMs).toISOString();
	const subject = { ...subjectOf(group, freshness, nowMs, remembered), isUnseen };
	const observations = new Map<string, Observation>();
	const planned = plan.filter(({ rule }) => rule.scope === 'group');
	for (const each of planned) {
		if (!hasLabels(each.rule, { group: group.name, kind: group.kind })) continue;
		observations.set(each.code, observeGroup(each, group, subject));
	}
	freeze(planned, observations);
	return observations;
}

/** What the findings about all nodes together say. */
export function observationsOfFleet(
	plan: readonly Planned[],
	witness: ConnectionVerdict | undefined,
): Observations {
	const observations = new Map<string, Observation>();
	for (const { code, finding, rule } of plan) {
		if (!('whenFleet' in finding)) continue;
		const sighting = finding.whenFleet(witness);
		observations.set(code, sighting ? toBad(rule, finding, sighting) : good);
	}
	return observations;
}

/** What a node's own site found: its verdict stands. */
export function observationsIn({ poll, health: { issues } }: NodeSnapshot): Observations {
	const isUnseen = poll.status === 'failed' || poll.status === 'pending';
	return {
		get(code) {
			const issue = issues.find((each) => each.code === code);
			if (issue) return { kind: 'bad', severity: issue.severity, finding: issue };
			return isUnseen ? noData : good;
		},
	};
}

/** Findings about the whole network or about all nodes show at a node in their own way. */
function observeAtNode(planned: Planned, input: JudgeInput, subject: NodeSubject): Observation {
	const { finding, rule } = planned;
	if (rule.scope === 'node') return observeNode(planned, input, subject);
	if (!('whenGroup' in finding || 'whenFleet' in finding)) return noData;
	const sighting = finding.when(input);
	return sighting ? toBad(rule, finding, sighting) : good;
}

/** What another finding explains is no data. */
function freeze(plan: readonly Planned[], observations: Map<string, Observation>): void {
	const bad = new Set<string>();
	for (const [code, { kind }] of observations) if (kind === 'bad') bad.add(code);
	if (bad.size === 0) return;
	for (const { code, rule } of plan) {
		if (rule.condition.frozenBy?.some((other) => bad.has(other)) === true)
			observations.delete(code);
	}
}

function subjectOf(
	root: unknown,
	freshness: string,
	wallMs: number,
	{ steadyMs, samples }: SubjectMemory,
): ObservedSubject {
	return { root, freshness, wallMs, steadyMs, samples, issues: [], isUnseen: false };
}

function isChosen(
	{ kinds, match }: Rule,
	{ node, group }: JudgeInput,
	satellite?: string,
): boolean {
	if (kinds?.includes(node.target.kind) === false) return false;
	if (match === undefined) return true;
	const labels = nodeLabels(node.target, group?.name);
	return matches(match, satellite === undefined ? labels : { ...labels, satellite });
}

function hasLabels({ kinds, match }: Rule, labels: Readonly<Record<string, string>>): boolean {
	const isKind = kinds === undefined || kinds.includes(labels['kind'] ?? '');
	return isKind && (match === undefined || matches(match, labels));
}

import { matches } from '../domain/label-match.ts';
import { good, noData } from '../domain/observe.ts';
import type { Observations, ObservedSubject } from '../domain/observe.ts';
import type { Rule } from '../domain/rule.ts';
import { entriesOf, entryScopes } from '../sections/entries.ts';
import type { EntryScope } from '../sections/entries.ts';
import type { FindingInput, UnjudgedNode } from '../sections/finding.ts';
import { isGroupUnseen } from '../sections/group/findings.ts';
import type { OwnState } from '../sections/alerting/schema.ts';
import type { Group, ConnectionVerdict } from '../sections/group/schema.ts';
import type { ComponentHealth } from '../sections/health/component-health.ts';
import { isCutShort } from '../sections/poll/cut-short.ts';
import { nodeLabels } from '../sections/labels.ts';
import { lifeOf } from '../sections/life.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { Memory, SubjectMemory } from './memory.ts';
import { ObservationList } from './observation-list.ts';
import { observeEntry, observeGroup, toBad } from './observers.ts';
import type { NodeSubject } from './observers.ts';
import type { Plan, Planned } from './plan.ts';

export interface JudgeInput extends FindingInput {
	/** Results of the node's scheduled checks; absent while none ran. */
	readonly components?: ComponentHealth[] | undefined;
}

/** By scope, then by id. */
export type ObservationsOfEntries = Readonly<Record<EntryScope, ReadonlyMap<string, Observations>>>;

const noEntries: ReadonlyMap<string, Observations> = new Map();

/** What every finding says about a node now, in the list of the last time where there is one. */
export function observationsOfNode(
	plan: Plan,
	memory: Memory,
	input: JudgeInput,
	last: ObservationList | undefined,
): ObservationList {
	const { node, components, nowMs } = input;
	const hasFailed = node.poll.status === 'failed';
	const remembered = memory.ofNode(node.target.name, nowMs);
	const subject: NodeSubject = {
		...subjectOf(node, node.poll.at ?? '', nowMs, remembered),
		life: lifeOf(node),
		components,
		isUnseen: hasFailed,
		isCutShort: !hasFailed && isCutShort(node.poll),
	};
	const observations = last?.isOf(plan) === true ? last : new ObservationList(plan);
	observations.clear();
	const planned = plannedFor(plan, node, remembered);
	// By index: of each step of an iterator V8's middle compiler makes an object, a hundred a poll.
	for (let index = 0; index < planned.length; index++) {
		const each = planned[index];
		if (each === undefined || !isChosen(each.rule, input)) continue;
		const { component } = each.finding;
		// While polls fail only the failure is current, and what is seen on this machine: the sections are old.
		const isSeen = hasFailed && isSeenHere(each.finding, node);
		if (hasFailed && component !== 'poll' && !isSeen) continue;
		const isCurrent = isSeen && !isOfOldFigures(each);
		const observation = each.observe(input, isCurrent ? { ...subject, isUnseen: false } : subject);
		if (observation.kind !== 'noData') observations.set(each.position, observation);
	}
	freeze(planned, observations);
	return observations;
}

function isSeenHere({ isSeenHere: isSeen }: Planned['finding'], node: UnjudgedNode): boolean {
	return typeof isSeen === 'function' ? isSeen(node) : isSeen === true;
}

/** A check sees it on this machine; its built-in condition is about what the node itself reported. */
function isOfOldFigures({ finding, isReplaced }: Planned): boolean {
	return finding.isSeenHere === true && 'condition' in finding && !isReplaced;
}

/** What the findings about each entry of a node say: its satellites, or one's own validators. */
export function observationsOfEntries(
	plan: Plan,
	memory: Memory,
	input: JudgeInput,
): ObservationsOfEntries {
	const { node, nowMs } = input;
	const all = { satellite: noEntries, validator: noEntries };
	if (node.poll.status === 'failed') return all;
	const { name, kind } = node.target;
	const life = lifeOf(node);
	for (const scope of entryScopes) {
		const entries = entriesOf(node, scope);
		const planned = plan.ofEntries[scope].filter(
			({ rule: { kinds } }) => kinds?.includes(kind) !== false,
		);
		if (entries.length === 0 || planned.length === 0) continue;
		const ofScope = new Map<string, Observations>();
		for (const { id, root } of entries) {
			const remembered = memory.ofEntry(scope, name, id, nowMs);
			const subject = {
				...subjectOf(root, node.poll.at ?? '', nowMs, remembered),
				life,
				isCutShort: isCutShort(node.poll),
			};
			const labels = { [scope]: id };
			const observations = new ObservationList(plan);
			for (const each of planned) {
				if (!isChosen(each.rule, input, labels)) continue;
				observations.set(each.position, observeEntry(each, subject, labels));
			}
			freeze(planned, observations);
			ofScope.set(id, observations);
		}
		all[scope] = ofScope;
	}
	return all;
}

/** What the findings about a network say. */
export function observationsOfGroup(
	plan: Plan,
	memory: Memory,
	group: Group,
	nowMs: number,
): Observations {
	const isUnseen = isGroupUnseen(group);
	const remembered = memory.ofGroup(group.name, nowMs);
	const freshness = new Date(nowMs).toISOString();
	const subject = { ...subjectOf(group, freshness, nowMs, remembered), isUnseen };
	const observations = new ObservationList(plan);
	for (const each of plan.ofGroups) {
		if (!hasLabels(each.rule, { group: group.name, kind: group.kind })) continue;
		observations.set(each.position, observeGroup(each, group, subject));
	}
	freeze(plan.ofGroups, observations);
	return observations;
}

/** What the findings about all nodes together say. */
export function observationsOfFleet(
	plan: Plan,
	witness: ConnectionVerdict | undefined,
	ownState: OwnState | undefined,
): Observations {
	const observations = new ObservationList(plan);
	for (const { position, finding, rule } of plan.all) {
		if (!('whenFleet' in finding)) continue;
		const sighting = finding.whenFleet(witness, ownState);
		observations.set(position, sighting ? toBad(rule, finding, sighting) : good);
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

/** Findings that can say something about the node. The list is looked up only when a section appears. */
function plannedFor(plan: Plan, node: UnjudgedNode, memory: SubjectMemory): readonly Planned[] {
	let isNew = memory.plan !== plan;
	// A loop over the keys, without a list of them, because this runs at every poll.
	for (const section in node) {
		if (memory.sections.has(section)) continue;
		memory.sections.add(section);
		isNew = true;
	}
	if (isNew) {
		memory.plan = plan;
		memory.planned = plan.ofNode(node.target.kind, memory.sections);
	}
	return memory.planned;
}

/** What another finding explains is no data. */
function freeze(planned: readonly Planned[], observations: ObservationList): void {
	if (observations.isAllGood) return;
	const bad = new Set<string>();
	for (const { code, position } of planned) {
		if (observations.at(position)?.kind === 'bad') bad.add(code);
	}
	for (const { position, rule } of planned) {
		if (rule.condition.frozenBy?.some((other) => bad.has(other)) === true)
			observations.set(position, undefined);
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
	{ match }: Rule,
	{ node, group }: JudgeInput,
	own: Readonly<Record<string, string>> = {},
): boolean {
	if (match === undefined) return true;
	return matches(match, { ...nodeLabels(node.target, group?.name), ...own });
}

function hasLabels({ kinds, match }: Rule, labels: Readonly<Record<string, string>>): boolean {
	const isKind = kinds === undefined || kinds.includes(labels['kind'] ?? '');
	return isKind && (match === undefined || matches(match, labels));
}

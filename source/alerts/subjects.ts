import type { ComponentHealth } from '../sections/health/component-health.ts';
import type { OwnState } from '../sections/alerting/schema.ts';
import type { Group, ConnectionVerdict } from '../sections/group/schema.ts';
import type { Observations, Observed } from '../domain/observe.ts';
import type { Rule, RuleScope } from '../domain/rule.ts';
import type { Issue } from '../sections/health/schema.ts';
import { fleetIssues, groupIssues } from '../sections/findings.ts';
import { isGroupUnseen } from '../sections/group/findings.ts';
import { entriesOf } from '../sections/entries.ts';
import type { EntryScope } from '../sections/entries.ts';
import { nodeLabels } from '../sections/labels.ts';
import { isCutShort } from '../sections/poll/cut-short.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { Life } from '../domain/measure.ts';
import { lifeOf } from '../sections/life.ts';
import type { Labels } from './fingerprint.ts';
import { matches } from '../domain/label-match.ts';

/** What one evaluation looks at: all nodes, groups and our own connection at one time. */
export interface EvaluationInput {
	readonly nodes: readonly NodeSnapshot[];
	readonly groups: readonly Group[];
	readonly witness?: ConnectionVerdict | undefined;
	/** Present while nodetop cannot keep its own state. */
	readonly ownState?: OwnState | undefined;
	/** What the judge found about them; built-in rules alert on it. */
	readonly observed: Observed;
}

/** One thing that a rule can be evaluated for. */
export interface RuleSubject {
	/** The labels that identify it, for the fingerprint. */
	readonly identity: Labels;
	/** Unique in its scope. */
	readonly key: string;
	/** Every label, for matching and messages. */
	readonly labels: Labels;
	readonly root: unknown;
	/** Of the built-in rules; undefined where the judge does not know it. */
	readonly observations: Observations | undefined;
	readonly freshness: string;
	readonly issues: readonly Issue[];
	readonly components?: readonly ComponentHealth[] | undefined;
	readonly isUnseen: boolean;
	/** Whether this machine was at fault for a part of the last poll. */
	readonly isCutShort?: boolean | undefined;
	/** The process that was read, of a node and its entries. */
	readonly life?: Life | undefined;
}

/** The subjects of one evaluation: its input, indexed once for all rules. */
export interface EvaluationSubjects extends EvaluationInput {
	readonly atIso: string;
	readonly byName: ReadonlyMap<string, NodeSnapshot>;
	/** The subjects of each scope, before a rule's own choice. */
	readonly inScope: (scope: RuleScope) => readonly RuleSubject[];
}

export function collectSubjects(input: EvaluationInput, atIso: string): EvaluationSubjects {
	const byName = new Map(input.nodes.map((node) => [node.target.name, node]));
	const groupOf = new Map(
		input.groups.flatMap((group) => group.nodes.map((name) => [name, group.name])),
	);
	const { observed } = input;
	const ofEntries = (scope: EntryScope) =>
		input.nodes.flatMap((node) => entrySubjects(scope, node, groupOf, observed));
	const made = new Map<RuleScope, readonly RuleSubject[]>();
	const makers: Readonly<Record<RuleScope, () => readonly RuleSubject[]>> = {
		node: () => input.nodes.map((node) => nodeSubject(node, groupOf, observed)),
		peer: () => input.nodes.flatMap((node) => peerSubjects(node, groupOf)),
		satellite: () => ofEntries('satellite'),
		validator: () => ofEntries('validator'),
		group: () => input.groups.map((group) => groupSubject(group, atIso, observed)),
		fleet: () => [fleetSubject(input, atIso)],
	};
	return {
		...input,
		atIso,
		byName,
		inScope(scope) {
			const ready = made.get(scope) ?? makers[scope]();
			made.set(scope, ready);
			return ready;
		},
	};
}

/** The subjects of a rule's scope that its `kinds` and `match` choose. */
export function chooseSubjects(rule: Rule, subjects: EvaluationSubjects): readonly RuleSubject[] {
	return chosenOf(rule, subjects.inScope(rule.scope));
}

/** Those of them that its `kinds` and `match` choose. */
export function chosenOf(rule: Rule, all: readonly RuleSubject[]): readonly RuleSubject[] {
	if (rule.kinds === undefined && rule.match === undefined) return all;
	return all.filter(({ labels }) => isChosen(rule, labels));
}

function isChosen({ kinds, match }: Rule, labels: Labels): boolean {
	const isKind = kinds === undefined || kinds.includes(labels['kind'] ?? '');
	return isKind && (match === undefined || matches(match, labels));
}

function nodeSubject(
	node: NodeSnapshot,
	groupOf: ReadonlyMap<string, string>,
	observed?: Observed,
): RuleSubject {
	const { name } = node.target;
	return {
		identity: { node: name },
		key: name,
		labels: nodeLabels(node.target, groupOf.get(name)),
		root: node,
		observations: observed?.node(name),
		freshness: node.poll.at ?? '',
		issues: node.health.issues,
		components: node.health.components,
		isUnseen: isUnseen(node),
		isCutShort: isCutShort(node.poll),
		life: lifeOf(node),
	};
}

export function isUnseen({ poll }: NodeSnapshot): boolean {
	return poll.status === 'failed' || poll.status === 'pending';
}

function peerSubjects(node: NodeSnapshot, groupOf: ReadonlyMap<string, string>): RuleSubject[] {
	const labels = nodeLabels(node.target, groupOf.get(node.target.name));
	return (node.network?.peerList ?? []).map((peer) => ({
		...nodeSubject(node, groupOf),
		identity: { node: node.target.name, peer: peer.id },
		key: `${node.target.name}\n${peer.id}`,
		labels: { ...labels, peer: peer.id },
		root: { ...peer, node },
		issues: [],
	}));
}

function entrySubjects(
	scope: EntryScope,
	node: NodeSnapshot,
	groupOf: ReadonlyMap<string, string>,
	observed: Observed,
): RuleSubject[] {
	const { name } = node.target;
	const labels = nodeLabels(node.target, groupOf.get(name));
	return entriesOf(node, scope).map(({ id, root }) => ({
		...nodeSubject(node, groupOf),
		identity: { node: name, [scope]: id },
		key: `${name}\n${id}`,
		labels: { ...labels, [scope]: id },
		root,
		observations: observed.entry(scope, name, id),
		issues: [],
	}));
}

function groupSubject(group: Group, atIso: string, observed: Observed): RuleSubject {
	const { name, kind } = group;
	return {
		identity: { group: name },
		key: name,
		labels: { group: name, kind },
		root: group,
		observations: observed.group(name),
		freshness: atIso,
		issues: groupIssues(group),
		isUnseen: isGroupUnseen(group),
	};
}

function fleetSubject(
	{ nodes, witness, ownState, observed }: EvaluationInput,
	atIso: string,
): RuleSubject {
	const count = (status: NodeSnapshot['health']['status']): number =>
		nodes.filter(({ health }) => health.status === status).length;
	return {
		identity: {},
		key: '',
		labels: {},
		root: {
			nodes: nodes.length,
			up: count('up'),
			degraded: count('degraded'),
			down: count('down'),
			unknown: count('unknown'),
		},
		freshness: atIso,
		observations: observed.fleet,
		issues: fleetIssues(witness, ownState),
		isUnseen: false,
	};
}

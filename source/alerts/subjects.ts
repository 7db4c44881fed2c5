import type { ComponentHealth } from '../sections/health/component-health.ts';
import type { Group, Witness } from '../sections/group/schema.ts';
import type { LabelMatch, Rule, RuleScope } from '../domain/rule.ts';
import type { Issue } from '../sections/health/schema.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { Labels } from './fingerprint.ts';
import { matches } from '../domain/label-match.ts';

/** What one evaluation looks at: all nodes, groups and our own connection at one time. */
export interface EvaluationInput {
	readonly nodes: readonly NodeSnapshot[];
	readonly groups: readonly Group[];
	readonly witness?: Witness | undefined;
}

/** One thing that a rule can be evaluated for. */
export interface Candidate {
	/** The labels that identify it, for the fingerprint. */
	readonly identity: Labels;
	/** Unique in its scope. */
	readonly key: string;
	/** Every label, for matching and messages. */
	readonly labels: Labels;
	readonly root: unknown;
	readonly freshness: string;
	readonly issues: readonly Issue[];
	readonly components?: readonly ComponentHealth[] | undefined;
	readonly isUnseen: boolean;
}

/** The subjects of one evaluation: its input, indexed once for all rules. */
export interface EvaluationSubjects extends EvaluationInput {
	readonly atIso: string;
	readonly byName: ReadonlyMap<string, NodeSnapshot>;
	/** The candidates of each scope, before a rule's own choice. */
	readonly candidates: (scope: RuleScope) => readonly Candidate[];
}

export function collectSubjects(input: EvaluationInput, atIso: string): EvaluationSubjects {
	const byName = new Map(input.nodes.map((node) => [node.target.name, node]));
	const groupOf = new Map(
		input.groups.flatMap((group) => group.nodes.map((name) => [name, group.name])),
	);
	const made = new Map<RuleScope, readonly Candidate[]>();
	const makers: Readonly<Record<RuleScope, () => readonly Candidate[]>> = {
		node: () => input.nodes.map((node) => nodeCandidate(node, groupOf)),
		peer: () => input.nodes.flatMap((node) => peerCandidates(node, groupOf)),
		satellite: () => input.nodes.flatMap((node) => satelliteCandidates(node, groupOf)),
		group: () => input.groups.map((group) => groupCandidate(group, atIso)),
		fleet: () => [fleetCandidate(input, atIso)],
	};
	return {
		...input,
		atIso,
		byName,
		candidates(scope) {
			const ready = made.get(scope) ?? makers[scope]();
			made.set(scope, ready);
			return ready;
		},
	};
}

/** The subjects of a rule's scope that its `kinds` and `match` choose. */
export function chooseCandidates(rule: Rule, subjects: EvaluationSubjects): readonly Candidate[] {
	const all = subjects.candidates(rule.scope);
	if (rule.kinds === undefined && rule.match === undefined) return all;
	return all.filter(({ labels }) => isChosen(rule, labels));
}

function isChosen(
	{ kinds, match }: { kinds?: string[]; match?: LabelMatch } | Rule,
	labels: Labels,
) {
	const isKind = kinds === undefined || kinds.includes(labels['kind'] ?? '');
	return isKind && (match === undefined || matches(match, labels));
}

function nodeLabels({ target }: NodeSnapshot, groupOf: ReadonlyMap<string, string>): Labels {
	const group = groupOf.get(target.name);
	return {
		node: target.name,
		kind: target.kind,
		...(group !== undefined && { group }),
		...(target.group !== undefined && { nodeGroup: target.group }),
		...(target.tags !== undefined && { tags: target.tags.join(',') }),
	};
}

function nodeCandidate(node: NodeSnapshot, groupOf: ReadonlyMap<string, string>): Candidate {
	return {
		identity: { node: node.target.name },
		key: node.target.name,
		labels: nodeLabels(node, groupOf),
		root: node,
		freshness: node.poll.at ?? '',
		issues: node.health.issues,
		components: node.health.components,
		isUnseen: isUnseen(node),
	};
}

export function isUnseen({ poll }: NodeSnapshot): boolean {
	return poll.status === 'failed' || poll.status === 'pending';
}

function peerCandidates(node: NodeSnapshot, groupOf: ReadonlyMap<string, string>): Candidate[] {
	const labels = nodeLabels(node, groupOf);
	return (node.network?.peerList ?? []).map((peer) => ({
		...nodeCandidate(node, groupOf),
		identity: { node: node.target.name, peer: peer.id },
		key: `${node.target.name}\n${peer.id}`,
		labels: { ...labels, peer: peer.id },
		root: { ...peer, node },
		issues: [],
	}));
}

function satelliteCandidates(
	node: NodeSnapshot,
	groupOf: ReadonlyMap<string, string>,
): Candidate[] {
	const labels = nodeLabels(node, groupOf);
	return (node.reputation?.satellites ?? []).map((reputation) => {
		const { satellite } = reputation;
		const stored = node.storage?.satellites?.find((each) => each.satellite === satellite);
		return {
			...nodeCandidate(node, groupOf),
			identity: { node: node.target.name, satellite },
			key: `${node.target.name}\n${satellite}`,
			labels: { ...labels, satellite },
			root: { ...stored, ...reputation, node },
			issues: [],
		};
	});
}

/**
 * A group's state is its one finding, so that a rule may name it or be frozen by it. A group whose nodes
 * report too little to compare has the state `unknown` for ever; it still counts as seen while its
 * members move together, and as unseen when too few of them answer for that.
 */
function groupCandidate(group: Group, atIso: string): Candidate {
	const { name, kind, state, message, evidence, nextStep, since } = group;
	return {
		identity: { group: name },
		key: name,
		labels: { group: name, kind },
		root: group,
		freshness: atIso,
		issues: [
			{
				code: state,
				component: 'group',
				severity: 'critical',
				message,
				since,
				...(evidence !== undefined && { evidence }),
				...(nextStep !== undefined && { nextStep }),
			},
		],
		isUnseen: state === 'unknown' && !group.members.some(({ position }) => position === 'level'),
	};
}

function fleetCandidate({ nodes, witness }: EvaluationInput, atIso: string): Candidate {
	const count = (status: NodeSnapshot['health']['status']): number =>
		nodes.filter(({ health }) => health.status === status).length;
	const isLost = witness?.verdict === 'us';
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
		issues: isLost
			? [
					{
						code: 'ownConnectionLost',
						component: 'network',
						severity: 'critical',
						message: witness.message,
						evidence: witness.evidence.join('; '),
						since: witness.since,
						nextStep: 'restore the connection of this machine; the nodes may be well',
					},
				]
			: [],
		isUnseen: false,
	};
}

/** Why an alert's subject is not among its rule's candidates. */
export type Absence =
	/** Its node does not answer now, so nothing is known. */
	| { readonly kind: 'unseen' }
	/** The node answers and no longer reports it. */
	| { readonly kind: 'notReported' }
	| { readonly kind: 'gone'; readonly reason: string };

export function explainAbsence(
	rule: Rule,
	identity: Labels,
	subjects: EvaluationSubjects,
): Absence {
	const { scope } = rule;
	if (scope === 'fleet') return { kind: 'gone', reason: 'rule edited' };
	if (scope === 'group') {
		const isChoice = subjects.groups.some(({ name }) => name === identity['group']);
		if (isChoice) return { kind: 'gone', reason: 'rule edited' };
		return subjects.nodes.some((node) => !isUnseen(node))
			? { kind: 'notReported' }
			: { kind: 'unseen' };
	}
	const name = identity['node'] ?? '';
	const node = subjects.byName.get(name);
	if (!node) {
		const site = subjects.byName.get(name.slice(0, name.lastIndexOf('/')));
		return site && isUnseen(site) ? { kind: 'unseen' } : { kind: 'gone', reason: 'node removed' };
	}
	if (isUnseen(node)) return { kind: 'unseen' };
	if (scope === 'peer' && node.network?.peerList !== undefined) {
		return { kind: 'gone', reason: 'peer gone' };
	}
	if (scope === 'node') return { kind: 'gone', reason: 'rule edited' };
	return { kind: 'notReported' };
}

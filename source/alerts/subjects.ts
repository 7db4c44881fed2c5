import type { ComponentHealth } from '../sections/health/component-health.ts';
import type { Group, Witness } from '../sections/group/schema.ts';
import type { LabelMatch, Rule, RuleScope } from '../domain/rule.ts';
import type { Issue } from '../sections/health/schema.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { Labels } from './fingerprint.ts';
import { matches } from './match.ts';

/** What the rules are asked of: the state of all nodes at one moment. */
export interface Scene {
	readonly nodes: readonly NodeSnapshot[];
	readonly groups: readonly Group[];
	readonly witness?: Witness | undefined;
}

/** One thing that a rule is asked of. */
export interface Candidate {
	/** What it is, for the fingerprint. */
	readonly identity: Labels;
	/** Unique in its scope. */
	readonly key: string;
	/** All that is said of it. */
	readonly labels: Labels;
	readonly root: unknown;
	readonly freshness: string;
	readonly issues: readonly Issue[];
	readonly components?: readonly ComponentHealth[] | undefined;
	readonly isUnseen: boolean;
}

/** A scene with what several rules look up. */
export interface Stage extends Scene {
	readonly atIso: string;
	readonly byName: ReadonlyMap<string, NodeSnapshot>;
	/** The candidates of each scope, before a rule's own choice. */
	readonly candidates: (scope: RuleScope) => readonly Candidate[];
}

export function setStage(scene: Scene, atIso: string): Stage {
	const byName = new Map(scene.nodes.map((node) => [node.target.name, node]));
	const groupOf = new Map(
		scene.groups.flatMap((group) => group.nodes.map((name) => [name, group.name])),
	);
	const made = new Map<RuleScope, readonly Candidate[]>();
	const makers: Readonly<Record<RuleScope, () => readonly Candidate[]>> = {
		node: () => scene.nodes.map((node) => nodeCandidate(node, groupOf)),
		peer: () => scene.nodes.flatMap((node) => peerCandidates(node, groupOf)),
		satellite: () => scene.nodes.flatMap((node) => satelliteCandidates(node, groupOf)),
		group: () => scene.groups.map((group) => groupCandidate(group, atIso)),
		fleet: () => [fleetCandidate(scene, atIso)],
	};
	return {
		...scene,
		atIso,
		byName,
		candidates(scope) {
			const ready = made.get(scope) ?? makers[scope]();
			made.set(scope, ready);
			return ready;
		},
	};
}

/** Those that a rule is about. */
export function chooseCandidates(rule: Rule, stage: Stage): readonly Candidate[] {
	const all = stage.candidates(rule.scope);
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
 * A group's state stands as its one finding, so that rules may ask for it and be frozen by others. One
 * whose nodes tell too little to agree on is unknown all its life, and yet seen while they move
 * together; it is unseen when too few of them answer for even that.
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

function fleetCandidate({ nodes, witness }: Scene, atIso: string): Candidate {
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

/** Why what an alert is about is not among a rule's candidates, and what that means for the alert. */
export type Absence =
	/** It is only not seen now. */
	| { readonly kind: 'unseen' }
	/** The node answers, and does not tell of it any more. */
	| { readonly kind: 'untold' }
	| { readonly kind: 'gone'; readonly reason: string };

export function explainAbsence(rule: Rule, identity: Labels, stage: Stage): Absence {
	const { scope } = rule;
	if (scope === 'fleet') return { kind: 'gone', reason: 'rule edited' };
	if (scope === 'group') {
		const isChoice = stage.groups.some(({ name }) => name === identity['group']);
		if (isChoice) return { kind: 'gone', reason: 'rule edited' };
		return stage.nodes.some((node) => !isUnseen(node)) ? { kind: 'untold' } : { kind: 'unseen' };
	}
	const name = identity['node'] ?? '';
	const node = stage.byName.get(name);
	if (!node) {
		const site = stage.byName.get(name.slice(0, name.lastIndexOf('/')));
		return site && isUnseen(site) ? { kind: 'unseen' } : { kind: 'gone', reason: 'node removed' };
	}
	if (isUnseen(node)) return { kind: 'unseen' };
	if (scope === 'peer' && node.network?.peerList !== undefined) {
		return { kind: 'gone', reason: 'peer gone' };
	}
	if (scope === 'node') return { kind: 'gone', reason: 'rule edited' };
	return { kind: 'untold' };
}

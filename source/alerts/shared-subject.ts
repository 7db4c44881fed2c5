import type { Observation, Observations } from '../domain/observe.ts';
import type { Rule } from '../domain/rule.ts';
import { formatNames } from '../domain/format.ts';
import { severities } from '../domain/words.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import type { Labels } from './fingerprint.ts';
import type { RuleSubject } from './subjects.ts';

/** The value of label `host` for what concerns the machine on which nodetop runs. */
export const thisMachine = 'this machine';

/**
 * Joins the nodes that a rule's cause concerns together, so that one cause is one alert: all nodes of a
 * host, or of a network. A node that is the only one of its host or network stays by itself.
 */
export function joinSubjects(
	rule: Rule,
	subjects: readonly RuleSubject[],
	nodes: ReadonlyMap<string, NodeSnapshot>,
): readonly RuleSubject[] {
	const { onePer } = rule;
	if (onePer === undefined) return subjects;
	// Several nodes may report one validator; two validators of a network are two subjects.
	const keyOf = (subject: RuleSubject): string | undefined => {
		const place = placeOf(rule, subject, nodes);
		const { validator } = subject.identity;
		return place === undefined || validator === undefined ? place : `${place}\n${validator}`;
	};
	return [...Map.groupBy(subjects, keyOf)].flatMap(([key, members]) => {
		const place = members[0] && placeOf(rule, members[0], nodes);
		return key === undefined || place === undefined || members.length === 1
			? members
			: [joined(onePer, place, members)];
	});
}

/** The host or the network of a subject by which the rule joins. */
export function placeOf(
	rule: Rule,
	subject: RuleSubject,
	nodes: ReadonlyMap<string, NodeSnapshot>,
): string | undefined {
	if (rule.onePer === 'group') return subject.labels['group'];
	const node = nodes.get(subject.identity['node'] ?? '');
	return node && hostOf(node, rule);
}

/** The host whose state a node shows; `undefined` where it shows its own process or an unknown machine. */
function hostOf({ target, resources }: NodeSnapshot, { condition }: Rule): string | undefined {
	// Only this machine is looked at by scheduled checks.
	if (resources?.source !== 'host' && condition.check === undefined) return undefined;
	const slash = target.name.lastIndexOf('/');
	return slash === -1 ? thisMachine : target.name.slice(0, slash);
}

function joined(
	onePer: 'host' | 'group',
	place: string,
	members: readonly RuleSubject[],
): RuleSubject {
	const validator = members[0]?.identity['validator'];
	const identity: Labels = { [onePer]: place, ...(validator !== undefined && { validator }) };
	return {
		identity,
		key: `${onePer} ${place} ${validator ?? ''}`,
		labels: onePer === 'group' ? { ...commonLabels(members), ...identity } : identity,
		// New each time: whatever changes at a member is seen.
		root: { members },
		observations: joinedObservations(members),
		freshness: members.reduce((newest, { freshness }) => max(newest, freshness), ''),
		issues: [],
		isUnseen: members.every(({ isUnseen }) => isUnseen),
	};
}

const max = (a: string, b: string): string => (a > b ? a : b);

function commonLabels(members: readonly RuleSubject[]): Labels {
	const { node: _node, ...labels } = members[0]?.labels ?? {};
	return Object.fromEntries(
		Object.entries(labels).filter(([name, value]) =>
			members.every((member) => member.labels[name] === value),
		),
	);
}

/** The worst that was observed at any of them, and at which. */
function joinedObservations(members: readonly RuleSubject[]): Observations {
	return {
		get(code) {
			const seen = members.flatMap(({ observations, labels }) => {
				const observation = observations?.get(code);
				return observation ? [{ observation, node: labels['node'] ?? '' }] : [];
			});
			const bad = seen.filter(({ observation }) => observation.kind === 'bad');
			const [worst] = bad.toSorted((a, b) => rankOf(b.observation) - rankOf(a.observation));
			if (worst)
				return withWitnesses(
					worst.observation,
					bad.map(({ node }) => node),
				);
			const ofKind = (kind: Observation['kind']) =>
				seen.find(({ observation }) => observation.kind === kind)?.observation;
			return ofKind('between') ?? ofKind('good');
		},
	};
}

function rankOf(observation: Observation): number {
	return observation.kind === 'bad' ? severities.indexOf(observation.severity) : -1;
}

function withWitnesses(observation: Observation, nodes: readonly string[]): Observation {
	if (observation.kind !== 'bad' || observation.finding === undefined) return observation;
	const { evidence } = observation.finding;
	const shown = `seen at ${formatNames(nodes)}`;
	return {
		...observation,
		finding: {
			...observation.finding,
			evidence: evidence === undefined ? shown : `${evidence}; ${shown}`,
		},
	};
}

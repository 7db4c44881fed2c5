import type { NodeSnapshot } from '../../sections/snapshot.ts';
import type { Validator } from '../../sections/validators/schema.ts';
import { bounded } from './family.ts';
import type { ListMetric, Sample } from './family.ts';

type Counts = Readonly<Record<string, string | number>> | undefined;

const records = [
	[
		'consensus_votes_by_type_total',
		'Votes received by type',
		'type',
		(node) => node.consensus?.votesByType,
	],
	[
		'consensus_safety_violations_by_type_total',
		'Safety violations by type',
		'type',
		(node) => node.consensus?.safetyViolationsBy,
	],
	[
		'consensus_byzantine_behavior_by_type_total',
		'Byzantine acts by type',
		'type',
		(node) => node.consensus?.byzantineByType,
	],
	[
		'network_connections_by_type_total',
		'Connections opened by type',
		'type',
		(node) => node.network?.connectionsBy,
	],
	[
		'network_disconnections_by_reason_total',
		'Connections closed by reason',
		'reason',
		(node) => node.network?.disconnectionsBy,
	],
	[
		'network_connection_failures_by_error_total',
		'Connections that failed by kind of error',
		'error',
		(node) => node.network?.connectionFailuresBy,
	],
	[
		'state_validation_failures_by_reason_total',
		'Invalid transactions by reason',
		'reason',
		(node) => node.state?.validationFailuresBy,
	],
] as const satisfies readonly (readonly [
	name: string,
	help: string,
	label: string,
	read: (node: NodeSnapshot) => Counts,
])[];

const validatorNumbers = [
	['power', 'Voting power of a validator', (each: Validator) => each.power],
	['votes_total', 'Votes of a validator', (each: Validator) => each.votes],
	['missed_total', 'Duties that a validator missed', (each: Validator) => each.missed],
	['missed_in_row', 'Duties missed until now', (each: Validator) => each.missedInRow],
	['proposals_total', 'Blocks of a validator', (each: Validator) => each.proposals],
	['byzantine_total', 'Byzantine acts of a validator', (each: Validator) => each.byzantine],
	['score_ratio', 'Share of its duties that it did', (each: Validator) => each.score],
	['jailed', '1 while a validator is jailed', (each: Validator) => each.jailed],
] as const;

/** Of validators, at most 64 of a node: one's own first, then by id. */
function ofValidators(
	node: NodeSnapshot,
	read: (validator: Validator) => string | number | boolean | undefined,
): Sample[] {
	const list = node.validators?.list ?? [];
	const order = ({ mine, validator }: Validator) => `${mine ? 0 : 1}${validator}`;
	return bounded(list, order).flatMap((each) => {
		const value = read(each);
		const labels = { validator: each.validator, mine: String(each.mine) };
		return value === undefined ? [] : [{ labels, value: Number(value) }];
	});
}

/** Counts by the text of a label, and the numbers of validators. */
export const consensusLists: readonly ListMetric[] = [
	...records.map(([name, help, label, read]): ListMetric => ({
		name: `nodetop_${name}`,
		help,
		section: 'counts',
		read: (node) => {
			const counts: Counts = read(node);
			return bounded(Object.entries(counts ?? {}), ([text]) => text).map(([text, value]) => ({
				labels: { [label]: text },
				value: Number(value),
			}));
		},
	})),
	...validatorNumbers.map(([name, help, read]): ListMetric => ({
		name: `nodetop_validator_${name}`,
		help,
		section: 'validator',
		read: (node) => ofValidators(node, read),
	})),
];

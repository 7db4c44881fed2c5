import { formatCount } from '../../domain/format.ts';
import { traits } from '../../domain/metric-mapping.ts';
import { distributionFields, distributionLine } from '../distribution-fields.ts';
import type { FieldPath, Fields, JoinedLine } from '../field.ts';
import { joinParts } from '../parts.ts';
import type { State } from './schema.ts';

const transition = { path: 'transitionMs', label: 'Transition', unit: 'ms' } as const;
const query = { path: 'queryMs', label: 'Query time', unit: 'ms' } as const;
const snapshot = { path: 'snapshotMs', label: 'Snapshot', unit: 'ms' } as const;
const validation = { path: 'validationMs', label: 'Validation', unit: 'ms' } as const;

const total = { unit: 'count', priority: 3, mapped: traits.total } as const;

export const fields = {
	sizeBytes: {
		label: 'State size',
		unit: 'bytes',
		priority: 1,
		mapped: traits.total,
		metric: 'nodetop_state_size_bytes',
	},
	accounts: {
		label: 'Accounts',
		unit: 'count',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_state_accounts',
	},
	contracts: {
		label: 'Contracts',
		unit: 'count',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_state_contracts',
	},
	...distributionFields({ ...transition, metric: 'nodetop_state_transition' }),
	...distributionFields({ ...query, metric: 'nodetop_state_query' }),
	...distributionFields({ ...snapshot, metric: 'nodetop_state_snapshot' }),
	...distributionFields({ ...validation, metric: 'nodetop_state_validation' }),
	transitions: { ...total, label: 'Transitions', metric: 'nodetop_state_transitions_total' },
	queries: { ...total, label: 'Queries', metric: 'nodetop_state_queries_total' },
	snapshots: { ...total, label: 'Snapshots', metric: 'nodetop_state_snapshots_total' },
	validations: { ...total, label: 'Validated', metric: 'nodetop_state_validations_total' },
	validationFailures: {
		...total,
		label: 'Invalid',
		priority: 2,
		metric: 'nodetop_state_validation_failures_total',
	},
} as const satisfies Fields<State>;

const work: JoinedLine<State, FieldPath<State>> = {
	form: 'both',
	label: 'Work',
	fields: ['transitions', 'queries', 'snapshots'],
	text: ({ transitions, queries, snapshots }) =>
		joinParts(', ', [
			[transitions, (count) => `${formatCount(count)} transitions`],
			[queries, (count) => `${formatCount(count)} queries`],
			[snapshots, (count) => `${formatCount(count)} snapshots`],
		]),
};

export const joined = [
	distributionLine(transition, ({ transitionMs }: State) => transitionMs),
	distributionLine(query, ({ queryMs }: State) => queryMs),
	distributionLine(snapshot, ({ snapshotMs }: State) => snapshotMs),
	distributionLine(validation, ({ validationMs }: State) => validationMs),
	work,
] as const;

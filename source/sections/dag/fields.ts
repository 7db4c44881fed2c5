import { traits } from '../../domain/metric-mapping.ts';
import type { Integer } from '../../domain/scalars.ts';
import type { Tone } from '../../domain/tone.ts';
import type { FieldPath, Fields, JoinedLine } from '../field.ts';
import type { Dag } from './schema.ts';

const warnIfAny = (value: Integer): Tone => (Number(value) > 0 ? 'warn' : 'plain');

export const fields = {
	vertices: {
		label: 'Vertices',
		unit: 'count',
		priority: 1,
		steady: true,
		series: true,
		trend: { rank: 70, rate: 'Vertices per second', fromZero: true },
		csv: ['vertices', 23],
		mapped: traits.total,
		metric: 'nodetop_dag_vertices',
		tone: () => 'strong',
	},
	edges: {
		label: 'Edges',
		unit: 'count',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_dag_edges',
	},
	tips: {
		label: 'Tips',
		unit: 'count',
		priority: 1,
		series: true,
		trend: { rank: 30, fromZero: true },
		csv: ['tips', 24],
		mapped: traits.total,
		metric: 'nodetop_dag_tips',
	},
	depth: {
		label: 'Depth',
		unit: 'count',
		priority: 1,
		series: true,
		trend: { rank: 75, rate: 'Depth per second', fromZero: true },
		mapped: traits.position,
		metric: 'nodetop_dag_depth',
	},
	branchingFactor: {
		label: 'Branching',
		unit: 'number',
		precision: 2,
		priority: 2,
		mapped: { holds: 'amount', aggregate: 'mean' },
		metric: 'nodetop_dag_branching_factor',
	},
	growthPerSecond: {
		label: 'Growth',
		statusLabel: 'Growth Rate',
		unit: 'perSecond',
		precision: 2,
		priority: 1,
		series: 'Vertices per second',
		trend: { rank: 25, fromZero: true },
		csv: ['growthPerSecond', 25],
		mapped: traits.speed,
		metric: 'nodetop_dag_growth_vertices_per_second',
	},
	pending: {
		label: 'Pending',
		unit: 'count',
		priority: 1,
		mapped: traits.total,
		metric: 'nodetop_dag_pending',
	},
	orphaned: {
		label: 'Orphaned',
		unit: 'count',
		priority: 2,
		series: true,
		trend: { rank: 78, rate: 'Orphaned per second', fromZero: true },
		mapped: traits.total,
		metric: 'nodetop_dag_orphaned',
		tone: warnIfAny,
	},
	missing: {
		label: 'Missing',
		unit: 'count',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_dag_missing',
		tone: warnIfAny,
	},
	storageBytes: {
		label: 'Storage',
		unit: 'bytes',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_dag_storage_bytes',
	},
} as const satisfies Fields<Dag>;

export const joined = [
	{
		form: 'full',
		label: 'Growth Rate',
		fields: ['growthPerSecond'],
		text: ({ growthPerSecond: growth }) =>
			growth === undefined ? undefined : `${growth.toFixed(1)} vertices/sec`,
	},
] as const satisfies readonly JoinedLine<Dag, FieldPath<Dag>>[];

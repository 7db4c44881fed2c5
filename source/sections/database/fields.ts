import { formatCount, formatRate } from '../../domain/format.ts';
import { traits } from '../../domain/metric-mapping.ts';
import type { Integer } from '../../domain/scalars.ts';
import { distributionFields, distributionLine } from '../distribution-fields.ts';
import type { FieldPath, Fields, JoinedLine } from '../field.ts';
import { joinParts } from '../parts.ts';
import type { Database } from './schema.ts';

const reading = { path: 'readMs', label: 'Read time', unit: 'ms' } as const;
const writing = { path: 'writeMs', label: 'Write time', unit: 'ms' } as const;
const deleting = { path: 'deleteMs', label: 'Delete time', unit: 'ms' } as const;
const batching = { path: 'batchMs', label: 'Batch time', unit: 'ms' } as const;
const compacting = { path: 'compactionMs', label: 'Compaction', unit: 'ms' } as const;

const total = { unit: 'count', priority: 3, mapped: traits.total } as const;
const badIfAny = (value: Integer) => (Number(value) > 0 ? 'bad' : 'plain');

export const fields = {
	errors: {
		label: 'Errors',
		unit: 'count',
		priority: 1,
		mapped: traits.total,
		metric: 'nodetop_database_errors_total',
		tone: badIfAny,
	},
	...distributionFields({ ...reading, metric: 'nodetop_database_read' }),
	...distributionFields({ ...writing, metric: 'nodetop_database_write' }),
	...distributionFields({ ...batching, metric: 'nodetop_database_batch' }),
	...distributionFields({ ...deleting, metric: 'nodetop_database_delete' }),
	cacheHitRatio: {
		label: 'Cache hits',
		unit: 'ratio',
		priority: 1,
		series: 'Cache hit ratio',
		trend: { of: ['resources'], rank: 72, fromZero: true },
		mapped: { holds: 'amount', aggregate: 'max' },
		metric: 'nodetop_database_cache_hit_ratio',
		tone: (share) => (share < 0.5 ? 'warn' : 'plain'),
	},
	cacheBytes: {
		label: 'Cache size',
		unit: 'bytes',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_database_cache_bytes',
	},
	logicalBytes: {
		label: 'Live data',
		unit: 'bytes',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_database_logical_bytes',
	},
	growthBytesPerSecond: {
		label: 'Growth',
		unit: 'bytesPerSecond',
		priority: 2,
		metric: 'nodetop_database_growth_bytes_per_second',
		show: (rate) => `${rate < 0 ? '-' : ''}${formatRate(Math.abs(rate))}`,
	},
	...distributionFields({ ...compacting, metric: 'nodetop_database_compaction' }),
	reads: { ...total, label: 'Reads', metric: 'nodetop_database_reads_total' },
	writes: { ...total, label: 'Writes', metric: 'nodetop_database_writes_total' },
	deletes: { ...total, label: 'Deletes', metric: 'nodetop_database_deletes_total' },
	batches: { ...total, label: 'Batches', metric: 'nodetop_database_batches_total' },
	cacheHits: { ...total, label: 'Hits', metric: 'nodetop_database_cache_hits_total' },
	cacheMisses: { ...total, label: 'Misses', metric: 'nodetop_database_cache_misses_total' },
	compactions: { ...total, label: 'Compactions', metric: 'nodetop_database_compactions_total' },
} as const satisfies Fields<Database>;

const operations: JoinedLine<Database, FieldPath<Database>> = {
	form: 'both',
	label: 'Operations',
	fields: ['reads', 'writes', 'deletes', 'batches'],
	text: ({ reads, writes, deletes, batches }) =>
		joinParts(', ', [
			[reads, (count) => `${formatCount(count)} reads`],
			[writes, (count) => `${formatCount(count)} writes`],
			[deletes, (count) => `${formatCount(count)} deletes`],
			[batches, (count) => `${formatCount(count)} batches`],
		]),
};

export const joined = [
	distributionLine(reading, ({ readMs }: Database) => readMs),
	distributionLine(writing, ({ writeMs }: Database) => writeMs),
	distributionLine(batching, ({ batchMs }: Database) => batchMs),
	distributionLine(deleting, ({ deleteMs }: Database) => deleteMs),
	distributionLine(compacting, ({ compactionMs }: Database) => compactionMs),
	operations,
] as const;

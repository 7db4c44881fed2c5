import { traits } from '../../domain/metric-mapping.ts';
import type { Fields } from '../field.ts';
import type { Mempool } from './schema.ts';

export const fields = {
	bytes: {
		label: 'Pool size',
		unit: 'bytes',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_mempool_bytes',
	},
	oldestSeconds: {
		label: 'Oldest waits',
		unit: 'seconds',
		priority: 2,
		mapped: { holds: 'seconds', aggregate: 'max' },
		metric: 'nodetop_mempool_oldest_seconds',
	},
	received: {
		label: 'Received',
		unit: 'count',
		priority: 3,
		mapped: traits.total,
		metric: 'nodetop_mempool_received_total',
	},
	evicted: {
		label: 'Evicted',
		unit: 'count',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_mempool_evicted_total',
	},
	rejected: {
		label: 'Rejected',
		unit: 'count',
		priority: 2,
		mapped: traits.total,
		metric: 'nodetop_mempool_rejected_total',
	},
	expired: {
		label: 'Expired',
		unit: 'count',
		priority: 3,
		mapped: traits.total,
		metric: 'nodetop_mempool_expired_total',
	},
} as const satisfies Fields<Mempool>;

import { formatBytes } from '../../domain/format.ts';
import type { Fields } from '../field.ts';
import type { Storage } from './schema.ts';

export const fields = {
	capacityBytes: {
		label: 'Capacity',
		unit: 'bytes',
		priority: 1,
		metric: 'nodetop_storage_capacity_bytes',
	},
	usedBytes: { label: 'Used', unit: 'bytes', priority: 1, metric: 'nodetop_storage_used_bytes' },
	trashBytes: { label: 'Trash', unit: 'bytes', priority: 2, metric: 'nodetop_storage_trash_bytes' },
	reclaimableBytes: {
		label: 'Reclaimable',
		unit: 'bytes',
		priority: 3,
		metric: 'nodetop_storage_reclaimable_bytes',
	},
	freeBytes: { label: 'Free', unit: 'bytes', priority: 1, metric: 'nodetop_storage_free_bytes' },
	overusedBytes: {
		label: 'Overused',
		unit: 'bytes',
		priority: 2,
		metric: 'nodetop_storage_overused_bytes',
		tone: (bytes) => (Number(bytes) > 0 ? 'warn' : 'plain'),
	},
	growthBytesPerDay: {
		label: 'Growth a day',
		statusLabel: 'Growth',
		unit: 'bytes',
		priority: 2,
		metric: 'nodetop_storage_growth_bytes_per_second',
		metricFactor: 1 / 86_400,
		show: (bytes) => `${formatBytes(bytes)} a day`,
	},
	'daysUntilFull.expected': {
		label: 'Days until full',
		statusLabel: 'Full In',
		unit: 'days',
		priority: 1,
		metric: 'nodetop_storage_full_in_seconds',
	},
} as const satisfies Fields<Storage>;

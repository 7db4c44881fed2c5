import type { Fields } from '../field.ts';
import type { Tone } from '../../domain/tone.ts';
import type { Outlook } from './schema.ts';

function isSome(value: number): boolean {
	return value > 0;
}

function unusualTone(value: number): Tone {
	return isSome(value) ? 'warn' : 'plain';
}

export const fields = {
	unusualTraffic: {
		label: 'Unusual traffic',
		statusLabel: 'Odd Traffic',
		unit: 'count',
		priority: 3,
		metric: 'nodetop_outlook_unusual_traffic',
		tone: unusualTone,
		isShown: isSome,
	},
	unusualLatency: {
		label: 'Unusual latency',
		statusLabel: 'Odd Latency',
		unit: 'count',
		priority: 3,
		metric: 'nodetop_outlook_unusual_latency',
		tone: unusualTone,
		isShown: isSome,
	},
	unusualPeers: {
		label: 'Unusual peers',
		statusLabel: 'Odd Peers',
		unit: 'count',
		priority: 3,
		metric: 'nodetop_outlook_unusual_peers',
		tone: unusualTone,
		isShown: isSome,
	},
	unusualOther: {
		label: 'Other unusual',
		statusLabel: 'Odd Other',
		unit: 'count',
		priority: 3,
		metric: 'nodetop_outlook_unusual_other',
		tone: unusualTone,
		isShown: isSome,
	},
	'daysUntilDiskFull.expected': {
		label: 'Days until disk full',
		statusLabel: 'Disk Full In',
		unit: 'days',
		priority: 2,
		metric: 'nodetop_outlook_until_disk_full_seconds',
	},
	'daysUntilSynced.expected': {
		label: 'Days until synced',
		statusLabel: 'Synced In',
		unit: 'days',
		priority: 1,
		metric: 'nodetop_outlook_until_synced_seconds',
	},
	isSyncSlowing: {
		label: 'Sync slows down',
		statusLabel: 'Sync Slows',
		unit: 'flag',
		priority: 2,
		metric: 'nodetop_outlook_sync_slowing',
		isShown: (value) => value,
	},
	trafficPerDayBytes: {
		label: 'Traffic a day, expected',
		statusLabel: 'Traffic/Day',
		unit: 'bytes',
		priority: 3,
		metric: 'nodetop_outlook_traffic_bytes_per_day',
	},
} as const satisfies Fields<Outlook>;

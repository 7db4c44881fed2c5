import type { Findings } from '../finding.ts';
import { diskLevels } from '../resources/findings.ts';

const minuteMs = 60_000;
const twoChecksMs = 45_000;

export const findings = {
	storageUnreachable: {
		component: 'storage',
		severity: 'critical',
		check: 'storage.reachable',
		isSeenHere: true,
		holdMs: twoChecksMs,
		bad: '`dataDirectory` cannot be read',
		mutes: { codes: ['spaceLow', 'writesSlow'], by: 'node' },
		meaning:
			'The data directory cannot be read: a disk that was not mounted, has failed, or lost its permissions. The node may stop at any moment.',
		nextStep: 'check whether the disk is mounted, and read the kernel’s log: dmesg',
	},
	spaceLow: {
		component: 'storage',
		check: 'storage.space',
		isSeenHere: true,
		limits: { below: diskLevels },
		holdMs: twoChecksMs,
		keepFiringMs: twoChecksMs,
		unit: 'ratio',
		bad: 'free share of the file system of `dataDirectory`; or below 5 % of its inodes',
		meaning: 'When the disk is full the node stops, and its data may be damaged.',
		nextStep: 'free space or add a disk before the node stops',
	},
	writesSlow: {
		component: 'storage',
		check: 'storage.writeLatency',
		isSeenHere: true,
		// From etcd's own alerts on its log (etcdHighFsyncDurations, contrib/mixin/mixin.libsonnet of etcd).
		limits: { above: { warning: 0.5, critical: 1 } },
		holdMs: 2 * minuteMs,
		keepFiringMs: minuteMs,
		unit: 'seconds',
		meaning: 'The disk is overloaded or about to fail; consensus waits for each write.',
		nextStep: 'find what else uses the disk, and check its health: iostat, smartctl',
	},
	dataCorrupt: {
		component: 'storage',
		severity: 'critical',
		check: 'storage.corruption',
		holdMs: 0,
		bad: 'the node calls its data corrupt',
		meaning:
			'Data on the disk is damaged. It will not repair itself, and gets worse when the disk fails.',
		nextStep: 'stop the node, keep the data, and restore it from a peer or a backup',
	},
	storageFull: {
		component: 'storage',
		condition: {
			value: { field: 'storage.freeBytes', per: 'storage.capacityBytes' },
			below: { warning: 0.2, critical: 0.05, clear: 0.21 },
		},
		holdMs: minuteMs,
		unit: 'ratio',
		message: '{value} of its storage is free',
		meaning: 'The node accepts no new data, and needs free space even to delete.',
		nextStep: 'add a disk, or start another node',
	},
	storageOverused: {
		component: 'storage',
		severity: 'warning',
		condition: { value: { field: 'storage.overusedBytes' }, above: 0, absentIsGood: true },
		holdMs: minuteMs,
		unit: 'bytes',
		message: 'stores {value} more than it may',
		meaning:
			'The node uses more space than it was allocated, and takes it from everything else on the disk.',
		nextStep: 'allocate more space, or wait until the trash is emptied',
	},
	storageForecast: {
		component: 'storage',
		condition: {
			value: { field: 'storage.daysUntilFull.expected' },
			below: { warning: 30, critical: 7, clear: 35 },
			absentIsGood: true,
		},
		holdMs: 10 * minuteMs,
		unit: 'days',
		message: 'its storage will be full in {value}',
		meaning: 'When the allocated space is full, the node accepts no new data.',
		nextStep: 'plan for more space',
	},
} satisfies Findings;

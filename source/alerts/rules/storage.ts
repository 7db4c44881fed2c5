import type { RuleEntry } from '../../domain/rule.ts';

/**
 * Storage nodes. A Storj satellite disqualifies for good below an audit score of 0.96, and below an
 * online score of 0.60; below a suspension score of 0.60 it suspends (satellite/reputation/config.go
 * of storj/storj, 5dbec64f5a: AuditDQ, UnknownAuditDQ, OfflineThreshold).
 */
export const storageRules: Readonly<Record<string, RuleEntry>> = {
	'audit-score-low': {
		scope: 'satellite',
		component: 'storage',
		condition: {
			value: { field: 'auditScore' },
			below: { warning: 0.98, critical: 0.97, clear: 0.985 },
		},
		forMs: 0,
		unit: 'ratio',
		message: '{node}: audit score {value} at {satellite}; below 96 % it is disqualified for good',
		nextStep: 'check the disk and the data at once: files are missing or damaged',
	},
	'suspension-score-low': {
		scope: 'satellite',
		component: 'storage',
		condition: {
			value: { field: 'suspensionScore' },
			below: { warning: 0.95, critical: 0.75, clear: 0.97 },
		},
		forMs: 0,
		unit: 'ratio',
		message: '{node}: suspension score {value} at {satellite}; below 60 % it is suspended',
		nextStep: 'look for errors at audits in its log: disk, permissions, time',
	},
	'online-score-low': {
		scope: 'satellite',
		component: 'storage',
		condition: {
			value: { field: 'onlineScore' },
			below: { warning: 0.95, critical: 0.7, clear: 0.96 },
		},
		forMs: 0,
		unit: 'ratio',
		message: '{node}: online score {value} at {satellite}; below 60 % it is suspended',
		nextStep: 'find out when it was unreachable; the score covers 30 days',
	},
	disqualified: {
		scope: 'satellite',
		component: 'storage',
		condition: { value: { age: 'disqualifiedAt' }, atLeast: 0, absentIsGood: true },
		severity: 'critical',
		forMs: 0,
		unit: 'seconds',
		message: '{node}: disqualified by {satellite}',
		nextStep: 'it is for good there; look for the reason before other satellites follow',
	},
	suspended: {
		scope: 'satellite',
		component: 'storage',
		condition: { value: { age: 'suspendedAt' }, atLeast: 0, absentIsGood: true },
		severity: 'critical',
		forMs: 0,
		unit: 'seconds',
		message: '{node}: suspended by {satellite}',
		nextStep: 'find out why audits fail, while there is time to mend it',
	},
	'storage-full': {
		component: 'storage',
		condition: {
			value: { field: 'storage.freeBytes', per: 'storage.capacityBytes' },
			below: { warning: 0.05, critical: 0.01, clear: 0.06 },
		},
		forMs: 60_000,
		unit: 'ratio',
		message: '{node}: {value} of its storage is free',
		nextStep: 'add a disk, or start another node',
	},
	'storage-overused': {
		component: 'storage',
		condition: { value: { field: 'storage.overusedBytes' }, above: 0, absentIsGood: true },
		severity: 'warning',
		forMs: 60_000,
		unit: 'bytes',
		message: '{node}: stores {value} more than it may',
		nextStep: 'give it more space, or wait until trash is emptied',
	},
	'storage-forecast': {
		component: 'storage',
		condition: {
			value: { field: 'storage.daysUntilFull.expected' },
			below: { warning: 30, critical: 7, clear: 35 },
			absentIsGood: true,
		},
		forMs: 600_000,
		unit: 'days',
		message: '{node}: its storage will be full in {value}',
		nextStep: 'plan for more space',
	},
};

import type { Findings } from '../finding.ts';
import { scoreLevels } from './levels.ts';

const hourSeconds = 3600;

/**
 * Storage nodes. A Storj satellite disqualifies for good below an audit score of 0.96, and below an
 * online score of 0.60; below a suspension score of 0.60 it suspends (satellite/reputation/config.go
 * of storj/storj, 5dbec64f5a: AuditDQ, UnknownAuditDQ, OfflineThreshold).
 */
export const findings = {
	contactLost: {
		component: 'network',
		condition: {
			value: { age: 'network.lastContactAt' },
			above: { warning: 2 * hourSeconds, critical: 4 * hourSeconds, clear: hourSeconds },
		},
		holdMs: 60_000,
		unit: 'seconds',
		message: 'no satellite has reached it for {value}',
		meaning:
			'Satellites count a node that they cannot reach for 4 hours as offline, and its online score falls.',
		nextStep: 'check its port from outside: router, firewall, dynamic DNS, and the identity',
	},
	disqualified: {
		scope: 'satellite',
		component: 'storage',
		severity: 'critical',
		condition: { value: { age: 'disqualifiedAt' }, atLeast: 0, absentIsGood: true },
		holdMs: 0,
		unit: 'seconds',
		message: 'disqualified by {satellite}',
		meaning: 'The satellite no longer uses or pays this node, and keeps the amount held back.',
		nextStep: 'disqualification is final there; find the reason before other satellites follow',
	},
	suspended: {
		scope: 'satellite',
		component: 'storage',
		severity: 'critical',
		condition: { value: { age: 'suspendedAt' }, atLeast: 0, absentIsGood: true },
		holdMs: 0,
		unit: 'seconds',
		message: 'suspended by {satellite}',
		meaning:
			'The satellite sends no new data until audits succeed again. If they keep failing, it disqualifies the node.',
		nextStep: 'find why audits fail, and repair it before the review ends',
	},
	auditScoreLow: {
		scope: 'satellite',
		component: 'storage',
		condition: {
			value: { field: 'auditScore' },
			below: scoreLevels.audit,
		},
		holdMs: 0,
		unit: 'ratio',
		message: 'audit score {value} at {satellite}; below 96 % it is disqualified for good',
		meaning:
			'The satellite found missing or damaged data. Too much of it disqualifies the node for good.',
		nextStep: 'check the disk and the data at once: files are missing or damaged',
	},
	suspensionScoreLow: {
		scope: 'satellite',
		component: 'storage',
		condition: {
			value: { field: 'suspensionScore' },
			below: scoreLevels.suspension,
		},
		holdMs: 0,
		unit: 'ratio',
		message: 'suspension score {value} at {satellite}; below 60 % it is suspended',
		meaning: 'Audits end in errors that the satellite cannot explain; it may suspend the node.',
		nextStep: 'look for errors at audits in its log: disk, permissions, time',
	},
	onlineScoreLow: {
		scope: 'satellite',
		component: 'storage',
		condition: {
			value: { field: 'onlineScore' },
			below: scoreLevels.online,
		},
		holdMs: 0,
		unit: 'ratio',
		message: 'online score {value} at {satellite}; below 60 % it is suspended',
		meaning: 'The node was offline too often in the last 30 days and may be suspended.',
		nextStep: 'find when it was unreachable; the score covers 30 days',
	},
} satisfies Findings;

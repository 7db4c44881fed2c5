import type { Findings } from '../finding.ts';

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
		meaning: 'The satellite takes and pays nothing any more, and keeps what it held back.',
		nextStep: 'it is for good there; look for the reason before other satellites follow',
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
			'The satellite gives no new data until audits succeed again; if they do not, it disqualifies.',
		nextStep: 'find out why audits fail, while there is time to mend it',
	},
	auditScoreLow: {
		scope: 'satellite',
		component: 'storage',
		condition: {
			value: { field: 'auditScore' },
			below: { warning: 0.98, critical: 0.97, clear: 0.985 },
		},
		holdMs: 0,
		unit: 'ratio',
		message: 'audit score {value} at {satellite}; below 96 % it is disqualified for good',
		meaning: 'The satellite found data missing or damaged. Too much of that is punished for good.',
		nextStep: 'check the disk and the data at once: files are missing or damaged',
	},
	suspensionScoreLow: {
		scope: 'satellite',
		component: 'storage',
		condition: {
			value: { field: 'suspensionScore' },
			below: { warning: 0.95, critical: 0.75, clear: 0.97 },
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
			below: { warning: 0.95, critical: 0.7, clear: 0.96 },
		},
		holdMs: 0,
		unit: 'ratio',
		message: 'online score {value} at {satellite}; below 60 % it is suspended',
		meaning: 'The node was away too often in the last 30 days; it may be suspended.',
		nextStep: 'find out when it was unreachable; the score covers 30 days',
	},
} satisfies Findings;

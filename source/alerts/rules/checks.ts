import type { RuleEntry } from '../../domain/rule.ts';

const minuteMs = 60_000;
/** Past the next check, which comes every 30 s unless told otherwise: one alone is chance. */
const twoChecksMs = 45_000;

/**
 * What only the scheduled checks find (`source/health/scheduled`, docs/health.md); what a poll shows as
 * well has its rule beside the others. Thresholds are those of the checks.
 */
export const checkRules: Readonly<Record<string, RuleEntry>> = {
	'peers-few': {
		component: 'network',
		condition: { issue: 'fewPeers', check: 'network.peers' },
		forMs: 10 * minuteMs,
		keepFiringForMs: minuteMs,
		message: '{node}: {finding}',
	},
	'peers-churn': {
		component: 'network',
		condition: { issue: 'peersChurn', check: 'network.churn', frozenBy: ['networkStalled'] },
		forMs: twoChecksMs,
		keepFiringForMs: minuteMs,
		message: '{node}: {finding}',
	},
	'participation-low': {
		component: 'consensus',
		condition: {
			issue: 'participationLow',
			check: 'consensus.participation',
			frozenBy: ['networkStalled'],
		},
		forMs: twoChecksMs,
		keepFiringForMs: twoChecksMs,
		message: '{node}: {finding}',
	},
	'rounds-stalled': {
		component: 'consensus',
		condition: {
			issue: 'roundsStalled',
			check: 'consensus.stalledRounds',
			frozenBy: ['networkStalled', 'partitioned'],
		},
		forMs: twoChecksMs,
		keepFiringForMs: 10_000,
		message: '{node}: {finding}',
	},
	'dag-inconsistent': {
		component: 'dag',
		condition: { issue: 'dagInconsistent', check: 'dag.consistency' },
		forMs: 0,
		keepFiringForMs: twoChecksMs,
		message: '{node}: {finding}',
	},
	'branching-changed': {
		component: 'dag',
		condition: { issue: 'branchingChanged', check: 'dag.branching' },
		forMs: 2 * minuteMs,
		keepFiringForMs: minuteMs,
		message: '{node}: {finding}',
	},
	'storage-unreachable': {
		component: 'storage',
		condition: { issue: 'storageUnreachable', check: 'storage.reachable' },
		forMs: twoChecksMs,
		message: '{node}: {finding}',
		mutes: { rules: ['space-low', 'writes-slow'], by: 'node' },
	},
	'space-low': {
		component: 'storage',
		condition: { issue: 'spaceLow', check: 'storage.space' },
		forMs: twoChecksMs,
		keepFiringForMs: twoChecksMs,
		message: '{node}: {finding}',
	},
	'writes-slow': {
		component: 'storage',
		condition: { issue: 'writesSlow', check: 'storage.writeLatency' },
		forMs: 2 * minuteMs,
		keepFiringForMs: minuteMs,
		message: '{node}: {finding}',
	},
	'data-corrupt': {
		component: 'storage',
		condition: { issue: 'dataCorrupt', check: 'storage.corruption' },
		forMs: 0,
		message: '{node}: {finding}',
	},
	'memory-pressure': {
		component: 'resources',
		condition: { issue: 'memoryPressure', check: 'resources.memoryPressure' },
		forMs: 2 * minuteMs,
		keepFiringForMs: minuteMs,
		message: '{node}: {finding}',
	},
	'cpu-throttled': {
		component: 'resources',
		condition: { issue: 'cpuThrottled', check: 'resources.cpuThrottling' },
		forMs: 5 * minuteMs,
		keepFiringForMs: minuteMs,
		message: '{node}: {finding}',
	},
	'threads-high': {
		component: 'resources',
		condition: { issue: 'threadsHigh', check: 'resources.threads' },
		forMs: twoChecksMs,
		keepFiringForMs: twoChecksMs,
		message: '{node}: {finding}',
	},
	'process-troubled': {
		component: 'process',
		condition: { issue: 'processTroubled', check: 'process.running' },
		forMs: 15_000,
		message: '{node}: {finding}',
	},
	'not-listening': {
		component: 'process',
		condition: { issue: 'notListening', check: 'process.listening' },
		forMs: 15_000,
		message: '{node}: {finding}',
	},
};

import type { RuleEntry } from '../../domain/rule.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** What the network as a whole explains; while it does, a node's own state says nothing new. */
const frozenBy = ['networkStalled'];

/** Agreement and progress, of chains and of DAGs. */
export const consensusRules: Readonly<Record<string, RuleEntry>> = {
	'consensus-stalled': {
		component: 'consensus',
		condition: {
			value: { field: 'consensus.status' },
			oneOf: ['stalled', 'halted'],
			frozenBy: [...frozenBy, 'partitioned'],
		},
		severity: 'critical',
		forMs: 15_000,
		keepFiringForMs: 4000,
		message: '{node}: consensus is {value}',
		nextStep: 'compare with another node of the same network; then check peers, disk and clock',
		mutes: {
			rules: ['self-reported', 'no-progress', 'stands-still', 'behind', 'head-old'],
			by: 'node',
		},
	},
	'no-progress': {
		component: 'consensus',
		condition: { issue: 'noProgress', needs: ['consensus.status'], frozenBy },
		forMs: 15_000,
		keepFiringForMs: 4000,
		message: '{node}: {finding}',
	},
	'sync-stuck': {
		component: 'consensus',
		condition: {
			where: [{ value: { field: 'consensus.status' }, oneOf: ['syncing'] }],
			value: {
				changes: 'chain.head.number|consensus.height|consensus.round|consensus.finalized',
				overMs: 10 * minuteMs,
			},
			below: 1,
			frozenBy,
		},
		severity: 'warning',
		forMs: minuteMs,
		unit: 'count',
		message: '{node}: is syncing, and has not moved for 10 min',
		nextStep: 'check its peers and its disk',
	},
	'head-old': {
		component: 'chain',
		condition: {
			where: [{ value: { field: 'network.peers' }, atLeast: 1 }],
			value: { age: 'chain.head.at' },
			above: { warning: 180, critical: 1800, clear: 120 },
			frozenBy,
		},
		forMs: 30_000,
		keepFiringForMs: 4000,
		unit: 'seconds',
		message: '{node}: its newest block is {value} old',
		nextStep: 'compare with another node; then check its peers and its clock',
	},
	'block-time': {
		component: 'chain',
		condition: {
			value: { average: 'chain.blockIntervalMs', overMs: 5 * minuteMs, baselineMs: hourMs },
			above: { warning: 3, clear: 2 },
		},
		severity: 'warning',
		forMs: minuteMs,
		message: '{node}: blocks take {value} times as long as in the last hour',
		nextStep: 'see whether producers are missing; compare with another node',
	},
	'finality-stuck': {
		component: 'chain',
		condition: {
			where: [
				{ value: { changes: 'chain.head.number', overMs: hourMs }, above: 10 },
				{ value: { field: 'chain.finalized.number' }, above: 0 },
			],
			value: { changes: 'chain.finalized.number', overMs: hourMs },
			below: 1,
		},
		severity: 'warning',
		forMs: minuteMs,
		unit: 'count',
		message: '{node}: blocks come, and none has become final for 45 min or more',
		nextStep: 'compare with another node; if it is so there, validators of the network are missing',
	},
	'finality-slow': {
		component: 'consensus',
		// An average of what became final lately: while nothing does, that is what other rules tell.
		condition: {
			issue: 'finalitySlow',
			needs: ['consensus.averageFinalityMs'],
			absentIsUsual: true,
		},
		forMs: minuteMs,
		keepFiringForMs: 30_000,
		message: '{node}: {finding}',
	},
	'view-timeouts': {
		component: 'consensus',
		condition: {
			value: {
				increase: 'consensus.timeouts',
				overMs: 2 * minuteMs,
				per: 'consensus.view|consensus.round|consensus.height',
			},
			above: { warning: 0.15, clear: 0.1 },
		},
		severity: 'warning',
		forMs: 30_000,
		unit: 'ratio',
		message: '{node}: {value} of its views end by timeout',
		nextStep: 'see which leaders are missing, and the latency to them',
	},
	'view-changes': {
		component: 'consensus',
		condition: {
			value: { rate: 'consensus.viewChanges', overMs: 2 * minuteMs },
			above: { warning: 1, clear: 0.5 },
		},
		severity: 'warning',
		forMs: 30_000,
		unit: 'perSecond',
		message: '{node}: views change at {value}',
		nextStep: 'see the reasons of view changes on the Consensus screen',
	},
	// As etcd's own alerts have it (etcd-mixin, etcdHighNumberOfLeaderChanges). Where views follow each
	// other in seconds they change without anything being lost: there the two rules above are asked.
	'leader-changes': {
		component: 'consensus',
		condition: {
			where: [{ value: { increase: 'consensus.view', overMs: 15 * minuteMs }, below: 60 }],
			value: { increase: 'consensus.viewChanges', overMs: 15 * minuteMs },
			atLeast: 4,
		},
		severity: 'warning',
		forMs: 0,
		unit: 'count',
		message: '{node}: its group lost its leader {value} times in 15 min',
		nextStep: 'check the latency between the members, their disks and their load',
	},
	'safety-violated': {
		component: 'consensus',
		condition: {
			value: { increase: 'consensus.safetyViolations', overMs: 5 * minuteMs },
			above: 0,
		},
		severity: 'critical',
		forMs: 0,
		unit: 'count',
		message: '{node}: consensus safety was violated {value} times in 5 min',
		nextStep: 'keep the node’s log and data, and tell the network’s operators',
	},
	equivocation: {
		component: 'consensus',
		condition: {
			value: { increase: 'consensus.equivocations', overMs: 5 * minuteMs },
			above: 0,
		},
		severity: 'critical',
		forMs: 0,
		unit: 'count',
		message: '{node}: saw {value} equivocations in 5 min',
		nextStep: 'keep the logs, and tell the network’s operators who signed twice',
	},
	'safety-violated-before': {
		component: 'consensus',
		condition: {
			issue: 'safetyViolated',
			needs: ['consensus.safetyViolations|consensus.equivocations'],
		},
		severity: 'info',
		forMs: 0,
		message: '{node}: {finding} since it started',
	},
	reorg: {
		component: 'chain',
		condition: {
			where: [{ value: { field: 'chain.reorgs.lastDepth' }, atLeast: 3, absentIsGood: true }],
			value: { increase: 'chain.reorgs.count', overMs: 10 * minuteMs },
			above: 0,
			absentIsGood: true,
		},
		severity: 'warning',
		forMs: 0,
		unit: 'count',
		message: '{node}: replaced 3 blocks or more, {value} times in 10 min',
		nextStep: 'wait for more confirmations; compare with other nodes',
	},
	'throughput-low': {
		component: 'dag',
		condition: {
			value: { average: 'dag.growthPerSecond', overMs: 5 * minuteMs, baselineMs: hourMs },
			below: { warning: 0.3, clear: 0.5 },
		},
		severity: 'warning',
		forMs: minuteMs,
		unit: 'ratio',
		message: '{node}: the DAG grows at {value} of its pace of the last hour',
		nextStep: 'see whether peers are missing; compare with another node',
	},
	'orphans-high': {
		component: 'dag',
		condition: {
			value: { field: 'dag.orphaned', per: 'dag.vertices' },
			above: { warning: 0.2, clear: 0.15 },
		},
		severity: 'warning',
		forMs: minuteMs,
		unit: 'ratio',
		message: '{node}: {value} of its vertices are orphaned',
		nextStep: 'check the latency to its peers and its clock',
	},
	'tips-growing': {
		component: 'dag',
		condition: {
			value: { average: 'dag.tips', overMs: 5 * minuteMs, baselineMs: hourMs },
			above: { warning: 3, clear: 2 },
		},
		severity: 'warning',
		forMs: minuteMs,
		message: '{node}: {value} times as many tips as in the last hour',
		nextStep: 'vertices are not referred to: check its peers and their latency',
	},
	'vertices-missing': {
		component: 'dag',
		condition: { value: { field: 'dag.missing' }, above: { warning: 0 } },
		severity: 'warning',
		forMs: 2 * minuteMs,
		unit: 'count',
		mutes: { rules: ['dag-inconsistent'], by: 'node' },
		message: '{node}: {value} vertices that others refer to have not come',
		nextStep: 'check its peers: nobody gives it these vertices',
	},
};

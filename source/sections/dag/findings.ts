import type { Findings } from '../finding.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const findings = {
	throughputLow: {
		component: 'dag',
		condition: {
			value: { average: 'dag.growthPerSecond', overMs: 5 * minuteMs, baselineMs: hourMs },
			below: { warning: 0.3, clear: 0.5 },
		},
		holdMs: minuteMs,
		unit: 'ratio',
		message: 'the DAG grows at {value} of its pace of the last hour',
		meaning: 'The network processes much less than an hour ago.',
		nextStep: 'check whether peers are missing; compare with another node',
	},
	orphansHigh: {
		component: 'dag',
		condition: {
			value: { field: 'dag.orphaned', per: 'dag.vertices' },
			above: { warning: 0.2, clear: 0.15 },
		},
		holdMs: minuteMs,
		unit: 'ratio',
		message: '{value} of its vertices are orphaned',
		meaning: 'Nobody builds on many of the new vertices, so that work is lost.',
		nextStep: 'check the latency to its peers and its clock',
	},
	tipsGrowing: {
		component: 'dag',
		condition: {
			// Three times as many as a few is nothing.
			where: [{ value: { field: 'dag.tips' }, atLeast: 10 }],
			value: { average: 'dag.tips', overMs: 5 * minuteMs, baselineMs: hourMs },
			above: { warning: 3, clear: 2 },
		},
		holdMs: minuteMs,
		message: '{value} times as many tips as in the last hour',
		meaning:
			'Others do not refer to the new vertices: they spread too slowly, or do not reach every node.',
		nextStep: 'check its peers and their latency',
	},
	verticesMissing: {
		component: 'dag',
		severity: 'warning',
		check: 'dag.consistency',
		limits: { above: 0 },
		holdMs: 2 * minuteMs,
		unit: 'count',
		contradictedBy: ({ node }) => node.dag?.missing === 0,
		bad: 'vertices that others refer to are missing at two checks in a row',
		mutes: { codes: ['dagInconsistent'], by: 'node' },
		meaning: 'The node cannot validate what is built on vertices that it does not have.',
		nextStep: 'check its peers: none of them sends these vertices',
	},
	dagInconsistent: {
		component: 'dag',
		severity: 'critical',
		check: 'dag.consistency',
		holdMs: 0,
		keepFiringMs: 45_000,
		bad: 'a vertex stands above its own parent, or descends from itself',
		meaning:
			'The node’s data contradicts itself: a fault of its software or its disk. Do not rely on its answers.',
		nextStep: 'compare its vertices with another node’s; check its disk',
	},
	branchingChanged: {
		component: 'dag',
		severity: 'warning',
		check: 'dag.branching',
		limits: { above: 3 },
		holdMs: 2 * minuteMs,
		keepFiringMs: minuteMs,
		bad: 'over three times, or under a third of, its own mean',
		meaning:
			'The shape of the DAG has changed: participants are cut off, or one of them creates many vertices.',
		nextStep: 'check who creates the vertices, and whether peers pass them on',
	},
} satisfies Findings;

import { stillIntervals } from '../consensus/findings.ts';
import type { Findings } from '../finding.ts';
import { isDevelopmentChain } from '../idle.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const headAgeSeconds = 180;

export const findings = {
	headOld: {
		component: 'chain',
		condition: {
			value: { age: 'chain.head.at' },
			above: { warning: headAgeSeconds, critical: 1800, clear: 120 },
		},
		frozenBy: ['networkStalled'],
		/** Without peers, or while it syncs, an old block is explained already. */
		unless: ({ node }) =>
			node.network?.peers === 0 || node.consensus?.status === 'syncing' || isDevelopmentChain(node),
		/** Slow chains may be still for ten of their blocks. */
		stretch({ node }) {
			const intervalSeconds = (node.chain?.blockIntervalMs ?? 0) / 1000;
			return Math.max(1, (intervalSeconds * stillIntervals) / headAgeSeconds);
		},
		holdMs: 30_000,
		keepFiringMs: 4000,
		unit: 'seconds',
		message: 'its newest block is {value} old',
		bad: `thresholds grow where ${stillIntervals} block intervals are longer; not while it syncs or has no peers`,
		meaning: 'The node has peers, and yet gets no new blocks; what it answers is old.',
		nextStep: 'compare with another node; then check its peers and its clock',
	},
	blockTime: {
		component: 'chain',
		condition: {
			value: { average: 'chain.blockIntervalMs', overMs: 5 * minuteMs, baselineMs: hourMs },
			above: { warning: 3, clear: 2 },
		},
		holdMs: minuteMs,
		message: 'blocks take {value} times as long as in the last hour',
		meaning: 'Producers are missing or slow: transactions wait longer.',
		nextStep: 'see whether producers are missing; compare with another node',
	},
	finalityStuck: {
		component: 'chain',
		severity: 'warning',
		condition: {
			where: [
				{ value: { changes: 'chain.head.number', overMs: hourMs }, above: 10 },
				{ value: { field: 'chain.finalized.number' }, above: 0 },
			],
			value: { changes: 'chain.finalized.number', overMs: hourMs },
			below: 1,
		},
		holdMs: minuteMs,
		unit: 'count',
		message: 'blocks come, and none has become final for 45 min or more',
		meaning:
			'Blocks come, but none is for good: transactions may still be undone. Nearly always validators of the network are missing.',
		nextStep: 'compare with another node; if it is so there, validators of the network are missing',
	},
	reorg: {
		component: 'chain',
		severity: 'warning',
		condition: {
			where: [{ value: { field: 'chain.reorgs.lastDepth' }, atLeast: 3, absentIsGood: true }],
			value: { increase: 'chain.reorgs.count', overMs: 10 * minuteMs },
			above: 0,
			absentIsGood: true,
		},
		holdMs: 0,
		unit: 'count',
		message: 'replaced 3 blocks or more, {value} times in 10 min',
		meaning:
			'Blocks that were shown as done are undone; what relied on few confirmations may be void.',
		nextStep: 'wait for more confirmations; compare with other nodes',
	},
} satisfies Findings;

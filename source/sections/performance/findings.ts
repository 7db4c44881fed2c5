import type { Findings } from '../finding.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const findings = {
	transactionThroughputLow: {
		component: 'consensus',
		condition: {
			// With nobody to send any, few are committed.
			where: [{ value: { field: 'chain.txPool.pending' }, atLeast: 1 }],
			value: {
				average: 'performance.transactionsPerSecond',
				overMs: 5 * minuteMs,
				baselineMs: hourMs,
			},
			below: { warning: 0.3, clear: 0.5 },
		},
		frozenBy: ['networkStalled'],
		holdMs: minuteMs,
		unit: 'ratio',
		message: 'commits {value} of the transactions of the last hour, while some wait',
		meaning: 'The network takes in much less than it did, although there is work to do.',
		nextStep: 'see which phase of the round became slow on the Consensus screen',
	},
} satisfies Findings;

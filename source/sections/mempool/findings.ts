import type { Findings } from '../finding.ts';

const minuteMs = 60_000;

export const findings = {
	mempoolEvicting: {
		component: 'consensus',
		severity: 'warning',
		condition: { value: { increase: 'mempool.evicted', overMs: 2 * minuteMs }, above: 0 },
		holdMs: 0,
		keepFiringMs: minuteMs,
		unit: 'count',
		message: 'its mempool is full and dropped {value} transactions in 2 min',
		meaning: 'More transactions arrive than are committed: a flood, or blocks that came to a halt.',
		nextStep: 'see who sends them, and whether blocks are full or missing',
	},
} satisfies Findings;

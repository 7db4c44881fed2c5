import type { Findings } from '../finding.ts';

const minuteMs = 60_000;

export const findings = {
	databaseErrors: {
		component: 'storage',
		severity: 'critical',
		condition: { value: { increase: 'database.errors', overMs: 5 * minuteMs }, above: 0 },
		holdMs: 0,
		unit: 'count',
		message: 'its database failed {times} in 5 min',
		meaning: 'Reads or writes fail. What is not written is lost, and the data may be damaged.',
		nextStep: 'look at the node’s log and at the health of the disk: smartctl, dmesg',
	},
	databaseSlow: {
		component: 'storage',
		condition: {
			value: { field: 'database.writeMs.p99' },
			above: { warning: 500, critical: 1000, clear: 250 },
			// Nobody wrote within the last minute.
			absentIsUsual: true,
		},
		holdMs: 30_000,
		keepFiringMs: 30_000,
		unit: 'ms',
		message: 'writes to its database are slow: 1 % take over {value}',
		meaning: 'Blocks wait for the disk, and the node falls behind.',
		nextStep: 'see what else uses the disk: iostat; check its health',
	},
	cacheHitsLow: {
		component: 'storage',
		condition: {
			value: { average: 'database.cacheHitRatio', overMs: 2 * minuteMs },
			below: { warning: 0.3, clear: 0.5 },
			absentIsUsual: true,
		},
		holdMs: 30_000,
		unit: 'ratio',
		message: 'only {value} of the reads hit the cache of its database',
		meaning: 'Nearly every read goes to the disk: the cache is too small for what is asked.',
		nextStep: 'give the node a larger cache, or see who reads through its whole state',
	},
} satisfies Findings;

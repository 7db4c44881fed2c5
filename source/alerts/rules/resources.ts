import type { RuleEntry } from '../../domain/rule.ts';

/** What a node runs out of. The thresholds are those of the screen: `source/health/checks.ts`. */
export const resourceRules: Readonly<Record<string, RuleEntry>> = {
	'disk-low': {
		component: 'resources',
		condition: {
			issue: 'diskLow',
			needs: ['resources.diskAvailableBytes'],
		},
		forMs: 10_000,
		keepFiringForMs: 10_000,
		message: '{node}: {finding}',
		mutes: { rules: ['self-reported', 'space-low'], by: 'node' },
	},
	'memory-low': {
		component: 'resources',
		condition: {
			issue: 'memoryLow',
			needs: ['resources.memoryAvailableBytes', 'resources.memoryTotalBytes'],
		},
		forMs: 60_000,
		keepFiringForMs: 30_000,
		message: '{node}: {finding}',
	},
	'cpu-busy': {
		component: 'resources',
		condition: { issue: 'cpuBusy', needs: ['resources.cpuRatio'] },
		severity: 'warning',
		forMs: 600_000,
		keepFiringForMs: 60_000,
		message: '{node}: {finding}',
	},
	'descriptors-high': {
		component: 'resources',
		condition: {
			issue: 'openFilesHigh',
			needs: ['resources.openFiles', 'resources.openFilesLimit'],
		},
		forMs: 60_000,
		keepFiringForMs: 30_000,
		message: '{node}: {finding}',
	},
};

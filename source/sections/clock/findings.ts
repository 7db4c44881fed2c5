import type { Findings } from '../finding.ts';

/** How far off a clock must surely be. */
export const clockLimitMs = 1000;

export const findings = {
	clockSkewed: {
		component: 'group',
		severity: 'warning',
		holdMs: 30_000,
		keepFiringMs: 30_000,
		needs: ['clock.offsetMs'],
		bad: 'surely more than 1 s off the median clock of its network',
		when({ node, group }) {
			const isOutlier = group?.clock?.outliers.includes(node.target.name) === true;
			if (!isOutlier || !node.clock) return undefined;
			const { offsetMs, uncertaintyMs } = node.clock;
			return {
				message: `its clock is ${offsetMs < 0 ? 'behind' : 'ahead of'} the other nodes’`,
				evidence: `${(offsetMs / 1000).toFixed(1)} s against ours, ± ${(uncertaintyMs / 1000).toFixed(1)} s`,
			};
		},
		meaning:
			'The clock is wrong. Votes and blocks of such a node come too early or too late, and others may refuse them.',
		nextStep: 'check its time service: timedatectl, chronyc tracking',
	},
} satisfies Findings;

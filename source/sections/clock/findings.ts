import { formatMs } from '../../domain/format.ts';
import type { Findings } from '../finding.ts';

/** How far off a clock must surely be. */
export const clockLimitMs = 1000;

export const findings = {
	ownClock: {
		scope: 'fleet',
		component: 'group',
		severity: 'warning',
		holdMs: 10_000,
		keepFiringMs: 30_000,
		bad: 'the clocks of two nodes or more agree with one another and are more than 1 s off ours',
		whenFleet(witness) {
			if (witness?.verdict !== 'clock') return undefined;
			return { message: witness.message, evidence: witness.evidence.join('; ') };
		},
		when({ witness }) {
			if (witness?.verdict !== 'clock') return undefined;
			return { message: `ages are not judged: ${witness.message}`, health: 'up' };
		},
		meaning:
			'The clock of the machine that runs nodetop is wrong. The nodes may be healthy; the age of their blocks cannot be computed here.',
		nextStep: 'set the clock of this machine: timedatectl, chronyc tracking',
	},
	clockSkewed: {
		component: 'group',
		severity: 'warning',
		holdMs: 30_000,
		keepFiringMs: 30_000,
		needs: ['clock.offsetMs'],
		frozenBy: ['ownClock'],
		bad: 'surely more than 1 s off the median clock of its network',
		when({ node, group }) {
			const isOutlier = group?.clock?.outliers.includes(node.target.name) === true;
			if (!isOutlier || !node.clock) return undefined;
			const { offsetMs, uncertaintyMs } = node.clock;
			return {
				message: `its clock is ${offsetMs < 0 ? 'behind' : 'ahead of'} the other nodes’`,
				evidence: `${formatMs(offsetMs)} against ours, ± ${formatMs(uncertaintyMs)}`,
			};
		},
		meaning:
			'The node’s clock is wrong. Other nodes may reject its votes and blocks as too early or too late.',
		nextStep: 'check its time service: timedatectl, chronyc tracking',
	},
} satisfies Findings;

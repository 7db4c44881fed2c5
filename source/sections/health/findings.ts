import type { Findings } from '../finding.ts';

export const findings = {
	selfReported: {
		component: 'node',
		holdMs: 60_000,
		keepFiringMs: 10_000,
		needs: ['selfReport.status'],
		frozenBy: ['networkStalled'],
		bad: 'the node calls itself degraded (warning) or down (critical)',
		when({ node: { selfReport } }) {
			if (!selfReport || selfReport.status === 'up' || selfReport.status === 'unknown') {
				return undefined;
			}
			return {
				severity: selfReport.status === 'down' ? 'critical' : 'warning',
				health: selfReport.status,
				message: `the node calls itself ${selfReport.status === 'down' ? 'unhealthy' : 'degraded'}`,
				evidence: selfReport.reasons.join('; ') || undefined,
			};
		},
		meaning: 'The node reports that it is not healthy. nodetop found no other cause.',
		nextStep: 'check the components that it names, and the node’s log',
	},
} satisfies Findings;

import type { Findings } from '../finding.ts';

export const findings = {
	selfReported: {
		component: 'node',
		holdMs: 60_000,
		keepFiringMs: 10_000,
		needs: ['selfReport.status'],
		frozenBy: ['networkStalled'],
		bad: 'the node calls itself degraded (warning) or down (critical), or something that is not known (warning)',
		when({ node: { selfReport } }) {
			if (!selfReport || selfReport.status === 'up') return undefined;
			if (selfReport.status === 'unknown') {
				if (selfReport.reasons.length === 0) return undefined;
				return {
					severity: 'warning',
					health: 'unknown',
					message: `its health is not known: ${selfReport.reasons[0]}`,
					evidence: selfReport.reasons.slice(1).join('; ') || undefined,
				};
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

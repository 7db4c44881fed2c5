import type { Findings } from '../finding.ts';

export const findings = {
	chainChanged: {
		component: 'identity',
		severity: 'critical',
		holdMs: 0,
		needs: ['identity.chainId'],
		bad: 'the chain id is not the one that the node first had',
		when({ node, memory: { firstChainId } }) {
			const chainId = node.identity?.chainId;
			if (firstChainId === undefined || chainId === undefined || chainId === firstChainId) {
				return undefined;
			}
			return {
				message: 'another chain answers at this address',
				evidence: `chain id was ${firstChainId}, is ${chainId}`,
			};
		},
		meaning:
			'The address answers for another network than before: a wrong configuration, or another node in its place.',
		nextStep: 'check what runs there, and the proxy in front of it',
	},
	nodeRestarting: {
		component: 'node',
		severity: 'warning',
		condition: { value: { changes: 'identity.startedAt', overMs: 900_000 }, atLeast: 2 },
		holdMs: 0,
		unit: 'count',
		message: 'started again {value} times in 15 min',
		meaning: 'The node does not stay up; between restarts it catches up instead of serving.',
		nextStep: 'read its log: something ends it',
	},
	versionsDiffer: {
		scope: 'group',
		component: 'identity',
		severity: 'info',
		condition: { value: { count: 'versions' }, above: 1 },
		holdMs: 3_600_000,
		unit: 'count',
		message: 'its nodes run {value} versions',
		meaning:
			'The nodes do not run the same version; at a hard fork the older ones would be left behind.',
		nextStep: 'see which node is behind: nodetop --once, column VERSION',
	},
} satisfies Findings;

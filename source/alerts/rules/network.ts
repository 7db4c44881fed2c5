import type { RuleEntry } from '../../domain/rule.ts';

const minuteMs = 60_000;

/** Peers and messages. */
export const networkRules: Readonly<Record<string, RuleEntry>> = {
	'peers-none': {
		component: 'network',
		condition: { issue: 'noPeers', needs: ['network.peers'] },
		forMs: 30_000,
		keepFiringForMs: 4000,
		message: '{node}: {finding}',
	},
	'peers-lost': {
		component: 'network',
		condition: {
			value: { average: 'network.peers', overMs: minuteMs, baselineMs: 30 * minuteMs },
			below: { warning: 0.5, clear: 0.7 },
		},
		severity: 'warning',
		forMs: 30_000,
		unit: 'ratio',
		message: '{node}: has {value} of the peers it had in the last half hour',
		nextStep: 'check its P2P port and its line; see who left on the Network screen',
	},
	'peer-latency-high': {
		component: 'network',
		condition: {
			value: { field: 'network.latencyMs.p50' },
			above: { warning: 600, clear: 450 },
			// Nobody to measure: another rule tells that it has no peers.
			absentIsUsual: true,
		},
		severity: 'warning',
		forMs: minuteMs,
		unit: 'ms',
		message: '{node}: half of its peers are further than {value}',
		nextStep: 'compare with other nodes: it is its own line if theirs are near',
	},
	'message-loss': {
		component: 'network',
		condition: {
			value: {
				increase: 'network.messages[].dropped',
				overMs: 2 * minuteMs,
				per: 'network.messages[].sent',
			},
			above: { warning: 0.1, clear: 0.05 },
		},
		severity: 'warning',
		forMs: 30_000,
		unit: 'ratio',
		message: '{node}: {value} of its messages are lost',
		nextStep: 'check the line and the load of the node',
	},
};

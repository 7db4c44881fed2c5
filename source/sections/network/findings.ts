import type { Findings } from '../finding.ts';
import { isAloneByDesign } from '../idle.ts';

const minuteMs = 60_000;
const fewPeers = 3;

export const findings = {
	peersNone: {
		component: 'network',
		severity: 'warning',
		holdMs: 30_000,
		keepFiringMs: 4000,
		needs: ['network.peers'],
		bad: 'no peer, and the node is not alone by design',
		when({ node }) {
			if (node.network?.peers !== 0 || isAloneByDesign(node)) return undefined;
			return { message: 'no peers', value: 0 };
		},
		meaning: 'The node is alone: it neither hears of anything new nor tells what it makes.',
		nextStep: 'check the P2P port, the firewall and the boot nodes',
	},
	peersFew: {
		component: 'network',
		severity: 'warning',
		check: 'network.peers',
		limits: { below: fewPeers },
		holdMs: 10 * minuteMs,
		keepFiringMs: minuteMs,
		unit: 'count',
		contradictedBy({ node }, { values }) {
			const least = values.find(({ name }) => name === 'peers')?.warning ?? fewPeers;
			return (node.network?.peers ?? 0) >= least;
		},
		bad: 'fewer than 3, than all others of a smaller network, or than the node’s `minPeers`',
		meaning:
			'With few peers the node hears late, and an attacker who controls those few decides what it sees.',
		nextStep: 'check the P2P port, the firewall and the boot nodes; or set minPeers',
	},
	peersLost: {
		component: 'network',
		condition: {
			value: { average: 'network.peers', overMs: minuteMs, baselineMs: 30 * minuteMs },
			below: { warning: 0.5, clear: 0.7 },
		},
		holdMs: 30_000,
		unit: 'ratio',
		message: 'has {value} of the peers it had in the last half hour',
		meaning: 'Half of its peers went away at once. If more go, it will be alone.',
		nextStep: 'check its P2P port and its line; see who left on the Network screen',
	},
	peersChurn: {
		component: 'network',
		severity: 'warning',
		check: 'network.churn',
		limits: { above: 0.5 },
		frozenBy: ['networkStalled'],
		holdMs: 45_000,
		keepFiringMs: minuteMs,
		unit: 'ratio',
		bad: 'over half of the peers, and four or more, left since the last check',
		meaning:
			'Peers do not stay: they refuse it, it loses its line, or the network is under attack.',
		nextStep: 'check its line and its P2P port; see who left on the Network screen',
	},
	peerLatencyHigh: {
		component: 'network',
		condition: {
			value: { field: 'network.latencyMs.p50|network.latencyMs.avg' },
			above: { warning: 600, clear: 450 },
			// With nobody to measure, peersNone says so.
			absentIsUsual: true,
		},
		holdMs: minuteMs,
		unit: 'ms',
		message: 'half of its peers are further than {value}',
		meaning: 'What is new reaches the node late; as a leader or validator it comes too late.',
		nextStep: 'compare with other nodes: it is its own line if theirs are near',
	},
	messageLoss: {
		component: 'network',
		condition: {
			value: {
				increase: 'network.messages[].dropped',
				overMs: 2 * minuteMs,
				per: 'network.messages[].sent',
			},
			above: { warning: 0.1, clear: 0.05 },
		},
		holdMs: 30_000,
		unit: 'ratio',
		message: '{value} of its messages are lost',
		meaning: 'What the node sends does not arrive, so others wait for it or ask again.',
		nextStep: 'check the line and the load of the node',
	},
} satisfies Findings;

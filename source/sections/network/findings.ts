import type { FindingInput, Findings } from '../finding.ts';
import { isAloneByDesign } from '../idle.ts';

const minuteMs = 60_000;
const fewPeers = 3;

/** Whether its consensus stalls, and not that of its whole network, which has an alert of its own. */
function stallsAlone({ node, group }: FindingInput): boolean {
	return node.consensus?.status === 'stalled' && group?.state !== 'stalled';
}

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
		meaning: 'The node has no peers, so it can neither receive nor send anything new.',
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
			'With few peers the node receives data late, and whoever controls those peers decides what it sees.',
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
		meaning: 'Half of its peers left at once. If more leave, the node is isolated.',
		nextStep: 'check its P2P port and its network connection; the Network screen lists who left',
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
			'Peers do not stay connected: they reject the node, its connection fails, or the network is under attack.',
		nextStep: 'check its network connection and its P2P port; the Network screen lists who left',
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
		meaning: 'New data reaches the node late. As a leader or validator it may act too late.',
		nextStep:
			'compare with other nodes; if their latency is low, check this node’s network connection',
	},
	disconnectionsHigh: {
		component: 'network',
		condition: {
			value: { rate: 'network.connectionsClosed', overMs: 2 * minuteMs },
			above: { warning: 0.2, clear: 0.1 },
		},
		frozenBy: ['networkStalled'],
		holdMs: 30_000,
		unit: 'perSecond',
		message: 'its connections break at {value}',
		detail: ({ node }) => {
			const [most] = Object.entries(node.network?.disconnectionsBy ?? {}).toSorted(
				([, a], [, b]) => Number(b) - Number(a),
			);
			return most && `, mostly by ${most[0]}`;
		},
		meaning: 'Peers come and go. Each new connection costs time in which messages are missed.',
		nextStep: 'see the reasons on the Network screen; check its line and its P2P port',
	},
	quicMisconfigured: {
		component: 'network',
		severity: 'info',
		// Satellites test it again each hour, and at a start it may fail once.
		holdMs: 5 * minuteMs,
		needs: ['network.quicStatus'],
		bad: '`network.quicStatus` is `Misconfigured`',
		when({ node: { network } }) {
			if (network?.quicStatus !== 'Misconfigured') return undefined;
			return { message: 'satellites do not reach it by QUIC', value: network.quicStatus };
		},
		meaning:
			'The node’s UDP port is closed or not forwarded: customers reach it by TCP alone. Its scores do not suffer.',
		nextStep:
			'open and forward its port for UDP too, the same as for TCP (Docker: -p 28967:28967/udp)',
	},
	messageLoss: {
		component: 'network',
		condition: {
			value: {
				increase: 'network.messages[].dropped',
				overMs: 90_000,
				per: 'network.messages[].sent',
			},
			above: { warning: 0.1, clear: 0.05 },
		},
		/** Less than what it leads to: a network that stands still for want of its messages. */
		holdMs: 10_000,
		// The stall that comes of it is this alert too: one cause, one alert.
		mutes: { codes: ['consensusStalled'], by: 'node' },
		unit: 'ratio',
		message: '{value} of its messages are lost',
		severityAt: (input) => (stallsAlone(input) ? 'critical' : undefined),
		detail: (input) => (stallsAlone(input) ? ', and its consensus is stalled' : undefined),
		meaning: 'Messages of the node get lost, so its peers wait or ask again.',
		nextStep: 'check the network connection and the load of the node',
	},
} satisfies Findings;

import type { Findings } from '../finding.ts';

const minuteMs = 60_000;
const frozenBy = ['ownConnectionLost'];

/** The paths to the nodes. docs/network.md says how a change is detected. */
export const findings = {
	latencyLevelMoved: {
		component: 'network',
		severity: 'warning',
		condition: { value: { field: 'probes.shiftMs' }, above: 0 },
		frozenBy,
		holdMs: 30_000,
		unit: 'ms',
		message: 'connecting takes {value} more than it used to',
		meaning:
			'The latency to the node rose and stays higher: its network connection, its host or the route changed. The node itself may be healthy.',
		nextStep: 'find where: nodetop network test traceroute, nodetop diagnose',
	},
	probeLoss: {
		component: 'network',
		condition: {
			value: { field: 'probes.lossRatio' },
			above: { warning: 0.05, critical: 0.3, clear: 0.02 },
		},
		frozenBy,
		holdMs: 30_000,
		unit: 'ratio',
		message: '{value} of the connections to it lose packets',
		meaning:
			'Packets get lost between this machine and the node. Polls become slow and may fail; the node may be healthy.',
		nextStep: 'find where: nodetop network test traceroute, nodetop diagnose',
	},
	routeChanged: {
		component: 'network',
		severity: 'info',
		condition: {
			value: { increase: 'probes.routeChanges', overMs: 15 * minuteMs },
			atLeast: 1,
		},
		frozenBy,
		holdMs: 0,
		unit: 'count',
		message: 'the way to it has moved',
		meaning: 'The route to the node changed; latency and loss may differ from before.',
		nextStep: 'compare latency and loss before and after on the Network screen',
	},
} satisfies Findings;

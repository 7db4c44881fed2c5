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
			'The path to the node became longer and stays so: its line, its host or the route. The node itself may be well.',
		nextStep: 'see where: nodetop network test traceroute, nodetop diagnose',
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
			'Packets are lost between here and the node. Polls become slow and may fail, though the node may be well.',
		nextStep: 'see where: nodetop network test traceroute, nodetop diagnose',
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
		meaning: 'The path to the node is another one; latency and loss may differ from before.',
		nextStep: 'compare latency and loss before and after on the Network screen',
	},
} satisfies Findings;

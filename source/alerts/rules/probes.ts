import type { RuleEntry } from '../../domain/rule.ts';

const minuteMs = 60_000;
/** What explains that a path is bad: our own connection. */
const frozenBy = ['ownConnectionLost'];

/** The paths to the nodes, as nodetop's own probes found them. Detection is theirs: see docs/network.md. */
export const probeRules: Readonly<Record<string, RuleEntry>> = {
	'latency-level-moved': {
		component: 'network',
		condition: { value: { field: 'probes.shiftMs' }, above: 0, frozenBy },
		severity: 'warning',
		forMs: 30_000,
		unit: 'ms',
		message: '{node}: connecting takes {value} more than it used to',
		nextStep: 'see where: nodetop network test traceroute {node}, nodetop diagnose {node}',
	},
	'probe-loss': {
		component: 'network',
		condition: {
			value: { field: 'probes.lossRatio' },
			above: { warning: 0.05, critical: 0.3, clear: 0.02 },
			frozenBy,
		},
		forMs: 30_000,
		unit: 'ratio',
		message: '{node}: {value} of the connections to it lose packets',
		nextStep: 'see where: nodetop network test traceroute {node}, nodetop diagnose {node}',
	},
	'route-changed': {
		component: 'network',
		condition: {
			value: { increase: 'probes.routeChanges', overMs: 15 * minuteMs },
			atLeast: 1,
			frozenBy,
		},
		severity: 'info',
		forMs: 0,
		unit: 'count',
		message: '{node}: the way to it has moved',
		nextStep: 'compare latency and loss before and after on the Network screen',
	},
};

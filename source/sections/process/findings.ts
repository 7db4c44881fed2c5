import type { Findings } from '../finding.ts';

export const findings = {
	processCrashed: {
		component: 'process',
		severity: 'critical',
		condition: { value: { field: 'process.state' }, oneOf: ['crashed', 'error'] },
		holdMs: 0,
		// From the first crash to the last is one message, however often it was started in between.
		keepFiringMs: 60_000,
		isSeenHere: ({ process }) => process?.supervisor === 'nodetop',
		// Why it does not answer, and that it is started again and again, are parts of the same.
		mutes: { codes: ['crashLoop', 'nodeDown', 'notListening', 'processTroubled'], by: 'node' },
		message: 'the state of its process is {value}',
		detail: ({ node }) => node.process?.exitReason && `: ${node.process.exitReason}`,
		meaning:
			'The process ended unexpectedly. In state crashed its supervisor starts it again; in state error it does nothing until a person starts it.',
		nextStep: 'read the end of its log before starting it again: nodetop logs',
	},
	crashLoop: {
		component: 'process',
		severity: 'critical',
		condition: { value: { increase: 'process.restarts', overMs: 600_000 }, atLeast: 3 },
		holdMs: 0,
		keepFiringMs: 60_000,
		unit: 'count',
		message: 'restarted {times} in 10 min',
		meaning: 'The process ends again soon after each start.',
		nextStep: 'stop it and find in its log why it ends each time',
	},
	supervisorTroubled: {
		component: 'process',
		holdMs: 10_000,
		keepFiringMs: 10_000,
		isSeenHere: ({ process }) => process?.supervisor === 'nodetop',
		bad: 'its supervisor reports a problem, such as a full disk of its state directory',
		when({ node: { process } }) {
			if (process?.problem === undefined) return undefined;
			return {
				severity: 'warning',
				health: 'degraded',
				message: `its supervisor has a problem: ${process.problem}`,
			};
		},
		meaning:
			'The node runs on, but its log or its changes of state are not kept, or it cannot be started again.',
		nextStep:
			'see the reason: nodetop status --process; make room on the disk of the state directory',
	},
	processTroubled: {
		component: 'process',
		check: 'process.running',
		isSeenHere: true,
		contradictedBy: ({ node }) => node.process === undefined || node.process.state === 'running',
		holdMs: 15_000,
		bad: 'its supervisor says that it does not run; or it is stopped by a signal, or has ended',
		meaning: 'The process is paused or gone, so the node does nothing.',
		nextStep: 'read the end of its log',
	},
	notListening: {
		component: 'process',
		severity: 'critical',
		check: 'process.listening',
		isSeenHere: true,
		frozenBy: ['ownConnectionLost'],
		// It has answered.
		contradictedBy: () => true,
		holdMs: 15_000,
		bad: 'nothing listens at its address, or it accepts connections and does not answer',
		meaning: 'Nobody can connect to the node, so for its users it is down.',
		nextStep: 'check its log, its disk and its memory',
	},
} satisfies Findings;

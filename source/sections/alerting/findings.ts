import type { Findings } from '../finding.ts';

export const findings = {
	ownState: {
		scope: 'fleet',
		component: 'storage',
		severity: 'critical',
		holdMs: 0,
		keepFiringMs: 30_000,
		bad: 'the alert state or the record of what was sent cannot be written, or the disk is full',
		whenFleet: (_witness, ownState) => ownState,
		// It says nothing about any node.
		when: () => undefined,
		meaning:
			'What nodetop knows of alerts is only in memory. When it ends, acknowledgements are lost, and what was told may be told again.',
		nextStep: 'make room on the disk of nodetop’s state, or see its rights: df -h, ls -ld',
	},
} satisfies Findings;

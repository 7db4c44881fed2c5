import type { Moment } from '../sections/moment.ts';

export interface Readiness {
	readonly ready: boolean;
	readonly reason?: string;
}

/** Ready when every node was polled at least once. Nodes that do not answer are no reason to wait. */
export function readiness({ nodes }: Moment): Readiness {
	const pending = nodes.filter(({ snapshot }) => snapshot.poll.status === 'pending').length;
	if (pending === 0) return { ready: true };
	return { ready: false, reason: `${pending} of ${nodes.length} nodes were not polled yet` };
}

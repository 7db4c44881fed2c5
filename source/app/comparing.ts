import type { ConnectionFacts } from '../analysis/connection-verdict.ts';
import type { Clock, Timer } from '../domain/clock.ts';
import type { Group, ConnectionVerdict } from '../sections/group/schema.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import { createConnectionWatch } from './connection-watch.ts';

/** Compares the nodes of each network as their answers come in. */
export interface Comparing {
	/** A node was polled or removed: compares soon. */
	readonly nodesChanged: () => void;
	/** Compares now, and resolves when the verdict on our own connection is known where many nodes fail. */
	readonly settle: () => Promise<void>;
	readonly stop: () => void;
}

/** What a comparison found. */
export interface Compared {
	readonly groups: readonly Group[];
	readonly witness: ConnectionVerdict | undefined;
	readonly nowMs: number;
}

export interface ComparingOptions {
	readonly clock: Clock;
	readonly nodes: () => readonly NodeSnapshot[];
	/** Groups the nodes by network; remembers what it needs from one comparison to the next. */
	readonly evaluate: (nodes: readonly NodeSnapshot[], nowMs: number) => readonly Group[];
	/** Facts about our own connection, gathered while several nodes fail together. */
	readonly gatherFacts: () => Promise<ConnectionFacts>;
	readonly onCompared: (compared: Compared) => void;
	readonly reportBug: (error: unknown) => void;
}

/** Replies of one round come within this: one comparison covers them, before they are drawn. */
const gatherMs = 60;
/** So little that a comparison which came late is in step with polls of each second at the next. */
const leastApartMs = 500;
/** A thousand nodes of one network take some 50 ms: no more than this share of the time. */
const maxBusyRatio = 0.05;

/** Compares twice a second at most, however many polls end, and only when one did. */
export function createComparing(options: ComparingOptions): Comparing {
	const { clock, nodes, evaluate, gatherFacts, onCompared, reportBug } = options;
	let timer: Timer | undefined;
	let isStopped = false;
	let nextAtMs = Number.NEGATIVE_INFINITY;
	const onFacts = (): void => {
		if (!isStopped) run();
	};
	const connection = createConnectionWatch({ clock, gatherFacts, onFacts, reportBug });

	function run(): void {
		clock.clearTimeout(timer);
		timer = undefined;
		const nowMs = clock.now();
		const startedMs = clock.steadyNow();
		const snapshots = nodes();
		const groups = evaluate(snapshots, nowMs);
		onCompared({ groups, witness: connection.consider(snapshots), nowMs });
		const tookMs = clock.steadyNow() - startedMs;
		nextAtMs = startedMs + Math.max(leastApartMs, tookMs / maxBusyRatio);
	}

	return {
		nodesChanged() {
			if (timer !== undefined || isStopped) return;
			timer = clock.setTimeout(run, Math.max(gatherMs, nextAtMs - clock.steadyNow()));
		},
		async settle() {
			run();
			await connection.settled();
		},
		stop() {
			isStopped = true;
			clock.clearTimeout(timer);
		},
	};
}

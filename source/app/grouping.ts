import { createGroupAnalysis } from '../analysis/groups.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { createWitnessWatch } from './witness-watch.ts';

/** Compares the nodes of each network as their answers come in. */
export interface Grouping {
	/** A node was polled, or is not watched any more: compares soon. */
	readonly polled: () => void;
	/** Compares now, and resolves when it is also known whose fault it is where many fail. */
	readonly settle: () => Promise<void>;
	readonly stop: () => void;
}

export interface GroupingOptions {
	readonly now: () => number;
	/** URLs of hosts that are asked whether they answer when several nodes do not. */
	readonly witnesses: readonly string[];
}

/** Replies of one round come within this; comparing once is enough for them, before they are drawn. */
const gatherMs = 60;
/** So little that a comparison which came late is in step with polls of each second at the next. */
const leastApartMs = 500;
/** A thousand nodes of one network take some 50 ms: no more than this share of the time. */
const maxBusyRatio = 0.05;

/** Compares twice a second at most, however many polls end, and only when one did. */
export function createGrouping(fleet: Fleet, { now, witnesses }: GroupingOptions): Grouping {
	const analysis = createGroupAnalysis();
	let timer: ReturnType<typeof setTimeout> | undefined;
	let isStopped = false;
	let nextAtMs = Number.NEGATIVE_INFINITY;
	const witness = createWitnessWatch(witnesses, now, () => {
		if (!isStopped) run();
	});

	function run(): void {
		clearTimeout(timer);
		timer = undefined;
		const nowMs = now();
		const startedMs = performance.now();
		const nodes = fleet.getSnapshot().nodes.map(({ snapshot }) => snapshot);
		fleet.compare({
			groups: analysis.evaluate(nodes, nowMs),
			witness: witness.consider(nodes),
			nowMs,
		});
		const tookMs = performance.now() - startedMs;
		nextAtMs = startedMs + Math.max(leastApartMs, tookMs / maxBusyRatio);
	}

	return {
		polled() {
			if (timer !== undefined || isStopped) return;
			timer = setTimeout(run, Math.max(gatherMs, nextAtMs - performance.now()));
		},
		async settle() {
			run();
			await witness.settled();
		},
		stop() {
			isStopped = true;
			clearTimeout(timer);
		},
	};
}

import { createGroupAnalysis } from '../analysis/groups.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { createWitnessWatch } from './witness.ts';

/** Compares the nodes of each network as their answers come in. */
export interface Grouping {
	/** Compares now, and resolves when it is also known whose fault it is where many fail. */
	readonly settle: () => Promise<void>;
	readonly stop: () => void;
}

export interface GroupingOptions {
	readonly now: () => number;
	/** URLs of hosts that are asked whether they answer when several nodes do not. */
	readonly witnesses: readonly string[];
}

/** Replies of one round come within this; comparing once is enough for them. */
const gatherMs = 150;
const leastApartMs = 1000;

/** Compares at most once a second, however many polls end, and only when one did. */
export function createGrouping(fleet: Fleet, { now, witnesses }: GroupingOptions): Grouping {
	const analysis = createGroupAnalysis();
	let timer: ReturnType<typeof setTimeout> | undefined;
	let isComparing = false;
	let isStopped = false;
	let lastAtMs = Number.NEGATIVE_INFINITY;
	const witness = createWitnessWatch(witnesses, now, () => {
		if (!isStopped) run();
	});

	function run(): void {
		clearTimeout(timer);
		timer = undefined;
		const nowMs = now();
		lastAtMs = performance.now();
		const nodes = fleet.getSnapshot().nodes.map(({ snapshot }) => snapshot);
		isComparing = true;
		fleet.compare({
			groups: analysis.evaluate(nodes, nowMs),
			witness: witness.consider(nodes),
			nowMs,
		});
		isComparing = false;
	}

	const unsubscribe = fleet.subscribe(() => {
		if (timer !== undefined || isComparing) return;
		const sinceLastMs = performance.now() - lastAtMs;
		timer = setTimeout(run, Math.max(gatherMs, leastApartMs - sinceLastMs));
	});

	return {
		async settle() {
			run();
			await witness.settled();
		},
		stop() {
			isStopped = true;
			unsubscribe();
			clearTimeout(timer);
		},
	};
}

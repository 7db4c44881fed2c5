import { createGroupAnalysis } from '../analysis/groups.ts';
import type { Fleet } from '../fleet/fleet.ts';

/** Compares the nodes of each network as their answers come in. */
export interface Grouping {
	/** Compares now, without waiting for the next turn. */
	readonly run: () => void;
	readonly stop: () => void;
}

/** Replies of one round come within this; comparing once is enough for them. */
const gatherMs = 150;
const leastApartMs = 1000;

/** Compares at most once a second, however many polls end, and only when one did. */
export function createGrouping(fleet: Fleet, now: () => number): Grouping {
	const analysis = createGroupAnalysis();
	let timer: ReturnType<typeof setTimeout> | undefined;
	let isComparing = false;
	let lastAtMs = Number.NEGATIVE_INFINITY;

	function run(): void {
		clearTimeout(timer);
		timer = undefined;
		const nowMs = now();
		lastAtMs = performance.now();
		const nodes = fleet.getSnapshot().nodes.map(({ snapshot }) => snapshot);
		isComparing = true;
		fleet.compare({ groups: analysis.evaluate(nodes, nowMs), nowMs });
		isComparing = false;
	}

	const unsubscribe = fleet.subscribe(() => {
		if (timer !== undefined || isComparing) return;
		const sinceLastMs = performance.now() - lastAtMs;
		timer = setTimeout(run, Math.max(gatherMs, leastApartMs - sinceLastMs));
	});

	return {
		run,
		stop() {
			unsubscribe();
			clearTimeout(timer);
		},
	};
}

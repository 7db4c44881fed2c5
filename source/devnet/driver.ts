import { performance } from 'node:perf_hooks';
import type { DagNetwork } from './dag/dag-network.ts';

/** Lets virtual time follow the wall clock. */
export interface Driver {
	start(): void;
	/** Brings the network to this very moment, so that an answer is not old. */
	catchUp(): void;
	stop(): void;
}

/** The least time between two steps; events in between happen together, in their order. */
const stepMs = 25;
const longestSleepMs = 1000;
/** Beyond this the process was suspended: the network stood still too, and does not make up for it. */
const maxLagMs = 5000;

export function createDriver(network: DagNetwork): Driver {
	let originMs = 0;
	let timer: NodeJS.Timeout | undefined;

	const catchUp = (): void => {
		if (!timer) return;
		const lagMs = performance.now() - originMs - network.nowMs();
		if (lagMs > maxLagMs) {
			network.skip(lagMs);
			originMs += lagMs;
			return;
		}
		network.advanceTo(network.nowMs() + Math.max(0, lagMs));
	};

	const sleep = (): void => {
		const untilNextMs = (network.nextAtMs() ?? Infinity) - network.nowMs();
		timer = setTimeout(
			() => {
				catchUp();
				sleep();
			},
			Math.min(longestSleepMs, Math.max(stepMs, untilNextMs)),
		);
	};

	return {
		start() {
			originMs = performance.now() - network.nowMs();
			sleep();
		},
		catchUp,
		stop() {
			clearTimeout(timer);
			timer = undefined;
		},
	};
}

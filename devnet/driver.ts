import { performance } from 'node:perf_hooks';
import type { Network } from './network.ts';

/** Advances the virtual time of all networks together, by the wall clock. */
export interface Driver {
	start(): void;
	/** Brings virtual time to now, so that an answer is not old. */
	catchUp(): void;
	stop(): void;
}

/** The least time between two steps; the events in between run together, in their order. */
const stepMs = 25;
const longestSleepMs = 1000;
/** Beyond this the process was suspended: the networks skip the time instead of simulating it. */
const maxLagMs = 5000;

export function createDriver(networks: readonly Network<unknown>[]): Driver {
	let originMs = 0;
	let timer: NodeJS.Timeout | undefined;
	const nowMs = () => networks[0]?.nowMs() ?? 0;

	const catchUp = (): void => {
		if (!timer) return;
		const lagMs = performance.now() - originMs - nowMs();
		if (lagMs > maxLagMs) {
			for (const network of networks) network.skip(lagMs);
			originMs += lagMs;
			return;
		}
		const toMs = nowMs() + Math.max(0, lagMs);
		for (const network of networks) network.advanceTo(toMs);
	};

	const sleep = (): void => {
		const nextAtMs = Math.min(...networks.map((network) => network.nextAtMs() ?? Infinity));
		timer = setTimeout(
			() => {
				catchUp();
				sleep();
			},
			Math.min(longestSleepMs, Math.max(stepMs, nextAtMs - nowMs())),
		);
	};

	return {
		start() {
			originMs = performance.now() - nowMs();
			sleep();
		},
		catchUp,
		stop() {
			clearTimeout(timer);
			timer = undefined;
		},
	};
}

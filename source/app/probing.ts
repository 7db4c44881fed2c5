import type { ProbeSettings } from '../config/probes.ts';
import type { Target } from '../domain/target.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { NodeState } from '../fleet/node-state.ts';
import type { RateLimiter } from '../network-tests/rate-limit.ts';
import { createPathProber } from './path-prober.ts';
import type { PathProber } from './path-prober.ts';

export interface ProbingOptions {
	readonly settings: ProbeSettings;
	/** Of the tests of peers and routes, over all runs of nodetop. */
	readonly limiter: RateLimiter;
	readonly now: () => number;
}

/** Probes the paths to the nodes of a fleet on a schedule of its own. */
export interface Probing {
	readonly stop: () => void;
}

const mostAtOnce = 16;
const tickMs = 1000;

/**
 * Every node that is polled from here is probed once an interval, spread over it, never twice at once and
 * at most 16 over all; what was measured goes to the fleet. The nodes of a site are the site's to probe.
 */
export function createProbing(
	fleet: Fleet,
	options: ProbingOptions,
	reportBug: (error: unknown, target: Target) => void,
): Probing {
	const { settings } = options;
	const stopped = new AbortController();
	const probers = new Map<string, Scheduled>();
	let underway = 0;

	function start(name: string, scheduled: Scheduled, node: NodeState): void {
		scheduled.isBusy = true;
		underway += 1;
		const run = async () => {
			try {
				const probes = await scheduled.prober.probe(node.snapshot, stopped.signal);
				if (probes && !stopped.signal.aborted) {
					fleet.attach(name, { probes }, options.now());
				}
			} catch (error) {
				reportBug(error, node.target);
			} finally {
				scheduled.isBusy = false;
				underway -= 1;
			}
		};
		void run();
	}

	function tick(): void {
		const nodes = fleet.getSnapshot().nodes.filter(({ site }) => site === undefined);
		const names = new Set(nodes.map(({ target }) => target.name));
		for (const name of probers.keys()) if (!names.has(name)) probers.delete(name);
		const nowMs = performance.now();
		for (const [index, node] of nodes.entries()) {
			const { name, url } = node.target;
			let scheduled = probers.get(name);
			if (scheduled?.url !== url) {
				const waitMs = (settings.intervalMs * index) / nodes.length;
				const prober = createPathProber(url, options);
				scheduled = { url, prober, dueAtMs: nowMs + waitMs, isBusy: false };
				probers.set(name, scheduled);
			}
			if (scheduled.isBusy || scheduled.dueAtMs > nowMs || underway >= mostAtOnce) continue;
			// Slots that were missed are not made up for.
			const missed = Math.floor((nowMs - scheduled.dueAtMs) / settings.intervalMs);
			scheduled.dueAtMs += (missed + 1) * settings.intervalMs;
			start(name, scheduled, node);
		}
	}

	const timer = setInterval(tick, Math.min(tickMs, settings.intervalMs));
	return {
		stop() {
			clearInterval(timer);
			stopped.abort();
		},
	};
}

interface Scheduled {
	readonly url: string;
	readonly prober: PathProber;
	dueAtMs: number;
	isBusy: boolean;
}

import type { ProbeSettings } from '../config/probes.ts';
import type { Clock } from '../domain/clock.ts';
import { evenShare, usualSpread } from '../domain/jitter.ts';
import type { RateLimiter } from '../network-tests/rate-limit.ts';
import type { Probes } from '../sections/probes/schema.ts';
import type { NodeSnapshot } from '../sections/snapshot.ts';
import { createPathProber } from './path-prober.ts';
import type { PathProber } from './path-prober.ts';
import type { ReportBug } from './surroundings.ts';

/** A node whose path is probed. */
export interface ProbedNode {
	readonly name: string;
	readonly url: string;
	readonly snapshot: NodeSnapshot;
}

export interface ProbingOptions {
	readonly settings: ProbeSettings;
	/** Limits the probes of peers and routes, over all runs of nodetop. */
	readonly limiter: RateLimiter;
	readonly clock: Clock;
	/** The nodes that are polled from here; the nodes of a site are the site's to probe. */
	readonly nodes: () => readonly ProbedNode[];
	readonly onProbed: (name: string, probes: Probes) => void;
	readonly reportBug: ReportBug;
}

/** Probes the paths to the nodes on a schedule of its own. */
export interface Probing {
	readonly stop: () => void;
}

interface Scheduled {
	readonly url: string;
	readonly prober: PathProber;
	/** Without its jitter. */
	slotAtMs: number;
	/** Slots so far. */
	slot: number;
	isBusy: boolean;
}

const mostAtOnce = 16;
const tickMs = 1000;

/** Every node is probed once an interval, spread over it, never twice at once and at most 16 over all. */
export function createProbing(options: ProbingOptions): Probing {
	const { settings, clock, nodes, onProbed, reportBug } = options;
	const stopped = new AbortController();
	const probers = new Map<string, Scheduled>();
	let inFlight = 0;

	async function run(scheduled: Scheduled, { name, snapshot }: ProbedNode): Promise<void> {
		scheduled.isBusy = true;
		inFlight += 1;
		try {
			const probes = await scheduled.prober.probe(snapshot, stopped.signal);
			if (probes && !stopped.signal.aborted) onProbed(name, probes);
		} catch (error) {
			reportBug(error, name);
		} finally {
			scheduled.isBusy = false;
			inFlight -= 1;
		}
	}

	function scheduledFor({ name, url }: ProbedNode, waitMs: number): Scheduled {
		const known = probers.get(name);
		if (known?.url === url) return known;
		const prober = createPathProber(url, options);
		const scheduled = { url, prober, slotAtMs: clock.steadyNow() + waitMs, slot: 0, isBusy: false };
		probers.set(name, scheduled);
		return scheduled;
	}

	function tick(): void {
		const present = nodes();
		const names = new Set(present.map(({ name }) => name));
		for (const name of probers.keys()) if (!names.has(name)) probers.delete(name);
		const nowMs = clock.steadyNow();
		for (const [index, node] of present.entries()) {
			const scheduled = scheduledFor(node, (settings.intervalMs * index) / present.length);
			const jitterMs = evenShare(scheduled.slot) * usualSpread * settings.intervalMs;
			const isDue = scheduled.slotAtMs + jitterMs <= nowMs;
			if (scheduled.isBusy || !isDue || inFlight >= mostAtOnce) continue;
			// Slots that were missed are not made up for.
			const missed = Math.floor((nowMs - scheduled.slotAtMs) / settings.intervalMs);
			scheduled.slotAtMs += (missed + 1) * settings.intervalMs;
			scheduled.slot += 1;
			void run(scheduled, node);
		}
	}

	const timer = clock.setInterval(tick, Math.min(tickMs, settings.intervalMs));
	return {
		stop() {
			clock.clearInterval(timer);
			stopped.abort();
		},
	};
}

import type { Source } from '../adapters/adapter.ts';
import { createHttp } from '../adapters/http.ts';
import type { Http } from '../adapters/http.ts';
import type { Target } from '../domain/target.ts';
import { createFleet } from '../fleet/fleet.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { judge } from '../health/judge.ts';
import { attempt } from '../polling/attempt.ts';
import { createGrouping } from './grouping.ts';
import { createHealthWatch } from './health-watch.ts';
import { createHostFallback } from '../polling/host-fallback.ts';
import { openSource } from '../polling/open-source.ts';
import { createProbing } from './probing.ts';
import type { ProbingOptions } from './probing.ts';
import { createScheduler } from '../polling/scheduler.ts';
import type { JobResult } from '../polling/scheduler.ts';

export interface WatchOptions {
	/** Where the state is kept; a new one unless given. */
	readonly fleet?: Fleet;
	readonly now?: () => number;
	/** URLs of hosts that tell, by answering, that our own connection stands. */
	readonly witnesses?: readonly string[];
	/** How paths are probed; not at all when absent. */
	readonly probing?: ProbingOptions | undefined;
	/** Time between two health checks of a node; without it only `checkHealth` checks. */
	readonly healthIntervalMs?: number | undefined;
	/** Health checks write nothing, whatever a node's configuration says. */
	readonly readOnly?: boolean;
	readonly reportBug?: (error: unknown, target: Target) => void;
}

/** The watch over a set of nodes: what polls, and the state that screens and commands read. */
export interface Watch {
	readonly fleet: Fleet;
	readonly add: (target: Target) => void;
	readonly remove: (name: string) => void;
	/** Polls at once; without a name, every node. */
	readonly pollNow: (name?: string) => void;
	/** A new interval for every node. */
	readonly setIntervalMs: (intervalMs: number) => void;
	/** Resolves when every node was polled at least once, and their networks were compared. */
	readonly firstRound: () => Promise<void>;
	/** Checks the components of every node now; resolves when the fleet has the results. */
	readonly checkHealth: () => Promise<void>;
	readonly stop: () => void;
}

interface Watched {
	target: Target;
	readonly http: Http;
	source: Source;
}

/** Joins poll → validate → store → judge, and compares the nodes of a network. Whoever shows, subscribes to `fleet`. */
export function createWatch(targets: readonly Target[], options: WatchOptions = {}): Watch {
	const { now = Date.now, reportBug = () => undefined, witnesses = [] } = options;
	const { fleet = createFleet(judge) } = options;
	const scheduler = createScheduler();
	const watched = new Map<string, Watched>();
	const host = createHostFallback(now);
	const grouping = createGrouping(fleet, { now, witnesses });
	const { healthIntervalMs: intervalMs, readOnly = false } = options;
	const health = createHealthWatch(fleet, { now, intervalMs, readOnly, reportBug });

	/** The straight line: what happens at each slot of each target. */
	async function poll(node: Watched, signal: AbortSignal, missedSlots: number): Promise<JobResult> {
		const context = { http: node.http, now, missedSlots, signal, reportBug };
		const result = await attempt(node.target, node.source, context);
		if (signal.aborted) return { failed: true };
		if (result.outcome.status === 'failed') {
			fleet.apply({ ...result, target: node.target });
			grouping.polled();
			health.polled(node.target.name, true);
			return { failed: true, retryAfterMs: result.outcome.error.retryAfterMs };
		}
		const reading = host.complete(node.target, result.outcome.reading);
		fleet.apply({ ...result, target: node.target, outcome: { status: 'read', reading } });
		grouping.polled();
		health.polled(node.target.name, false);
		return { failed: false };
	}

	function add(target: Target): void {
		const http = createHttp(target);
		const node: Watched = {
			target,
			http,
			source: openSource(target, http, (kind) => {
				node.target = { ...node.target, kind };
			}),
		};
		watched.set(target.name, node);
		fleet.add(target);
		health.add(target);
		scheduler.add({
			id: target.name,
			intervalMs: target.intervalMs,
			run: (signal, missedSlots) => poll(node, signal, missedSlots),
		});
	}

	function remove(name: string): void {
		scheduler.remove(name);
		watched.get(name)?.source.close();
		watched.delete(name);
		health.remove(name);
		fleet.remove(name);
		grouping.polled();
	}

	for (const target of targets) add(target);
	const probing = options.probing && createProbing(fleet, options.probing, reportBug);
	return {
		fleet,
		add,
		remove,
		pollNow: scheduler.pollNow,
		setIntervalMs(intervalMs) {
			for (const name of watched.keys()) scheduler.setIntervalMs(name, intervalMs);
		},
		async firstRound() {
			await untilPolled(fleet);
			await grouping.settle();
		},
		checkHealth: health.checkAll,
		stop() {
			scheduler.stop();
			health.stop();
			grouping.stop();
			probing?.stop();
			for (const { source } of watched.values()) source.close();
			host.close();
		},
	};
}

function untilPolled(fleet: Fleet): Promise<void> {
	return new Promise((resolve) => {
		// What a site has not polled yet is not ours to wait for.
		const isDone = () =>
			fleet
				.getSnapshot()
				.nodes.every(
					({ snapshot, site }) => site !== undefined || snapshot.poll.status !== 'pending',
				);
		if (isDone()) {
			resolve();
			return;
		}
		const unsubscribe = fleet.subscribe(() => {
			if (!isDone()) return;
			unsubscribe();
			resolve();
		});
	});
}

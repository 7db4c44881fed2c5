import { adapterOf } from '../adapters/registry.ts';
import type { CheckedComponent } from '../sections/health/component-health.ts';
import { lastSamples } from '../sections/samples.ts';
import type { Target } from '../domain/target.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { NodeState } from '../fleet/node-state.ts';
import { createNodeHealth } from '../health/scheduled/node-health.ts';
import type { NodeHealth } from '../health/scheduled/node-health.ts';
import { createLocalView } from '../health/local/local-view.ts';
import { isLocal } from '../polling/host-fallback.ts';
import { createScheduler } from '../polling/scheduler.ts';

/** The health checks of each node, at slots of their own, apart from its polls. */
export interface HealthWatch {
	readonly add: (target: Target) => void;
	readonly remove: (name: string) => void;
	/** After each poll: the first starts the node's slots, a change of its fortune asks at once. */
	readonly polled: (name: string, hasFailed: boolean) => void;
	/** A round of every node now; resolves when the fleet has the results. */
	readonly checkAll: () => Promise<void>;
	readonly stop: () => void;
}

export interface HealthWatchOptions {
	readonly now: () => number;
	/** Time between two rounds of a node; without it only `checkAll` checks. */
	readonly intervalMs?: number | undefined;
	/** Never write, whatever a node's configuration says. */
	readonly readOnly: boolean;
	readonly reportBug: (error: unknown, target: Target) => void;
}

interface Checked {
	readonly health: NodeHealth;
	/** Of the last poll; absent before the first. */
	hasFailed?: boolean;
	running?: Promise<void> | undefined;
}

/** Rounds read files of the system: a few at a time are enough. */
const maxInFlight = 8;

export function createHealthWatch(fleet: Fleet, options: HealthWatchOptions): HealthWatch {
	const { now, intervalMs, readOnly, reportBug } = options;
	const local = createLocalView({ now, isLocal, readOnly });
	const scheduler = createScheduler({ maxInFlight });
	const nodes = new Map<string, Checked>();
	let isStopped = false;

	async function round(name: string, { health }: Checked): Promise<void> {
		const state = stateOf(fleet, name);
		if (!state) return;
		const { groups, witness } = fleet.getSnapshot();
		const { snapshot, samples, progressAtMs, firstChainId } = state;
		const components = await health.round({
			node: snapshot,
			memory: { progressAtMs, firstChainId },
			group: groups.find((group) => group.nodes.includes(name)),
			witness,
			nowMs: now(),
			recent: { last: (metric, count) => lastSamples(samples, metric, count) },
			whyAbsent: (component) => whyAbsent(snapshot.target.kind, component),
		});
		if (!isStopped && nodes.has(name)) fleet.attach(name, { components }, now());
	}

	/** Never two rounds of one node at once: who comes second waits for the first. */
	function check(name: string): Promise<void> {
		const checked = nodes.get(name);
		if (!checked) return Promise.resolve();
		checked.running ??= round(name, checked).finally(() => {
			checked.running = undefined;
		});
		return checked.running;
	}

	return {
		add(target) {
			const report = (error: unknown) => {
				reportBug(error, target);
			};
			nodes.set(target.name, {
				health: createNodeHealth({ target, local, now, reportBug: report }),
			});
		},
		remove(name) {
			nodes.delete(name);
			scheduler.remove(name);
		},
		polled(name, hasFailed) {
			const checked = nodes.get(name);
			if (!checked || intervalMs === undefined) return;
			const before = checked.hasFailed;
			checked.hasFailed = hasFailed;
			if (before === undefined) {
				const run = async () => {
					await check(name);
					return { failed: false };
				};
				scheduler.add({ id: name, intervalMs, run });
			} else if (before !== hasFailed) scheduler.pollNow(name);
		},
		async checkAll() {
			const running = [...nodes.values()].map((node) => node.running ?? Promise.resolve());
			await Promise.all(running);
			await Promise.all([...nodes.keys()].map((name) => check(name)));
		},
		stop() {
			isStopped = true;
			scheduler.stop();
		},
	};
}

function stateOf(fleet: Fleet, name: string): NodeState | undefined {
	return fleet.getSnapshot().nodes.find(({ target }) => target.name === name);
}

function whyAbsent(kind: string, component: CheckedComponent): string | undefined {
	const lacks: Readonly<Partial<Record<string, string>>> = adapterOf(kind)?.lacks ?? {};
	return lacks[component];
}

import type { Clock } from '../domain/clock.ts';
import { isLocal } from '../domain/reach.ts';
import type { Target } from '../domain/target.ts';
import { createLocalView } from '../health/local/local-view.ts';
import { createNodeHealth } from '../health/scheduled/node-health.ts';
import type { NodeHealth, RoundInput } from '../health/scheduled/node-health.ts';
import { createScheduler } from '../polling/scheduler.ts';
import type { ComponentHealth } from '../sections/health/component-health.ts';
import type { ReportBug } from './surroundings.ts';

/** Checks the components of each node, on a schedule of its own, apart from the polls. */
export interface HealthWatch {
	readonly add: (target: Target) => void;
	readonly remove: (name: string) => void;
	/** Called after each poll: the first starts the node's schedule; when polls begin or cease to fail, it is checked at once. */
	readonly polled: (name: string, hasFailed: boolean) => void;
	/** Checks every node now; resolves when the results are there. */
	readonly checkAll: () => Promise<void>;
	readonly stop: () => void;
}

export interface HealthWatchOptions {
	readonly clock: Clock;
	/** Time between two rounds of a node; without it only `checkAll` checks. */
	readonly intervalMs: number | undefined;
	/** Never write, whatever a node's configuration allows. */
	readonly readOnly: boolean;
	/** What the checks look at; `undefined` for a node that is no longer watched. */
	readonly inputOf: (name: string) => RoundInput | undefined;
	readonly onChecked: (name: string, components: ComponentHealth[]) => void;
	readonly reportBug: ReportBug;
}

interface Checked {
	readonly health: NodeHealth;
	/** Whether the last poll failed; absent before the first. */
	hasFailed?: boolean;
	running?: Promise<void> | undefined;
}

/** Rounds read files of the system: a few at a time are enough. */
const maxInFlight = 8;

export function createHealthWatch(options: HealthWatchOptions): HealthWatch {
	const { clock, intervalMs, readOnly, reportBug } = options;
	const local = createLocalView({ now: clock.now, isLocal, readOnly });
	const scheduler = createScheduler({ maxInFlight, clock });
	const nodes = new Map<string, Checked>();
	let isStopped = false;

	async function round(name: string, { health }: Checked): Promise<void> {
		const input = options.inputOf(name);
		if (!input) return;
		const components = await health.round(input);
		if (!isStopped && nodes.has(name)) options.onChecked(name, components);
	}

	/** Never two rounds of one node at once: a second caller waits for the first round. */
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
			const { now } = clock;
			const report = (error: unknown) => {
				reportBug(error, target.name);
			};
			const health = createNodeHealth({ target, local, now, reportBug: report });
			nodes.set(target.name, { health });
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
				const run = () => check(name).then(() => ({ failed: false }));
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

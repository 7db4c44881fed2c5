import type { Clock } from '../domain/clock.ts';
import { createDelayMeter } from '../domain/own-delay.ts';
import type { DelayMeter } from '../domain/own-delay.ts';
import type { Target } from '../domain/target.ts';
import { attempt } from '../polling/attempt.ts';
import { createScheduler } from '../polling/scheduler.ts';
import type { JobResult } from '../polling/slots.ts';
import type { PollResult } from '../sections/poll/poll-result.ts';
import type { NodeSource, NodeSources } from './node-source.ts';
import type { ReportBug } from './surroundings.ts';

export interface PollingSetOptions {
	readonly clock: Clock;
	readonly sources: NodeSources;
	/** Takes the result of each poll whose target is still watched; the next poll of that target waits for it. */
	readonly onResult: (result: PollResult) => void | Promise<void>;
	readonly reportBug: ReportBug;
	/** Measures by how much this process is late; by default its event loop is measured. */
	readonly delay?: DelayMeter | undefined;
	/** Polls in flight over all targets, at most. */
	readonly maxInFlight?: number | undefined;
	/** The part of an interval by which polls differ in time from their slot; none by default. */
	readonly spread?: number | undefined;
}

/** The targets that are polled, each at its slots. */
export interface PollingSet {
	readonly add: (target: Target) => void;
	readonly remove: (name: string) => void;
	/** Polls at once; without a name, every target. */
	readonly pollNow: (name?: string) => void;
	/** A new interval for every target. */
	readonly setIntervalMs: (intervalMs: number) => void;
	readonly stop: () => void;
}

interface Polled {
	/** With its kind, once that has been detected. */
	target: Target;
	readonly source: NodeSource;
}

export function createPollingSet(options: PollingSetOptions): PollingSet {
	const { clock, sources, onResult, reportBug } = options;
	const scheduler = createScheduler({
		clock,
		maxInFlight: options.maxInFlight,
		spread: options.spread,
	});
	const { delay = createDelayMeter(clock) } = options;
	const polled = new Map<string, Polled>();

	async function poll(node: Polled, signal: AbortSignal, missedSlots: number): Promise<JobResult> {
		const { target, source } = node;
		const result = await attempt(target, source.poll, {
			clock,
			delay,
			missedSlots,
			signal,
			reportBug: (error) => {
				reportBug(error, target.name);
			},
		});
		if (signal.aborted) return { failed: true };
		const taken = onResult({ ...result, target: node.target });
		if (taken) await taken;
		if (result.outcome.status === 'read') return { failed: false };
		return { failed: true, retryAfterMs: result.outcome.error.retryAfterMs };
	}

	return {
		add(target) {
			const source = sources.open(target, (kind) => {
				node.target = { ...node.target, kind };
			});
			const node: Polled = { target, source };
			polled.set(target.name, node);
			scheduler.add({
				id: target.name,
				intervalMs: target.intervalMs,
				run: (signal, missedSlots) => poll(node, signal, missedSlots),
			});
		},
		remove(name) {
			scheduler.remove(name);
			polled.get(name)?.source.close();
			polled.delete(name);
		},
		pollNow: scheduler.pollNow,
		setIntervalMs(intervalMs) {
			for (const name of polled.keys()) scheduler.setIntervalMs(name, intervalMs);
		},
		stop() {
			scheduler.stop();
			for (const { source } of polled.values()) source.close();
			sources.close();
		},
	};
}

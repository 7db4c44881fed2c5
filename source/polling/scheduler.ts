import { systemClock } from '../domain/clock.ts';
import type { Clock, Timer } from '../domain/clock.ts';
import { createRunQueue } from './run-queue.ts';
import { beginSlots, movedSlots, nextDelayMs } from './slots.ts';
import type { JobResult, Slots } from './slots.ts';

/** What the scheduler runs for one target: one poll, which never rejects. */
export interface Job {
	readonly id: string;
	readonly intervalMs: number;
	/** Polls once. `signal` is aborted when the job is removed or the scheduler stops. */
	run(signal: AbortSignal, missedSlots: number): Promise<JobResult>;
}

export interface SchedulerOptions {
	/** Polls in flight over all targets, at most. */
	readonly maxInFlight?: number | undefined;
	/** 0 ≤ x < 1, for the jitter of the backoff. */
	readonly random?: () => number;
	/** The part of an interval by which polls differ in time from their slot; none by default. */
	readonly spread?: number | undefined;
	readonly clock?: Clock;
}

export interface Scheduler {
	readonly add: (job: Job) => void;
	readonly remove: (id: string) => void;
	/** Polls at once, past backoff; without an id, everything. */
	readonly pollNow: (id?: string) => void;
	/** A new interval, from now on; the next poll comes within it. */
	readonly setIntervalMs: (id: string, intervalMs: number) => void;
	readonly stop: () => void;
}

interface Entry {
	readonly job: Job;
	readonly abort: AbortController;
	slots: Slots;
	state: 'waiting' | 'queued' | 'running';
	timer: Timer | undefined;
}

const defaultMaxInFlight = 64;

function newEntry(job: Job, nowMs: number, jitter: Parameters<typeof beginSlots>[2]): Entry {
	const slots = beginSlots(job.intervalMs, nowMs, jitter);
	return { job, abort: new AbortController(), slots, state: 'waiting', timer: undefined };
}

/**
 * Keeps each target's slots: never two polls of one target at once, at most `maxInFlight` over all,
 * missed slots counted and not made up for, failing targets polled less often with jitter.
 */
export function createScheduler(options: SchedulerOptions = {}): Scheduler {
	const { clock = systemClock, random = Math.random, spread = 0 } = options;
	const entries = new Map<string, Entry>();
	const queue = createRunQueue(options.maxInFlight ?? defaultMaxInFlight);

	function wait(entry: Entry, delayMs: number): void {
		clock.clearTimeout(entry.timer);
		entry.state = 'waiting';
		entry.timer = clock.setTimeout(() => {
			enqueue(entry);
		}, delayMs);
	}

	function enqueue(entry: Entry): void {
		clock.clearTimeout(entry.timer);
		entry.state = 'queued';
		queue.add(() => run(entry));
	}

	async function run(entry: Entry): Promise<void> {
		const { job, abort, slots } = entry;
		if (abort.signal.aborted) return;
		entry.state = 'running';
		const result = await job.run(abort.signal, slots.missedSlots);
		if (abort.signal.aborted) return;
		const now = { nowMs: clock.steadyNow(), random: random() };
		wait(entry, nextDelayMs(entry.slots, result, now));
	}

	function remove(id: string): void {
		const entry = entries.get(id);
		if (!entry || !entries.delete(id)) return;
		clock.clearTimeout(entry.timer);
		entry.abort.abort();
	}

	return {
		add(job) {
			if (entries.has(job.id)) throw new Error(`target ${job.id} is scheduled already`);
			const entry = newEntry(job, clock.steadyNow(), { index: entries.size, spread });
			entries.set(job.id, entry);
			enqueue(entry);
		},
		remove,
		pollNow(id) {
			for (const entry of id === undefined ? entries.values() : [entries.get(id)]) {
				if (entry?.state === 'waiting') enqueue(entry);
			}
		},
		setIntervalMs(id, intervalMs) {
			const entry = entries.get(id);
			if (!entry) return;
			entry.slots = movedSlots(entry.slots, intervalMs, clock.steadyNow());
			if (entry.state === 'waiting') wait(entry, intervalMs);
		},
		stop() {
			for (const id of entries.keys()) remove(id);
		},
	};
}

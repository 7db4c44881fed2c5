/** What the scheduler runs for one target: one poll, which never rejects. */
export interface Job {
	readonly id: string;
	readonly intervalMs: number;
	/** Polls once. `signal` is aborted when the job is removed or the scheduler stops. */
	run(signal: AbortSignal, missedSlots: number): Promise<JobResult>;
}

export interface JobResult {
	readonly failed: boolean;
	/** How long the node asked us to stay away. */
	readonly retryAfterMs?: number | undefined;
}

export interface SchedulerOptions {
	/** Polls in flight over all targets, at most. */
	readonly maxInFlight?: number;
	/** 0 ≤ x < 1, for the jitter of the backoff. */
	readonly random?: () => number;
	/** Monotonic milliseconds. */
	readonly now?: () => number;
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
	intervalMs: number;
	/** Slot n is at `startedAtMs + n × intervalMs`. */
	startedAtMs: number;
	slot: number;
	missedSlots: number;
	failures: number;
	state: 'waiting' | 'queued' | 'running';
	timer: ReturnType<typeof setTimeout> | undefined;
}

const defaultMaxInFlight = 64;
/** A node that restarts is seen again at full pace; only a longer outage is asked less often. */
const failuresAtFullPace = 3;
const maxBackoffMs = 10_000;
const backoffJitter = 0.2;

/**
 * Keeps each target's slots: never two polls of one target at once, at most `maxInFlight` over all,
 * missed slots counted and not made up for, failing targets asked less often with jitter.
 */
export function createScheduler(options: SchedulerOptions = {}): Scheduler {
	const { maxInFlight = defaultMaxInFlight, random = Math.random } = options;
	const now = options.now ?? (() => performance.now());
	const entries = new Map<string, Entry>();
	const queue: Entry[] = [];
	let inFlight = 0;

	function wait(entry: Entry, delayMs: number): void {
		clearTimeout(entry.timer);
		entry.state = 'waiting';
		entry.timer = setTimeout(() => {
			enqueue(entry);
		}, delayMs);
	}

	function enqueue(entry: Entry): void {
		clearTimeout(entry.timer);
		entry.state = 'queued';
		queue.push(entry);
		drain();
	}

	function drain(): void {
		while (inFlight < maxInFlight) {
			const entry = queue.shift();
			if (!entry) return;
			if (!entry.abort.signal.aborted) void start(entry);
		}
	}

	async function start(entry: Entry): Promise<void> {
		entry.state = 'running';
		inFlight++;
		try {
			const result = await entry.job.run(entry.abort.signal, entry.missedSlots);
			if (!entry.abort.signal.aborted) scheduleNext(entry, result);
		} finally {
			inFlight--;
			drain();
		}
	}

	function scheduleNext(entry: Entry, result: JobResult): void {
		entry.failures = result.failed ? entry.failures + 1 : 0;
		const nowMs = now();
		const due = Math.floor((nowMs - entry.startedAtMs) / entry.intervalMs) + 1;
		entry.missedSlots += Math.max(0, due - entry.slot - 1);
		entry.slot = due;
		const toSlotMs = entry.startedAtMs + due * entry.intervalMs - nowMs;
		const backoffMs = backoff(entry.failures, entry.intervalMs, random());
		wait(entry, Math.max(toSlotMs, backoffMs, result.retryAfterMs ?? 0));
	}

	function remove(id: string): void {
		const entry = entries.get(id);
		if (!entry) return;
		entries.delete(id);
		clearTimeout(entry.timer);
		entry.abort.abort();
	}

	return {
		add(job) {
			if (entries.has(job.id)) throw new Error(`target ${job.id} is scheduled already`);
			const entry: Entry = {
				job,
				abort: new AbortController(),
				intervalMs: job.intervalMs,
				startedAtMs: now(),
				slot: 0,
				missedSlots: 0,
				failures: 0,
				state: 'waiting',
				timer: undefined,
			};
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
			entry.intervalMs = intervalMs;
			entry.startedAtMs = now();
			entry.slot = 0;
			if (entry.state === 'waiting') wait(entry, intervalMs);
		},
		stop() {
			for (const id of entries.keys()) remove(id);
		},
	};
}

/** How long to stay away after so many failures in a row; 0 while at full pace. */
function backoff(failures: number, intervalMs: number, random: number): number {
	if (failures <= failuresAtFullPace) return 0;
	const doubled = intervalMs * 2 ** Math.min(failures - failuresAtFullPace, 10);
	const bounded = Math.min(doubled, Math.max(maxBackoffMs, intervalMs));
	return bounded * (1 - backoffJitter + 2 * backoffJitter * random);
}

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createScheduler } from '../../source/polling/scheduler.ts';
import type { Job, Scheduler } from '../../source/polling/scheduler.ts';
import type { JobResult } from '../../source/polling/slots.ts';

/** A job whose polls take as long as told, and which keeps when each began. */
function recordedJob(id: string, intervalMs: number, takeMs: () => number, result: JobResult) {
	const startedAt: number[] = [];
	const missed: number[] = [];
	const signals: AbortSignal[] = [];
	const job: Job = {
		id,
		intervalMs,
		run: (signal, missedSlots) => {
			startedAt.push(Date.now());
			missed.push(missedSlots);
			signals.push(signal);
			const durationMs = takeMs();
			if (durationMs === 0) return Promise.resolve(result);
			return new Promise((resolve) => {
				setTimeout(() => {
					resolve(result);
				}, durationMs);
			});
		},
	};
	return { job, startedAt, missed, signals };
}

const good: JobResult = { failed: false };

describe('createScheduler', () => {
	let scheduler: Scheduler;

	beforeEach(() => {
		vi.useFakeTimers({ now: 0 });
		scheduler = createScheduler({ random: () => 0.5 });
	});

	afterEach(() => {
		scheduler.stop();
		vi.useRealTimers();
	});

	it('polls at once, then at each slot, without drift', async () => {
		const { job, startedAt } = recordedJob('a', 1000, () => 130, good);
		scheduler.add(job);
		await vi.advanceTimersByTimeAsync(3500);
		expect(startedAt).toEqual([0, 1000, 2000, 3000]);
	});

	it('moves polls within their slots so that no regular pause of a node escapes them', async () => {
		scheduler = createScheduler({ spread: 0.3 });
		const { job, startedAt, missed } = recordedJob('a', 5000, () => 20, good);
		scheduler.add(job);
		await vi.advanceTimersByTimeAsync(400_000);
		const phases = startedAt.map((ms) => ms % 2500);
		// A node that stands still for 1.2 s of every 2.5 s, wherever its pauses begin.
		for (let from = 0; from < 2500; from += 100) {
			const met = phases.filter((phase) => (phase - from + 2500) % 2500 < 1200);
			expect(met.length).toBeGreaterThan(0);
		}
		const gaps = startedAt.slice(1).map((ms, index) => ms - (startedAt[index] ?? 0));
		expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5000 * (1 - 0.4 * 0.3));
		expect(Math.max(...gaps)).toBeLessThanOrEqual(5000 * 1.3);
		expect(startedAt[0]).toBe(0);
		expect(missed.at(-1)).toBe(0);
		expect(startedAt.length).toBe(80);
	});

	it('polls several targets at different times', async () => {
		scheduler = createScheduler({ spread: 0.3 });
		const jobs = ['a', 'b', 'c'].map((id) => recordedJob(id, 1000, () => 0, good));
		for (const { job } of jobs) scheduler.add(job);
		await vi.advanceTimersByTimeAsync(1500);
		expect(new Set(jobs.map(({ startedAt }) => startedAt[1])).size).toBe(3);
	});

	it('polls few targets closely one after another, and many over the whole spread', async () => {
		scheduler = createScheduler({ spread: 0.3, maxInFlight: 1000 });
		const jobs = Array.from({ length: 320 }, (_, n) => recordedJob(`${n}`, 1000, () => 0, good));
		for (const { job } of jobs) scheduler.add(job);
		await vi.advanceTimersByTimeAsync(1500);
		const seconds = jobs.map(({ startedAt }) => (startedAt[1] ?? 0) - 1000);
		const first = seconds.slice(0, 10);
		expect(Math.max(...first) - Math.min(...first)).toBeLessThanOrEqual(40);
		for (let fromMs = 0; fromMs < 300; fromMs += 75) {
			const within = seconds.filter((ms) => ms >= fromMs && ms < fromMs + 75);
			expect(within.length).toBeGreaterThan(320 / 10);
		}
	});

	it('keeps short intervals', async () => {
		scheduler = createScheduler({ spread: 0.3 });
		const jobs = Array.from({ length: 16 }, (_, n) => recordedJob(`${n}`, 100, () => 20, good));
		for (const { job } of jobs) scheduler.add(job);
		await vi.advanceTimersByTimeAsync(3000);
		expect(jobs.map(({ missed }) => missed.at(-1))).toEqual(jobs.map(() => 0));
	});

	it('never runs two polls of one target at once, and counts the slots it missed', async () => {
		const { job, startedAt, missed } = recordedJob('a', 1000, () => 2300, good);
		scheduler.add(job);
		await vi.advanceTimersByTimeAsync(7000);
		expect(startedAt).toEqual([0, 3000, 6000]);
		expect(missed).toEqual([0, 2, 4]);
	});

	it('keeps at most so many polls in flight over all targets', async () => {
		scheduler = createScheduler({ maxInFlight: 2 });
		let running = 0;
		let most = 0;
		for (const id of ['a', 'b', 'c', 'd', 'e']) {
			scheduler.add({
				id,
				intervalMs: 1000,
				run: async () => {
					most = Math.max(most, ++running);
					await new Promise((resolve) => {
						setTimeout(resolve, 50);
					});
					running--;
					return good;
				},
			});
		}
		await vi.advanceTimersByTimeAsync(900);
		expect(most).toBe(2);
		expect(running).toBe(0);
	});

	it('asks a failing target at full pace first, then less often, and sees within 2 s that it answers again', async () => {
		const { job, startedAt } = recordedJob('a', 1000, () => 0, { failed: true });
		scheduler.add(job);
		await vi.advanceTimersByTimeAsync(60_000);
		const gaps = startedAt.slice(1).map((at, index) => at - (startedAt[index] ?? 0));
		expect(gaps.slice(0, 3)).toEqual([1000, 1000, 1000]);
		expect(gaps.slice(3).every((gap) => gap === 1800)).toBe(true);
	});

	it('spreads the retries of targets that failed together', async () => {
		scheduler = createScheduler({ random: () => 0 });
		const { job, startedAt } = recordedJob('a', 1000, () => 0, { failed: true });
		scheduler.add(job);
		await vi.advanceTimersByTimeAsync(5000);
		expect(startedAt).toEqual([0, 1000, 2000, 3000, 5000]);
	});

	it('stays away as long as the node asked', async () => {
		const { job, startedAt } = recordedJob('a', 1000, () => 0, {
			failed: true,
			retryAfterMs: 7000,
		});
		scheduler.add(job);
		await vi.advanceTimersByTimeAsync(8000);
		expect(startedAt).toEqual([0, 7000]);
	});

	it('polls now on demand, but never twice at once', async () => {
		const { job, startedAt } = recordedJob('a', 1000, () => 100, good);
		scheduler.add(job);
		scheduler.pollNow('a');
		await vi.advanceTimersByTimeAsync(300);
		expect(startedAt).toEqual([0]);
		scheduler.pollNow();
		await vi.advanceTimersByTimeAsync(600);
		expect(startedAt).toEqual([0, 300]);
	});

	it('takes a new interval from now on', async () => {
		const { job, startedAt } = recordedJob('a', 10_000, () => 0, good);
		scheduler.add(job);
		await vi.advanceTimersByTimeAsync(500);
		scheduler.setIntervalMs('a', 1000);
		await vi.advanceTimersByTimeAsync(2200);
		expect(startedAt).toEqual([0, 1500, 2500]);
	});

	it('aborts the running poll of a removed target and asks it no more', async () => {
		const { job, startedAt, signals } = recordedJob('a', 1000, () => 400, good);
		scheduler.add(job);
		await vi.advanceTimersByTimeAsync(100);
		scheduler.remove('a');
		expect(signals[0]?.aborted).toBe(true);
		await vi.advanceTimersByTimeAsync(5000);
		expect(startedAt).toEqual([0]);
	});

	it('leaves no timer of a removed target, whether it waits or is being polled', async () => {
		const waiting = recordedJob('a', 1000, () => 0, good);
		const running = recordedJob('b', 1000, () => 400, good);
		scheduler.add(waiting.job);
		scheduler.add(running.job);
		await vi.advanceTimersByTimeAsync(100);
		scheduler.remove('a');
		scheduler.remove('b');
		await vi.advanceTimersByTimeAsync(400);
		expect(vi.getTimerCount()).toBe(0);
		expect([waiting.startedAt, running.startedAt]).toEqual([[0], [0]]);
	});

	it('does not begin what was removed before its turn came', async () => {
		scheduler = createScheduler({ maxInFlight: 1 });
		const [first, second] = ['a', 'b'].map((id) => recordedJob(id, 1000, () => 300, good));
		for (const each of [first, second]) if (each) scheduler.add(each.job);
		scheduler.remove('b');
		await vi.advanceTimersByTimeAsync(2000);
		expect(second?.startedAt).toEqual([]);
		expect(first?.startedAt).toEqual([0, 1000, 2000]);
	});

	it('polls only the one that is asked for, once, and knows no others', async () => {
		const [a, b] = ['a', 'b'].map((id) => recordedJob(id, 1000, () => 0, good));
		for (const each of [a, b]) if (each) scheduler.add(each.job);
		await vi.advanceTimersByTimeAsync(500);
		scheduler.pollNow('a');
		scheduler.pollNow('c');
		await vi.advanceTimersByTimeAsync(100);
		expect([a?.startedAt, b?.startedAt]).toEqual([[0, 500], [0]]);
		// The timer for its next slot was taken back.
		expect(vi.getTimerCount()).toBe(2);
	});

	it('takes a new interval while a poll is under way, and begins no other', async () => {
		const { job, startedAt } = recordedJob('a', 10_000, () => 2300, good);
		scheduler.add(job);
		await vi.advanceTimersByTimeAsync(100);
		scheduler.setIntervalMs('a', 500);
		scheduler.setIntervalMs('b', 500);
		await vi.advanceTimersByTimeAsync(2000);
		expect(startedAt).toEqual([0]);
		await vi.advanceTimersByTimeAsync(1000);
		expect(startedAt).toHaveLength(2);
	});

	it('forgets the slot that a poll on demand or a new interval replaced', async () => {
		let takeMs = 0;
		const { job, startedAt } = recordedJob('a', 1000, () => takeMs, good);
		scheduler.add(job);
		await vi.advanceTimersByTimeAsync(500);
		takeMs = 600;
		scheduler.pollNow('a');
		await vi.advanceTimersByTimeAsync(590);
		expect(startedAt).toEqual([0, 500]);
		takeMs = 0;
		await vi.advanceTimersByTimeAsync(10);
		scheduler.setIntervalMs('a', 10_000);
		await vi.advanceTimersByTimeAsync(5000);
		expect(startedAt).toEqual([0, 500]);
		scheduler.remove('c');
	});

	it('stops everything', async () => {
		const [a, b] = ['a', 'b'].map((id) => recordedJob(id, 1000, () => 400, good));
		for (const each of [a, b]) if (each) scheduler.add(each.job);
		await vi.advanceTimersByTimeAsync(100);
		scheduler.stop();
		expect([a?.signals[0]?.aborted, b?.signals[0]?.aborted]).toEqual([true, true]);
		await vi.advanceTimersByTimeAsync(5000);
		expect([a?.startedAt, b?.startedAt]).toEqual([[0], [0]]);
		expect(vi.getTimerCount()).toBe(0);
	});

	it('refuses the same target twice', () => {
		const { job } = recordedJob('a', 1000, () => 0, good);
		scheduler.add(job);
		expect(() => {
			scheduler.add(job);
		}).toThrow('scheduled already');
	});
});

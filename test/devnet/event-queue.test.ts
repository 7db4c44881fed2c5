import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEventQueue } from '../../devnet/event-queue.ts';
import { createVirtualClock } from '../../devnet/virtual-clock.ts';

test('events come out by time, and by order of queueing at one time', () => {
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
			const queue = createEventQueue();
			for (const [order, atMs] of times.entries()) queue.push({ atMs, order, run: () => {} });
			const popped: [number, number][] = [];
			for (let next = queue.pop(); next; next = queue.pop()) popped.push([next.atMs, next.order]);
			const expected = times
				.map((atMs, order): [number, number] => [atMs, order])
				.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
			expect(popped).toEqual(expected);
			expect(queue.size).toBe(0);
		}),
	);
});

test('the clock runs what is due, with what that queues, and nothing that was cancelled', () => {
	const clock = createVirtualClock();
	const seen: string[] = [];
	clock.after(10, () => {
		seen.push(`a ${clock.nowMs()}`);
		clock.after(5, () => seen.push(`b ${clock.nowMs()}`));
	});
	const cancel = clock.after(12, () => seen.push('cancelled'));
	cancel();
	clock.after(20, () => seen.push(`c ${clock.nowMs()}`));
	clock.advanceTo(19);
	expect(seen).toEqual(['a 10', 'b 15']);
	expect(clock.nowMs()).toBe(19);
	expect(clock.nextAtMs()).toBe(20);
	clock.advanceTo(20);
	expect(seen).toEqual(['a 10', 'b 15', 'c 20']);
	expect(clock.nextAtMs()).toBeUndefined();
});

import { expect, it } from 'vitest';
import { createDelayMeter, isOurs } from '../../source/domain/own-delay.ts';

/** A clock that can pass over its timers, as a process that is stuck does. */
function stickyClock() {
	let nowMs = 0;
	let waiting: { atMs: number; run: () => void } | undefined;
	return {
		steadyNow: () => nowMs,
		setTimeout(run: () => void, delayMs: number) {
			waiting = { atMs: nowMs + delayMs, run };
			return 1;
		},
		clearTimeout: () => {
			waiting = undefined;
		},
		isTicking: () => waiting !== undefined,
		stick(ms: number) {
			nowMs += ms;
		},
		run(ms: number) {
			const untilMs = nowMs + ms;
			for (let due = waiting; due && due.atMs <= untilMs; due = waiting) {
				nowMs = Math.max(nowMs, due.atMs);
				due.run();
			}
			nowMs = Math.max(nowMs, untilMs);
		},
	};
}

it('measures by how much the event loop was late, and no time in which it was not', () => {
	const clock = stickyClock();
	const meter = createDelayMeter(clock);
	const span = meter.begin();
	clock.run(5000);
	expect(span.soFarMs()).toBe(0);
	clock.stick(3000);
	expect(span.soFarMs()).toBeGreaterThan(2900);
	clock.run(1000);
	expect(span.end()).toBeGreaterThan(2900);
	expect(span.end()).toBeLessThanOrEqual(3000);
});

it('counts for each span only what happened in it, and ticks only while one is open', () => {
	const clock = stickyClock();
	const meter = createDelayMeter(clock);
	expect(clock.isTicking()).toBe(false);
	const first = meter.begin();
	clock.stick(1000);
	const second = meter.begin();
	clock.run(500);
	expect(second.end()).toBe(0);
	expect(first.end()).toBeGreaterThan(900);
	expect(clock.isTicking()).toBe(false);
	const third = meter.begin();
	expect(third.end()).toBe(0);
});

it('calls a measured time ours when a quarter of it was our own delay', () => {
	expect(isOurs(10, 20)).toBe(false);
	expect(isOurs(100, 1000)).toBe(false);
	expect(isOurs(300, 1000)).toBe(true);
});

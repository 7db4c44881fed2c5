import { expect, it } from 'vitest';
import { createDelayMeter, isOurs, waitWithoutDelay } from '../../source/domain/own-delay.ts';

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
				waiting = undefined;
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

it.each<[string, (waitedMs: number) => number, string[]]>([
	['nothing was late', () => 0, ['silent at 1000']],
	['what was late is over', () => 300, ['silent at 1300']],
	['it is late all the time', (waitedMs) => waitedMs, ['late at 2000']],
	['half of the time', (waitedMs) => waitedMs / 2, ['silent at 1970']],
])('ends a wait after its limit without its own delay: %s', (_what, lateAfter, ended) => {
	const clock = stickyClock();
	const seen: string[] = [];
	let isBegun = false;
	const span = { soFarMs: () => (isBegun ? 500 + lateAfter(clock.steadyNow()) : 500) };
	waitWithoutDelay({
		limitMs: 1000,
		span,
		clock,
		onEnd: (why) => seen.push(`${why} at ${Math.round(clock.steadyNow() / 10) * 10}`),
	});
	isBegun = true;
	clock.run(10_000);
	expect(seen).toEqual(ended);
});

it('a wait that was taken back does not end', () => {
	const clock = stickyClock();
	const stop = waitWithoutDelay({
		limitMs: 1000,
		span: { soFarMs: () => 0 },
		clock,
		onEnd: () => expect.fail('it was taken back'),
	});
	stop();
	clock.run(10_000);
});

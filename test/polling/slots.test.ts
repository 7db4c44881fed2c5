import { describe, expect, it } from 'vitest';
import { beginSlots, jitterMs, movedSlots, nextDelayMs } from '../../source/polling/slots.ts';

const now = (nowMs: number, random = 0) => ({ nowMs, random });
const good = { failed: false };
const bad = { failed: true };

describe('the wait for the next poll', () => {
	it('is to its slot, and slots that passed meanwhile are counted', () => {
		const slots = beginSlots(1000, 500);
		expect(nextDelayMs(slots, good, now(630))).toBe(870);
		expect(slots).toMatchObject({ slot: 1, missedSlots: 0 });
		expect(nextDelayMs(slots, good, now(4600))).toBe(900);
		expect(slots).toMatchObject({ slot: 5, missedSlots: 3 });
		expect(nextDelayMs(slots, good, now(5500))).toBe(1000);
		expect(slots).toMatchObject({ slot: 6, missedSlots: 3 });
	});

	it('grows from the fourth failure in a row on, to two seconds, and is short again after an answer', () => {
		const slots = beginSlots(100, 0);
		const after = (result: { failed: boolean }, random = 0) =>
			nextDelayMs(slots, result, now(0, random));
		expect([1, 2, 3].map(() => after(bad))).toEqual([100, 100, 100]);
		expect([4, 5, 6, 7, 8, 9].map(() => after(bad))).toEqual([200, 400, 800, 1600, 2000, 2000]);
		for (let failures = 0; failures < 2000; failures += 1) after(bad);
		expect(after(bad)).toBe(2000);
		expect(after(bad, 0.5)).toBe(1800);
		expect(after(good)).toBe(100);
		expect(after(bad)).toBe(100);
	});

	it('is never longer than an interval that is longer than two seconds', () => {
		const slots = { ...beginSlots(5000, 0), failures: 20 };
		expect(nextDelayMs(slots, bad, now(0))).toBe(5000);
		expect(nextDelayMs(slots, bad, now(4000))).toBe(5000);
	});

	it('is at least as long as the node asks for', () => {
		expect(nextDelayMs(beginSlots(1000, 0), { ...bad, retryAfterMs: 7000 }, now(0))).toBe(7000);
		expect(nextDelayMs(beginSlots(1000, 0), { ...good, retryAfterMs: 1 }, now(0))).toBe(1000);
	});
});

describe('slots at another interval', () => {
	it('begin now, and what was counted stays', () => {
		const slots = { ...beginSlots(1000, 0), slot: 7, missedSlots: 2, failures: 4 };
		expect(movedSlots(slots, 500, 9000)).toEqual({
			...slots,
			intervalMs: 500,
			startedAtMs: 9000,
			slot: 0,
		});
	});
});

describe('jitter', () => {
	it('is none without a spread, and with one less than that part of an interval', () => {
		expect(jitterMs(beginSlots(1000, 0, { index: 5 }), 3)).toBe(0);
		const jitters = Array.from({ length: 100 }, (_, slot) =>
			jitterMs(beginSlots(1000, 0, { spread: 0.3 }), slot),
		);
		expect(Math.min(...jitters)).toBeGreaterThanOrEqual(0);
		expect(Math.max(...jitters)).toBeLessThan(300);
		expect(new Set(jitters).size).toBeGreaterThan(90);
	});

	it('keeps the nodes of a batch 4 ms apart, of a short interval less, and batches further', () => {
		const at = (index: number, intervalMs = 10_000) =>
			jitterMs(beginSlots(intervalMs, 0, { index, spread: 0.3 }), 0);
		expect(at(1) - at(0)).toBeCloseTo(4);
		expect(at(15) - at(0)).toBeCloseTo(60);
		expect(at(1, 100) - at(0, 100)).toBeCloseTo(0.4);
		expect(Math.abs(at(16) - at(0))).toBeGreaterThan(100);
	});
});

import { describe, expect, it } from 'vitest';
import { createBlockInterval, createMovementWatch } from '../../../source/adapters/evm/movement.ts';

const block = (number: number | string, atMs: number | undefined, hash = `0x${number}`) => ({
	block: { number, hash },
	atMs,
});

describe('the block interval', () => {
	it('is unknown until two blocks were seen', () => {
		const interval = createBlockInterval();
		expect(interval(undefined)).toBeUndefined();
		expect(interval(block(10, 1000))).toBeUndefined();
		expect(interval(block(10, 1000))).toBeUndefined();
		expect(interval(block(12, 25_000))).toBe(12_000);
	});

	it('is the mean over blocks that were skipped between polls', () => {
		const interval = createBlockInterval();
		interval(block(100, 0));
		interval(block(101, 1000));
		expect(interval(block(110, 30_000))).toBe(3000);
	});

	it('forgets what a lower head took back', () => {
		const interval = createBlockInterval();
		interval(block(100, 0));
		interval(block(101, 90_000));
		expect(interval(block(101, 12_000, 'other'))).toBe(12_000);
		expect(interval(block(3, 500_000))).toBeUndefined();
		expect(interval(block(4, 502_000))).toBe(2000);
	});

	it('follows a change of pace within its 64 heads', () => {
		const interval = createBlockInterval();
		for (let number = 0; number < 100; number += 1) interval(block(number, number * 10_000));
		let mean: number | undefined;
		for (let number = 100; number < 164; number += 1) {
			mean = interval(block(number, 1_000_000 + (number - 100) * 2000));
		}
		expect(mean).toBe(2000);
	});

	it('is no 0 and nothing negative, and needs times and countable numbers', () => {
		const interval = createBlockInterval();
		interval(block(1, 5000));
		expect(interval(block(2, 5000))).toBeUndefined();
		expect(interval(block(3, 4000))).toBeUndefined();
		expect(interval(block(4, undefined))).toBeUndefined();
		expect(interval(block('9007199254740993', 9000))).toBeUndefined();
		expect(interval(block(5, 9000))).toBe(1000);
	});
});

describe('what moved', () => {
	it('is nothing at the first look', () => {
		expect(createMovementWatch().observe(block(1, 0), { flag: false }, 100)).toEqual({
			watchedSinceMs: 100,
			headMovedAtMs: undefined,
			anythingMovedAtMs: 100,
			isHeadLower: false,
			blockIntervalMs: undefined,
		});
	});

	it('is the head when its number or its hash changed', () => {
		const watch = createMovementWatch();
		watch.observe(block(1, 0), undefined, 100);
		expect(watch.observe(block(1, 0), undefined, 200).headMovedAtMs).toBeUndefined();
		expect(watch.observe(block(1, 0, 'other'), undefined, 300).headMovedAtMs).toBe(300);
		expect(watch.observe(block(2, 0), undefined, 400)).toMatchObject({
			headMovedAtMs: 400,
			anythingMovedAtMs: 400,
			watchedSinceMs: 100,
		});
		expect(watch.observe(block(2, 0), undefined, 500).headMovedAtMs).toBe(400);
	});

	it('is also the progress of a sync whose head stands still', () => {
		const watch = createMovementWatch();
		watch.observe(block(0, 0), { flag: true, stages: { syncedAccounts: 1 } }, 100);
		const moved = watch.observe(block(0, 0), { flag: true, stages: { syncedAccounts: 2 } }, 200);
		expect(moved).toMatchObject({ anythingMovedAtMs: 200, headMovedAtMs: undefined });
	});

	it('tells of a lower head', () => {
		const watch = createMovementWatch();
		watch.observe(block('9007199254740995', 0), undefined, 100);
		expect(watch.observe(block('9007199254740993', 0), undefined, 200).isHeadLower).toBe(true);
		expect(watch.observe(undefined, undefined, 300).isHeadLower).toBe(false);
	});

	it('begins anew after a reset, but keeps the interval', () => {
		const watch = createMovementWatch();
		watch.observe(block(1, 0), undefined, 100);
		watch.observe(block(2, 5000), undefined, 200);
		watch.reset();
		expect(watch.observe(block(2, 5000), undefined, 900)).toMatchObject({
			watchedSinceMs: 900,
			headMovedAtMs: undefined,
			blockIntervalMs: 5000,
		});
	});
});

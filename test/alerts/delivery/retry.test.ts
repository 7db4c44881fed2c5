import { describe, expect, it } from 'vitest';
import { createTokenBucket, retryDelayMs } from '../../../source/alerts/delivery/retry.ts';

describe('retryDelayMs', () => {
	it.each([
		[1, 1000],
		[2, 2000],
		[5, 16_000],
		[9, 256_000],
		[10, 300_000],
		[5000, 300_000],
	])('after %i attempts waits between half of %i ms and the whole', (attempts, wholeMs) => {
		expect(retryDelayMs(attempts, undefined, () => 0)).toBe(wholeMs / 2);
		expect(retryDelayMs(attempts, undefined, () => 1)).toBe(wholeMs);
	});

	it('waits as long as the receiver asks, but not for a day', () => {
		expect(retryDelayMs(1, 60_000, () => 1)).toBe(60_000);
		expect(retryDelayMs(10, 1, () => 1)).toBe(300_000);
		expect(retryDelayMs(1, 86_400_000)).toBe(3_600_000);
	});
});

describe('the token bucket', () => {
	it('lets the burst through, then one when its time has come', () => {
		const bucket = createTokenBucket(2, 60);
		expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([0, 0, 1000]);
		expect([bucket.take(500), bucket.take(1000), bucket.take(1000)]).toEqual([500, 0, 1000]);
	});

	it('is not emptied by a clock that is set back', () => {
		const bucket = createTokenBucket(1, 60);
		bucket.take(1_000_000);
		expect([bucket.take(0), bucket.take(1000)]).toEqual([1000, 0]);
	});
});

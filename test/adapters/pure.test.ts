import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { distributionOf } from '../../source/adapters/distribution.ts';
import { createPatience, stillAsked } from '../../source/adapters/patience.ts';
import { toAmount, toCount, toInteger, toTime } from '../../source/adapters/quantity.ts';
import { createRate } from '../../source/adapters/rates.ts';
import { tally } from '../../source/adapters/tally.ts';

describe('a whole number off the wire', () => {
	it.each<[unknown, unknown]>([
		[0, 0],
		[7, 7],
		['7', 7],
		['0x1f', 31],
		['0X1F', 31],
		[9_007_199_254_740_991, 9_007_199_254_740_991],
		['9007199254740991', 9_007_199_254_740_991],
		['9007199254740992', '9007199254740992'],
		[2n ** 64n, '18446744073709551616'],
		[7n, 7],
		[`0x${'f'.repeat(64)}`, (2n ** 256n - 1n).toString()],
		['9'.repeat(78), '9'.repeat(78)],
	])('%s is %s', (value, expected) => {
		expect(toInteger(value)).toBe(expected);
	});

	it.each<[unknown]>([
		[-1],
		[-1n],
		[1.5],
		[2 ** 53],
		[Number.NaN],
		['-1'],
		['1.5'],
		['x7'],
		['7x'],
		['0x'],
		['0xg'],
		[''],
		[`0x${'f'.repeat(65)}`],
		['9'.repeat(79)],
		[undefined],
		[null],
		[{}],
		[true],
	])('%s is none', (value) => {
		expect(toInteger(value)).toBeUndefined();
	});

	it('is counted with only up to 2^53', () => {
		expect([toCount('0x10'), toCount('9007199254740992'), toCount('x')]).toEqual([
			16,
			undefined,
			undefined,
		]);
	});
});

describe('an amount off the wire', () => {
	it.each<[unknown, unknown]>([
		[0, 0],
		[1.5, 1.5],
		['1.5', 1.5],
		['1e3', 1000],
		[-1, undefined],
		['-1', undefined],
		['', undefined],
		['  ', undefined],
		['x', undefined],
		[Infinity, undefined],
		['Infinity', undefined],
		[null, undefined],
		[1n, undefined],
	])('%s is %s', (value, expected) => {
		expect(toAmount(value)).toBe(expected);
	});
});

describe('a time off the wire', () => {
	it('is one from the year 2000 to 9999', () => {
		expect(toTime(946_684_800_000)).toBe('2000-01-01T00:00:00.000Z');
		expect(toTime(253_402_300_799_999)).toBe('9999-12-31T23:59:59.999Z');
		for (const none of [
			946_684_799_999,
			253_402_300_800_000,
			0,
			-62_135_596_800_000,
			Number.NaN,
			undefined,
		]) {
			expect(toTime(none)).toBeUndefined();
		}
	});
});

describe('a counter', () => {
	it('gives a rate per second between two readings, and none over a restart', () => {
		const rate = createRate();
		expect(rate(100, 1000)).toBeUndefined();
		expect(rate(150, 3000)).toBe(25);
		expect(rate(150, 4000)).toBe(0);
		expect(rate(10, 5000)).toBeUndefined();
		expect(rate(20, 6000)).toBe(10);
		expect(rate(30, 6000)).toBeUndefined();
		expect(rate(40, 5500)).toBeUndefined();
		expect(rate(undefined, 7000)).toBeUndefined();
		expect(rate(90, 8000)).toBeUndefined();
		expect(rate(91, 9000)).toBe(1);
	});
});

describe('values', () => {
	it('are counted, those that are told', () => {
		expect(tally(['a', 'b', undefined, 'a'])).toEqual({ a: 2, b: 1 });
		expect(tally([undefined])).toBeUndefined();
		expect(tally([])).toBeUndefined();
	});

	it('have percentiles by nearest rank, those that are numbers and not negative', () => {
		const values = Array.from({ length: 100 }, (_, index) => 100 - index);
		expect(distributionOf([...values, Number.NaN, -1, Infinity])).toEqual({
			min: 1,
			avg: 50.5,
			p50: 50,
			p95: 95,
			p99: 99,
			max: 100,
			n: 100,
		});
		expect(distributionOf([0, 10])).toEqual({
			min: 0,
			avg: 5,
			p50: 0,
			p95: 10,
			p99: 10,
			max: 10,
			n: 2,
		});
		expect(distributionOf([-1, Number.NaN])).toBeUndefined();
		expect(distributionOf([])).toBeUndefined();
	});
});

describe('a question that outlasts its poll', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	/** A question whose answer is given from outside. */
	function question() {
		const { promise, resolve, reject } = Promise.withResolvers<string>();
		const signals: AbortSignal[] = [];
		return {
			signals,
			resolve,
			reject,
			start: (signal: AbortSignal) => {
				signals.push(signal);
				signal.addEventListener('abort', () => reject(signal.reason));
				return promise;
			},
		};
	}
	const poll = () => {
		const controller = new AbortController();
		return { until: controller.signal, end: () => controller.abort() };
	};

	it('is asked once, and answered at the poll in which its answer comes', async () => {
		const patience = createPatience();
		const slow = question();
		const [first, second] = [poll(), poll()];
		const early = patience.ask('x', slow.start, first.until);
		first.end();
		expect(await early).toBe(stillAsked);
		const late = patience.ask('x', slow.start, second.until);
		slow.resolve('answer');
		expect(await late).toBe('answer');
		expect(slow.signals).toHaveLength(1);
		// It is asked anew the next time.
		const again = question();
		again.resolve('newer');
		expect(await patience.ask('x', again.start, poll().until)).toBe('newer');
		expect(again.signals).toHaveLength(1);
	});

	it('that failed is told at the poll that asks next', async () => {
		const patience = createPatience();
		const broken = question();
		const first = poll();
		const early = patience.ask('x', broken.start, first.until);
		first.end();
		await early;
		broken.reject(new Error('it broke'));
		await expect(patience.ask('x', broken.start, poll().until)).rejects.toThrow('it broke');
		const well = question();
		well.resolve('answer');
		expect(await patience.ask('x', well.start, poll().until)).toBe('answer');
	});

	it('waits for the one before it, and is not asked if its poll ends meanwhile', async () => {
		const patience = createPatience();
		const [one, two] = [question(), question()];
		const [first, second, third] = [poll(), poll(), poll()];
		const before = patience.ask('one', one.start, first.until);
		const waiting = patience.ask('two', two.start, second.until);
		second.end();
		expect(await waiting).toBe(stillAsked);
		const next = patience.ask('two', two.start, third.until);
		await vi.advanceTimersByTimeAsync(0);
		expect(two.signals).toHaveLength(0);
		one.resolve('first');
		expect(await before).toBe('first');
		two.resolve('second');
		expect(await next).toBe('second');
	});

	it('is not asked in a poll that is over', async () => {
		const over = poll();
		over.end();
		const never = question();
		expect(await createPatience().ask('x', never.start, over.until)).toBe(stillAsked);
		expect(never.signals).toHaveLength(0);
	});

	it('has a minute', async () => {
		const slow = question();
		const asked = createPatience().ask('x', slow.start, poll().until);
		const failure = asked.catch((error: unknown) => error);
		await vi.advanceTimersByTimeAsync(59_999);
		expect(slow.signals[0]?.aborted).toBe(false);
		await vi.advanceTimersByTimeAsync(1);
		expect(await failure).toMatchObject({ code: 'timeout', message: 'no answer within 1m 00s' });
		expect(vi.getTimerCount()).toBe(0);
	});

	it('ends with the watching of its node', async () => {
		const patience = createPatience();
		const asked = patience.ask('x', question().start, poll().until);
		const failure = asked.catch((error: unknown) => error);
		patience.close();
		expect(await failure).toMatchObject({
			code: 'unreachable',
			message: 'the node is no longer watched',
		});
		expect(vi.getTimerCount()).toBe(0);
	});
});

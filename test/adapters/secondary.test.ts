import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createInquiry } from '../../source/adapters/inquiry.ts';
import type { Inquiry, Pace } from '../../source/adapters/inquiry.ts';
import type { PollContext } from '../../source/adapters/adapter.ts';
import type { Answered } from '../../source/adapters/rest-client.ts';
import { PollError } from '../../source/domain/errors.ts';
import { notMeasured } from '../../source/domain/own-delay.ts';
import { contextFor, targetFor } from '../helpers/targets.ts';

const timeoutMs = 100;
const target = targetFor('http://127.0.0.1:1', { timeoutMs });
/** A process that is late by far more than any limit here. */
const late = { soFarMs: () => 5000 };
/** A process that becomes later as fast as time passes. */
const standing = () => {
	const startedMs = performance.now();
	return { soFarMs: () => performance.now() - startedMs };
};

const answer = <T>(value: T): Promise<Answered<T>> =>
	Promise.resolve({ value, latencyMs: 1, serverTimeMs: undefined });
const silence = (signal: AbortSignal): Promise<never> =>
	new Promise((_resolve, reject) => {
		const stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error('none'));
		if (signal.aborted) stop();
		else signal.addEventListener('abort', stop, { once: true });
	});
const refusing = (failure: PollError) => async (): Promise<Answered<number>> => {
	throw failure;
};

type Also = (signal: AbortSignal) => Promise<Answered<number>>;

/** One poll: a main question that is answered, and another one. */
function poll(
	inquiry: Inquiry,
	also: Also,
	delay: PollContext['delay'] = notMeasured,
	pace: Pace = {},
) {
	const context = contextFor(target, { delay });
	return inquiry.poll(context, timeoutMs, async (round) => {
		await round.main('main', () => answer(true));
		const value = await round.also('peers', also, pace);
		return { value, endpoint: round.endpoints().find(({ name }) => name === 'peers') };
	});
}

describe('a question beside the main one', () => {
	it('that gets no answer in its time is failed', async () => {
		expect((await poll(createInquiry(), silence)).endpoint).toEqual({
			name: 'peers',
			status: 'failed',
			message: 'no answer within 80 ms',
		});
	});

	it('that this process was too late to hear is unmeasured, and is asked again at the next poll', async () => {
		const inquiry = createInquiry();
		const { endpoint } = await poll(inquiry, silence, standing());
		expect(endpoint?.status).toBe('unmeasured');
		expect(endpoint?.message).toMatch(
			/^this machine was late by (?:\d+ ms|[\d.]+ s) while it waited$/,
		);
		expect((await poll(inquiry, () => answer(7))).value).toBe(7);
		const rare = createInquiry();
		const pace = { everyMs: 60_000 };
		await poll(rare, silence, standing(), pace);
		expect((await poll(rare, () => answer(7), notMeasured, pace)).value).toBe(7);
	});

	it('has more time by as much as this process was late', async () => {
		vi.useFakeTimers();
		onTestFinished(() => {
			vi.useRealTimers();
		});
		const after = (ms: number, lateMs: number) => {
			let late = 0;
			const asked = poll(
				createInquiry(),
				(signal) => {
					late = lateMs;
					const answered = new Promise<Answered<number>>((resolve) => {
						setTimeout(resolve, ms, { value: 7, latencyMs: ms, serverTimeMs: undefined });
					});
					return Promise.race([answered, silence(signal)]);
				},
				{ soFarMs: () => late },
			);
			void vi.advanceTimersByTimeAsync(1000);
			return asked;
		};
		expect(await after(70, 0)).toMatchObject({ value: 7, endpoint: { status: 'ok' } });
		expect(await after(110, 0)).toMatchObject({ endpoint: { status: 'failed' } });
		expect(await after(110, 50)).toMatchObject({ value: 7, endpoint: { status: 'ok' } });
		expect(await after(140, 50)).toMatchObject({ endpoint: { status: 'failed' } });
	});

	it.each([
		['a limit of its own that passed meanwhile', new PollError('timeout', 'no answer'), late],
		['a network that this machine does not have', new PollError('noNetwork', 'x'), notMeasured],
		['too many open files', new PollError('tooBusy', 'x'), notMeasured],
	])('is unmeasured after %s', async (_what, error, delay) => {
		const { endpoint } = await poll(createInquiry(), refusing(error), delay);
		expect(endpoint).toEqual({ name: 'peers', status: 'unmeasured', message: error.message });
	});

	it.each([
		['unreachable', 'failed'],
		['badResponse', 'failed'],
		['unsupported', 'unavailable'],
		['unauthorized', 'unavailable'],
		['rateLimited', 'unavailable'],
	] as const)('that ended with %s is %s, however late this process was', async (code, status) => {
		const { endpoint } = await poll(createInquiry(), refusing(new PollError(code, 'x')), late);
		expect(endpoint?.status).toBe(status);
	});
});

describe('a main question', () => {
	async function askedAfter(code: 'timeout' | 'unreachable', delay: PollContext['delay']) {
		const inquiry = createInquiry();
		let asked = 0;
		const ask = (isFailing: boolean) =>
			inquiry.poll(contextFor(target, { delay }), timeoutMs, async (round) => {
				await round.also(
					'rare',
					() => {
						asked += 1;
						return answer(1);
					},
					{ everyMs: 60_000 },
				);
				if (isFailing) throw new PollError(code, 'x');
			});
		await ask(false);
		await expect(ask(true)).rejects.toMatchObject({ code });
		await ask(false);
		return asked;
	}

	it('that fails makes everything be asked anew, unless it failed because of this machine', async () => {
		expect(await askedAfter('unreachable', notMeasured)).toBe(2);
		expect(await askedAfter('timeout', notMeasured)).toBe(2);
		expect(await askedAfter('timeout', late)).toBe(1);
		expect(await askedAfter('unreachable', late)).toBe(2);
	});
});

import { describe, expect, it } from 'vitest';
import { systemClock } from '../../source/domain/clock.ts';
import { PollError } from '../../source/domain/errors.ts';
import type { Reading } from '../../source/sections/snapshot.ts';
import { attempt } from '../../source/polling/attempt.ts';
import type { Poll } from '../../source/polling/attempt.ts';
import { targetFor } from '../helpers/targets.ts';

const target = targetFor('http://127.0.0.1:1', { timeoutMs: 50 });

function attemptWith(poll: Poll, signal = new AbortController().signal) {
	const bugs: unknown[] = [];
	const result = attempt(target, poll, {
		clock: { ...systemClock, now: () => 1000 },
		missedSlots: 3,
		signal,
		reportBug: (error) => bugs.push(error),
	});
	return { result, bugs };
}

describe('attempt', () => {
	it('hands on a reading, with when it ended and what was missed', async () => {
		const reading: Reading = { latencyMs: 5, consensus: { round: 7 } };
		const { result } = attemptWith(() => Promise.resolve(reading));
		expect(await result).toEqual({
			target,
			atMs: 1000,
			missedSlots: 3,
			outcome: { status: 'read', reading },
		});
	});

	it('ends at the deadline even if the adapter does not listen', async () => {
		const { result, bugs } = attemptWith(() => new Promise(() => undefined));
		const { outcome } = await result;
		expect(outcome.status === 'failed' && outcome.error.code).toBe('timeout');
		expect(bugs).toEqual([]);
	});

	it('keeps the code of a poll error', async () => {
		const { result } = attemptWith(() => Promise.reject(new PollError('unauthorized', 'no')));
		const { outcome } = await result;
		expect(outcome.status === 'failed' && outcome.error.code).toBe('unauthorized');
	});

	it.each<[string, Poll]>([
		['throws', () => Promise.reject(new TypeError('x is undefined'))],
		['gives a number that is none', () => Promise.resolve({ latencyMs: Number.NaN })],
		['gives a fraction of a peer', () => Promise.resolve({ network: { peers: 1.5 } })],
	])('reports an adapter that %s as our bug, and goes on', async (_what, poll) => {
		const { result, bugs } = attemptWith(poll);
		const { outcome } = await result;
		expect(outcome.status === 'failed' && outcome.error.code).toBe('internal');
		expect(bugs).toHaveLength(1);
	});

	it('does not call it a bug when nobody wants the result any more', async () => {
		const abort = new AbortController();
		const { result, bugs } = attemptWith(() => new Promise(() => undefined), abort.signal);
		abort.abort();
		await result;
		expect(bugs).toEqual([]);
	});
});

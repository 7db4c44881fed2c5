import { describe, expect, it } from 'vitest';
import { systemClock } from '../../source/domain/clock.ts';
import { PollError } from '../../source/domain/errors.ts';
import type { DelayMeter } from '../../source/domain/own-delay.ts';
import type { Reading } from '../../source/sections/snapshot.ts';
import { attempt } from '../../source/polling/attempt.ts';
import type { Poll } from '../../source/polling/attempt.ts';
import { targetFor } from '../helpers/targets.ts';

const target = targetFor('http://127.0.0.1:1', { timeoutMs: 50 });

/** A process that is late by so much as soon as it waits. */
function lateBy(lateMs: number): DelayMeter {
	return {
		begin() {
			let isWaiting = false;
			queueMicrotask(() => {
				isWaiting = true;
			});
			const soFarMs = () => (isWaiting ? lateMs : 0);
			return { soFarMs, end: soFarMs };
		},
	};
}

function attemptWith(poll: Poll, signal = new AbortController().signal, delay = lateBy(0)) {
	const bugs: unknown[] = [];
	const result = attempt(target, poll, {
		clock: { ...systemClock, now: () => 1000 },
		delay,
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

	it('waits longer for a node by the time that this process was late', async () => {
		const reading: Reading = { latencyMs: 5 };
		const answer = new Promise<Reading>((resolve) => {
			setTimeout(resolve, 70, reading);
		});
		const { result } = attemptWith(() => answer, undefined, lateBy(60));
		expect((await result).outcome).toEqual({ status: 'read', reading });
	});

	it('calls a time limit that passed while this process was late ours, and no bug', async () => {
		const { result, bugs } = attemptWith(
			() => new Promise(() => undefined),
			undefined,
			lateBy(1000),
		);
		const { outcome } = await result;
		expect(outcome.status === 'failed' && outcome.error).toMatchObject({
			code: 'tooBusy',
			message: 'this machine was late by 1.0 s while it waited',
		});
		expect(bugs).toEqual([]);
	});

	it('calls a limit of the adapter’s own ours as well, and any other error the node’s', async () => {
		const late = lateBy(1000);
		const codeOf = async (thrown: PollError) => {
			const { outcome } = await attemptWith(() => Promise.reject(thrown), undefined, late).result;
			return outcome.status === 'failed' && outcome.error.code;
		};
		expect(await codeOf(new PollError('timeout', 'no answer'))).toBe('tooBusy');
		expect(await codeOf(new PollError('unreachable', 'refused'))).toBe('unreachable');
	});

	it('leaves out a latency and a clock that were read while this process was late', async () => {
		const clock = { offsetMs: 4000, uncertaintyMs: 500, source: 'httpDate' } as const;
		const reading: Reading = { latencyMs: 900, clock, consensus: { round: 7 } };
		const outcomeOf = async (lateMs: number) =>
			(await attemptWith(() => Promise.resolve(reading), undefined, lateBy(lateMs)).result).outcome;
		expect(await outcomeOf(800)).toEqual({ status: 'read', reading: { consensus: { round: 7 } } });
		expect(await outcomeOf(100)).toEqual({ status: 'read', reading });
	});

	it('lets the poll know by how much this process was late', async () => {
		const seen: number[] = [];
		const { result } = attemptWith(
			async (_signal, delay) => {
				await Promise.resolve();
				seen.push(delay.soFarMs());
				return {};
			},
			undefined,
			lateBy(70),
		);
		await result;
		expect(seen).toEqual([70]);
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

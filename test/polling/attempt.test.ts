import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../source/domain/clock.ts';
import type { Timer } from '../../source/domain/clock.ts';
import { PollError } from '../../source/domain/errors.ts';
import type { DelayMeter } from '../../source/domain/own-delay.ts';
import type { Reading } from '../../source/sections/snapshot.ts';
import { attempt } from '../../source/polling/attempt.ts';
import type { Vertex } from '../../source/sections/dag/schema.ts';
import type { Poll } from '../../source/polling/attempt.ts';
import { targetFor } from '../helpers/targets.ts';

const target = targetFor('http://127.0.0.1:1', { timeoutMs: 50 });

const vertex = (id: string): Vertex => ({ id, parents: [] });

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
		expect(outcome.status === 'failed' && outcome.error).toMatchObject({
			code: 'timeout',
			message: 'no complete answer within 50 ms',
			nextStep: expect.stringMatching(/check its host; or allow more time with timeoutMs$/),
		});
		expect(bugs).toEqual([]);
	});

	it('tells the deadline from what the adapter makes of its abort', async () => {
		const { result, bugs } = attemptWith(
			(signal) =>
				new Promise((_resolve, reject) => {
					signal.addEventListener('abort', () => reject(new TypeError('socket closed')));
				}),
		);
		const { outcome } = await result;
		expect(outcome.status === 'failed' && outcome.error.code).toBe('timeout');
		expect(bugs).toEqual([]);
	});

	it('leaves no timer, no listener and no measurement behind, however it ends', async () => {
		const { signal } = new AbortController();
		const timers = new Set<Timer>();
		let ended = 0;
		const context = {
			clock: {
				...systemClock,
				setTimeout(run: () => void, delayMs: number) {
					const timer = systemClock.setTimeout(run, delayMs);
					timers.add(timer);
					return timer;
				},
				clearTimeout(timer: Timer) {
					systemClock.clearTimeout(timer);
					timers.delete(timer);
				},
			},
			delay: { begin: () => ({ soFarMs: () => 0, end: () => (ended += 1) }) },
			missedSlots: 0,
			signal,
			reportBug: () => undefined,
		};
		const patient = { ...target, timeoutMs: 60_000 };
		await attempt(patient, () => Promise.resolve({}), context);
		await attempt(patient, () => Promise.reject(new PollError('unreachable', 'no')), context);
		expect([timers.size, getEventListeners(signal, 'abort').length, ended]).toEqual([0, 0, 2]);
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
			message: 'this machine was late by 1 s while it waited',
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
		expect(await outcomeOf(250)).toEqual({ status: 'read', reading: { consensus: { round: 7 } } });
		// Little is far from any limit, though it is more than a quarter of this latency.
		expect(await outcomeOf(249)).toEqual({ status: 'read', reading });
		// As little beside a long latency.
		const long = { ...reading, latencyMs: 2000 };
		const beside = attemptWith(() => Promise.resolve(long), undefined, lateBy(300)).result;
		expect((await beside).outcome).toEqual({ status: 'read', reading: long });
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
		[
			'gives a fraction of a peer beside vertices',
			() => Promise.resolve({ network: { peers: 1.5 }, dag: { recent: [vertex('v')] } }),
		],
		[
			'gives a fraction of a tip beside vertices',
			() => Promise.resolve({ dag: { recent: [vertex('v')], tips: 1.5 } }),
		],
		[
			'gives a vertex without parents',
			() => {
				const { parents: _parents, ...rest } = vertex('v');
				return Promise.resolve({ dag: { recent: [vertex('u'), rest as Vertex] } }); // An adapter's mistake.
			},
		],
	])('reports an adapter that %s as our bug, and goes on', async (_what, poll) => {
		const { result, bugs } = attemptWith(poll);
		const { outcome } = await result;
		expect(outcome.status === 'failed' && outcome.error).toMatchObject({
			code: 'internal',
			nextStep: expect.stringContaining('please report it with the output of --once --json'),
		});
		expect(bugs).toHaveLength(1);
	});

	it('looks once at each vertex that is handed over again', async () => {
		let looks = 0;
		const again = {
			...vertex('v'),
			get id() {
				looks += 1;
				return 'v';
			},
		};
		const poll = () => Promise.resolve({ dag: { recent: [again] } });
		await attemptWith(poll).result;
		expect(looks).toBeGreaterThan(0);
		looks = 0;
		expect((await attemptWith(poll).result).outcome.status).toBe('read');
		expect(looks).toBe(0);
	});

	it('does not call it a bug when nobody wants the result any more', async () => {
		const abort = new AbortController();
		const { result, bugs } = attemptWith(() => new Promise(() => undefined), abort.signal);
		abort.abort();
		await result;
		expect(bugs).toEqual([]);
	});
});

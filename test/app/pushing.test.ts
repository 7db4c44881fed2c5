import { describe, expect, it } from 'vitest';
import { createPusher } from '../../source/app/pushing.ts';
import type { Outcome } from '../../source/alerts/delivery/retry.ts';

/** A receiver with a script of outcomes, on a clock that only waiting moves. */
function setUp(outcomes: Record<string, readonly Outcome['kind'][]>, retryForMs = 60_000) {
	const attempts: string[] = [];
	const warnings: string[] = [];
	const ended = new AbortController();
	let nowMs = 0;
	const pusher = createPusher({
		send: (text) => {
			const kind = outcomes[text]?.[attempts.filter((each) => each === text).length] ?? 'sent';
			attempts.push(text);
			return Promise.resolve(kind === 'sent' ? { kind } : { kind, reason: `${kind}: ${text}` });
		},
		signal: ended.signal,
		warn: (line) => warnings.push(line),
		retryForMs,
		now: () => nowMs,
		random: () => 1,
		wait: (ms) => {
			nowMs += ms;
			return Promise.resolve();
		},
	});
	return { pusher, attempts, warnings, ended, nowMs: () => nowMs };
}

describe('a pusher', () => {
	it('tries again until a text is taken, in the order in which they came', async () => {
		const { pusher, attempts, warnings, nowMs } = setUp({ a: ['failed', 'failed'] });
		for (const text of ['a', 'b', 'c']) pusher.push(text);
		expect(await pusher.settled()).toBe(true);
		expect(attempts).toEqual(['a', 'a', 'a', 'b', 'c']);
		expect(nowMs()).toBe(1000 + 2000);
		expect(warnings).toEqual(['push: failed: a; nodetop tries again', 'push: it is taken again']);
	});

	it('drops at once what is refused, and goes on', async () => {
		const { pusher, attempts, warnings } = setUp({ a: ['refused'] });
		pusher.push('a');
		pusher.push('b');
		expect(await pusher.settled()).toBe(false);
		expect(attempts).toEqual(['a', 'b']);
		expect(warnings).toEqual(['push: refused: a; this export is dropped']);
	});

	it('gives a text up after its time, and does not outlast the signal', async () => {
		const always = Array.from({ length: 99 }, () => 'failed' as const);
		const late = setUp({ a: always }, 10_000);
		late.pusher.push('a');
		expect(await late.pusher.settled()).toBe(false);
		expect(late.nowMs()).toBeLessThanOrEqual(10_000);
		expect(late.attempts.length).toBeGreaterThan(2);
		const aborted = setUp({ a: always });
		aborted.ended.abort();
		aborted.pusher.push('a');
		expect(await aborted.pusher.settled()).toBe(false);
		expect(aborted.attempts).toEqual(['a']);
	});

	it('holds a bounded number of texts, and drops the oldest', async () => {
		const { pusher, attempts, warnings } = setUp({});
		for (let index = 0; index < 130; index += 1) pusher.push(String(index));
		expect(await pusher.settled()).toBe(false);
		expect(warnings).toContain('push: too many exports wait: the oldest is dropped');
		// The first was on its way when the others came.
		expect(attempts.at(-1)).toBe('129');
		expect(attempts).toHaveLength(121);
	});
});

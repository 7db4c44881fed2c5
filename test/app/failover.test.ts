import { describe, expect, it } from 'vitest';
import { createFailover } from '../../source/app/failover.ts';
import type { Place } from '../../source/app/failover.ts';
import { PollError } from '../../source/domain/errors.ts';
import { contextFor, targetFor } from '../helpers/targets.ts';

/** A node with addresses that answer or fail as the test says. */
function nodeAt(...names: readonly [string, ...string[]]) {
	const faults = new Map<string, PollError>();
	const asked: string[] = [];
	let nowMs = 0;
	const placeOf = (name: string): Place => ({
		shownUrl: name,
		context: (context) => context,
		source: {
			poll() {
				asked.push(name);
				const fault = faults.get(name);
				return fault ? Promise.reject(fault) : Promise.resolve({ consensus: { height: 1 } });
			},
			close: () => undefined,
		},
	});
	const [first, ...others] = names;
	const source = createFailover([placeOf(first), ...others.map(placeOf)], 2000);
	const target = targetFor('http://127.0.0.1:1');
	return {
		faults,
		asked,
		poll: (signal?: AbortSignal, lateMs = 0) =>
			source.poll(
				contextFor(target, {
					now: () => nowMs,
					delay: { soFarMs: () => lateMs },
					...(signal && { signal }),
				}),
			),
		pass: (ms: number) => {
			nowMs += ms;
		},
	};
}

const gone = new PollError('unreachable', 'connection refused');

describe('several addresses of one node', () => {
	it('are asked in order, and the reading says which answers', async () => {
		const node = nodeAt('a', 'b', 'c');
		expect((await node.poll()).notes).toBeUndefined();
		node.faults.set('a', gone).set('b', gone);
		expect((await node.poll()).notes).toEqual(['answers at c; a does not: connection refused']);
		expect(node.asked).toEqual(['a', 'a', 'b', 'c']);
	});

	it('the first is tried again after a minute', async () => {
		const node = nodeAt('a', 'b');
		node.faults.set('a', gone);
		await node.poll();
		node.faults.clear();
		await node.poll();
		node.pass(60_000);
		expect((await node.poll()).notes).toBeUndefined();
		expect(node.asked).toEqual(['a', 'b', 'b', 'a']);
	});

	it('a gateway without the node counts as no answer, a refusal does not', async () => {
		const node = nodeAt('a', 'b');
		node.faults.set('a', new PollError('badResponse', 'HTTP 502', { httpStatus: 502 }));
		expect((await node.poll()).notes).toHaveLength(1);
		const refused = nodeAt('a', 'b');
		refused.faults.set('a', new PollError('unauthorized', 'no token'));
		await expect(refused.poll()).rejects.toMatchObject({ code: 'unauthorized' });
		expect(refused.asked).toEqual(['a']);
	});

	it('silence while this machine was late is no reason to ask another', async () => {
		const node = nodeAt('a', 'b');
		node.faults.set('a', new PollError('timeout', 'no answer'));
		await expect(node.poll(undefined, 1000)).rejects.toMatchObject({ code: 'timeout' });
		node.faults.clear();
		expect((await node.poll()).notes).toBeUndefined();
		expect(node.asked).toEqual(['a', 'a']);
		node.faults.set('a', gone);
		await node.poll(undefined, 1000);
		expect(node.asked).toEqual(['a', 'a', 'a', 'b']);
	});

	it('that all fail are told by the first', async () => {
		const node = nodeAt('a', 'b');
		node.faults.set('a', gone).set('b', new PollError('timeout', 'silence'));
		await expect(node.poll()).rejects.toBe(gone);
	});

	it('a poll without time left goes on at the next address', async () => {
		const node = nodeAt('a', 'b');
		node.faults.set('a', new PollError('timeout', 'silence'));
		await expect(node.poll(AbortSignal.abort())).rejects.toMatchObject({ code: 'timeout' });
		await node.poll();
		expect(node.asked).toEqual(['a', 'b']);
	});
});

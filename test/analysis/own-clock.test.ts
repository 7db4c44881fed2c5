import { describe, expect, it } from 'vitest';
import { findOwnClock } from '../../source/analysis/own-clock.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { node } from '../alerts/helpers.ts';

const hourMs = 3_600_000;
const at = (name: string, offsetMs: number, url = `http://${name}.example`) => {
	const made = node({ name, clock: { offsetMs, uncertaintyMs: 500, source: 'httpDate' } }, 0);
	return { ...made, target: { ...made.target, url } };
};
const asked = (made: NodeSnapshot, status: NodeSnapshot['poll']['status']): NodeSnapshot => ({
	...made,
	poll: { ...made.poll, status },
});

describe('our own clock', () => {
	it('is wrong when all others agree that it is', () => {
		expect(
			findOwnClock([at('a', hourMs), at('b', hourMs + 400), at('c', hourMs - 300)]),
		).toMatchObject({
			failing: ['a', 'b', 'c'],
			finding: {
				verdict: 'clock',
				message: expect.stringMatching(/^the clock of this machine is .* behind$/),
			},
		});
		const ahead = findOwnClock([at('a', -hourMs), at('b', -hourMs)]);
		expect(ahead?.finding.message).toMatch(/ahead$/);
	});

	it.each([
		['one is right', [at('a', hourMs), at('b', 0)]],
		['they disagree', [at('a', hourMs), at('b', 2 * hourMs)]],
		['only one host says so', [at('a', hourMs, 'http://h:1'), at('b', hourMs, 'http://h:2')]],
		['none is off', [at('a', 300), at('b', 200)]],
		['one alone is known', [at('a', hourMs)]],
		['there is none', []],
	])('is not blamed when %s', (_what, nodes) => {
		expect(findOwnClock(nodes)).toBeUndefined();
	});

	it('is told with who says so, and by how much as the middle of what all allow', () => {
		const found = findOwnClock([at('a', 61_000), at('b', 60_400)]);
		expect(found?.finding).toEqual({
			verdict: 'clock',
			message: 'the clock of this machine is 1m 00s behind',
			evidence: ['the clocks of a, b agree with one another and not with ours'],
		});
	});

	it('is wrong by more than a second beside what is uncertain', () => {
		const off = (ms: number) => findOwnClock([at('a', ms), at('b', ms)]) !== undefined;
		expect([off(1500), off(1501), off(-1500), off(-1501)]).toEqual([false, true, false, true]);
	});

	it('is judged by clocks that are within a second of each other', () => {
		// Of 500 ms either way.
		expect(findOwnClock([at('a', hourMs), at('b', hourMs + 2000)])).toBeDefined();
		expect(findOwnClock([at('a', hourMs), at('b', hourMs + 2001)])).toBeUndefined();
	});

	it('is judged by nodes that answered, also in part', () => {
		const [a, b] = [at('a', hourMs), at('b', hourMs)];
		expect(findOwnClock([asked(a, 'partial'), b])?.failing).toEqual(['a', 'b']);
		expect(findOwnClock([asked(a, 'failed'), b])).toBeUndefined();
		const { clock: _clock, ...silent } = at('c', 0);
		expect(findOwnClock([silent, a, b])?.failing).toEqual(['a', 'b']);
	});

	it('is seen by two programs of this machine that keep another time', () => {
		const here = [1, 2].map((port) => at(`p${port}`, hourMs, `http://127.0.0.1:${port}`));
		expect(findOwnClock(here)?.failing).toEqual(['p1', 'p2']);
	});

	it('is not proved right by a node on this machine, which reads the same clock', () => {
		const here = at('here', 0, 'http://127.0.0.1:8545');
		expect(findOwnClock([here, at('a', hourMs), at('b', hourMs)])?.failing).toEqual(['a', 'b']);
	});
});

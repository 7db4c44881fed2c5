import { describe, expect, it } from 'vitest';
import { findOwnClock } from '../../source/analysis/own-clock.ts';
import { node } from '../alerts/helpers.ts';

const hourMs = 3_600_000;
const at = (name: string, offsetMs: number, url = `http://${name}.example`) => {
	const made = node({ name, clock: { offsetMs, uncertaintyMs: 500, source: 'httpDate' } }, 0);
	return { ...made, target: { ...made.target, url } };
};

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

	it('is not proved right by a node on this machine, which reads the same clock', () => {
		const here = at('here', 0, 'http://127.0.0.1:8545');
		expect(findOwnClock([here, at('a', hourMs), at('b', hourMs)])?.failing).toEqual(['a', 'b']);
	});
});

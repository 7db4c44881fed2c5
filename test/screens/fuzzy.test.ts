import { describe, expect, it } from 'vitest';
import { fuzzyScore } from '../../screens/shell/fuzzy.ts';

const titles = [
	'Go to node dag-1',
	'Go to node dag-2',
	'Ping the selected node',
	'Poll every node now',
	'Pause the screen; polling continues',
	'Network: peers, bandwidth, latency',
];

function best(typed: string): string[] {
	return titles
		.map((title) => ({ title, score: fuzzyScore(typed, title) }))
		.filter(({ score }) => score !== undefined)
		.toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0))
		.map(({ title }) => title);
}

describe('what is typed after a colon', () => {
	it.each([
		['ping', 'Ping the selected node'],
		['node ping', 'Ping the selected node'],
		['gnd2', 'Go to node dag-2'],
		['dag 2', 'Go to node dag-2'],
		['pe', 'Network: peers, bandwidth, latency'],
		['poll', 'Poll every node now'],
		['nblat', 'Network: peers, bandwidth, latency'],
		['ptsn', 'Ping the selected node'],
	])('%s finds %s first', (typed, title) => {
		expect(best(typed)[0]).toBe(title);
	});

	it('keeps the order of equal matches, and finds all by nothing', () => {
		expect(best('')).toEqual(titles);
		expect(best('go')).toEqual(['Go to node dag-1', 'Go to node dag-2']);
	});

	it('does not find letters that are only scattered', () => {
		expect(best('tel')).toEqual([]);
		expect(best('xyz')).toEqual([]);
	});

	it('tries nothing twice, however long', () => {
		const text = 'a'.repeat(60) + ' aa'.repeat(300);
		expect(fuzzyScore(`${'a'.repeat(60)}b`, text)).toBeUndefined();
	});
});

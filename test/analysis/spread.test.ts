import { describe, expect, it } from 'vitest';
import { measureSpread } from '../../source/analysis/spread.ts';
import { failed, node } from './nodes.ts';

const clocked = (name: string, offsetMs: number, uncertaintyMs = 50) =>
	node(name, { clock: { offsetMs, uncertaintyMs, source: 'node' } });

describe('clocks', () => {
	it('one that is off is the outlier, by its distance from the rest', () => {
		const { clock } = measureSpread([clocked('a', 10), clocked('b', -20), clocked('c', 3000)]);
		expect(clock).toEqual({ maxSkewMs: 2995, outliers: ['c'] });
	});

	it('when all nodes agree it is ours that is off, and none is an outlier', () => {
		const { clock } = measureSpread([clocked('a', 5000), clocked('b', 5010), clocked('c', 5020)]);
		expect(clock?.outliers).toEqual([]);
	});

	it('of two nodes the one that agrees with us is right', () => {
		expect(measureSpread([clocked('a', 0), clocked('b', -4000)]).clock?.outliers).toEqual(['b']);
	});

	it('what lies within its uncertainty is none', () => {
		const { clock } = measureSpread([clocked('a', 0), clocked('b', 0), clocked('c', 1400, 500)]);
		expect(clock).toEqual({ maxSkewMs: 1400, outliers: [] });
	});

	it('is absent for fewer than two that are up', () => {
		const off = {
			...failed('b'),
			clock: { offsetMs: 9000, uncertaintyMs: 1, source: 'node' as const },
		};
		expect(measureSpread([clocked('a', 0), off]).clock).toBeUndefined();
	});
});

describe('versions, clients and peers', () => {
	it('are counted, the commonest first', () => {
		const run = (name: string, version: string) =>
			node(name, { identity: { client: 'Geth', version } });
		const spread = measureSpread([run('a', '1.9'), run('b', '2.0'), run('c', '2.0'), node('d')]);
		expect(Object.entries(spread.versions ?? {})).toEqual([
			['2.0', 2],
			['1.9', 1],
		]);
		expect(spread.clients).toEqual({ Geth: 3 });
	});

	it('peers that several nodes list are in common, and the commonest client has its share', () => {
		const peered = (name: string, ids: readonly string[], clients: Record<string, number>) =>
			node(name, { network: { clients, peerList: ids.map((id) => ({ id })) } });
		const { peers } = measureSpread([
			peered('a', ['x', 'y'], { Geth: 2 }),
			peered('b', ['y', 'z'], { Geth: 1, Reth: 1 }),
		]);
		expect(peers).toEqual({
			distinct: 3,
			inCommon: 1,
			commonestClient: { client: 'Geth', ratio: 0.75 },
		});
	});

	it('what no node told is absent', () => {
		expect(measureSpread([node('a'), node('b')])).toEqual({});
	});
});

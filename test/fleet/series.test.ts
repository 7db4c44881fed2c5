import { describe, expect, it } from 'vitest';
import { sampleOf } from '../../source/fleet/series.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';

function node(latencyMs: number | undefined, status: 'ok' | 'failed' = 'ok'): NodeSnapshot {
	return {
		target: { name: 'n', kind: 'evm', url: 'http://n' },
		poll: { status, failures: 0, ...(latencyMs !== undefined && { latencyMs }) },
		health: { status: 'up', issues: [] },
	};
}

describe('sampleOf', () => {
	it('has the numbers that the node gave', () => {
		const sample = sampleOf({ ...node(3), chain: { head: { number: '9007199254740993' } } });
		expect(sample).toMatchObject({ 'poll.latencyMs': 3, height: 9_007_199_254_740_992 });
		expect(sample['network.peers']).toBeUndefined();
	});

	it('is a gap in every number where the poll failed', () => {
		expect(sampleOf(node(5, 'failed'))).toEqual({});
	});
});

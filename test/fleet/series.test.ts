import { describe, expect, it } from 'vitest';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { createSeries } from '../../source/fleet/series.ts';

function node(latencyMs: number | undefined, status: 'ok' | 'failed' = 'ok'): NodeSnapshot {
	return {
		target: { name: 'n', kind: 'evm', url: 'http://n' },
		poll: { status, failures: 0, ...(latencyMs !== undefined && { latencyMs }) },
		health: { status: 'up', issues: [] },
	};
}

describe('createSeries', () => {
	it('gives the newest samples, oldest first', () => {
		const series = createSeries();
		for (const value of [1, 2, 3]) series.append(node(value));
		expect(series.last('latencyMs', 2)).toEqual([2, 3]);
		expect(series.last('latencyMs', 9)).toEqual([1, 2, 3]);
	});

	it('leaves a gap where a poll failed or the number was missing', () => {
		const series = createSeries();
		series.append(node(1));
		series.append(node(5, 'failed'));
		series.append(node(undefined));
		expect(series.last('latencyMs', 3)).toEqual([1, Number.NaN, Number.NaN]);
	});

	it('is empty for a number that was never seen', () => {
		const series = createSeries();
		series.append(node(1));
		expect(series.last('peers', 10)).toEqual([]);
	});

	it('keeps the newest 300 however many come', () => {
		const series = createSeries();
		for (let value = 1; value <= 1000; value++) series.append(node(value));
		const all = series.last('latencyMs', 5000);
		expect([all.length, all[0], all.at(-1)]).toEqual([300, 701, 1000]);
	});
});

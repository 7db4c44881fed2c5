import { expect, it } from 'vitest';
import { createPerformanceMeter } from '../../source/adapters/performance.ts';
import { createValidatorScores } from '../../source/adapters/validator-scores.ts';

/** A load at a stated rate: each second so much of everything. */
function at(second: number) {
	return {
		consensus: { finalized: second * 2, view: second * 4 },
		performance: { transactions: second * 250, decisions: second },
		network: {
			messages: [
				{
					type: 'vote',
					sent: second * 10,
					received: second * 8,
					dropped: second,
					processed: second * 6,
				},
				{
					type: 'block',
					sent: second * 10,
					received: second * 2,
					dropped: 0,
					processed: second * 2,
				},
			],
		},
		database: { cacheHits: second * 90, cacheMisses: second * 10, logicalBytes: 600 },
		resources: { source: 'node' as const, databaseBytes: 1000 + second * 5 },
	};
}

it('reckons the rates and shares of a stated load', () => {
	const meter = createPerformanceMeter(true);
	meter(at(0), 0);
	let read = meter(at(1), 1000);
	for (let second = 2; second <= 200; second += 1) read = meter(at(second), second * 1000);
	expect(read.performance).toEqual({
		transactions: 50_000,
		decisions: 200,
		transactionsPerSecond: 250,
		blocksPerSecond: 2,
		decisionsPerSecond: 1,
		consensusEfficiencyRatio: 0.5,
		networkEfficiencyRatio: 0.8,
		storageEfficiencyRatio: 0.3,
	});
	expect(read.network).toMatchObject({ messagesPerSecond: 30, deliveryRatio: 0.95 });
	expect(read.database).toMatchObject({ cacheHitRatio: 0.9, growthBytesPerSecond: 5 });
});

it('tells the last minute, not the life of the node', () => {
	const meter = createPerformanceMeter(true);
	for (let second = 0; second <= 600; second += 5) {
		meter({ performance: { transactions: second * 100 } }, second * 1000);
	}
	let read = meter({ performance: { transactions: 60_000 } }, 605_000);
	for (let second = 610; second <= 670; second += 5) {
		read = meter({ performance: { transactions: 60_000 } }, second * 1000);
	}
	expect(read.performance?.transactionsPerSecond).toBe(0);
});

it('tells no rate at the first poll, nor over a restart, and lets the node’s own figure stand', () => {
	const meter = createPerformanceMeter(true);
	expect(meter(at(500), 0).performance).not.toHaveProperty('transactionsPerSecond');
	expect(meter(at(510), 10_000).performance?.transactionsPerSecond).toBe(250);
	expect(meter(at(3), 20_000).performance).not.toHaveProperty('transactionsPerSecond');
	expect(meter(at(13), 30_000).performance?.transactionsPerSecond).toBe(250);
	const own = { performance: { transactions: 9, transactionsPerSecond: 7 } };
	expect(meter(own, 40_000).performance?.transactionsPerSecond).toBe(7);
});

it('does not take for blocks what is counted in something else', () => {
	const meter = createPerformanceMeter(false);
	meter({ consensus: { finalized: 100 } }, 0);
	expect(meter({ consensus: { finalized: 200 } }, 10_000).performance).toBeUndefined();
});

it('scores a validator by its duties of the last ten minutes', () => {
	const scores = createValidatorScores();
	expect(scores.next('a', { done: 100, missed: 0 }, 0)).toEqual({});
	expect(scores.next('a', { done: 108, missed: 2 }, 10_000).score).toBe(0.8);
	expect(scores.next('a', { done: 108, missed: 12 }, 20_000)).toEqual({
		score: 0.4,
		scores: [0.8, 0],
	});
	// A node that began anew counts from 0: that is no duty undone.
	expect(scores.next('a', { done: 1, missed: 0 }, 40_000).score).toBe(0.4);
	expect(scores.next('a', { done: 11, missed: 0 }, 640_000)).toEqual({ score: 1, scores: [1] });
});

import { afterEach, describe, expect, it } from 'vitest';
import { createExpositionReader } from '../../../source/adapters/bft/exposition.ts';
import { detectMapping, mappingsInForce } from '../../../source/adapters/bft/detection.ts';
import { parsePrometheusText } from '../../../source/adapters/prometheus-text.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';
import { closeServers, exposing, fixture, watch } from './watching.ts';

afterEach(closeServers);

const decidedAtMs = 1_760_000_120_000;

/** Sections as they are without what the HTTP around them tells. */
async function readAt(file: string, atMs: number, path?: string): Promise<Reading> {
	const node = await watch(exposing(() => fixture(file), path));
	const { latencyMs, clock, endpoints: _endpoints, ...sections } = await node.poll(atMs);
	expect(latencyMs).toBeGreaterThan(0);
	expect(clock?.source).toBe('httpDate');
	return sections;
}

describe('the metrics of', () => {
	it('an Espresso node, at its own path', async () => {
		const reading = await readAt(
			'hotstuff/espresso.prom.txt',
			decidedAtMs + 1000,
			'/v1/status/metrics',
		);
		expect(reading).toEqual({
			consensus: {
				status: 'active',
				view: 2_812_345,
				height: 2_790_011,
				finalityLag: 2,
				finalityUnit: 'views',
				lastFinalizedAt: '2025-10-09T08:55:20.000Z',
				timeouts: 41,
				// 0.5 s + 10 of 20 in the bucket up to 1 s; 38 of 40 are 8 of 10 in that up to 2.5 s.
				latenciesMs: { view: { avg: 900, p50: 750, p95: 2200, p99: 2440, n: 40 } },
			},
			chain: { txPool: { pending: 17 } },
			mempool: { bytes: 40_960 },
			network: { peers: 98 },
		});
	});

	it('an Espresso node whose last decision is old', async () => {
		const reading = await readAt('hotstuff/espresso.prom.txt', decidedAtMs + 120_000);
		expect(reading.consensus?.status).toBe('stalled');
	});

	it('an Aptos validator', async () => {
		const { consensus, chain, network } = await readAt('hotstuff/aptos.prom.txt', decidedAtMs);
		expect(chain).toEqual({ txPool: { pending: 1412 } });
		expect(network).toEqual({ peers: 143, inbound: 70, outbound: 73 });
		const { latenciesMs, averageFinalityMs, ...rest } = consensus ?? {};
		expect(rest).toEqual({
			status: 'unknown',
			view: 771_223,
			height: 3_412_233_111,
			epoch: 11_872,
			validators: 144,
			finalized: 991_223,
			finalizedSinceStart: true,
			finalityLag: 3,
			finalityUnit: 'views',
			proposals: 6712,
			quorumCertificates: 990_011,
			timeouts: 12,
			viewChanges: 31,
		});
		expect(averageFinalityMs).toBeCloseTo((21_411.3 / 87_294) * 1000, 3);
		expect(latenciesMs?.['commit']?.n).toBe(87_294);
		expect(latenciesMs?.['commit']?.p50).toBeCloseTo(
			100 + (150 * (43_647 - 12)) / (78_132 - 12),
			3,
		);
		expect(latenciesMs?.['commit']?.p99).toBeCloseTo(
			250 + (250 * (0.99 * 87_294 - 78_132)) / (87_252 - 78_132),
			3,
		);
	});

	it('a Diem validator, and a Libra one', async () => {
		const reading = await readAt('hotstuff/diem.prom.txt', decidedAtMs);
		expect(reading).toEqual({
			consensus: {
				status: 'unknown',
				view: 4012,
				epoch: 3,
				validators: 4,
				finalized: 3999,
				finalizedSinceStart: true,
				finalityLag: 2,
				finalityUnit: 'views',
				proposals: 1000,
				quorumCertificates: 4001,
				timeouts: 5,
				viewChanges: 11,
			},
		});
		const libra = await watch(
			exposing(() => fixture('hotstuff/diem.prom.txt').replaceAll('diem_', 'libra_')),
		);
		const { latencyMs: _latencyMs, clock: _clock, ...sections } = await libra.poll(decidedAtMs);
		expect(sections).toEqual(reading);
	});

	it('a Flow node, by the furthest of its instances', async () => {
		expect(await readAt('hotstuff/flow.prom.txt', decidedAtMs)).toEqual({
			consensus: {
				status: 'unknown',
				view: 880_012,
				height: 120_345_678,
				finalized: 54_321,
				finalizedSinceStart: true,
				epoch: 231,
				timeouts: 21,
				viewChanges: 9,
				latenciesMs: { busy: { avg: 60, p50: 50, p95: 100, p99: 100, n: 100 } },
			},
		});
	});

	it('a Monad node, whose counters call themselves gauges', async () => {
		expect(await readAt('hotstuff/monad.prom.txt', decidedAtMs)).toEqual({
			identity: {
				version: '0.11.3',
				networkId: 'mainnet',
				uptimeSeconds: 86_400.123456,
			},
			consensus: {
				status: 'unknown',
				finalized: 4_412_331,
				finalizedSinceStart: true,
				proposals: 22_010,
				votes: 4_412_400,
				votesReceived: 221_000,
				timeoutCertificates: 4,
				quorumCertificates: 4_412_380,
				timeouts: 31,
				viewChanges: 44,
			},
			chain: { txPool: { pending: 2812 } },
			network: { peers: 141 },
		});
	});

	it('a Sui validator', async () => {
		expect(await readAt('hotstuff/mysticeti.prom.txt', decidedAtMs)).toEqual({
			identity: {
				version: '1.58.2-a1b2c3d',
				networkId: '35834a8a',
				uptimeSeconds: 86_400,
			},
			consensus: {
				status: 'unknown',
				round: 5_512_345,
				height: 5_401_122,
				finalityLag: 3,
				finalityUnit: 'rounds',
				averageFinalityMs: 400,
				proposals: 5_400_123,
				timeouts: 12,
				latenciesMs: { commit: { avg: 400, p50: 375, p95: 900, p99: 980, n: 400 } },
			},
			dag: {
				vertices: 61_234,
				depth: 5_512_345,
				branchingFactor: 98.5,
				pending: 4,
				missing: 2,
			},
			network: { peers: 2, peerList: [{ id: 'a' }, { id: 'b' }] },
		});
	});

	it('an IOTA validator under its newer names', async () => {
		const text = fixture('hotstuff/mysticeti.prom.txt')
			.replaceAll('consensus_last_committed_leader_round', 'consensus_gone')
			.replaceAll('consensus_last_decided_leader_round', 'consensus_last_finalized_leader_round')
			.replaceAll('consensus_subscribed_to', 'consensus_subscribed_peers');
		const node = await watch(exposing(() => text));
		const { consensus, network } = await node.poll();
		expect(consensus?.finalityLag).toBe(2);
		expect(network?.peers).toBe(2);
	});

	it('a Sui full node, which has no consensus of its own', async () => {
		const reading = await readAt('hotstuff/fullnode.prom.txt', decidedAtMs);
		expect(reading.consensus).toEqual({ status: 'unknown', height: 210_345_678 });
		expect(reading.chain).toEqual({ highestKnown: 210_345_700 });
		expect(reading.identity?.uptimeSeconds).toBe(3600);
	});

	it('a Narwhal primary, without the vertices that it does not count', async () => {
		expect(await readAt('hotstuff/narwhal.prom.txt', decidedAtMs)).toEqual({
			identity: { nodeId: 'val-2' },
			consensus: {
				status: 'unknown',
				round: 40_123,
				finalityLag: 3,
				finalityUnit: 'rounds',
				proposals: 40_100,
				quorumCertificates: 158_990,
			},
			dag: { depth: 50, storageBytes: 7_340_032 },
		});
	});

	it('HotStuff-2 as planned', async () => {
		expect(
			await readAt('hotstuff/hotstuff2.sure2web3.README-planned.prom.txt', decidedAtMs),
		).toEqual({
			consensus: {
				status: 'unknown',
				view: 1641,
				finalized: 1633,
				viewChanges: 3,
				votesReceived: 4921,
			},
			network: { peers: 3 },
		});
	});

	it('Hornet', async () => {
		expect(await readAt('hotstuff/hornet.prom.txt', decidedAtMs)).toEqual({
			identity: { client: 'HORNET', version: '2.0.2' },
			consensus: { status: 'unknown', height: 8_812_331, finalized: 8_812_331 },
			dag: { tips: 11, growthPerSecond: 12.4 },
			selfReport: { status: 'up', reasons: [] },
		});
	});

	it('Avalanche, where its metrics stand by themselves', async () => {
		const reading = await readAt('hotstuff/avalanche.prom.txt', decidedAtMs + 5000);
		expect(reading).toEqual({
			consensus: {
				status: 'active',
				height: 70_123_441,
				pending: 1,
				failed: 12,
				lastFinalizedAt: '2025-10-09T08:55:20.000Z',
			},
			network: { peers: 1412 },
		});
	});
});

describe('each sample', () => {
	it.each([
		['hotstuff/espresso.prom.txt', 'espresso'],
		['hotstuff/aptos.prom.txt', 'aptos'],
		['hotstuff/diem.prom.txt', 'diem'],
		['hotstuff/flow.prom.txt', 'flow'],
		['hotstuff/monad.prom.txt', 'monad'],
		['hotstuff/mysticeti.prom.txt', 'mysticeti'],
		['hotstuff/fullnode.prom.txt', 'checkpoints'],
		['hotstuff/narwhal.prom.txt', 'narwhal'],
		['hotstuff/hotstuff2.sure2web3.README-planned.prom.txt', 'hotstuff2'],
		['hotstuff/hornet.prom.txt', 'hornet'],
		['hotstuff/avalanche.prom.txt', 'avalanche'],
		['etcd/m1.metrics.txt', 'etcd'],
	])('%s is of one system only: %s', (file, name) => {
		const exposition = createExpositionReader()(parsePrometheusText(fixture(file)));
		const fitting = mappingsInForce().filter(
			(mapping) => detectMapping([mapping], exposition) !== undefined,
		);
		expect(fitting.map((mapping) => mapping.name)).toEqual([name]);
	});

	it.each([
		'prometheus/node_exporter.RECORDED.prom.txt',
		'geth/metrics.v1.16.prom.txt',
		'geth/metrics.malformed.prom.txt',
	])('%s is of none', (file) => {
		const exposition = createExpositionReader()(parsePrometheusText(fixture(file)));
		expect(detectMapping(mappingsInForce(), exposition)).toBeUndefined();
	});
});

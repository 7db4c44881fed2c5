import { describe, expect, it } from 'vitest';
import { createSeedExporter } from '../../../source/export/metrics/seed.ts';
import type { Moment } from '../../../source/sections/moment.ts';
import { appendSample, noSamples } from '../../../source/sections/samples.ts';
import type { Samples } from '../../../source/sections/samples.ts';
import type { NodeSnapshot } from '../../../source/sections/snapshot.ts';
import { downNode, evmNode, qudagNode, takenAtMs } from '../nodes.ts';
import { planNames } from './plan-names.ts';

function momentOf(nodes: readonly (readonly [NodeSnapshot, Samples])[]): Moment {
	return {
		atMs: takenAtMs,
		nodes: nodes.map(([snapshot, samples]) => ({ snapshot, samples })),
		groups: [],
		witness: undefined,
		alerts: [],
		alerting: { mode: 'off', problems: [], silences: [] },
	};
}

const full = qudagNode({
	network: {
		peers: 42,
		bytesInPerSecond: 100,
		bytesOutPerSecond: 50,
		latencyMs: { p50: 21 },
		messages: [{ type: 'vote', sent: 3, received: 4 }],
	},
});

/** Polls, one a second. */
function polls(samples: Samples, rows: readonly Record<string, number>[]): Samples {
	return rows.reduce(
		(before, row) => appendSample(before, takenAtMs + before.appended * 1000, row),
		samples,
	);
}

const poll = (finalityMs: number) => ({
	'consensus.averageFinalityMs': finalityMs,
	peerLatencyMs: 20,
	'network.bytesInPerSecond': 100,
	'network.bytesOutPerSecond': 50,
});

function valueIn(text: string, series: string): number {
	const line = text.split('\n').find((each) => each.startsWith(`${series} `));
	return Number(line?.slice(series.length + 1));
}

describe('the names of the plan', () => {
	it('are all there, and no others', () => {
		const text = createSeedExporter()(momentOf([[full, polls(noSamples, [poll(845)])]]));
		const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
		expect(names).toEqual(planNames);
	});

	it('hold the values of the node, each with its labels', () => {
		const text = createSeedExporter()(momentOf([[full, noSamples]]));
		const of = (name: string, more = '') =>
			valueIn(text, `${name}{node="validator",kind="qudag"${more}}`);
		expect(of('consensus_round_counter')).toBe(12_345);
		expect(of('consensus_finalized_vertices')).toBe(98_765);
		expect(of('dag_vertex_counter', ',type="finalized"')).toBe(98_765);
		expect(of('dag_vertex_counter', ',type="pending"')).toBe(123);
		expect(of('network_messages_sent_counter', ',type="vote"')).toBe(3);
		expect(of('process_cpu_usage_gauge')).toBe(12.5);
		expect(of('process_memory_resident_gauge')).toBe(256_000_000);
	});

	it('leave out a node whose last poll failed, and what a node does not have', () => {
		const text = createSeedExporter()(
			momentOf([
				[downNode(), noSamples],
				[evmNode(), noSamples],
			]),
		);
		expect(text).not.toContain('anvil');
		expect(text).not.toContain('dag_tip_gauge');
		expect(valueIn(text, 'consensus_round_counter{node="geth",kind="evm"}')).toBe(1_234_567);
	});
});

describe('histograms and totals', () => {
	const at = (text: string, name: string, more = '') =>
		valueIn(text, `${name}{node="validator",kind="qudag"${more}}`);

	it('count each poll once, however often they are asked', () => {
		const exporter = createSeedExporter();
		let samples = polls(noSamples, [poll(40), poll(700)]);
		exporter(momentOf([[full, samples]]));
		exporter(momentOf([[full, samples]]));
		samples = polls(samples, [poll(100_000)]);
		const text = exporter(momentOf([[full, samples]]));
		const buckets = (le: string) =>
			at(text, 'consensus_finality_time_histogram_bucket', `,le="${le}"`);
		expect(buckets('0.05')).toBe(1);
		expect(buckets('0.5')).toBe(1);
		expect(buckets('1')).toBe(2);
		expect(buckets('60')).toBe(2);
		expect(buckets('+Inf')).toBe(3);
		expect(at(text, 'consensus_finality_time_histogram_count')).toBe(3);
		expect(at(text, 'consensus_finality_time_histogram_sum')).toBeCloseTo(100.74);
		expect(at(text, 'network_bytes_received_counter')).toBe(200);
		expect(at(text, 'network_bytes_sent_counter')).toBe(100);
	});

	it('never fall over 1,000 polls, of which only 300 are kept', () => {
		const exporter = createSeedExporter();
		let samples = noSamples;
		let before = 0;
		for (let round = 0; round < 10; round += 1) {
			samples = polls(
				samples,
				Array.from({ length: 100 }, () => poll(80)),
			);
			const text = exporter(momentOf([[full, samples]]));
			const count = at(text, 'consensus_finality_time_histogram_count');
			expect(count).toBe(before + 100);
			before = count;
		}
	});

	it('go on when the samples of a node begin anew, and forget a node that is gone', () => {
		const exporter = createSeedExporter();
		exporter(momentOf([[full, polls(noSamples, [poll(80), poll(80)])]]));
		const again = exporter(momentOf([[full, polls(noSamples, [poll(80)])]]));
		expect(at(again, 'consensus_finality_time_histogram_count')).toBe(3);
		exporter(momentOf([]));
		const back = exporter(momentOf([[full, polls(noSamples, [poll(80)])]]));
		expect(at(back, 'consensus_finality_time_histogram_count')).toBe(1);
	});
});

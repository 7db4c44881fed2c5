import { afterEach, expect, test } from 'vitest';
import * as z from 'zod';
import { startDevnet } from '../../../devnet/devnet.ts';
import type { RunningDevnet } from '../../../devnet/devnet.ts';
import { replicaOf } from './helpers.ts';

const running: RunningDevnet[] = [];

afterEach(async () => {
	await Promise.all(running.splice(0).map((devnet) => devnet.stop()));
});

async function start(): Promise<RunningDevnet> {
	const devnet = await startDevnet({
		nodeCount: 4,
		seed: 1,
		basePort: 0,
		version: '9.9.9',
		clock: 'manual',
		epochMs: Date.UTC(2026, 0, 1),
	});
	running.push(devnet);
	return devnet;
}

function urlOf(devnet: RunningDevnet, name: string): string {
	return devnet.nodes.find((node) => node.name === name)?.url ?? '';
}

/** Every sample of an exposition by its name and labels as written; any other line fails. */
function samplesOf(text: string): Map<string, number> {
	expect(text.endsWith('\n')).toBe(true);
	const lines = text.trimEnd().split('\n');
	const samples = lines.filter(
		(line) => !/^(# (HELP \w+ .+|TYPE \w+ (counter|gauge|histogram)))?$/.test(line),
	);
	return new Map(
		samples.map((line): [string, number] => {
			const found = /^(\w+(?:\{(?:\w+="[^"\\\n]*",?)+\})?) (\S+)$/.exec(line);
			expect(found?.[0]).toBe(line);
			return [found?.[1] ?? '', Number(found?.[2])];
		}),
	);
}

const figuresSchema = z.strictObject({
	blocks_proposed: z.int(),
	blocks_committed: z.int(),
	votes_sent: z.int(),
	votes_received: z.int(),
	timeouts: z.int(),
	view_changes: z.int(),
	avg_block_time: z.number(),
	avg_commit_latency: z.number(),
	current_height: z.int(),
	current_round: z.int(),
	safety_violations: z.int(),
	consecutive_timeouts: z.int(),
	max_consecutive_timeouts: z.int(),
	messages_sent: z.int(),
	messages_received: z.int(),
	network_errors: z.int(),
	blocks_stored: z.int(),
	storage_errors: z.int(),
	timestamp: z.int(),
});

test('metrics as text and as JSON tell the same, and what the replica counts', async () => {
	const devnet = await start();
	devnet.advance(60_000);
	const url = urlOf(devnet, 'hotstuff-1');
	const response = await fetch(`${url}/metrics`);
	expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
	const samples = samplesOf(await response.text());
	const { counters, tree, pacemaker, record } = replicaOf(devnet.hotstuff, 'hotstuff-1');
	const of = (name: string) => samples.get(`hotstuff2_${name}`);
	expect(of('current_view')).toBe(pacemaker.view);
	expect(of('committed_height')).toBe(tree.committed.height);
	expect(of('locked_view')).toBe(record.lock.view);
	expect(of('blocks_committed')).toBe(counters.blocksCommitted);
	expect(of('validators')).toBe(4);
	expect(of('quorum')).toBe(3);
	expect(of('safety_violations{type="conflictingCommit"}')).toBe(0);
	expect(of('equivocations_detected')).toBe(0);
	expect(of('active_peers')).toBe(3);
	expect(counters.votesSent).toBeGreaterThan(100);
	expect(of('votes_sent')).toBe(counters.votesSent);
	expect(of('quorum_certificates')).toBe(counters.quorumCertificates);
	const leader = `hotstuff-${(pacemaker.view % 4) + 1}`;
	expect(of(`leader{replica="${leader}"}`)).toBe(1);
	for (const reason of ['noProposal', 'noQuorum', 'behind']) {
		expect(of(`view_changes_by_reason{reason="${reason}"}`)).toBeGreaterThanOrEqual(0);
	}
	expect(of('block_commit_time_seconds_bucket{le="+Inf"}')).toBe(counters.commitTime.total().count);
	expect(of('block_commit_time_seconds_bucket{le="0.25"}')).toBe(0);
	expect(of('block_commit_time_seconds_bucket{le="2.5"}')).toBeGreaterThan(100);
	expect(of('peer_latency_seconds_count{peer="hotstuff-2"}')).toBe(
		counters.roundTrips.total('hotstuff-2').count,
	);
	const other = replicaOf(devnet.hotstuff, 'hotstuff-2').record.nodeId;
	expect(of(`peer_connected{peer="hotstuff-2",node_id="${other}"}`)).toBe(1);
	expect(of('messages_sent{type="vote"}')).toBeGreaterThan(80);
	expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
	expect(samples.get('process_start_time_seconds')).toBe(Date.UTC(2026, 0, 1) / 1000);
	expect(of('last_commit_timestamp_seconds')).toBeGreaterThan(Date.UTC(2026, 0, 1) / 1000 + 55);

	const asJson = await fetch(`${url}/metrics`, { headers: { accept: 'application/json' } });
	const figures = figuresSchema.parse(await asJson.json());
	expect(figures).toMatchObject({
		blocks_committed: of('blocks_committed'),
		current_height: of('committed_height'),
		current_round: of('current_view'),
		votes_received: of('votes_received'),
		timeouts: of('liveness_timeouts'),
		timestamp: Date.UTC(2026, 0, 1) / 1000 + 60,
	});
	expect(figures.avg_block_time).toBeGreaterThan(400);
	expect(figures.avg_block_time).toBeLessThan(600);
	const planned = await fetch(`${url}/api/v1/consensus/metrics`);
	expect(await planned.json()).toEqual(figures);
	expect(await (await fetch(`${url}/health`)).text()).toBe('OK');
});

test('what was not measured has no sample', async () => {
	const devnet = await start();
	const url = urlOf(devnet, 'hotstuff-2');
	const text = await (await fetch(`${url}/metrics`)).text();
	expect(text).not.toMatch(/^hotstuff2_last_commit_timestamp_seconds /m);
	const figures = await (await fetch(`${url}/api/v1/consensus/metrics`)).json();
	expect(figures).not.toHaveProperty('avg_block_time');
});

test('a partition of the group is put in and healed over HTTP, and told by every replica', async () => {
	const devnet = await start();
	devnet.advance(30_000);
	const put = (fault: unknown) =>
		fetch(`${devnet.controlUrl}/faults`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(fault),
		});
	const ready = () =>
		Promise.all(
			['1', '2', '3', '4'].map(async (number) => {
				const response = await fetch(`${urlOf(devnet, `hotstuff-${number}`)}/ready`);
				return response.status;
			}),
		);
	expect(await ready()).toEqual([200, 200, 200, 200]);
	const groups = [
		['hotstuff-1', 'hotstuff-2'],
		['hotstuff-3', 'hotstuff-4'],
	];
	const cut = await put({ fault: 'partition', groups });
	expect(await cut.json()).toMatchObject({ faults: [{ fault: 'partition', groups }] });
	devnet.advance(7000);
	expect(await ready()).toEqual([503, 503, 503, 503]);
	// The other networks do not notice.
	const dag = await fetch(`${urlOf(devnet, 'dag-1')}/ready`);
	expect(dag.status).toBe(200);
	await put({ fault: 'heal', network: 'hotstuff' });
	devnet.advance(10_000);
	expect(await ready()).toEqual([200, 200, 200, 200]);
});

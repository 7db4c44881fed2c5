import { afterEach, describe, expect, it } from 'vitest';
import type { MetricMapping } from '../../../source/domain/metric-mapping.ts';
import { metricMappingSchema } from '../../../source/sections/mapped-fields.ts';
import { closeServers, exposing, watch } from './watching.ts';

afterEach(closeServers);

const startedAtMs = 1_760_000_000_000;

/** Reads texts in turn, ten seconds apart, by a mapping of the user's own. */
async function readings(mapping: Omit<MetricMapping, 'detect'>, texts: readonly string[]) {
	const checked = metricMappingSchema.parse({ detect: ['mine_up'], ...mapping });
	let index = 0;
	const node = await watch(
		exposing(() => `mine_up 1\n${texts[index] ?? ''}`),
		{ mappings: { mine: checked } },
	);
	const read = [];
	for (; index < texts.length; index += 1) {
		const {
			latencyMs: _latencyMs,
			clock: _clock,
			...rest
		} = await node.poll(startedAtMs + index * 10_000);
		read.push(rest);
	}
	return read;
}

async function reading(mapping: Omit<MetricMapping, 'detect'>, text: string) {
	const [only] = await readings(mapping, [text]);
	return only ?? {};
}

describe('a mapping of the user', () => {
	it('fills fields, texts, latencies, reasons and messages', async () => {
		const read = await reading(
			{
				fields: {
					'consensus.view': { metrics: ['older_view', 'mine_view'] },
					'consensus.committedView': { metrics: ['mine_committed_view'] },
					'chain.head': { metrics: ['mine_head'] },
					'chain.txPool.pending': { metrics: ['mine_pool'], match: { state: 'pending' } },
					'network.inbound': { metrics: ['mine_peers'], match: { direction: 'in' } },
					'consensus.lastFinalizedAt': { metrics: ['mine_final_at'], unit: 'ms' },
					'identity.uptimeSeconds': { metrics: ['mine_uptime'], unit: 'ns' },
				},
				texts: {
					'identity.version': { metrics: ['mine_info'], label: 'version' },
					'consensus.leader': { metrics: ['mine_leader'], label: 'name' },
				},
				latencies: { vote: { metrics: ['mine_vote'], unit: 'ms' } },
				peerLatency: { metrics: ['mine_ping'] },
				splits: {
					'consensus.viewChangeReasons': { metrics: ['mine_view_changes'], label: 'reason' },
				},
				messages: {
					sent: { metrics: ['mine_sent'], label: 'type' },
					received: { metrics: ['mine_received'], label: 'type' },
				},
			},
			[
				'mine_view 12',
				'mine_committed_view 9',
				'mine_head 7',
				'mine_pool{state="pending"} 3',
				'mine_pool{state="queued"} 99',
				'mine_peers{direction="in"} 4',
				'mine_peers{direction="out"} 5',
				`mine_final_at ${startedAtMs - 1000}`,
				'mine_uptime 90000000000',
				'mine_info{version="v1.2.3"} 1',
				'mine_leader{name="r1"} 0',
				'mine_leader{name="r2"} 1',
				'mine_vote_bucket{le="10"} 5',
				'mine_vote_bucket{le="20"} 10',
				'mine_vote_bucket{le="+Inf"} 10',
				'mine_vote_count 10',
				'mine_vote_sum 95',
				'mine_ping{quantile="0.5"} 0.02',
				'mine_ping{quantile="0.99"} 0.2',
				'mine_ping_sum 3',
				'mine_ping_count 100',
				'mine_view_changes{reason="timeout"} 2',
				'mine_view_changes{reason="noProposal"} 1',
				'mine_sent{type="vote"} 10',
				'mine_received{type="vote"} 30',
				'mine_received{type="proposal"} 3',
			].join('\n'),
		);
		expect(read).toEqual({
			consensus: {
				status: 'active',
				view: 12,
				finalityLag: 3,
				finalityUnit: 'views',
				leader: 'r2',
				lastFinalizedAt: '2025-10-09T08:53:19.000Z',
				latenciesMs: { vote: { avg: 9.5, p50: 10, p95: 19, p99: 19.8, n: 10 } },
				viewChangeReasons: { timeout: 2, noProposal: 1 },
			},
			chain: { head: { number: 7 }, txPool: { pending: 3 } },
			network: {
				inbound: 4,
				latencyMs: { avg: 30, p50: 20, p99: 200, n: 100 },
				messages: [
					{ type: 'vote', sent: 10, received: 30 },
					{ type: 'proposal', received: 3 },
				],
			},
			identity: { version: '1.2.3', uptimeSeconds: 90 },
		});
	});

	it('adds a series up once, however often the node repeats it', async () => {
		const read = await reading(
			{
				fields: {
					'network.peers': { metrics: ['mine_peers'] },
					'consensus.timeouts': { metrics: ['mine_timeouts'] },
				},
			},
			[
				'mine_peers{direction="in",zone="a"} 4',
				'mine_peers{direction="out",zone="a"} 5',
				'mine_peers{zone="a",direction="in"} 4',
				'mine_timeouts 7',
				'mine_timeouts 7',
			].join('\n'),
		);
		expect(read.network?.peers).toBe(9);
		expect(read.consensus?.timeouts).toBe(7);
	});

	it.each(['-1', '+Inf', '-Inf', '0.5', '1e300'])(
		'takes %s for neither yes nor no',
		async (value) => {
			const read = await reading(
				{
					fields: {
						'consensus.isLeader': { metrics: ['mine_leads'] },
						'consensus.hasLeader': { metrics: ['mine_leads'] },
					},
					peerList: { metrics: ['mine_connected'], label: 'id' },
				},
				`mine_leads ${value}\nmine_connected{id="a"} ${value}\nmine_connected{id="b"} 1`,
			);
			expect(read.consensus).toEqual({ status: 'unknown' });
			expect(read.network?.peerList).toBeUndefined();
		},
	);

	it('takes seconds since a start for no time', async () => {
		const fields = { 'consensus.lastFinalizedAt': { metrics: ['mine_final_at'] } };
		const read = await reading({ fields }, 'mine_final_at 86412.5');
		expect(read.consensus?.lastFinalizedAt).toBeUndefined();
	});

	it('comes before the built-in ones, and replaces one of its name', async () => {
		const text = 'hotstuff2_current_view 5\nmine_view 6\n';
		const fields = { 'consensus.view': { metrics: ['mine_view'] } };
		const detect = ['hotstuff2_current_view'];
		for (const name of ['mine', 'hotstuff2']) {
			const node = await watch(
				exposing(() => text),
				{ mappings: { [name]: { detect, title: 'My chain', fields } } },
			);
			expect((await node.poll()).consensus?.view).toBe(6);
			expect(await node.probe()).toEqual({
				found: 'My chain, by its metrics',
				confidence: 'certain',
			});
		}
	});

	it('leaves another node to the mapping that fits it', async () => {
		const node = await watch(
			exposing(() => 'hotstuff2_current_view 5\n'),
			{ mappings: { mine: { detect: ['hotstuff2_current_view', 'mine_up'] } } },
		);
		expect((await node.poll()).consensus?.view).toBe(5);
	});
});

describe('several series become one value', () => {
	it.each([
		['sum', 9],
		['max', 5],
		['min', 1],
		['first', 3],
	] as const)('%s: %d', async (aggregate, value) => {
		const { consensus } = await reading(
			{ fields: { 'consensus.votes': { metrics: ['mine_votes'], aggregate } } },
			'mine_votes{a="1"} 3\nmine_votes{a="2"} 1\nmine_votes{a="3"} 5\nmine_votes{a="4"} NaN\n',
		);
		expect(consensus?.votes).toBe(value);
	});

	it('mean: of all observations, then of the new ones', async () => {
		const read = await readings(
			{ fields: { 'consensus.averageFinalityMs': { metrics: ['mine_commit'] } } },
			[
				'mine_commit_sum{p="a"} 10\nmine_commit_count{p="a"} 100\n',
				'mine_commit_sum{p="a"} 16\nmine_commit_count{p="a"} 103\n',
			],
		);
		expect(read.map(({ consensus }) => consensus?.averageFinalityMs)).toEqual([100, 2000]);
	});
});

describe('what is no value is absent', () => {
	it.each([
		['NaN', 'mine_x NaN'],
		['infinity', 'mine_x +Inf'],
		['a negative', 'mine_x -1'],
		['a fraction of a whole', 'mine_x 1.5'],
		['what JavaScript cannot count', 'mine_x 1.8446744073709552e+19'],
		['another metric', 'mine_y 1'],
		['another label', 'mine_x{state="b"} 1'],
	])('%s', async (_name, text) => {
		const match = text.includes('{') ? { match: { state: 'a' } } : {};
		const read = await reading(
			{ fields: { 'consensus.votes': { metrics: ['mine_x'], ...match } } },
			text,
		);
		const withoutNumbers = {
			seems: 'the metrics of mine, without a number in them',
			nextStep:
				'look at the page: a node that has just started, or whose consensus does not run, gives NaN',
		};
		expect(read).toEqual({
			consensus: { status: 'unknown' },
			...(/NaN|Inf/.test(text) && { unrecognised: withoutNumbers }),
		});
	});

	it('0, where it stands for nothing', async () => {
		const source = { metrics: ['mine_x'] };
		const zeros = await reading(
			{
				fields: {
					'dag.tips': source,
					'dag.vertices': { ...source, zeroIsAbsent: true },
				},
			},
			'mine_x 0',
		);
		expect(zeros.dag).toEqual({ tips: 0 });
	});

	it('a sum of which not all series were kept, and a note says so', async () => {
		const many = Array.from({ length: 10_001 }, (_, index) => `mine_x{peer="${index}"} 1`);
		const read = await reading(
			{
				fields: {
					'network.peers': { metrics: ['mine_x'] },
					'consensus.votes': { metrics: ['mine_y'] },
				},
			},
			[...many, 'mine_y 4'].join('\n'),
		);
		expect(read.network).toBeUndefined();
		expect(read.consensus?.votes).toBe(4);
		expect(read.notes).toEqual(['too many series to add up, so not read: mine_x']);
	});
});

describe('a counter', () => {
	const fields: MetricMapping['fields'] = {
		'dag.growthPerSecond': { metrics: ['mine_total'] },
		'network.bytesInPerSecond': { metrics: ['mine_speed'], kind: 'gauge' },
	};

	it('gives a speed from the second poll on, and none over a restart', async () => {
		const read = await readings({ fields }, [
			'mine_total 1000',
			'mine_total 1050',
			'mine_total 20',
			'mine_total 40',
		]);
		expect(read.map(({ dag }) => dag?.growthPerSecond)).toEqual([undefined, 5, undefined, 2]);
	});

	it('that is a speed already is taken as it is', async () => {
		const read = await reading({ fields }, 'mine_speed 12.5');
		expect(read.network).toEqual({ bytesInPerSecond: 12.5 });
	});
});

describe('percentiles', () => {
	const latencies = { commit: { metrics: ['mine_commit_seconds'] } };
	const buckets = (fast: number, slow: number) =>
		[
			`mine_commit_seconds_bucket{le="0.1"} ${fast}`,
			`mine_commit_seconds_bucket{le="1.0"} ${fast + slow}`,
			`mine_commit_seconds_bucket{le="+Inf"} ${fast + slow}`,
			`mine_commit_seconds_count ${fast + slow}`,
		].join('\n');

	it('are of what came between two polls, not of all since the start', async () => {
		const read = await readings({ latencies }, [buckets(1000, 0), buckets(1000, 10)]);
		const medians = read.map(({ consensus }) => consensus?.latenciesMs?.['commit']);
		expect(medians[0]).toEqual({ p50: 50, p95: 95, p99: 99, n: 1000 });
		expect(medians[1]).toEqual({ p50: 550, p95: 955, p99: 991, n: 10 });
	});

	it('of several series are of their pooled buckets', async () => {
		const of = (peer: string, fast: number, slow: number) =>
			buckets(fast, slow)
				.replaceAll('{le=', `{peer="${peer}",le=`)
				.replace('_count ', `_count{peer="${peer}"} `);
		const { consensus } = await reading({ latencies }, `${of('a', 99, 0)}\n${of('b', 0, 1)}`);
		expect(consensus?.latenciesMs?.['commit']).toMatchObject({ n: 100, p95: 95.959596 });
	});

	it('of a summary are the node’s own, and of several summaries none', async () => {
		const summary = (peer: string) =>
			`mine_commit_seconds{peer="${peer}",quantile="0.99"} 0.25\nmine_commit_seconds_count{peer="${peer}"} 7\n`;
		const one = await reading({ latencies }, summary('a'));
		expect(one.consensus?.latenciesMs).toEqual({ commit: { p99: 250, n: 7 } });
		const two = await reading({ latencies }, summary('a') + summary('b'));
		expect(two.consensus?.latenciesMs).toBeUndefined();
	});
});

describe('the status', () => {
	const flag = (name: 'consensus.hasLeader' | 'consensus.isSyncing' | 'consensus.isHealthy') => ({
		fields: { [name]: { metrics: ['mine_flag'] } },
	});

	it.each([
		['consensus.hasLeader', 0, 'stalled'],
		['consensus.hasLeader', 1, 'active'],
		['consensus.isSyncing', 1, 'syncing'],
		['consensus.isSyncing', 0, 'unknown'],
	] as const)('%s %d: %s', async (name, value, status) => {
		const read = await reading(flag(name), `mine_flag ${value}`);
		expect(read.consensus?.status).toBe(status);
	});

	it('the node’s own verdict is a report', async () => {
		const read = await reading(flag('consensus.isHealthy'), 'mine_flag 0');
		expect(read.selfReport).toEqual({ status: 'degraded', reasons: ['its health metric is 0'] });
	});

	it('follows what moves', async () => {
		const fields = { 'consensus.height': { metrics: ['mine_height'] } };
		// A commit each ten seconds, then none for 110.
		const heights = [1, 2, 3, 4, ...Array<number>(12).fill(5)];
		const read = await readings(
			{ fields },
			heights.map((height) => `mine_height ${height}`),
		);
		expect(read.map(({ consensus }) => consensus?.status)).toEqual([
			'unknown',
			...Array<string>(14).fill('active'),
			'stalled',
		]);
	});
});

it('texts of labels are made safe', async () => {
	const read = await reading(
		{
			texts: { 'identity.nodeId': { metrics: ['mine_info'], label: 'name' } },
			messages: { sent: { metrics: ['mine_sent'], label: 'type' } },
		},
		'mine_info{name="a\u001B[31mb\\n\u202Ec"} 1\nmine_sent{type="__proto__"} 1\nmine_sent{type="\u0007"} 1\n',
	);
	expect(read.identity).toEqual({ nodeId: 'ab c' });
	expect(read.network?.messages).toEqual([{ type: '__proto__', sent: 1 }]);
});

describe('the list of peers', () => {
	const peerList = { metrics: ['mine_connected'], label: 'id' };

	it('has those whose series is not 0, once each', async () => {
		const { network } = await reading(
			{ peerList },
			[
				'mine_connected{id="b",type="x"} 1',
				'mine_connected{id="b",type="y"} 1',
				'mine_connected{id="a"} 2',
				'mine_connected{id="gone"} 0',
				'mine_connected{id="odd"} NaN',
			].join('\n'),
		);
		expect(network).toEqual({ peerList: [{ id: 'b' }, { id: 'a' }] });
	});

	it('is empty where all are 0, and absent where the metric is', async () => {
		expect((await reading({ peerList }, 'mine_connected{id="a"} 0')).network).toEqual({
			peerList: [],
		});
		expect(await reading({ peerList }, '')).not.toHaveProperty('network');
	});

	it.each([
		['a connected peer without id', 'mine_connected{id="a"} 1\nmine_connected{id=""} 1'],
		['another label', 'mine_connected{peer="a"} 1'],
		[
			'more peers than are kept',
			Array.from({ length: 1001 }, (_, index) => `mine_connected{id="p${index}"} 1`).join('\n'),
		],
	])('with %s is not told at all', async (_what, text) => {
		expect(await reading({ peerList }, text)).not.toHaveProperty('network');
	});

	it('of an Aptos validator is of the validators’ network', async () => {
		const node = await watch(
			exposing(() =>
				[
					'aptos_consensus_current_round 7',
					'aptos_connections{direction="inbound",network_id="Validator",peer_id="1f2a3b4c"} 1',
					'aptos_network_peer_connected{network_id="Validator",peer_id="1f2a3b4c",remote_peer_id="83424ccb"} 1',
					'aptos_network_peer_connected{network_id="Validator",peer_id="1f2a3b4c",remote_peer_id="f326fd30"} 0',
					'aptos_network_peer_connected{network_id="Public",peer_id="1f2a3b4c",remote_peer_id="00000001"} 1',
				].join('\n'),
			),
		);
		const { identity, network } = await node.poll();
		expect(identity?.nodeId).toBe('1f2a3b4c');
		expect(network?.peerList).toEqual([{ id: '83424ccb' }]);
	});
});

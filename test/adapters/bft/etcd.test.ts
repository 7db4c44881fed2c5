import { afterEach, describe, expect, it } from 'vitest';
import { judgeEtcd } from '../../../source/adapters/bft/etcd/verdict.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';
import { sendJson } from '../../helpers/http-server.ts';
import type { Handler } from '../../helpers/http-server.ts';
import { closeServers, fixture, sendMetrics, sendNotFound, watch, watchUrl } from './watching.ts';

afterEach(closeServers);

/** Bodies recorded from etcd 3.4.23; a number is a status without one. */
type Answers = Readonly<Record<string, string | number>>;

const healthy: Answers = {
	'GET /version': fixture('etcd/m1.version.json'),
	'POST /v3/maintenance/status': fixture('etcd/m1.v3_status.json'),
	'POST /v3/cluster/member/list': fixture('etcd/m1.v3_memberlist.json'),
	'GET /metrics': fixture('etcd/m1.metrics.txt'),
};
const withoutLeader: Answers = {
	...healthy,
	'POST /v3/maintenance/status': fixture('etcd/fault_noquorum.m1.v3_status.json'),
	'GET /metrics': fixture('etcd/fault_noquorum.m1.metrics.txt'),
};

function member(answers: () => Answers): Handler {
	return ({ method, path }, response) => {
		const answer = answers()[`${method} ${path}`];
		if (answer === undefined) sendNotFound(response);
		else if (typeof answer === 'number') sendJson(response, { error: 'x', code: 2 }, answer);
		else if (path === '/metrics') sendMetrics(response, answer);
		else {
			response.writeHead(200, { 'content-type': 'application/json' });
			response.end(answer);
		}
	};
}

function status(changes: Readonly<Record<string, unknown>>): string {
	const recorded = JSON.parse(fixture('etcd/m1.v3_status.json')) as object; // Recorded as one.
	return JSON.stringify({ ...recorded, ...changes });
}

/** 2 min after this member's start. */
const nowMs = 1_795_227_649_860;

describe('a recorded member', () => {
	it('is told in nodetop’s words', async () => {
		const node = await watch(member(() => healthy));
		expect(await node.probe()).toEqual({ found: 'etcd 3.4.23', confidence: 'certain' });
		const { latencyMs, clock, endpoints, ...sections } = await node.poll(nowMs);
		expect(latencyMs).toBeGreaterThan(0);
		expect(clock?.uncertaintyMs).toBeGreaterThanOrEqual(500);
		expect(endpoints?.map(({ name, status }) => `${name} ${status}`)).toEqual([
			'status ok',
			'metrics ok',
			'members ok',
		]);
		const { consensus, network, database, performance, ...rest } = sections;
		expect(performance).toEqual({ storageEfficiencyRatio: 1 });
		expect(database).toMatchObject({
			logicalBytes: 49_152,
			writeMs: { avg: 1.357_24, n: 308 },
			batchMs: { avg: 3.365_227, n: 49 },
		});
		expect(rest).toEqual({
			identity: {
				nodeId: '9981173477576615709',
				client: 'etcd',
				version: '3.4.23',
				networkId: '1707734748906728236',
				startedAt: '2026-11-21T02:18:49.860Z',
				uptimeSeconds: 120,
			},
			resources: {
				source: 'node',
				memoryResidentBytes: 44_154_880,
				memoryVirtualBytes: 12_095_393_792,
				heapUsedBytes: 24_568_552,
				heapTotalBytes: 40_730_624,
				threads: 10,
				openFiles: 32,
				openFilesLimit: 20_000,
				databaseBytes: 49_152,
			},
		});
		const { latenciesMs, ...progress } = consensus ?? {};
		expect(progress).toEqual({
			status: 'active',
			view: 2,
			height: 310,
			finalized: 310,
			applied: 310,
			pending: 0,
			failed: 0,
			leader: '1779695469898287694',
			isLeader: false,
			validators: 3,
			viewChanges: 1,
		});
		expect(Object.keys(latenciesMs ?? {})).toEqual(['diskSync', 'commit', 'roundTrip']);
		expect(latenciesMs?.['diskSync']).toMatchObject({ n: 308 });
		expect(latenciesMs?.['diskSync']?.avg).toBeCloseTo((0.418029871 / 308) * 1000, 4);
		// Three of four round trips are below 0.1 ms, the last below 0.2 ms.
		expect(latenciesMs?.['roundTrip']).toMatchObject({ n: 4, p50: 0.066667, p99: 0.196 });
		expect(network).toMatchObject({
			peers: 2,
			latencyMs: { n: 4, p50: 0.066667 },
			peerList: [
				{ id: '1779695469898287694', address: 'http://127.0.0.1:12390', latencyMs: 0.1 },
				{ id: '4524981507029349381', address: 'http://127.0.0.1:12400', latencyMs: 0.05 },
			],
		});
	});

	it('without a quorum is stalled, although it answers', async () => {
		const node = await watch(member(() => withoutLeader));
		const { consensus, notes, selfReport } = await node.poll(nowMs);
		expect(consensus).toMatchObject({ status: 'stalled', view: 3, failed: 2, viewChanges: 2 });
		expect(consensus).not.toHaveProperty('leader');
		expect(notes).toEqual(['no leader: too few members see one another']);
		expect(selfReport).toBeUndefined();
	});

	it('is asked nothing that goes through raft, and its members once in a while', async () => {
		const node = await watch(member(() => healthy));
		for (const seconds of [0, 2, 4, 29]) await node.poll(nowMs + seconds * 1000);
		await node.poll(nowMs + 31_000);
		const asked = node.server.requests.map(({ method, path }) => `${method} ${path}`);
		const times = (what: string) => asked.filter((each) => each === what).length;
		expect(new Set(asked)).toEqual(new Set(Object.keys(healthy)));
		expect(times('POST /v3/cluster/member/list')).toBe(2);
		expect(times('POST /v3/maintenance/status')).toBe(5);
		expect(asked.some((each) => each.includes('/health'))).toBe(false);
	});

	it('may be given with the path of its metrics', async () => {
		const { server } = await watch(member(() => healthy));
		const reading = await watchUrl(`${server.url}/metrics`).poll(nowMs);
		expect(reading.identity?.networkId).toBe('1707734748906728236');
		expect(reading.network?.peers).toBe(2);
	});

	it('whose metrics are elsewhere', async () => {
		const metrics = await watch(member(() => ({ 'GET /metrics': fixture('etcd/m1.metrics.txt') })));
		const { 'GET /metrics': _metrics, ...rest } = healthy;
		const node = await watch(
			member(() => rest),
			{ metricsUrl: `${metrics.server.url}/metrics` },
		);
		expect((await node.poll(nowMs)).network?.peers).toBe(2);
	});

	it('by its metrics alone is a raft node, too', async () => {
		const node = await watch(member(() => ({ 'GET /metrics': fixture('etcd/m1.metrics.txt') })));
		const { consensus, identity, notes } = await node.poll(nowMs);
		expect(consensus).toMatchObject({ status: 'active', height: 309, applied: 309, pending: 0 });
		expect(identity).toMatchObject({ nodeId: '8a8440653481271d', version: '3.4.23' });
		expect(notes).toBeUndefined();
	});
});

describe('what fails beside the status', () => {
	it.each([
		['GET /metrics', 500, 'metrics', 'failed'],
		['POST /v3/cluster/member/list', 500, 'members', 'failed'],
		['POST /v3/cluster/member/list', 404, 'members', 'unavailable'],
		['POST /v3/cluster/member/list', '[]', 'members', 'failed'],
	])('%s with %s: %s %s, and the member is not dead', async (question, answer, name, state) => {
		const node = await watch(member(() => ({ ...healthy, [question]: answer })));
		const { consensus, endpoints } = await node.poll(nowMs);
		expect(consensus).toMatchObject({ status: 'active', view: 2, height: 310 });
		expect(endpoints?.find((endpoint) => endpoint.name === name)?.status).toBe(state);
	});

	it('is unmeasured where this process was too late to hear it', async () => {
		const answering = member(() => healthy);
		const { server } = await watch((request, response) => {
			if (request.path !== '/metrics') answering(request, response);
		});
		const startedMs = performance.now();
		const delay = { soFarMs: () => performance.now() - startedMs };
		const node = watchUrl(server.url, { timeoutMs: 300 }, { delay });
		const { endpoints } = await node.poll(nowMs);
		expect(endpoints?.map(({ name, status: state }) => `${name} ${state}`)).toEqual([
			'status ok',
			'metrics unmeasured',
			'members ok',
		]);
	});

	it('the status itself: the poll fails', async () => {
		const answers: Record<string, string | number> = { ...healthy };
		const node = await watch(member(() => answers));
		answers['POST /v3/maintenance/status'] = 503;
		expect(await node.failure()).toMatchObject({ code: 'badResponse' });
		answers['POST /v3/maintenance/status'] = 401;
		expect(await node.failure()).toMatchObject({ code: 'unauthorized' });
		answers['POST /v3/maintenance/status'] = '{"header":[]}';
		expect(await node.failure()).toMatchObject({
			code: 'badResponse',
			message: 'the answer to /v3/maintenance/status has another shape',
		});
	});

	it('a member that is restarted as something else is recognised anew', async () => {
		let answers: Answers = healthy;
		const node = await watch(member(() => answers));
		await node.poll(nowMs);
		answers = { 'GET /metrics': 'hotstuff2_current_view 5\n' };
		expect(await node.failure()).toMatchObject({ code: 'unsupported' });
		expect((await node.poll(nowMs)).consensus?.view).toBe(5);
	});
});

describe('what a member says of itself', () => {
	const poll = async (changes: Readonly<Record<string, unknown>>) => {
		const node = await watch(
			member(() => ({ ...healthy, 'POST /v3/maintenance/status': status(changes) })),
		);
		return node.poll(nowMs);
	};

	it('an alarm degrades it, a corrupt one ends it', async () => {
		const full = 'memberID:9981173477576615709 alarm:NOSPACE ';
		expect((await poll({ errors: [full] })).selfReport).toEqual({
			status: 'degraded',
			reasons: [full.trim()],
		});
		expect((await poll({ errors: ['memberID:1 alarm:CORRUPT '] })).selfReport?.status).toBe('down');
	});

	it('a learner has no vote', async () => {
		const { notes } = await poll({ isLearner: true });
		expect(notes).toEqual(['a learner: it follows the log, but has no vote']);
	});

	it('ids and indices past 2^53 keep every digit', async () => {
		const { consensus } = await poll({
			raftIndex: '18446744073709551615',
			raftAppliedIndex: '18446744073709551615',
			leader: '9981173477576615709',
		});
		expect(consensus).toMatchObject({
			status: 'active',
			height: '18446744073709551615',
			isLeader: true,
		});
	});
});

describe('whom a member hears', () => {
	const members = { ...healthy, 'GET /metrics': '' };
	const [m2, m3] = ['18b2bf99c3a8ca4e', '3ecbf6b4cdb23405'];
	const ids = (network: Reading['network']) =>
		network?.peerList?.map(({ id }) => BigInt(id).toString(16));
	const text = (active: readonly number[], received: readonly number[]) =>
		[m2, m3]
			.flatMap((id, index) => [
				`etcd_network_active_peers{Local="8a8440653481271d",Remote="${id}"} ${active[index]}`,
				`etcd_network_peer_received_bytes_total{From="${id}"} ${received[index]}`,
			])
			.join('\n');
	const pollAll = async (texts: readonly string[]) => {
		let metrics = '';
		const node = await watch(member(() => ({ ...members, 'GET /metrics': metrics })));
		const networks = [];
		for (metrics of texts) networks.push((await node.poll()).network);
		return networks;
	};

	it('is as its metrics tell: a frozen leader is not among them', async () => {
		const [before, after] = [
			fixture('etcd/m1.metrics.txt'),
			fixture('etcd/fault_noquorum.m1.metrics.txt'),
		];
		// What came before the quorum was lost counts at the first poll after it.
		const [healthyNetwork, , alone] = await pollAll([before, after, after]);
		expect(ids(healthyNetwork)).toEqual([m2, m3]);
		expect(alone).toMatchObject({ peers: 0, peerList: [] });
	});

	it('is not a gauge that stays 0, where bytes keep coming', async () => {
		// Recorded after a partition had healed: etcd 3.4 says 0 of a peer that it hears.
		expect(fixture('etcd/partition_recovered.m2.metrics.txt')).toMatch(
			/^etcd_network_active_peers\{Local="443dc8ba70952628",Remote="dc95ea3074d3179c"\} 0$/m,
		);
		const [first, second, third] = await pollAll([
			text([1, 0], [10, 10]),
			text([1, 0], [10, 11]),
			text([1, 0], [10, 11]),
		]);
		expect(ids(first)).toEqual([m2]);
		expect(ids(second)).toEqual([m2, m3]);
		expect(second?.peers).toBe(2);
		expect(ids(third)).toEqual([m2]);
	});

	it('is every member where the metrics do not tell', async () => {
		const [network] = await pollAll(['etcd_server_has_leader 1']);
		expect(ids(network)).toEqual([m2, m3]);
	});
});

it('names no leader that its metrics no longer know, in the same poll', async () => {
	const node = await watch(
		member(() => ({ ...withoutLeader, 'POST /v3/maintenance/status': status({}) })),
	);
	const { consensus, notes } = await node.poll(nowMs);
	expect(consensus).toMatchObject({ status: 'stalled', isLeader: false });
	expect(consensus).not.toHaveProperty('leader');
	expect(notes).toContain('no leader: too few members see one another');
});

describe('the verdict', () => {
	const of = (committed: number, applied: number, appliedBefore?: number) =>
		judgeEtcd({
			status: { leaderId: '1', committed, applied, errors: [] },
			hasLeader: true,
			appliedBefore,
		});

	it.each([
		['at rest', of(500, 500, 500), 'active'],
		['a little behind', of(600, 500, 500), 'active'],
		['behind and catching up', of(900, 500, 400), 'syncing'],
		['behind, seen once', of(900, 500), 'syncing'],
		['behind and applying nothing', of(900, 500, 500), 'stalled'],
	])('%s: %o', (_name, verdict, expected) => {
		expect(verdict.status).toBe(expected);
	});

	it('without a leader is stalled, whoever says so', () => {
		const status = { leaderId: '1', committed: 5, applied: 5, errors: [] };
		const none = { ...status, leaderId: undefined };
		const said = { ...status, errors: ['etcdserver: no leader'] };
		const statuses = [
			judgeEtcd({ status: none, hasLeader: undefined, appliedBefore: 5 }),
			judgeEtcd({ status, hasLeader: false, appliedBefore: 5 }),
			judgeEtcd({ status: said, hasLeader: true, appliedBefore: 5 }),
		].map((verdict) => verdict.status);
		expect(statuses).toEqual(['stalled', 'stalled', 'stalled']);
	});
});

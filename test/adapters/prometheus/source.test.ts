import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../../source/adapters/http.ts';
import { prometheus } from '../../../source/adapters/prometheus/adapter.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';
import { toPrometheusText } from '../../../source/export/metrics/prometheus-text.ts';
import { familiesOf } from '../../../source/export/metrics/families.ts';
import { parsePrometheusText } from '../../../source/adapters/prometheus-text.ts';
import type { Sample } from '../../../source/adapters/prometheus-text.ts';
import { documentOf, downNode, evmNode, qudagNode } from '../../export/nodes.ts';
import { sendJson, startServer } from '../../helpers/http-server.ts';
import type { TestServer } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

interface Target {
	readonly job?: string;
	readonly instance: string;
	readonly isUp?: boolean;
	/** When it was scraped, seconds before the query. */
	readonly agoSeconds?: number;
	readonly metrics: string;
}

interface Fleet {
	targets: readonly Target[];
	alerts?: readonly Record<string, string>[];
	nowSeconds: number;
}

type Vector = readonly { metric: Record<string, string>; value: [number, string] }[];

/** Answers the queries that the adapter makes, as Prometheus 2 does. */
function answer(fleet: Fleet, expression: string): Vector {
	const { nowSeconds, targets, alerts = [] } = fleet;
	const at = (metric: Record<string, string>, value: number): Vector[number] => ({
		metric,
		value: [nowSeconds, String(value)],
	});
	const place = ({ job = 'nodes', instance }: Target) => ({ job, instance });
	if (expression === 'up')
		return targets.map((each) => at(place(each), each.isUp === false ? 0 : 1));
	if (expression === 'timestamp(up)')
		return targets.map((each) => at(place(each), nowSeconds - (each.agoSeconds ?? 1)));
	if (expression.startsWith('ALERTS')) return alerts.map((labels) => at(labels, 1));
	if (expression === 'count(up)') return [at({}, targets.length)];
	const names = new RegExp(`^(?:${/"(.*)"/.exec(expression)?.[1]})$`);
	return targets.flatMap((each) =>
		each.isUp === false
			? []
			: samplesOf(each)
					.filter(({ name }) => names.test(name))
					.map(({ name, labels, value }) =>
						at({ __name__: name, ...labels, ...place(each) }, value),
					),
	);
}

const parsed = new Map<string, readonly Sample[]>();

function samplesOf({ metrics }: Target): readonly Sample[] {
	const samples = parsed.get(metrics) ?? parsePrometheusText(metrics).samples;
	parsed.set(metrics, samples);
	return samples;
}

const running: TestServer[] = [];
afterEach(async () => {
	await Promise.all(running.splice(0).map((server) => server.close()));
});

async function watch(fleet: Fleet) {
	const server = await startServer(({ path }, response) => {
		const url = new URL(path, 'http://h');
		const expression = url.searchParams.get('query') ?? '';
		const success = (data: unknown): void => {
			sendJson(response, { status: 'success', data });
		};
		if (url.pathname === '/prom/api/v1/label/__name__/values') {
			const all = fleet.targets.flatMap((each) => samplesOf(each));
			success([...new Set(all.map(({ name }) => name))]);
		} else if (url.pathname !== '/prom/api/v1/query') sendJson(response, {}, 404);
		else if (expression === 'time()') {
			success({ resultType: 'scalar', result: [fleet.nowSeconds, String(fleet.nowSeconds)] });
		} else success({ resultType: 'vector', result: answer(fleet, expression) });
	});
	running.push(server);
	const target = targetFor(`${server.url}/prom`, { kind: 'prometheus' });
	const http = createHttp(target);
	const source = prometheus.open(target);
	return {
		server,
		probe: () => prometheus.probe(target, contextFor(target, { http })),
		async poll(): Promise<Reading> {
			const now = () => fleet.nowSeconds * 1000;
			return readingSchema.parse(await source.poll(contextFor(target, { http, now })));
		},
	};
}

const hotstuff = (view: number, bytes: number) => `hotstuff2_current_view ${view}
hotstuff2_committed_height 40
hotstuff2_active_peers 3
hotstuff2_bytes_received ${bytes}
hotstuff2_build_info{version="1.2.3",client="hs",network="n",node_id="id"} 1
process_resident_memory_bytes 5000
`;

const membersOf = (reading: Reading) =>
	Object.fromEntries(
		(reading.members ?? []).flatMap((member) =>
			'snapshot' in member ? [] : [[member.target.name, member] as const],
		),
	);

describe('targets', () => {
	it('are read by the mappings of kind bft', async () => {
		const fleet = {
			nowSeconds: 1_800_000_000,
			targets: [{ instance: 'a:1', metrics: hotstuff(7, 0) }],
		};
		const { poll, probe } = await watch(fleet);
		expect(await probe()).toMatchObject({
			confidence: 'certain',
			found: 'Prometheus with 1 targets',
		});
		expect(membersOf(await poll())['a:1']).toMatchObject({
			target: { name: 'a:1', kind: 'bft', url: 'http://a:1' },
			reading: {
				consensus: { view: 7, height: 40 },
				network: { peers: 3 },
				identity: { version: '1.2.3', nodeId: 'id' },
				resources: { source: 'node', memoryResidentBytes: 5000 },
			},
		});
	});

	it('have rates from one scrape to the next, not from one poll to the next', async () => {
		const fleet: Fleet = { nowSeconds: 1_800_000_000, targets: [] };
		const { poll, server } = await watch(fleet);
		const scrape = (bytes: number, agoSeconds: number) => {
			fleet.targets = [{ instance: 'a:1', agoSeconds, metrics: hotstuff(7, bytes) }];
		};
		scrape(1000, 0);
		await poll();
		for (const ago of [1, 2, 3]) {
			fleet.nowSeconds += 1;
			scrape(1000, ago);
			const before = server.requests.length;
			const { members } = await poll();
			expect(members).toHaveLength(1);
			// No new scrape: no values are asked for.
			expect(server.requests.length - before).toBe(4);
		}
		fleet.nowSeconds += 7;
		scrape(6000, 0);
		expect(membersOf(await poll())['a:1']).toMatchObject({
			reading: { network: { bytesInPerSecond: 500 } },
		});
	});

	it('that cannot be scraped are unreachable, and those that are no node are counted', async () => {
		const fleet: Fleet = {
			nowSeconds: 1_800_000_000,
			targets: [
				{ instance: 'a:1', metrics: hotstuff(7, 0) },
				{ instance: 'web:80', metrics: 'http_requests_total 5\n' },
			],
		};
		const { poll } = await watch(fleet);
		expect((await poll()).notes).toEqual([
			'1 of its 2 targets have no metrics of a node that nodetop knows',
		]);
		fleet.targets = fleet.targets.map((each) => ({ ...each, isUp: false, agoSeconds: 0 }));
		const reading = await poll();
		expect(membersOf(reading)['a:1']).toMatchObject({
			error: { code: 'unreachable', message: 'Prometheus cannot scrape a:1' },
		});
		expect(reading.notes).toEqual(['2 of its 2 targets cannot be scraped']);
		fleet.targets = [];
		expect((await poll()).members).toEqual([]);
	});
});

describe('a nodetop among the targets', () => {
	const document = documentOf([
		qudagNode({ target: { group: 'main' }, selfReport: { status: 'degraded', reasons: ['x'] } }),
		evmNode(),
		downNode(),
	]);
	const metrics = toPrometheusText(familiesOf(document));

	it('is the nodes that it watches, judged by us', async () => {
		const fleet = { nowSeconds: 1_800_000_000, targets: [{ instance: 'top:7070', metrics }] };
		const members = membersOf(await (await watch(fleet)).poll());
		expect(Object.keys(members)).toEqual(['anvil', 'geth', 'validator']);
		expect(members['validator']).toMatchObject({
			target: { kind: 'qudag', group: 'main', url: 'nodetop at top:7070' },
			reading: {
				latencyMs: 12.3,
				consensus: { status: 'active', round: 12_345, averageFinalityMs: 845 },
				network: { peers: 42, latencyMs: { avg: 23, p50: 21, p95: 48, p99: 61 } },
				resources: { source: 'node', cpuRatio: 0.125, openFilesLimit: 1024 },
				identity: { client: 'qudag', version: '0.1.0', uptimeSeconds: 225_120 },
				selfReport: { status: 'degraded', reasons: [] },
			},
		});
		expect(members['geth']).toMatchObject({
			reading: { chain: { head: { number: 1_234_567 }, blockIntervalMs: 12_000, syncing: false } },
		});
		expect(members['anvil']).toMatchObject({ error: { code: 'unreachable' } });
	});

	it('with what a newer one adds or breaks loses only the section that does not fit', async () => {
		const broken = metrics.replace(/^(nodetop_dag_tips\{[^}]*\}) .*$/m, '$1 -4');
		const added = 'nodetop_future_thing{node="geth",kind="evm"} 1\n';
		const fleet = {
			nowSeconds: 1_800_000_000,
			targets: [{ instance: 't', metrics: broken + added }],
		};
		const { validator } = membersOf(await (await watch(fleet)).poll());
		expect(validator).toMatchObject({ reading: { network: { peers: 42 } } });
		expect(validator).not.toHaveProperty('reading.dag');
	});
});

describe('alerts that fire at the server', () => {
	it('are reports of their node, or of the server', async () => {
		const fleet: Fleet = {
			nowSeconds: 1_800_000_000,
			targets: [{ instance: 'a:1', metrics: hotstuff(7, 0) }],
			alerts: [
				{ alertname: 'DiskFull', severity: 'critical', job: 'nodes', instance: 'a:1' },
				{ alertname: 'Watchdog' },
			],
		};
		const reading = await (await watch(fleet)).poll();
		expect(membersOf(reading)['a:1']).toMatchObject({
			reading: {
				selfReport: { status: 'degraded', reasons: ['Prometheus alert DiskFull (critical)'] },
			},
		});
		expect(reading.selfReport).toEqual({
			status: 'degraded',
			reasons: ['Prometheus alert Watchdog'],
		});
	});
});

describe('a large fleet', () => {
	it('of 5,000 targets takes at most 10 requests a poll', async () => {
		const targets = Array.from({ length: 5000 }, (_, index) => ({
			instance: `10.0.${index >> 8}.${index & 255}:9101`,
			// Many alike, for this server.
			metrics: hotstuff(index % 100, 0),
		}));
		const { poll, server } = await watch({ nowSeconds: 1_800_000_000, targets });
		const { members = [], endpoints = [] } = await poll();
		expect(members).toHaveLength(5000);
		expect(server.requests.length).toBeLessThanOrEqual(10);
		expect(endpoints.length).toBeLessThanOrEqual(10);
		expect(membersOf({ members })['10.0.19.135:9101']).toMatchObject({
			reading: { consensus: { view: 99 } },
		});
	});
});

describe('what is no Prometheus', () => {
	it.each([
		['a web page', '<html></html>', 200, 'unsupported'],
		['other JSON', '{"jsonrpc":"2.0"}', 200, 'unsupported'],
		[
			'a query that fails',
			'{"status":"error","errorType":"execution","error":"boom"}',
			422,
			'badResponse',
		],
		['nothing at the path', '', 404, 'unsupported'],
	])('%s is an error', async (_name, body, status, code) => {
		const server = await startServer((_, response) => {
			response.writeHead(status);
			response.end(body);
		});
		running.push(server);
		const target = targetFor(server.url, { kind: 'prometheus' });
		const http = createHttp(target);
		const polled = prometheus.open(target).poll(contextFor(target, { http }));
		await expect(polled).rejects.toMatchObject({ code });
		expect(await prometheus.probe(target, contextFor(target, { http }))).toBeUndefined();
	});
});

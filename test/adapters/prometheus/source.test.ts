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
import { watchNodes } from '../../helpers/monitor.ts';
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
	/** What the targets were at a time; without it no ranges are answered. */
	past?: (atSeconds: number) => readonly Target[];
	/** What is answered for exemplars; without it there is no such API. */
	exemplars?: unknown;
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

function answerRange(fleet: Fleet, parameters: URLSearchParams) {
	const [start = 0, end = 0, step = 1] = ['start', 'end', 'step'].map((name) =>
		Number(parameters.get(name)),
	);
	const found = new Map<string, { metric: object; values: [number, string][] }>();
	for (let at = start; at <= end; at += step) {
		const then = { nowSeconds: at, targets: fleet.past?.(at) ?? [] };
		for (const { metric, value } of answer(then, parameters.get('query') ?? '')) {
			const key = JSON.stringify(metric);
			const known = found.get(key) ?? { metric, values: [] };
			found.set(key, known);
			known.values.push(value);
		}
	}
	return [...found.values()];
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
		} else if (url.pathname === '/prom/api/v1/query_range' && fleet.past) {
			success({ resultType: 'matrix', result: answerRange(fleet, url.searchParams) });
		} else if (url.pathname === '/prom/api/v1/query_exemplars' && fleet.exemplars !== undefined) {
			success(fleet.exemplars);
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
			// No new scrape: no values are asked for, but once exemplars, which this server does not have.
			expect(server.requests.length - before).toBe(ago === 1 ? 5 : 4);
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

describe('targets that were never up', () => {
	const down = { isUp: false, metrics: '' };
	const fleet: Fleet = {
		nowSeconds: 1_800_000_000,
		targets: [
			{ instance: 'a:1', metrics: hotstuff(7, 0) },
			{ instance: 'b:1', ...down },
			{ job: 'web', instance: 'c:80', metrics: 'http_requests_total 5\n' },
			{ job: 'web', instance: 'd:80', ...down },
			{
				job: 'tops',
				instance: 'e:9',
				metrics: toPrometheusText(familiesOf(documentOf([evmNode()]))),
			},
			{ job: 'tops', instance: 'f:9', ...down },
		],
	};

	it('are nodes that are down where other targets of their job are nodes', async () => {
		const reading = await (await watch(fleet)).poll();
		const members = membersOf(reading);
		expect(Object.keys(members)).toEqual(['a:1', 'b:1', 'geth']);
		expect(members['b:1']).toEqual({
			target: { name: 'b:1', kind: 'bft', url: 'http://b:1' },
			error: {
				code: 'unreachable',
				message: 'Prometheus cannot scrape b:1',
				nextStep: 'look at the page /targets of the Prometheus server',
			},
		});
		expect(reading.notes).toContain('3 of its 6 targets cannot be scraped');
	});
});

describe('the time before the first poll', () => {
	const nowSeconds = 1_800_000_000;
	const viewAt = (atSeconds: number) => 1000 + (atSeconds - nowSeconds) / 5;
	const at = (atSeconds: number): Target[] => [
		{ instance: 'a:1', metrics: hotstuff(viewAt(atSeconds), atSeconds * 100) },
		{ instance: 'b:1', metrics: hotstuff(5, 0), isUp: atSeconds > nowSeconds - 100 },
	];
	const pastOf = (reading: Reading, name: string) => {
		const member = membersOf(reading)[name];
		return member && 'past' in member ? (member.past ?? []) : [];
	};

	it('is read once, through the same readers', async () => {
		const fleet: Fleet = { nowSeconds, targets: at(nowSeconds), past: at };
		const { poll, server } = await watch(fleet);
		const first = await poll();
		expect(server.requests.length).toBeLessThanOrEqual(10);
		const past = pastOf(first, 'a:1');
		expect(past).toHaveLength(240);
		expect(past.map(({ atMs }) => atMs / 1000 - nowSeconds).slice(-2)).toEqual([-30, -15]);
		expect(past.at(-1)?.reading).toMatchObject({
			consensus: { view: 997 },
			network: { bytesInPerSecond: 100, peers: 3 },
		});
		expect(past[0]?.reading.network).not.toHaveProperty('bytesInPerSecond');
		// The first poll itself has a rate already.
		expect(membersOf(first)['a:1']).toMatchObject({
			reading: { network: { bytesInPerSecond: expect.closeTo(100, -2) as number } },
		});
		expect(pastOf(first, 'b:1')).toHaveLength(6);
		fleet.nowSeconds += 10;
		fleet.targets = at(fleet.nowSeconds);
		expect(pastOf(await poll(), 'a:1')).toEqual([]);
		expect(server.requests.filter(({ path }) => path.includes('query_range'))).toHaveLength(1);
	});

	it('is not read of a fleet that is too large for it', async () => {
		const targets = Array.from({ length: 600 }, (_, index) => ({
			instance: `n${index}:1`,
			metrics: hotstuff(7, 0),
		}));
		const { poll, server } = await watch({ nowSeconds, targets, past: () => targets });
		await poll();
		expect(server.requests.filter(({ path }) => path.includes('query_range'))).toEqual([]);
	});

	it('is left out where the server answers no ranges', async () => {
		const { poll } = await watch({ nowSeconds, targets: at(nowSeconds) });
		const reading = await poll();
		expect(Object.keys(membersOf(reading))).toEqual(['a:1', 'b:1']);
		expect(pastOf(reading, 'a:1')).toEqual([]);
	});
});

describe('exemplars of errors', () => {
	const seriesLabels = { __name__: 'rpc_errors_total', job: 'nodes', instance: 'a:1' };
	const exemplar = (secondsAgo: number, labels: Record<string, string>) => ({
		labels,
		value: '1',
		timestamp: 1_800_000_000 - secondsAgo,
	});
	const notesOf = async (fleet: Fleet) => {
		const { poll, server } = await watch(fleet);
		await poll();
		fleet.nowSeconds += 5;
		const member = membersOf(await poll())['a:1'];
		const notes = member && 'reading' in member ? (member.reading.notes ?? []) : [];
		return { poll, server, notes };
	};
	const fleetWith = (exemplars: unknown): Fleet => ({
		nowSeconds: 1_800_000_000,
		targets: [{ instance: 'a:1', metrics: hotstuff(7, 0) }],
		exemplars,
	});

	it('are notes of their node: the newest few', async () => {
		const exemplars = [9, 1, 5, 7].map((ago) => exemplar(ago, { trace_id: `t${ago}` }));
		const { notes, server } = await notesOf(
			fleetWith([
				{ seriesLabels, exemplars },
				{ seriesLabels: { ...seriesLabels, instance: 'other:1' }, exemplars },
			]),
		);
		expect(notes).toEqual([
			'one of rpc_errors_total, 2027-01-15T07:59:59Z: trace_id=t1',
			'one of rpc_errors_total, 2027-01-15T07:59:55Z: trace_id=t5',
			'one of rpc_errors_total, 2027-01-15T07:59:53Z: trace_id=t7',
		]);
		const asked = server.requests.filter(({ path }) => path.includes('query_exemplars'));
		expect(asked.map(({ path }) => new URL(path, 'http://h').searchParams.get('start'))).toEqual([
			String(1_800_000_005 - 600),
		]);
	});

	it('are asked for once a minute, where there are any', async () => {
		const fleet = fleetWith([]);
		const { poll, server } = await notesOf(fleet);
		const askedOf = () => server.requests.filter(({ path }) => path.includes('exemplars')).length;
		for (let second = 0; second < 50; second += 10) {
			fleet.nowSeconds += 10;
			await poll();
		}
		expect(askedOf()).toBe(1);
		// One of the two after a minute is the turn of the names.
		for (const _ of [1, 2]) {
			fleet.nowSeconds += 20;
			await poll();
		}
		expect(askedOf()).toBe(2);
	});

	it('have every other poll where polls are a minute apart', async () => {
		const fleet = fleetWith([]);
		const { poll, server } = await watch(fleet);
		const asked: string[] = [];
		for (let minute = 0; minute < 6; minute += 1) {
			const before = server.requests.length;
			await poll();
			const paths = server.requests.slice(before).map(({ path }) => path);
			asked.push(
				['label', 'exemplars'].filter((each) => paths.some((path) => path.includes(each))).join(),
			);
			fleet.nowSeconds += 60;
		}
		expect(asked).toEqual(['label', 'exemplars', 'label', 'exemplars', 'label', 'exemplars']);
	});

	it.each([
		['a text with control characters', [exemplar(1, { trace_id: 'a\u001B[2Jb' })], ['trace_id=ab']],
		['a long text', [exemplar(1, { trace_id: 'x'.repeat(500) })], [`trace_id=${'x'.repeat(79)}…`]],
		['no labels', [exemplar(1, {})], []],
		['a time that is none', [{ ...exemplar(1, { trace_id: 'a' }), timestamp: 1e300 }], []],
		['another shape', [{ trace: 'a' }], []],
	])('with %s do no harm', async (_, exemplars, expected) => {
		const { notes } = await notesOf(fleetWith([{ seriesLabels, exemplars }]));
		expect(notes.map((note) => note.replace(/^.*Z: /, ''))).toEqual(expected);
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

describe('hundreds of targets', () => {
	it('are watched poll after poll', async () => {
		const fleet: Fleet = { nowSeconds: 1_800_000_000, targets: [] };
		const scrape = (view: number): void => {
			fleet.targets = Array.from({ length: 300 }, (_, index) => ({
				instance: `n${index}:1`,
				agoSeconds: 0,
				metrics: hotstuff(view, 0),
			}));
			fleet.nowSeconds += 10;
		};
		scrape(7);
		const { server } = await watch(fleet);
		const target = targetFor(`${server.url}/prom`, { name: 'site', kind: 'prometheus' });
		const monitor = watchNodes([target]);
		running.push({ ...server, close: () => Promise.resolve(monitor.stop()) });
		await monitor.firstRound();
		const viewsOf = () =>
			new Set(
				monitor
					.moment()
					.nodes.filter(({ site }) => site === 'site')
					.map(({ snapshot }) => snapshot.consensus?.view),
			);
		expect(monitor.moment().nodes).toHaveLength(301);
		expect(viewsOf()).toEqual(new Set([7]));
		scrape(8);
		monitor.pollNow();
		await expect.poll(viewsOf).toEqual(new Set([8]));
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

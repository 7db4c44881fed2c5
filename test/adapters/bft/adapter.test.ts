import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { checkConfig } from '../../../source/app/configuration.ts';
import { identify } from '../../../source/adapters/probe.ts';
import { metricMappingSchema } from '../../../source/sections/mapped-fields.ts';
import { PollError } from '../../../source/domain/errors.ts';
import { builtInMappings } from '../../../source/adapters/bft/mappings.ts';
import { sendJson } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';
import {
	closeServers,
	exposing,
	fixture,
	sendMetrics,
	sendNotFound,
	watch,
	watchUrl,
} from './watching.ts';

afterEach(closeServers);

const codeOf = (error: unknown) => (error instanceof PollError ? error.code : error);

describe('an unknown address', () => {
	const identified = (url: string) => {
		const target = targetFor(url);
		return identify(target, contextFor(target));
	};

	it('with metrics of a known consensus is certain', async () => {
		const { server } = await watch(exposing(() => fixture('hotstuff/monad.prom.txt')));
		expect(await identified(server.url)).toEqual({
			kind: 'bft',
			found: 'Monad 0.11.3, by its metrics',
			confidence: 'certain',
		});
	});

	it('with other metrics is likely', async () => {
		const text = fixture('prometheus/node_exporter.RECORDED.prom.txt');
		const { server } = await watch(exposing(() => text));
		const found = 'Prometheus text of node_exporter 1.5.0, without metrics of consensus';
		expect(await identified(server.url)).toEqual({ kind: 'bft', found, confidence: 'likely' });
		expect(await identified(`${server.url}/metrics`)).toMatchObject({ kind: 'bft' });
	});

	it.each([
		[
			'a web page everywhere',
			200,
			'text/html',
			'<title>Grafana</title>',
			': expected JSON, got a web page: Grafana',
		],
		['nothing anywhere', 404, 'text/plain', 'not found', ''],
		[
			'text that is no metrics',
			200,
			'text/plain',
			'Metrics are on port 9090',
			': expected JSON, got something else: Metrics are on port 9090',
		],
		['an empty answer', 200, 'text/plain', '', ': expected JSON, got an empty answer'],
		[
			'JSON of something else',
			200,
			'application/json',
			'{"status":"ok"}',
			': expected Prometheus text, got something else: {"status":"ok"}',
		],
	])('with %s is none of ours', async (_name, status, type, body, hint) => {
		const node = await watch((_request, response) => {
			response.writeHead(status, { 'content-type': type });
			response.end(body);
		});
		const probed = await node.probe().catch(codeOf);
		expect(probed).toBe(hint === '' ? undefined : 'badResponse');
		expect(await node.failure()).toMatchObject({
			code: hint === '' ? 'unsupported' : 'badResponse',
			message: `neither metrics nor a known API of consensus answer there${hint}`,
		});
	});

	it('that refuses is refused, and where nothing listens nothing is', async () => {
		const refusing = await watch((_request, response) => sendJson(response, {}, 401));
		await expect(refusing.probe()).rejects.toMatchObject({ code: 'unauthorized' });
		expect(await watchUrl('http://127.0.0.1:1').failure()).toMatchObject({ code: 'unreachable' });
	});

	it('is asked at most one question a dialect and path', async () => {
		const node = await watch((_request, response) => {
			sendNotFound(response);
		});
		await node.probe();
		const asked = node.server.requests.map(({ method, path }) => `${method} ${path}`);
		expect(asked).toEqual([
			'GET /version',
			'GET /eth/v1/node/version',
			'GET /metrics',
			'GET /v1/status/metrics',
			'GET /status/metrics',
			'GET /metrics',
		]);
	});
});

describe('a scrape', () => {
	it('asks for text, takes gzip, and goes to the path that answered before', async () => {
		const node = await watch((request, response) => {
			if (request.path !== '/v1/status/metrics') {
				sendNotFound(response);
				return;
			}
			response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': 'gzip' });
			response.end(gzipSync(fixture('hotstuff/espresso.prom.txt')));
		});
		await node.poll();
		const before = node.server.requests.length;
		expect((await node.poll()).consensus?.view).toBe(2_812_345);
		const after = node.server.requests.slice(before);
		expect(after.map(({ path }) => path)).toEqual(['/v1/status/metrics']);
		expect(after[0]?.headers.accept).toBe('text/plain;version=0.0.4');
	});

	it('loses its bad lines only, and says how many', async () => {
		const text = `hotstuff2_current_view 7\nbad-name{a="b"} 1\nhotstuff2_votes_sent{a="b 5\nhotstuff2_validators 4\r\n`;
		const node = await watch(exposing(() => text));
		const { consensus, notes } = await node.poll();
		expect(consensus).toMatchObject({ view: 7, validators: 4 });
		expect(notes).toEqual(['2 lines of its metrics could not be read and were passed over']);
	});

	it('of nothing but malformed and foreign lines is shown for what it is', async () => {
		const node = await watch(exposing(() => fixture('geth/metrics.malformed.prom.txt')));
		const { consensus, notes, unrecognised } = await node.poll();
		expect(consensus).toBeUndefined();
		expect(notes).toEqual(['3 lines of its metrics could not be read and were passed over']);
		expect(unrecognised?.seems).toBe('metrics of an Ethereum client (geth)');
	});

	it.each<[string, string, RegExp, RegExp]>([
		['geth', fixture('geth/metrics.v1.16.prom.txt'), /an Ethereum client \(geth\)/, /kind evm/],
		['lodestar', fixture('lodestar/n1.metrics.txt'), /a beacon node/, /Beacon API/],
		['Prometheus', 'prometheus_build_info{version="3.1.0"} 1\n', /Prometheus itself/, /^$/],
		[
			'any Go program',
			'# TYPE x_build_info gauge\nx_build_info{version="1"} 1\ngo_goroutines 5\n',
			/metrics of x that fit no known consensus/,
			/mappings/,
		],
		['nothing', '', /an empty page/, /just started/],
		['NaN alone', 'hotstuff2_current_view NaN\nprocess_open_fds 4\n', /without a number/, /NaN/],
		['infinity', 'hotstuff2_current_view +Inf\n', /HotStuff-2, without a number/, /NaN/],
		['comments', '# HELP a b\n# TYPE a gauge\n', /comments only/, /just started/],
	])('of %s says what it seems to be, and where to look', async (_name, text, seems, nextStep) => {
		const { unrecognised } = await (await watch(exposing(() => text))).poll();
		expect(unrecognised?.seems).toMatch(seems);
		expect(unrecognised?.nextStep ?? '').toMatch(nextStep);
	});

	it.each([
		['known metrics', fixture('hotstuff/monad.prom.txt')],
		['a machine', fixture('prometheus/node_exporter.RECORDED.prom.txt')],
	])('of %s is recognised', async (_name, text) => {
		expect((await (await watch(exposing(() => text))).poll()).unrecognised).toBeUndefined();
	});

	it('is none when it is a web page, whatever its type says', async () => {
		const node = await watch(exposing(() => '<html><title>Grafana</title></html>'));
		expect(await node.failure()).toMatchObject({
			code: 'badResponse',
			message: expect.stringContaining('Grafana') as string,
		});
	});

	it('that came as protobuf is refused with the reason', async () => {
		let type = 'text/plain; version=0.0.4';
		const node = await watch((request, response) => {
			if (request.path !== '/metrics') {
				sendNotFound(response);
				return;
			}
			response.writeHead(200, { 'content-type': type });
			response.end('hotstuff2_current_view 7\n');
		});
		await node.poll();
		type = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily';
		expect(await node.failure()).toMatchObject({
			code: 'badResponse',
			message: 'the metrics came as protobuf, though text was asked for',
		});
	});

	it('of megabytes lets timers have their turn', async () => {
		const family = (index: number) =>
			`aptos_other_${index % 900}{peer_id="${index}",network_id="Validator"} ${index}\n`;
		const big = Array.from({ length: 80_000 }, (_, index) => family(index)).join('');
		const text = big + fixture('hotstuff/aptos.prom.txt');
		expect(text.length).toBeGreaterThan(4_500_000);
		const node = await watch(
			exposing(() => text),
			{ timeoutMs: 30_000 },
		);
		await node.poll();
		let turns = 0;
		let isPolling = true;
		const takeTurns = () => {
			turns += 1;
			if (isPolling) setImmediate(takeTurns);
		};
		takeTurns();
		const { consensus } = await node.poll();
		isPolling = false;
		expect(consensus?.view).toBe(771_223);
		expect(turns).toBeGreaterThan(text.length / 65_536);
	});

	it('of more than 32 MiB is given up', async () => {
		const chunk = 'a_metric{with="a label"} 1\n'.repeat(40_000);
		const node = await watch(
			(request, response) => {
				if (request.path !== '/metrics') {
					sendNotFound(response);
					return;
				}
				response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
				const write = () => {
					while (!response.destroyed && response.write(chunk));
				};
				response.on('drain', write);
				write();
			},
			{ timeoutMs: 30_000 },
		);
		const error = await node.failure();
		expect(error.message).toContain('the answer is larger than 32 MiB');
	});
});

describe('an exposition of a process', () => {
	const at = (seconds: number, cpuSeconds: number) =>
		[
			`process_cpu_seconds_total ${cpuSeconds}`,
			'process_start_time_seconds 1.76e+09',
			'process_open_fds 12',
			'process_max_fds 1024',
			'process_resident_memory_bytes 4.415488e+07',
			'prometheus_build_info{version="v2.42.0",branch="debian"} 1',
			'go_build_info{path="x",version="(devel)"} 1',
			`seconds ${seconds}`,
		].join('\n');

	it('shows its use of the processor from the second poll on, and none over a restart', async () => {
		let text = at(0, 10);
		const node = await watch(exposing(() => text));
		const poll = async (seconds: number, cpuSeconds: number) => {
			text = at(seconds, cpuSeconds);
			return node.poll(1_760_000_000_000 + seconds * 1000);
		};
		const first = await poll(100, 10);
		expect(first.identity).toEqual({
			client: 'prometheus',
			version: '2.42.0',
			startedAt: '2025-10-09T08:53:20.000Z',
			uptimeSeconds: 100,
		});
		expect(first.resources).toEqual({
			source: 'node',
			memoryResidentBytes: 44_154_880,
			openFiles: 12,
			openFilesLimit: 1024,
		});
		expect((await poll(110, 12.5)).resources?.cpuRatio).toBe(0.25);
		expect((await poll(120, 1)).resources?.cpuRatio).toBeUndefined();
		expect((await poll(130, 2)).resources?.cpuRatio).toBe(0.1);
	});

	it('that began in our future has a start, and no uptime', async () => {
		const node = await watch(exposing(() => at(0, 1)));
		const { identity } = await node.poll(1_759_999_000_000);
		expect(identity).toMatchObject({ startedAt: '2025-10-09T08:53:20.000Z' });
		expect(identity).not.toHaveProperty('uptimeSeconds');
	});
});

it('an exposition of node_exporter shows its machine', async () => {
	const recorded = fixture('prometheus/node_exporter.RECORDED.prom.txt');
	let text = recorded;
	const node = await watch(exposing(() => text));
	const first = await node.poll(1_800_000_000_000);
	const of = (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(recorded)?.[1]);
	expect(first.resources).toMatchObject({
		source: 'host',
		memoryTotalBytes: of('node_memory_MemTotal_bytes'),
		memoryAvailableBytes: of('node_memory_MemAvailable_bytes'),
		openFiles: of('node_filefd_allocated'),
	});
	expect(first.resources).not.toHaveProperty('cpuRatio');
	expect(first.identity).toMatchObject({ client: 'node_exporter', version: '1.5.0' });
	expect(first.identity?.startedAt).toBe(
		new Date(Math.floor(of('node_boot_time_seconds') * 1000)).toISOString(),
	);
	expect(first.consensus).toBeUndefined();
	// Ten seconds on: each core was busy for one of them, and waited for disks for five.
	text = recorded.replaceAll(
		/^(node_cpu_seconds_total\{cpu="\d+",mode="(system|iowait|idle)"\}) (\S+)$/gm,
		(_line, series: string, mode: string, value: string) =>
			`${series} ${Number(value) + (mode === 'system' ? 1 : mode === 'iowait' ? 5 : 4)}`,
	);
	const second = await node.poll(1_800_000_010_000);
	expect(second.resources?.cpuRatio).toBeCloseTo(0.1, 6);
	expect(second.network).toMatchObject({ bytesInPerSecond: 0, bytesOutPerSecond: 0 });
});

describe('mappings', () => {
	it.each(Object.entries(builtInMappings))('%s, built in, fits the schema', (_name, mapping) => {
		expect(metricMappingSchema.safeParse(mapping).error).toBeUndefined();
	});

	it('the example of the documentation does, and is read', async () => {
		const page = fixture('../../docs/mappings.md');
		const example: unknown = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '');
		const { mappings = {} } = checkConfig(example, 'docs/mappings.md');
		const node = await watch(
			(request, response) => {
				if (request.path === '/status/metrics') {
					sendMetrics(response, 'mychain_view 9\nmychain_decided_view 6\nmychain_uptime_ms 2500\n');
				} else sendNotFound(response);
			},
			{ mappings },
		);
		expect(await node.poll()).toMatchObject({
			consensus: { view: 9, finalityLag: 3, finalityUnit: 'views' },
			identity: { uptimeSeconds: 2.5 },
		});
	});

	it('the documentation names those built in', () => {
		const page = fixture('../../docs/mappings.md');
		for (const name of Object.keys(builtInMappings)) expect(page).toContain(`\`${name}\``);
	});
});

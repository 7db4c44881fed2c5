import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';
import { planNames } from '../export/metrics/plan-names.ts';
import * as z from 'zod';
import { createHttpSource } from '../../source/adapters/qudag/http-source.ts';
import { startDevnet } from '../../devnet/devnet.ts';
import type { DevnetOptions, RunningDevnet } from '../../devnet/devnet.ts';
import { UserError } from '../../source/domain/errors.ts';
import { startServer } from '../helpers/http-server.ts';
import { contextFor, targetFor } from '../helpers/targets.ts';
import { epochMs } from './dag/helpers.ts';

const running: RunningDevnet[] = [];

afterEach(async () => {
	await Promise.all(running.splice(0).map((devnet) => devnet.stop()));
});

/** A devnet whose time stands still between `advance`s, so that two answers can be compared. */
async function start(options: Partial<DevnetOptions> = {}): Promise<RunningDevnet> {
	const devnet = await startDevnet({
		nodeCount: 4,
		seed: 1,
		basePort: 0,
		version: '9.9.9',
		clock: 'manual',
		epochMs,
		...options,
	});
	running.push(devnet);
	return devnet;
}

function urlOf(devnet: RunningDevnet, name: string): string {
	const url = devnet.nodes.find((node) => node.name === name)?.url;
	if (url === undefined) throw new Error(`no ${name}`);
	return url;
}

const statusSchema = z.looseObject({
	node_id: z.string(),
	uptime: z.number(),
	consensus_state: z.looseObject({
		status: z.string(),
		round: z.number(),
		finalized_vertices: z.number(),
	}),
	dag_stats: z.looseObject({
		total_vertices: z.number(),
		tip_count: z.number(),
		depth: z.number(),
		growth_rate: z.number(),
	}),
	network_info: z.looseObject({
		peer_count: z.number(),
		messages: z.array(
			z.object({
				type: z.string(),
				sent: z.number(),
				received: z.number(),
				dropped: z.number(),
				failed: z.number(),
			}),
		),
	}),
});

async function getStatus(url: string) {
	const response = await fetch(`${url}/api/v1/status`);
	expect(response.status).toBe(200);
	return statusSchema.parse(await response.json());
}

async function postFault(devnet: RunningDevnet, fault: unknown): Promise<Response> {
	return fetch(`${devnet.controlUrl}/faults`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(fault),
	});
}

/** A request with headers that `fetch` would not let through. */
function rawStatus(url: string, headers: Record<string, string>): Promise<number | undefined> {
	return new Promise((resolve, reject) => {
		request(url, { headers }, (response: IncomingMessage) => {
			response.resume();
			resolve(response.statusCode);
		})
			.on('error', reject)
			.end();
	});
}

test('status, metrics and the event stream tell the same at the same moment', async () => {
	const devnet = await start();
	devnet.advance(60_000);
	const url = urlOf(devnet, 'dag-1');
	const status = await getStatus(url);
	expect(status.dag_stats.total_vertices).toBeGreaterThan(200);
	expect(await getStatus(url)).toMatchObject({ consensus_state: status.consensus_state });

	const response = await fetch(`${url}/metrics`);
	expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
	const text = await response.text();
	const samples = new Map(
		text
			.split('\n')
			.filter((line) => line !== '' && !line.startsWith('#'))
			.map((line): [string, number] => {
				const cut = line.lastIndexOf(' ');
				return [line.slice(0, cut), Number(line.slice(cut + 1))];
			}),
	);
	expect(samples.get('consensus_round_counter')).toBe(status.consensus_state.round);
	expect(samples.get('consensus_finalized_vertices')).toBe(
		status.consensus_state.finalized_vertices,
	);
	const vertices = (type: string) =>
		samples.get(`dag_vertex_counter{type="${type}"}`) ?? Number.NaN;
	expect(vertices('finalized')).toBe(status.consensus_state.finalized_vertices);
	expect(vertices('finalized') + vertices('pending')).toBe(status.dag_stats.total_vertices);
	expect(samples.get('dag_tip_gauge')).toBe(status.dag_stats.tip_count);
	expect(samples.get('dag_depth_gauge')).toBe(status.dag_stats.depth);
	expect(samples.get('dag_growth_rate_gauge')).toBe(status.dag_stats.growth_rate);
	expect(samples.get('network_peer_gauge')).toBe(3);
	expect(samples.get('consensus_status{status="active"}')).toBe(1);
	expect(status.network_info.messages.length).toBeGreaterThan(7);
	for (const { type, ...counts } of status.network_info.messages) {
		for (const [outcome, count] of Object.entries(counts)) {
			expect(samples.get(`network_messages_${outcome}_counter{type="${type}"}`)).toBe(count);
		}
	}

	const events = await fetch(`${url}/events`);
	const [first] = await readEvents(events, 1);
	expect(first?.event).toBe('status');
	expect(statusSchema.parse(first?.data)).toMatchObject({
		consensus_state: status.consensus_state,
		dag_stats: status.dag_stats,
	});
	// A second scrape sets, and does not add up.
	expect(await (await fetch(`${url}/metrics`)).text()).toContain(
		`\nconsensus_round_counter ${status.consensus_state.round}\n`,
	);
});

test('every name of the plan has samples, at both addresses', async () => {
	const devnet = await start();
	devnet.advance(60_000);
	for (const path of ['/metrics', '/metrics/seed']) {
		const text = await (await fetch(`${urlOf(devnet, 'dag-1')}${path}`)).text();
		for (const name of planNames) expect(text).toMatch(new RegExp(`^${name}(_count)?[{ ]`, 'm'));
		expect(text).toMatch(/^consensus_finality_time_histogram_count [1-9]/m);
		expect(text).toMatch(/^network_latency_histogram_count [1-9]/m);
		expect(text).toMatch(/^network_bytes_sent_counter [1-9]/m);
	}
});

test('what was not measured has no sample', async () => {
	const devnet = await start();
	const text = await (await fetch(`${urlOf(devnet, 'dag-1')}/metrics`)).text();
	expect(text).toContain('\ndag_vertex_counter{type="finalized"} 1\n');
	expect(text).not.toMatch(/^consensus_average_finality_seconds /m);
	expect(text).not.toMatch(/^network_latency_average_milliseconds /m);
});

interface Received {
	readonly event: string;
	readonly data: unknown;
}

/** Reads until `count` events have come, or one that is not `status` when told so. */
async function readEvents(
	response: Response,
	count: number,
	isEnough: (events: readonly Received[]) => boolean = () => true,
): Promise<Received[]> {
	const events: Received[] = [];
	const decoder = new TextDecoder();
	let text = '';
	if (!response.body) throw new Error('the answer has no body');
	const reader = response.body.getReader();
	while (events.length < count || !isEnough(events)) {
		const { value, done } = await reader.read();
		if (done) break;
		text += decoder.decode(value, { stream: true });
		const blocks = text.split('\n\n');
		text = blocks.pop() ?? '';
		for (const block of blocks) {
			const event = /^event: (.*)$/m.exec(block)?.[1] ?? '';
			events.push({ event, data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null') });
		}
	}
	await reader.cancel();
	return events;
}

test('the event stream tells of changes of consensus, peers and health', async () => {
	const devnet = await start();
	devnet.advance(10_000);
	const response = await fetch(`${urlOf(devnet, 'dag-1')}/events`);
	devnet.dag.apply({ fault: 'partition', groups: [['dag-1']] });
	devnet.advance(30_000);
	const events = await readEvents(response, 4, (all) =>
		['consensusStateChanged', 'peerCountChanged', 'healthChanged'].every((name) =>
			all.some(({ event }) => event === name),
		),
	);
	const changes = Object.fromEntries(events.map(({ event, data }) => [event, data]));
	expect(changes['consensusStateChanged']).toMatchObject({
		previous: 'active',
		current: 'stalled',
	});
	expect(changes['peerCountChanged']).toMatchObject({ previous: 3, current: 0 });
	expect(changes['healthChanged']).toMatchObject({ previous: 'Healthy', current: 'Unhealthy' });
});

test('health and readiness follow the node', async () => {
	const devnet = await start();
	devnet.advance(30_000);
	const url = urlOf(devnet, 'dag-1');
	const ask = async (path: string) => {
		const response = await fetch(url + path);
		const body: unknown = await response.json();
		return { code: response.status, body };
	};
	expect(await ask('/health')).toEqual({ code: 200, body: { status: 'healthy', reasons: [] } });
	expect(await ask('/ready')).toEqual({ code: 200, body: { ready: true, status: 'active' } });
	expect(await ask('/api/v1/network/stats')).toMatchObject({ code: 200, body: { peer_count: 3 } });
	expect(await ask('/nothing')).toEqual({ code: 404, body: { error: 'Not Found' } });
	devnet.dag.apply({ fault: 'partition', groups: [['dag-1']] });
	devnet.advance(60_000);
	expect(await ask('/health')).toMatchObject({ code: 503, body: { status: 'unhealthy' } });
	expect(await ask('/ready')).toEqual({ code: 503, body: { ready: false, status: 'stalled' } });
});

test('nodetop’s own adapter reads every section of a devnet node', async () => {
	const devnet = await start();
	devnet.advance(60_000);
	const url = urlOf(devnet, 'dag-2');
	const status = await getStatus(url);
	const source = createHttpSource(new URL(url), 2000);
	const reading = await source.poll(contextFor(targetFor(url)));
	source.close();
	expect(reading).toMatchObject({
		identity: { nodeId: status.node_id, version: '9.9.9', networkId: 'nodetop-devnet' },
		consensus: { status: 'active', round: status.consensus_state.round, votingPower: 0.25 },
		dag: { vertices: status.dag_stats.total_vertices, depth: status.dag_stats.depth },
		network: { peers: 3, protocolVersions: { 'nodetop-devnet/1': 3 } },
		resources: { source: 'node' },
		selfReport: { status: 'up' },
	});
	expect(reading.consensus?.averageFinalityMs).toBeGreaterThan(500);
	expect(reading.dag?.recent?.length).toBe(60);
	expect(reading.network?.peerList?.length).toBe(3);
	expect(reading.resources?.memoryResidentBytes).toBeGreaterThan(10_000_000);
});

test('answers to loopback names only, and to no page of another origin', async () => {
	const devnet = await start();
	for (const url of [`${urlOf(devnet, 'dag-1')}/health`, `${devnet.controlUrl}/`]) {
		const { port } = new URL(url);
		expect(await rawStatus(url, { host: `localhost:${port}` })).toBe(200);
		expect(await rawStatus(url, { host: `[::1]:${port}` })).toBe(200);
		expect(await rawStatus(url, { host: `rebound.example:${port}` })).toBe(403);
		expect(await rawStatus(url, { host: `127.0.0.1.example:${port}` })).toBe(403);
		expect(await rawStatus(url, { origin: 'https://page.example' })).toBe(403);
		expect(await rawStatus(url, { origin: 'null' })).toBe(403);
		expect(await rawStatus(url, { origin: `http://localhost:${port}` })).toBe(200);
		const response = await fetch(url);
		expect(response.headers.get('access-control-allow-origin')).toBeNull();
		await response.body?.cancel();
	}
});

test('the control address puts faults in and takes them out', async () => {
	const devnet = await start();
	devnet.advance(30_000);
	const put = await postFault(devnet, { fault: 'crash', node: 'dag-2' });
	expect(await put.json()).toMatchObject({
		faults: [{ fault: 'crash', node: 'dag-2' }],
		nodes: expect.arrayContaining([
			expect.objectContaining({ name: 'dag-1', state: 'active' }),
			expect.objectContaining({ name: 'dag-2', state: 'crashed' }),
		]),
	});
	const url = urlOf(devnet, 'dag-2');
	await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed');
	devnet.advance(5000);
	expect((await getStatus(urlOf(devnet, 'dag-1'))).network_info.peer_count).toBe(2);

	const restarted = await postFault(devnet, { fault: 'restart', node: 'dag-2', data: 'empty' });
	expect(restarted.status).toBe(200);
	expect((await getStatus(url)).uptime).toBe(0);
	await postFault(devnet, { fault: 'crash', node: 'dag-2' });
	const cleared = await fetch(`${devnet.controlUrl}/faults`, { method: 'DELETE' });
	expect(await cleared.json()).toMatchObject({ faults: [] });
	expect((await getStatus(url)).uptime).toBe(0);
});

test('says what is wrong with a fault, and does nothing', async () => {
	const devnet = await start();
	const unknown = await postFault(devnet, { fault: 'crash', node: 'dag-9' });
	expect(unknown.status).toBe(400);
	expect(await unknown.json()).toEqual({
		error: 'there is no node "dag-9"',
		nextSteps: [expect.stringMatching(/^the nodes are dag-1, dag-2, dag-3, dag-4, hotstuff-1, /)],
	});
	const faults = `${devnet.controlUrl}/faults`;
	const headers = { 'content-type': 'application/json' };
	const send = (init: RequestInit) => fetch(faults, { method: 'POST', headers, ...init });
	expect((await send({ body: '{' })).status).toBe(400);
	expect((await send({ body: '{}', headers: { 'content-type': 'text/plain' } })).status).toBe(415);
	expect((await send({ body: `"${'x'.repeat(20_000)}"` })).status).toBe(413);
	expect(devnet.dag.faults()).toEqual([]);
});

test('a slow node answers late, a stalled one in time', async () => {
	const devnet = await start();
	devnet.advance(10_000);
	await postFault(devnet, { fault: 'slow', node: 'dag-1', latencyMs: 2000 });
	await postFault(devnet, { fault: 'stall', node: 'dag-2' });
	const startedAtMs = performance.now();
	const answered: string[] = [];
	const ask = async (name: string) => {
		await getStatus(urlOf(devnet, name));
		answered.push(name);
	};
	await Promise.all([ask('dag-1'), ask('dag-2')]);
	expect(answered).toEqual(['dag-2', 'dag-1']);
	expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(1999);
});

test('a crash ends the event streams of the node', async () => {
	const devnet = await start();
	const response = await fetch(`${urlOf(devnet, 'dag-3')}/events`);
	await postFault(devnet, { fault: 'crash', node: 'dag-3' });
	const ended = await readEvents(response, 99).catch(() => 'cut');
	expect(ended === 'cut' || ended.length <= 1).toBe(true);
});

test('with the wall clock, figures move by themselves and finality is reached', async () => {
	const devnet = await start({ clock: 'wall', epochMs: Date.now() });
	const url = urlOf(devnet, 'dag-1');
	await vi.waitFor(
		async () => {
			const status = await getStatus(url);
			expect(status.consensus_state.finalized_vertices).toBeGreaterThan(3);
			expect(status.network_info.peer_count).toBe(3);
		},
		{ timeout: 40_000, interval: 100 },
	);
	// A busy machine lags behind and catches up.
	await expect
		.poll(() => Math.abs(Date.now() - devnet.dag.wallNowMs()), { interval: 20 })
		.toBeLessThan(1500);
});

test('a taken port is the user’s to mend, and leaves nothing open', async () => {
	const taken = await startServer((_request, response) => response.end());
	const port = Number(new URL(taken.url).port);
	const failing = startDevnet({
		nodeCount: 4,
		seed: 1,
		basePort: port - 1,
		version: '9.9.9',
		clock: 'manual',
	});
	await expect(failing).rejects.toThrow(UserError);
	await expect(failing).rejects.toThrow(/^cannot listen on 127\.0\.0\.1:\d+ \(EADDRINUSE\)$/);
	await expect(fetch(`http://127.0.0.1:${port - 1}/health`)).rejects.toThrow('fetch failed');
	await taken.close();
});

test('a skewed clock is told by the Date of the answers', async () => {
	const devnet = await start();
	const dateOf = async (name: string) =>
		Date.parse((await fetch(`${urlOf(devnet, name)}/health`)).headers.get('date') ?? '');
	expect(await dateOf('dag-1')).toBe(epochMs);
	await postFault(devnet, { fault: 'clockSkew', node: 'dag-1', offsetMs: -90_000 });
	expect(await dateOf('dag-1')).toBe(epochMs - 90_000);
	expect(await dateOf('dag-2')).toBe(epochMs);
});

test('the index of the control address names every action, and the faults of one node end alone', async () => {
	const devnet = await start();
	const index = z
		.looseObject({ actions: z.array(z.looseObject({ request: z.string(), does: z.string() })) })
		.parse(await (await fetch(devnet.controlUrl)).json());
	expect(index.actions.map(({ request }) => request)).toContain('DELETE /faults?node=NAME');
	expect(index.actions).toContainEqual(
		expect.objectContaining({ body: { fault: 'crash', node: 'dag-2' } }),
	);
	await postFault(devnet, { fault: 'stall', node: 'dag-1' });
	await postFault(devnet, { fault: 'crash', node: 'dag-2' });
	const ended = await fetch(`${devnet.controlUrl}/faults?node=dag-2`, { method: 'DELETE' });
	expect(await ended.json()).toMatchObject({ faults: [{ fault: 'stall', node: 'dag-1' }] });
	expect(await getStatus(urlOf(devnet, 'dag-2'))).toMatchObject({ uptime: 0 });
	const unknown = await fetch(`${devnet.controlUrl}/faults?node=x`, { method: 'DELETE' });
	expect(unknown.status).toBe(400);
});

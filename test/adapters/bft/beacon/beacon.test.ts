import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { beacon } from '../../../../source/adapters/bft/beacon/beacon.ts';
import { readVersion } from '../../../../source/adapters/bft/beacon/wire.ts';
import { createHttp } from '../../../../source/adapters/http.ts';
import { PollError } from '../../../../source/domain/errors.ts';
import { readingSchema } from '../../../../source/sections/snapshot.ts';
import type { Reading } from '../../../../source/sections/snapshot.ts';
import type { Target } from '../../../../source/domain/target.ts';
import { judgeOnce } from '../../../helpers/judge-once.ts';
import { sendJson, startServer } from '../../../helpers/http-server.ts';
import type { Handler, TestServer } from '../../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../../helpers/targets.ts';

const servers: TestServer[] = [];
afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

type Json = Readonly<Record<string, unknown>>;

/** As recorded from Lodestar 1.5.1 at slot 50 of a chain with slots of 2 s and epochs of 8 slots. */
function recorded(name: string): Json {
	return JSON.parse(text(`n1.${name}.json`)) as Json; // Each of these files is an object.
}

function text(name: string): string {
	return readFileSync(new URL(`../../../fixtures/lodestar/${name}`, import.meta.url), 'utf8');
}

/** Bodies by path; a number is a status without a body. */
type Routes = Readonly<Record<string, Json | number | undefined>>;

const paths = {
	syncing: '/eth/v1/node/syncing',
	health: '/eth/v1/node/health',
	head: '/eth/v1/beacon/headers/head',
	finality: '/eth/v1/beacon/states/head/finality_checkpoints',
	count: '/eth/v1/node/peer_count',
	peers: '/eth/v1/node/peers',
	version: '/eth/v1/node/version',
	identity: '/eth/v1/node/identity',
	genesis: '/eth/v1/beacon/genesis',
	spec: '/eth/v1/config/spec',
};

function lodestar(): Routes {
	return {
		[paths.syncing]: recorded('node_syncing'),
		[paths.health]: 200,
		[paths.head]: recorded('beacon_headers_head'),
		[paths.finality]: recorded('beacon_states_head_finality_checkpoints'),
		[paths.count]: recorded('node_peer_count'),
		[paths.peers]: recorded('node_peers'),
		[paths.version]: recorded('node_version'),
		[paths.identity]: recorded('node_identity'),
		[paths.genesis]: recorded('beacon_genesis'),
		[paths.spec]: recorded('config_spec'),
	};
}

function syncing(headSlot: number, distance: number, isSyncing: boolean, more: Json = {}): Json {
	const data = { head_slot: `${headSlot}`, sync_distance: `${distance}`, is_syncing: isSyncing };
	return { data: { ...data, ...more } };
}

function headAt(slot: number): Json {
	return { data: { root: `0x${slot}`, header: { message: { slot: `${slot}` } } } };
}

const noPeers: Routes = {
	[paths.count]: { data: { connected: '0', disconnected: '2' } },
	[paths.peers]: { data: [], meta: { count: 0 } },
};

const genesisMs = 1_795_227_954_000;
/** The wall clock within a slot. */
const atSlot = (slot: number) => genesisMs + slot * 2000 + 500;
const now = () => atSlot(50);

const replaying =
	(routes: () => Routes): Handler =>
	({ path }, response) => {
		const reply = routes()[path.split('?', 1)[0] ?? path];
		if (typeof reply === 'number') response.writeHead(reply).end();
		else if (reply === undefined) sendJson(response, recorded('nope'), 404);
		else sendJson(response, reply);
	};

async function serve(handler: Handler): Promise<TestServer> {
	const server = await startServer(handler);
	servers.push(server);
	return server;
}

async function watch(routes: () => Routes, overrides: Partial<Target> = {}) {
	const server = await serve(replaying(routes));
	const target = targetFor(server.url, overrides);
	const http = createHttp(target);
	const source = beacon.open(target, http);
	const poll = async (at: () => number = now): Promise<Reading> =>
		readingSchema.parse(await source.poll(contextFor(target, { http, now: at })));
	return { server, poll };
}

/** What the built-in checks make of a reading. */
function healthOf(reading: Reading) {
	const { latencyMs: _latencyMs, endpoints, ...sections } = reading;
	const node = {
		target: { name: 'n1', kind: 'bft', url: 'http://h' },
		poll: { status: 'ok' as const, failures: 0, ...(endpoints && { endpoints }) },
		...sections,
	};
	return judgeOnce({ node, memory: {}, nowMs: now() }, undefined).status;
}

function endpointOf(reading: Reading, name: string) {
	return reading.endpoints?.find((endpoint) => endpoint.name === name);
}

const headRoot = '0xa38c7b161065ab127b7787b1994ca2ef82dba7377ea4ea6524dd94928de9f2b0';
const finalizedRoot = '0x4dab8c8d849686f31ac4b6d255927eeb9536bcbc749a34f6be3bd17231bd9fed';

describe('a beacon node that follows its chain', () => {
	it('is read whole', async () => {
		const node = await watch(lodestar);
		const reading = await node.poll();
		expect(reading.identity).toEqual({
			nodeId: '16Uiu2HAmL3FNwDbiQLp7gaymPCmy5dZ5nxHpwWT2Gy814y6uA39z',
			client: 'Lodestar',
			version: '1.5.1',
			userAgent: 'Lodestar/v1.5.1/2115aa7',
			chainId: 5,
			networkId: 'minimal',
			genesisHash: '0x270d43e74ce340de4bca2b1936beca0f4f5408d9e78aec4850920baf659d5b69',
		});
		expect(reading.consensus).toEqual({
			status: 'active',
			height: 50,
			epoch: 6,
			finalized: 32,
			finalityLag: 18,
			finalityUnit: 'slots',
			lastFinalizedAt: '2026-11-21T02:26:58.000Z',
			leader: 'validator 5',
		});
		expect(reading.chain).toEqual({
			head: {
				number: 50,
				hash: headRoot,
				at: '2026-11-21T02:27:34.000Z',
			},
			safe: {
				number: 40,
				hash: '0x52edee02cf3bc874b5e4eb7bf3b882f11161d33746b0712447159718810e38d9',
				at: '2026-11-21T02:27:14.000Z',
			},
			finalized: { number: 32, hash: finalizedRoot, at: '2026-11-21T02:26:58.000Z' },
			blockIntervalMs: 2000,
			syncing: false,
		});
		expect(reading.selfReport).toEqual({ status: 'up', reasons: [] });
		expect(reading.notes).toEqual([
			'heights and finality lag are counted in slots, 8 an epoch',
			'justified epoch 5, finalized epoch 4',
		]);
		expect(reading.resources).toBeUndefined();
		expect(reading.clock?.source).toBe('httpDate');
		expect(reading.endpoints).toHaveLength(10);
		expect(reading.endpoints?.every(({ status }) => status === 'ok')).toBe(true);
		expect(healthOf(reading)).toBe('up');
	});

	it('counts only who is connected, where it lists all whom it ever met and tells no count', async () => {
		const peer = (peer_id: string, state: string) => ({ peer_id, state, direction: 'outbound' });
		const peers = [peer('a', 'connected'), peer('b', 'disconnected'), peer('c', 'disconnecting')];
		const node = await watch(() => ({
			...lodestar(),
			[paths.count]: undefined,
			[paths.peers]: { data: peers },
		}));
		const { network } = await node.poll();
		expect(network).toMatchObject({ peers: 1, inbound: 0, outbound: 1 });
		expect(network?.peerList).toHaveLength(1);
	});

	it('lists its peers with their directions', async () => {
		const node = await watch(lodestar);
		const { network } = await node.poll();
		expect(network).toMatchObject({ peers: 2, inbound: 2, outbound: 0 });
		expect(network?.peerList?.[0]).toEqual({
			id: '16Uiu2HAkzrXieE9QHW2BVyi7d46ApdnixXGZfikccAdw6grU9LEU',
			address: '/ip4/127.0.0.1/tcp/47928',
			direction: 'inbound',
		});
	});

	it('counts no directions when the list is not whole', async () => {
		const node = await watch(() => ({
			...lodestar(),
			[paths.count]: { data: { connected: '9' } },
		}));
		const { network } = await node.poll();
		expect(network?.peers).toBe(9);
		expect(network).not.toHaveProperty('inbound');
	});

	it('gives resources and clients by its metrics, and CPU by their counter', async () => {
		let body = text('n1.metrics.txt');
		const metrics = await serve((request, response) => {
			response.writeHead(request.path === '/metrics' ? 200 : 404).end(body);
		});
		const node = await watch(lodestar, { metricsUrl: metrics.url });
		const first = await node.poll();
		expect(first.resources).toEqual({
			source: 'node',
			memoryResidentBytes: 202_899_456,
			memoryVirtualBytes: 56_980_267_008,
			heapUsedBytes: 68_850_728,
			heapTotalBytes: 77_697_024,
			openFiles: 59,
			openFilesLimit: 20_000,
		});
		expect(first.network?.clients).toEqual({ Lodestar: 2 });
		expect(first.consensus?.validators).toBe(8);
		expect(first.identity?.startedAt).toBe('2026-11-21T02:25:41.000Z');
		body = 'process_cpu_seconds_total 4.442294\n';
		expect((await node.poll(() => now() + 4000)).resources?.cpuRatio).toBeCloseTo(0.25, 5);
		body = 'process_cpu_seconds_total 0.1\n';
		expect((await node.poll(() => now() + 8000)).resources).toBeUndefined();
	});

	it('asks only by GET, and rarely for what seldom changes', async () => {
		const node = await watch(lodestar);
		await node.poll();
		await node.poll(() => now() + 2000);
		const { requests } = node.server;
		expect(requests.every(({ method }) => method === 'GET')).toBe(true);
		const asked = (path: string) => requests.filter((request) => request.path === path).length;
		expect(asked(paths.spec)).toBe(1);
		expect(asked(paths.head)).toBe(2);
	});
});

describe('a beacon node that only seems well', () => {
	it('is not healthy when it is isolated, though it says synced and builds blocks', async () => {
		let slot = 60;
		const node = await watch(() => ({
			...lodestar(),
			...noPeers,
			[paths.syncing]: syncing(slot, 0, false),
			[paths.head]: headAt(slot),
		}));
		await node.poll(() => atSlot(60));
		slot = 61;
		const reading = await node.poll(() => atSlot(61));
		expect(reading.chain?.syncing).toBe(false);
		expect(reading.consensus?.status).toBe('unknown');
		expect(reading.network?.peers).toBe(0);
		expect(reading.notes?.join()).toMatch(/isolated: it says it is synced, but has no peers/);
		expect(healthOf(reading)).toBe('degraded');
	});

	it('is syncing, whatever its health endpoint says', async () => {
		const node = await watch(() => ({ ...lodestar(), [paths.syncing]: syncing(50, 23, true) }));
		const reading = await node.poll(() => atSlot(73));
		expect(reading.consensus?.status).toBe('syncing');
		expect(reading.chain).toMatchObject({ syncing: true, highestKnown: 73 });
		expect(reading.selfReport).toEqual({
			status: 'degraded',
			reasons: ['is 23 slots behind by its own account', 'although its health says ready (200)'],
		});
		expect(healthOf(reading)).toBe('degraded');
	});

	it.each([
		[206, false, 'degraded', ['its health is 206: syncing']],
		[503, false, 'down', ['its health is 503: not initialised']],
		[206, true, 'degraded', ['is 23 slots behind by its own account']],
	] as const)(
		'under health %i, syncing %s, calls itself %s',
		async (status, is, verdict, reasons) => {
			const node = await watch(() => ({
				...lodestar(),
				[paths.health]: status,
				[paths.syncing]: syncing(50, is ? 23 : 0, is),
			}));
			expect((await node.poll()).selfReport).toEqual({ status: verdict, reasons });
		},
	);

	it('is stalled when its finality does not move while its head does', async () => {
		// As recorded with 4 of 8 validators frozen: head 104 to 182, finalized epoch 12.
		const finality = {
			data: {
				current_justified: { epoch: '13', root: '0x13' },
				finalized: { epoch: '12', root: '0x12' },
			},
		};
		let slot = 135;
		const node = await watch(() => ({
			...lodestar(),
			[paths.finality]: finality,
			[paths.syncing]: syncing(slot, 0, false),
			[paths.head]: headAt(slot),
		}));
		const early = await node.poll(() => atSlot(135));
		expect(early.consensus).toMatchObject({ status: 'active', finalityLag: 39 });
		slot = 182;
		const late = await node.poll(() => atSlot(182));
		expect(late.consensus).toMatchObject({ status: 'stalled', finalized: 96, finalityLag: 86 });
		expect(late.notes?.join()).toMatch(/finality is 10 epochs behind, 2 are usual/);
		expect(healthOf(late)).toBe('degraded');
	});

	it('is behind when the clock says so, though its own distance is 0', async () => {
		const node = await watch(lodestar);
		expect((await node.poll(() => atSlot(58))).consensus?.status).toBe('active');
		const reading = await node.poll(() => atSlot(75));
		expect(reading.consensus?.status).toBe('stalled');
		expect(reading.notes).toContain(
			'it says it is synced, but its head is 25 slots behind the clock',
		);
	});

	it('is syncing while a head far behind the clock moves', async () => {
		let slot = 40;
		const node = await watch(() => ({ ...lodestar(), [paths.syncing]: syncing(slot, 0, false) }));
		await node.poll(() => atSlot(90));
		slot = 45;
		expect((await node.poll(() => atSlot(91))).consensus?.status).toBe('syncing');
	});

	it('is syncing while its execution client has not verified its head', async () => {
		const optimistic = syncing(50, 0, false, { is_optimistic: true, el_offline: true });
		const node = await watch(() => ({ ...lodestar(), [paths.syncing]: optimistic }));
		const reading = await node.poll();
		expect(reading.consensus?.status).toBe('unknown');
		expect(reading.selfReport?.reasons).toEqual(['its execution client is offline']);
	});

	it('has stalled in its sync when nothing moves for ten minutes', async () => {
		const node = await watch(() => ({ ...lodestar(), [paths.syncing]: syncing(10, 40, true) }));
		expect((await node.poll()).consensus?.status).toBe('syncing');
		const later = await node.poll(() => now() + 11 * 60_000);
		expect(later.consensus?.status).toBe('stalled');
	});

	it('before genesis is neither well nor ill', async () => {
		const node = await watch(() => ({ ...lodestar(), [paths.syncing]: syncing(0, 0, false) }));
		const reading = await node.poll(() => genesisMs - 60_000);
		expect(reading.consensus?.status).toBe('unknown');
		expect(reading.notes?.join()).toContain('the chain begins at 2026-11-21T02:25:54.000Z');
	});

	it('ahead of our clock is told so', async () => {
		const node = await watch(lodestar);
		expect((await node.poll(() => atSlot(40))).notes?.join()).toContain(
			'one of the clocks is wrong',
		);
	});
});

describe('a beacon node that says little', () => {
	it('is read by its syncing state alone, with nothing made up', async () => {
		const node = await watch(() => ({ [paths.syncing]: recorded('node_syncing') }));
		const reading = await node.poll();
		expect(reading.consensus).toEqual({ status: 'active', height: 50 });
		expect(reading.chain).toEqual({ head: { number: 50 }, syncing: false });
		expect(reading.network).toBeUndefined();
		expect(reading.selfReport).toBeUndefined();
		expect(endpointOf(reading, paths.peers)?.status).toBe('unavailable');
		expect(endpointOf(reading, paths.syncing)?.status).toBe('ok');
	});

	it('without its specification gives no slot for a checkpoint', async () => {
		const node = await watch(() => ({ ...lodestar(), [paths.spec]: undefined }));
		const reading = await node.poll();
		expect(reading.chain).not.toHaveProperty('finalized');
		expect(reading.consensus).not.toHaveProperty('finalityLag');
		expect(reading.notes).toContain('justified epoch 5, finalized epoch 4');
	});

	it.each([
		['another shape', { data: { head_slot: 'x', is_syncing: false } }, 'badResponse'],
		['no such path', undefined, 'unsupported'],
		['an error', 500, 'badResponse'],
		['a refusal', 401, 'unauthorized'],
	] as const)('and answers its main question with %s fails the poll', async (_name, body, code) => {
		const node = await watch(() => ({ ...lodestar(), [paths.syncing]: body }));
		const error = await node.poll().then(
			() => undefined,
			(thrown: unknown) => thrown,
		);
		expect(error).toBeInstanceOf(PollError);
		expect(error).toMatchObject({ code });
	});
});

describe('the probe', () => {
	it('names the client', async () => {
		const server = await serve(replaying(lodestar));
		const target = targetFor(server.url);
		expect(await beacon.probe(target, contextFor(target))).toEqual({
			found: 'beacon node, Lodestar 1.5.1',
			confidence: 'certain',
		});
		expect(server.requests).toHaveLength(1);
	});

	it('leaves other servers to other kinds', async () => {
		const server = await serve((_request, response) => sendJson(response, { version: 3 }));
		const target = targetFor(server.url);
		expect(await beacon.probe(target, contextFor(target))).toBeUndefined();
	});
});

it.each([
	['Lighthouse/v4.5.0-441fc16/x86_64-linux', 'Lighthouse', '4.5.0-441fc16'],
	['teku/v23.3.1/linux-x86_64/-eclipseadoptium-openjdk64bitservervm-java-17', 'teku', '23.3.1'],
	['Prysm/v4.0.0 (linux amd64)', 'Prysm', '4.0.0'],
	['Nimbus/v23.3.2-6c0d75-stateofus', 'Nimbus', '23.3.2-6c0d75-stateofus'],
	['', undefined, undefined],
	[7, undefined, undefined],
])('reads the version %s', (version, client, number) => {
	expect(readVersion(version)).toEqual({ client, version: number });
});

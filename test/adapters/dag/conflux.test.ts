import { afterEach, describe, expect, it } from 'vitest';
import { closeServers, endpointOf, json, replaying, Status, watch } from './watching.ts';
import type { Routes } from './watching.ts';

afterEach(closeServers);

const epoch = 0x8_c6_18_a2;
const blockAtMs = 0x68_e6_a1_bb * 1000;
const now = () => blockAtMs + 2000;
const pivot = '0xfedd33add0a19dca9273e7c1f379c72bd57d32343e09790a52eec4b7190ea9af';
const others = [
	'0x4f66916abf05676139a8d4aed25793685798b37957842e2e21098d2596758054',
	'0x1ec0f152baf19553d7e878f7f8161e5a40fde802357419d1a8f25c875fe1adeb',
];

function block(hash: string, parentHash: string, refereeHashes: readonly string[] = []) {
	return json('conflux.cfx_getBlockByHash.json', {
		'result.hash': hash,
		'result.parentHash': parentHash,
		'result.refereeHashes': refereeHashes,
	});
}

/** The samples; epochs before the head's have no blocks of their own here. */
function confluxRoutes(): Routes {
	const byHash = (hash: string) => `cfx_getBlockByHash ${JSON.stringify([hash, false])}`;
	const ofEpoch = (number: number) => `cfx_getBlocksByEpoch ["0x${number.toString(16)}"]`;
	return {
		cfx_getStatus: json('conflux.cfx_getStatus.json'),
		cfx_clientVersion: json('conflux.cfx_clientVersion.json'),
		txpool_status: json('conflux.txpool_status.json'),
		pos_getStatus: json('conflux.pos_getStatus.json'),
		debug_currentSyncPhase: json('conflux.debug_currentSyncPhase.json'),
		debug_getNetSessions: json('conflux.debug_getNetSessions.json'),
		cfx_getSkippedBlocksByEpoch: json('conflux.cfx_getSkippedBlocksByEpoch.json'),
		cfx_getBlocksByEpoch: { jsonrpc: '2.0', id: 1, result: [] },
		[ofEpoch(epoch)]: json('conflux.cfx_getBlocksByEpoch.json'),
		[byHash(pivot)]: json('conflux.cfx_getBlockByHash.json'),
		[byHash(others[0] ?? '')]: block(others[0] ?? '', '0xaa'),
		[byHash(others[1] ?? '')]: block(others[1] ?? '', others[0] ?? ''),
	};
}

describe('a Conflux node on its local port', () => {
	it('is read whole', async () => {
		const node = await watch(replaying(confluxRoutes));
		const reading = await node.poll({ now });
		expect(reading.identity).toEqual({
			client: 'conflux-rust',
			version: '3.0.1',
			userAgent: 'conflux-rust-3.0.1',
			chainId: 1029,
			networkId: 1029,
		});
		expect(reading.consensus).toEqual({
			status: 'active',
			height: epoch,
			epoch,
			finalized: 0x8_c6_17_00,
			finalityLag: 418,
			finalityUnit: 'epochs',
		});
		expect(reading.chain).toEqual({
			head: { number: epoch, hash: pivot },
			safe: { number: 0x8_c6_18_71 },
			finalized: {
				number: 0x8_c6_17_00,
				hash: '0x3ef15df1b8cc88ba5a64d48546c9750f488d8cc4153169b3ca0f5b29e97cd4c6',
			},
			recent: [{ number: epoch, hash: pivot, at: '2025-10-08T17:39:07.000Z' }],
			syncing: false,
			txPool: { pending: 49, queued: 18 },
		});
		expect(reading.dag).toMatchObject({
			vertices: 0xf_1a_2b_3c,
			depth: epoch,
			branchingFactor: (3 + 1 + 1) / 3,
		});
		expect(reading.notes).toContain('PoS epoch 11217');
		expect(reading.endpoints?.every(({ status }) => status === 'ok')).toBe(true);
	});

	it('tells the newest blocks with parent and referees as edges, parents first', async () => {
		const node = await watch(replaying(confluxRoutes));
		const { dag } = await node.poll({ now });
		expect(dag?.recent?.map(({ id }) => id)).toEqual([...others, pivot]);
		expect(dag?.recent?.at(-1)).toEqual({
			id: pivot,
			parents: [
				'0x614f44e107d42c9fd2179837de27b9a615c1a5ec6cc16db755f6c6e9fef5f6cd',
				'0x218b8058c683b14b4730ace2ca819c7f1644169ddf48aec468ec4cb739bb6410',
				'0xf0926b3b782d3cf1fca9f875c6f5b72ad4f890c3b2c81cf9fa8201bab985fcab',
			],
			author: 'cfx:aarc9abycue0hhzgyrr53m6cxedgccrmmyybjgh4xg',
			at: '2025-10-08T17:39:07.000Z',
			finalized: false,
		});
	});

	it('knows its peers by direction', async () => {
		const node = await watch(replaying(confluxRoutes));
		const { network } = await node.poll({ now });
		expect(network).toMatchObject({ peers: 1, inbound: 0, outbound: 1 });
		expect(network?.peerList).toEqual([
			{
				id: expect.stringMatching(/^0xfd582ca5b0/),
				direction: 'outbound',
				address: '203.0.113.9:32323',
				lastSeenAt: new Date(now() - 1200).toISOString(),
			},
		]);
	});

	it('grows by blocks, and not by a restart that counts from lower', async () => {
		let blockNumber = '0x64';
		let atMs = blockAtMs;
		const node = await watch(
			replaying(() => ({
				...confluxRoutes(),
				cfx_getStatus: json('conflux.cfx_getStatus.json', { 'result.blockNumber': blockNumber }),
			})),
		);
		const growth = async (next: string) => {
			blockNumber = next;
			atMs += 2000;
			return (await node.poll({ now: () => atMs })).dag?.growthPerSecond;
		};
		expect(await growth('0x64')).toBeUndefined();
		expect(await growth('0x68')).toBe(2);
		expect(await growth('0x1')).toBeUndefined();
		expect(await growth('0x3')).toBe(1);
	});
});

describe('a Conflux node that is not well', () => {
	it('is syncing in a catch-up phase, which it names', async () => {
		const node = await watch(
			replaying(() => ({
				...confluxRoutes(),
				debug_currentSyncPhase: { id: 1, result: 'CatchUpSyncBlockPhase' },
			})),
		);
		const reading = await node.poll({ now });
		expect(reading.consensus?.status).toBe('syncing');
		expect(reading.chain?.syncing).toBe(true);
		expect(reading.notes).toContain('sync phase CatchUpSyncBlockPhase');
	});

	it('tells while it catches up what waits, and asks for that then alone', async () => {
		let phase: unknown = json('conflux.debug_currentSyncPhase.json');
		const node = await watch(
			replaying(() => ({
				...confluxRoutes(),
				debug_currentSyncPhase: phase,
				debug_syncGraphState: json('conflux.debug_syncGraphState.json'),
			})),
		);
		const asked = () =>
			node.server.requests.filter(({ body }) => body.includes('debug_syncGraphState')).length;
		expect((await node.poll({ now })).dag).not.toHaveProperty('pending');
		expect(asked()).toBe(0);
		phase = { id: 1, result: 'CatchUpFillBlockBodyPhase' };
		const reading = await node.poll({ now });
		expect(reading.dag?.pending).toBe(1);
		expect(reading.notes).toContain('it catches up: blocks ready to be taken into its DAG: 1');
		await node.poll({ now });
		expect(asked()).toBe(1);
	});

	it.each([
		['of another shape', { jsonrpc: '2.0', id: 1, result: { readyBlockVec: 'many' } }, 'failed'],
		['null', { jsonrpc: '2.0', id: 1, result: null }, 'failed'],
		['refused', { jsonrpc: '2.0', id: 1, error: { code: -32_601, message: 'x' } }, 'unavailable'],
	])('has a sync graph %s: then what waits is not known', async (_what, answer, status) => {
		const node = await watch(
			replaying(() => ({
				...confluxRoutes(),
				debug_currentSyncPhase: { id: 1, result: 'CatchUpSyncBlockPhase' },
				debug_syncGraphState: answer,
			})),
		);
		const reading = await node.poll({ now });
		expect(reading.dag).not.toHaveProperty('pending');
		expect(endpointOf(reading, 'debug_syncGraphState')?.status).toBe(status);
		expect(reading.consensus?.status).toBe('syncing');
	});

	it('tells blocks that an epoch skipped, as vertices and by their number', async () => {
		const skipped = '0x5c1bbed';
		const node = await watch(
			replaying(() => ({
				...confluxRoutes(),
				[`cfx_getSkippedBlocksByEpoch ["0x${epoch.toString(16)}"]`]: {
					jsonrpc: '2.0',
					id: 1,
					result: [skipped],
				},
				[`cfx_getBlockByHash ${JSON.stringify([skipped, false])}`]: block(skipped, '0xaa'),
			})),
		);
		const reading = await node.poll({ now });
		expect(reading.dag?.recent?.map(({ id }) => id)).toContain(skipped);
		expect(reading.chain?.recent?.map(({ hash }) => hash)).toEqual([pivot]);
		expect(reading.notes).toContain('blocks skipped, not executed, in the 3 epochs read: 1');
	});

	it('is stalled when its epoch stands still, though every call is answered', async () => {
		let atMs = blockAtMs + 1000;
		const node = await watch(replaying(confluxRoutes));
		const status = async () => (await node.poll({ now: () => atMs })).consensus?.status;
		expect(await status()).toBe('active');
		atMs += 90_000;
		expect(await status()).toBe('stalled');
	});

	it('is stalled by its epoch alone, where no block tells a time', async () => {
		const { cfx_getBlocksByEpoch: _blocks, ...routes } = confluxRoutes();
		const silent = Object.fromEntries(
			Object.entries(routes).filter(([name]) => !name.startsWith('cfx_getBlocksByEpoch')),
		);
		let atMs = blockAtMs;
		const node = await watch(replaying(() => silent));
		expect((await node.poll({ now: () => atMs })).consensus?.status).toBe('active');
		atMs += 90_000;
		const reading = await node.poll({ now: () => atMs });
		expect(reading.consensus?.status).toBe('stalled');
		expect(reading.notes).toContain('nothing new for 1m 30s');
	});

	it('that fails on one block is asked again for that one alone', async () => {
		let isFailing = true;
		const pivotCall = `cfx_getBlockByHash ${JSON.stringify([pivot, false])}`;
		const error = { code: -32_000, message: 'disk trouble' };
		const node = await watch(
			replaying(() => ({
				...confluxRoutes(),
				...(isFailing && { [pivotCall]: { jsonrpc: '2.0', id: 1, error } }),
			})),
		);
		let atMs = now();
		const first = await node.poll({ now: () => atMs });
		expect(endpointOf(first, 'cfx_getBlocksByEpoch')).toMatchObject({
			status: 'failed',
			message: 'cfx_getBlockByHash: disk trouble (-32000)',
		});
		isFailing = false;
		atMs += 5000;
		const second = await node.poll({ now: () => atMs });
		expect(second.dag?.recent?.at(-1)?.id).toBe(pivot);
		const asked = (hash: string) =>
			node.server.requests.filter(({ body }) => body.includes(`["${hash}",false]`)).length;
		expect([asked(others[0] ?? ''), asked(pivot)]).toEqual([1, 2]);
	});

	it('is syncing while its execution is far behind', async () => {
		const node = await watch(
			replaying(() => ({
				...confluxRoutes(),
				cfx_getStatus: json('conflux.cfx_getStatus.json', { 'result.latestState': '0x8c50000' }),
			})),
		);
		expect((await node.poll({ now })).consensus?.status).toBe('syncing');
	});

	it('tells less where only cfx and txpool are public', async () => {
		const {
			debug_currentSyncPhase: _phase,
			debug_getNetSessions: _sessions,
			pos_getStatus: _pos,
			...open
		} = confluxRoutes();
		const node = await watch(replaying(() => open));
		const reading = await node.poll({ now });
		expect(reading.network).toBeUndefined();
		expect(reading.chain).not.toHaveProperty('syncing');
		expect(reading.chain?.finalized).toEqual({ number: 0x8_c6_17_00 });
		expect(reading.consensus?.status).toBe('active');
		expect(endpointOf(reading, 'debug_getNetSessions')).toMatchObject({
			status: 'unavailable',
			message: 'debug_getNetSessions: Method not found (-32601)',
		});
	});

	it('of before 2021 has no finality to tell', async () => {
		const node = await watch(
			replaying(() => ({
				...confluxRoutes(),
				cfx_getStatus: {
					jsonrpc: '2.0',
					id: 1,
					result: { bestHash: pivot, epochNumber: '0x10', blockNumber: '0x20' },
				},
			})),
		);
		const reading = await node.poll({ now });
		expect(reading.consensus).not.toHaveProperty('finalized');
		expect(reading.consensus).not.toHaveProperty('finalityLag');
		expect(reading.chain).not.toHaveProperty('safe');
	});

	it('that throttles is rate limited, in its own words', async () => {
		const node = await watch(
			replaying(() => ({
				...confluxRoutes(),
				cfx_getStatus: {
					jsonrpc: '2.0',
					id: 1,
					error: { code: -32_072, message: 'Request rejected.', data: 'throttled in 1s' },
				},
			})),
		);
		// What is there cannot be recognised either.
		const error = await node.failure({ now });
		expect(error.code).toBe('rateLimited');
		expect(error.message).toContain('throttled in 1s');
	});

	it('that throttles the blocks alone stays up, and is left alone', async () => {
		const node = await watch(
			replaying(() => ({
				...confluxRoutes(),
				[`cfx_getBlocksByEpoch ["0x${epoch.toString(16)}"]`]: {
					jsonrpc: '2.0',
					id: 1,
					error: { code: -32_072, message: 'Request rejected.', data: 'already throttled' },
				},
			})),
		);
		let atMs = now();
		const reading = await node.poll({ now: () => atMs });
		expect(endpointOf(reading, 'cfx_getBlocksByEpoch')?.status).toBe('unavailable');
		const asked = () =>
			node.server.requests.filter(({ body }) => body.includes('cfx_getBlocksByEpoch')).length;
		const before = asked();
		atMs += 20_000;
		await node.poll({ now: () => atMs });
		expect(asked()).toBe(before);
	});

	it('behind a proxy that fails gives the proxy’s status', async () => {
		const node = await watch(
			replaying(() => ({ cfx_getStatus: new Status(502, { oops: 'bad gateway' }) })),
		);
		const error = await node.failure({ now });
		expect(error.code).toBe('badResponse');
		expect(error.message).toMatch(/HTTP 502.*bad gateway/);
	});
});

import { afterEach, describe, expect, it } from 'vitest';
import {
	closeServers,
	endpointOf,
	fixture,
	json,
	replaying,
	Status,
	watch,
	watchUrl,
} from './watching.ts';
import type { Routes } from './watching.ts';

afterEach(closeServers);

const milestoneAtMs = 1_760_000_120_000;
const now = () => milestoneAtMs + 4000;
const info = '/api/core/v2/info';
const tipsPath = '/api/core/v2/tips';
const peersPath = '/api/core/v2/peers';
const referenced = '0x64709ab7f3f386d0cd566647b5aa666347428c3dd46c036bb3a62f301f465365';
const unreferenced = '0x59314e23acedbd6b0165debbc6530a2c6a8835c4abd5c652a9f30b1789a6c52c';
const metadata = (id: string) => `/api/core/v2/blocks/${id}/metadata`;

function hornetRoutes(): Routes {
	return {
		[info]: json('hornet.info.json'),
		[tipsPath]: json('hornet.tips.json'),
		[peersPath]: json('hornet.peers.json'),
		[metadata(referenced)]: json('hornet.block-metadata.json'),
		[metadata(unreferenced)]: json('hornet.block-metadata.unreferenced.json'),
	};
}

describe('a synced Hornet', () => {
	it('is read whole', async () => {
		const node = await watch(replaying(hornetRoutes));
		const reading = await node.poll({ now });
		expect(reading.identity).toEqual({
			client: 'HORNET',
			version: '2.0.2',
			userAgent: 'HORNET/2.0.2',
			networkId: 'shimmer',
		});
		expect(reading.consensus).toEqual({
			status: 'active',
			height: 8_812_331,
			finalized: 8_812_331,
			finalityLag: 0,
			finalityUnit: 'milestones',
			lastFinalizedAt: '2025-10-09T08:55:20.000Z',
		});
		expect(reading.chain).toEqual({
			head: {
				number: 8_812_331,
				hash: '0xea21818b904ce6087413e3b266f850f1578b5c72dc4ee60caea63367c29a80b2',
				at: '2025-10-09T08:55:20.000Z',
			},
			finalized: {
				number: 8_812_331,
				hash: '0x1ead8f062d15a4f4ef27e9589c6948f6d30c01c3f252edc87ff4adfa36d08401',
				at: '2025-10-09T08:55:20.000Z',
			},
		});
		expect(reading.dag?.growthPerSecond).toBe(12.4);
		expect(reading.dag).not.toHaveProperty('vertices');
		// `/tips` is a choice of some to attach to, whose number says nothing.
		expect(reading.dag).not.toHaveProperty('tips');
		expect(reading.dag?.recent).toEqual([
			{
				id: referenced,
				finalized: true,
				parents: [
					'0x6ed8c4b4a95db3ea22dfe9029629fa947bab3ae8e9ea7c72bb0bcc6bc4552e90',
					'0x71590d292a283a2043d77faecbaa4ff21db0c2e0b03dd475c5a6cd981f939451',
					'0xe0f1a365b67f7e58c59f8fca2f7c164c8170fbe7d5d5a484814506442b83fe29',
					'0x06d62e61df59a9c29e2b243ce3e0cf793e0649c9ac2866c3a98faec23434556c',
				],
			},
			expect.objectContaining({ id: unreferenced, finalized: false }),
		]);
		expect(reading.selfReport).toEqual({ status: 'up', reasons: [] });
		expect(reading.notes).toContain('98.4 % of new blocks are referred to');
		expect(reading.clock?.source).toBe('httpDate');
		expect(reading.endpoints?.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok']);
	});

	it('counts the peers that are connected, and what was said with them', async () => {
		const node = await watch(replaying(hornetRoutes));
		const { network } = await node.poll({ now });
		expect(network).toEqual({
			peers: 1,
			messages: [
				{ type: 'block', sent: 61_233, received: 52_353 },
				{ type: 'blockRequest', sent: 31, received: 12 },
				{ type: 'milestoneRequest', sent: 0, received: 3 },
				{ type: 'heartbeat', sent: 899, received: 901 },
				{ type: 'packet', dropped: 0 },
			],
			peerList: [
				{
					id: '12D3KooW3vWen67F3B8UTr5NuUZ9iErAumRXNTg1oSgmMssGjfa2',
					address: '/ip4/203.0.113.4/tcp/15600',
					messagesSent: 61_233,
					messagesReceived: 52_353,
				},
			],
		});
	});

	it('counts its tips and the blocks it lacks by its metrics', async () => {
		const metrics = await watch(replaying(() => ({ '/metrics': fixture('hornet.prom.txt') })));
		const { server } = await watch(replaying(hornetRoutes));
		const node = watchUrl(server.url, { metricsUrl: metrics.server.url });
		const reading = await node.poll({ now });
		expect(reading.dag).toMatchObject({ tips: 11, missing: 0 });
		expect(endpointOf(reading, 'metrics')?.status).toBe('ok');
	});

	it('is told apart from other metrics at that address', async () => {
		const metrics = await watch(replaying(() => ({ '/metrics': 'go_goroutines 5\n' })));
		const { server } = await watch(replaying(hornetRoutes));
		const reading = await watchUrl(server.url, { metricsUrl: metrics.server.url }).poll({ now });
		expect(endpointOf(reading, 'metrics')?.status).toBe('unavailable');
		expect(reading.dag).not.toHaveProperty('missing');
	});

	it('asks a block again until a milestone refers to it, and no other', async () => {
		let isReferenced = false;
		const late = json('hornet.block-metadata.unreferenced.json');
		const node = await watch(
			replaying(() => ({
				...hornetRoutes(),
				[metadata(unreferenced)]: isReferenced
					? { ...late, referencedByMilestoneIndex: 8_812_332 }
					: late,
			})),
		);
		const first = await node.poll({ now });
		const before = node.server.requests.length;
		isReferenced = true;
		const second = await node.poll({ now });
		const finality = second.dag?.recent?.map(({ finalized }) => finalized);
		expect(finality).toEqual([true, true]);
		// What did not change is handed over as the same object.
		expect(second.dag?.recent?.[0]).toEqual(first.dag?.recent?.[0]);
		const asked = node.server.requests.slice(before).map(({ path }) => path);
		expect(asked).toContain(metadata(unreferenced));
		expect(asked).not.toContain(metadata(referenced));
	});

	it('asks for no more than eight blocks a poll', async () => {
		const tips = Array.from(
			{ length: 40 },
			(_, index) => `0x${index.toString(16).padStart(64, '0')}`,
		);
		const blocks = tips.map((id) => [metadata(id), { blockId: id, parents: [], isSolid: true }]);
		const node = await watch(
			replaying(() => ({
				...hornetRoutes(),
				[tipsPath]: { tips },
				...Object.fromEntries(blocks),
			})),
		);
		await node.poll({ now });
		const asked = node.server.requests.filter(({ path }) => path.endsWith('/metadata'));
		expect(asked).toHaveLength(8);
	});
});

describe('a Hornet that is not well', () => {
	function unsynced(lag: number, isHealthy = false): Routes {
		const body = json('hornet.info.json', {
			'status.isHealthy': isHealthy,
			'status.confirmedMilestone.index': 8_812_331 - lag,
		});
		return { ...hornetRoutes(), [info]: body, [tipsPath]: new Status(503, { error: {} }) };
	}

	it('is syncing while its milestones are not confirmed', async () => {
		const node = await watch(replaying(() => unsynced(5000)));
		const reading = await node.poll({ now });
		expect(reading.consensus).toMatchObject({ status: 'syncing', finalityLag: 5000 });
		expect(reading.selfReport).toEqual({
			status: 'degraded',
			reasons: ['says isHealthy: false'],
		});
		expect(reading.dag?.recent).toBeUndefined();
		expect(endpointOf(reading, tipsPath)).toMatchObject({
			status: 'unavailable',
			message: 'the node gives tips only while it is synced',
		});
	});

	it('is forgiven one unhealthy answer, as at each milestone, but not two', async () => {
		const node = await watch(replaying(() => unsynced(1)));
		const first = await node.poll({ now });
		expect(first.consensus?.status).toBe('active');
		expect(first.selfReport?.status).toBe('unknown');
		const second = await node.poll({ now });
		expect(second.selfReport?.status).toBe('degraded');
	});

	it('is stalled, though healthy in its own words, when its newest milestone is old', async () => {
		const node = await watch(replaying(hornetRoutes));
		const reading = await node.poll({ now: () => milestoneAtMs + 10 * 60_000 });
		expect(reading.consensus?.status).toBe('stalled');
		expect(reading.notes).toContain('its newest block is 10m 00s old');
	});

	it('is not called active without peers', async () => {
		const node = await watch(replaying(() => ({ ...hornetRoutes(), [peersPath]: [] })));
		const reading = await node.poll({ now });
		expect(reading.consensus?.status).toBe('unknown');
		expect(reading.network?.peers).toBe(0);
		expect(reading.notes?.join()).toMatch(/no peers: nobody confirms/);
	});

	it('keeps its peers to itself without a JWT, and is not asked again at once', async () => {
		const node = await watch(
			replaying(() => ({
				...hornetRoutes(),
				[peersPath]: new Status(401, json('hornet.error.401.json')),
			})),
		);
		const reading = await node.poll({ now });
		expect(reading.network).toBeUndefined();
		expect(reading.consensus?.status).toBe('active');
		expect(endpointOf(reading, peersPath)).toMatchObject({
			status: 'unavailable',
			message: expect.stringContaining('token'),
		});
		await node.poll({ now });
		expect(node.server.requests.filter(({ path }) => path === peersPath)).toHaveLength(1);
	});

	it('may have pruned a block that was a tip', async () => {
		const { [metadata(referenced)]: _pruned, ...routes } = hornetRoutes();
		const node = await watch(replaying(() => routes));
		const reading = await node.poll({ now });
		expect(reading.dag?.recent?.map(({ id }) => id)).toEqual([unreferenced]);
		expect(endpointOf(reading, '/api/core/v2/blocks/ID/metadata')?.status).toBe('ok');
	});

	it('fails the poll with what is wrong in the answer', async () => {
		let isBroken = false;
		const broken = json('hornet.info.json', { status: { isHealthy: 'yes' } });
		const node = await watch(replaying(() => (isBroken ? { [info]: broken } : hornetRoutes())));
		await node.poll({ now });
		isBroken = true;
		const error = await node.failure({ now });
		expect(error.code).toBe('badResponse');
		expect(error.message).toContain('status.isHealthy');
	});
});

it('cleans what the node says', async () => {
	const body = json('hornet.info.json', { 'protocol.networkName': 'shim\u001B[2Jmer\u202E' });
	const node = await watch(replaying(() => ({ ...hornetRoutes(), [info]: body })));
	const reading = await node.poll({ now });
	expect(reading.identity?.networkId).toBe('shimmer');
});

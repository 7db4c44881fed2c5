import { afterEach, describe, expect, it } from 'vitest';
import { closeServers, endpointOf, json, replaying, Status, watch } from './watching.ts';
import type { Routes } from './watching.ts';

afterEach(closeServers);

const closedAtMs = 1_759_734_003_998;
const blocks = '/api/v1/blocks';
const nodes = '/api/v1/network/nodes';

function hederaRoutes(): Routes {
	return { [blocks]: json('hedera.blocks.json'), [nodes]: json('hedera.network-nodes.json') };
}

describe('a Hedera mirror node', () => {
	it('shows the newest block of the record stream', async () => {
		const node = await watch(replaying(hederaRoutes));
		const reading = await node.poll({ now: () => closedAtMs + 3000 });
		const at = '2025-10-06T07:00:03.998Z';
		expect(reading.identity).toEqual({ client: 'Hedera mirror node' });
		expect(reading.consensus).toEqual({
			status: 'active',
			height: 86_123_441,
			finalized: 86_123_441,
			lastFinalizedAt: at,
			validators: 1,
		});
		expect(reading.chain?.head).toEqual({
			number: 86_123_441,
			hash: '0x45d3d0743c590c3f91cd92683daf643c9887b2dfcbdae31915cac73b1abf7f0bd30b7bb961a5f3b12688dbc2932c78a1',
			at,
		});
		expect(reading.dag).toBeUndefined();
		expect(reading.notes).toContain('HAPI version 0.66.0');
	});

	it('is asked at most once in two seconds, and for the nodes each ten minutes', async () => {
		let atMs = closedAtMs + 1000;
		const node = await watch(replaying(hederaRoutes));
		const asked = (path: string) =>
			node.server.requests.filter((request) => request.path.startsWith(path)).length;
		await node.poll({ now: () => atMs });
		const before = asked(blocks);
		atMs += 1000;
		await node.poll({ now: () => atMs });
		expect(asked(blocks)).toBe(before);
		atMs += 1500;
		await node.poll({ now: () => atMs });
		expect(asked(blocks)).toBe(before + 1);
		expect(asked(nodes)).toBe(1);
	});

	it('does not count validators by one page of several', async () => {
		const page = json('hedera.network-nodes.json', { 'links.next': '/api/v1/network/nodes?x' });
		const node = await watch(replaying(() => ({ ...hederaRoutes(), [nodes]: page })));
		const reading = await node.poll({ now: () => closedAtMs + 1000 });
		expect(reading.consensus).not.toHaveProperty('validators');
	});

	it('whose importer stopped is stalled, though it answers', async () => {
		const node = await watch(replaying(hederaRoutes));
		const reading = await node.poll({ now: () => closedAtMs + 3_600_000 });
		expect(reading.consensus?.status).toBe('stalled');
		expect(reading.notes).toContain('its newest block is 1h 00m old');
	});

	it('that limits us is rate limited, in its own words', async () => {
		let isLimited = false;
		const limited = new Status(429, json('hedera.error.429.json'));
		const node = await watch(replaying(() => (isLimited ? { [blocks]: limited } : hederaRoutes())));
		await node.poll({ now: () => closedAtMs });
		isLimited = true;
		const error = await node.failure({ now: () => closedAtMs + 5000 });
		expect(error.code).toBe('rateLimited');
		expect(error.message).toContain('Too Many Requests');
	});

	it('without its list of nodes is still there', async () => {
		const node = await watch(
			replaying(() => ({ ...hederaRoutes(), [nodes]: new Status(500, { oops: 1 }) })),
		);
		const reading = await node.poll({ now: () => closedAtMs });
		expect(endpointOf(reading, nodes)?.status).toBe('failed');
		expect(reading.consensus?.height).toBe(86_123_441);
	});
});

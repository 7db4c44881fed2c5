import { afterEach, describe, expect, test } from 'vitest';
import { nodetop } from '../../../source/adapters/nodetop/adapter.ts';
import { PollError } from '../../../source/domain/errors.ts';
import { readingSchema } from '../../../source/domain/snapshot.ts';
import { createFleet } from '../../../source/fleet/fleet.ts';
import { judge } from '../../../source/health/judge.ts';
import { startServer } from '../../helpers/http-server.ts';
import type { TestServer } from '../../helpers/http-server.ts';
import { runNodetop } from '../../helpers/run-nodetop.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

const servers: TestServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.close();
});

async function serve(body: string): Promise<TestServer> {
	const server = await startServer((_request, response) => {
		response.setHeader('content-type', 'application/json');
		response.end(body);
	});
	servers.push(server);
	return server;
}

async function read(body: unknown) {
	const server = await serve(JSON.stringify(body));
	const target = targetFor(server.url, { name: 'east' });
	const reading = await nodetop.open(target).poll(contextFor(target));
	return { reading: readingSchema.parse(reading), server, target };
}

const member = (name: string, more: object = {}) => ({
	target: { name, kind: 'evm', url: 'http://10.0.0.4:8545' },
	poll: { status: 'ok', failures: 0 },
	chain: { head: { number: 7 } },
	health: { status: 'up', issues: [] },
	...more,
});
const site = (nodes: readonly unknown[], more: object = {}) => ({
	schema: 'nodetop/1',
	takenAt: '2026-01-01T00:00:00.000Z',
	nodetop: { version: '0.1.0' },
	nodes,
	...more,
});

describe('another nodetop', () => {
	test('is known by what it serves, and read as a site with its nodes', async () => {
		const printed = await runNodetop(['--once', '--json', 'gone=http://127.0.0.1:9', 'host=host:']);
		const server = await serve(printed.stdout);
		const target = targetFor(server.url, { name: 'east' });
		expect(await nodetop.probe(target, contextFor(target))).toEqual({
			found: expect.stringMatching(/^nodetop \d+\.\d+\.\d+ with 2 nodes$/),
			confidence: 'certain',
		});
		const reading = await nodetop.open(target).poll(contextFor(target));
		expect(reading.identity?.client).toBe('nodetop');
		expect(reading.members?.map(({ target, health }) => [target.name, health.status])).toEqual([
			['gone', 'down'],
			['host', 'up'],
		]);
		expect(reading.selfReport).toEqual({ status: 'down', reasons: ['gone is down'] });
		expect(server.requests.map(({ path }) => path)).toEqual([
			'/api/v1/snapshot',
			'/api/v1/snapshot',
		]);
	});

	test('of a newer minor version loses only what is new', async () => {
		const newer = member('a', {
			aura: 1,
			chain: { head: { number: 7, colour: 'red' } },
			network: { peers: 3, peerList: [{ id: 'p', mood: 'good' }] },
		});
		const { reading } = await read(site([newer], { weather: 'fine' }));
		expect(reading.members).toEqual([
			member('a', { network: { peers: 3, peerList: [{ id: 'p' }] } }),
		]);
	});

	test('whose nodes do not fit, or are too deep, leaves those out and says so', async () => {
		const { reading } = await read(
			site([member('ok'), { target: 7 }, member('a/b/c/d'), member('bad', { chain: 'none' })]),
		);
		expect(reading.members?.map(({ target }) => target.name)).toEqual(['ok']);
		expect(reading.notes).toEqual(['3 of its 4 nodes are not shown']);
	});

	test('cannot move the cursor: every text is clean', async () => {
		const { reading } = await read(site([member('a\u001B[2J\u202Eb', { notes: ['x\u0007y'] })]));
		expect(JSON.stringify(reading)).not.toMatch(/\\u00(?:1b|07)|\u202E/i);
	});

	test.each([
		[{ schema: 'nodetop/2', nodes: [] }, 'it speaks nodetop/2'],
		[{ hello: 1 }, 'is no nodetop'],
	])('%j is refused', async (body, message) => {
		await expect(read(body)).rejects.toThrow(message);
	});

	test('is not found where something else answers', async () => {
		const server = await serve('<html></html>');
		const target = targetFor(server.url);
		expect(await nodetop.probe(target, contextFor(target))).toBeUndefined();
	});
});

describe('a site in the fleet', () => {
	test('has its nodes below it, and they are unknown while it does not answer', async () => {
		const { reading, target } = await read(site([member('a'), member('b')]));
		const fleet = createFleet(judge);
		fleet.add(target);
		fleet.add(targetFor('http://127.0.0.1:1', { name: 'last' }));
		const at = (atMs: number, outcome: Parameters<typeof fleet.apply>[0]['outcome']) => {
			fleet.apply({ target, atMs, missedSlots: 0, outcome });
		};
		const shown = () =>
			fleet
				.getSnapshot()
				.nodes.map(({ snapshot }) => [snapshot.target.name, snapshot.health.status]);
		at(1000, { status: 'read', reading });
		expect(shown()).toEqual([
			['east', 'up'],
			['east/a', 'up'],
			['east/b', 'up'],
			['last', 'unknown'],
		]);
		at(2000, { status: 'failed', error: new PollError('unreachable', 'refused') });
		at(3000, { status: 'failed', error: new PollError('unreachable', 'refused') });
		const lost = fleet.getSnapshot().nodes[1]?.snapshot;
		expect(lost).toMatchObject({
			chain: { head: { number: 7 } },
			poll: { status: 'failed', failures: 2 },
			health: { status: 'unknown', issues: [{ since: new Date(2000).toISOString() }] },
		});
		at(4000, { status: 'read', reading });
		expect(shown()[1]).toEqual(['east/a', 'up']);
		fleet.remove('east');
		expect(shown()).toEqual([['last', 'unknown']]);
	});
});

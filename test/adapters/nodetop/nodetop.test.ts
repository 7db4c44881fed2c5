import { afterEach, describe, expect, test } from 'vitest';
import { nodetop } from '../../../source/adapters/nodetop/adapter.ts';
import { PollError } from '../../../source/domain/errors.ts';
import { instanceName } from '../../../source/domain/instance.ts';
import { Secret } from '../../../source/domain/secret.ts';
import { documentSchema, readingSchema } from '../../../source/sections/snapshot.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';
import { createFleet } from '../../../source/fleet/fleet.ts';
import { createJudge } from '../../../source/health/judge.ts';
import { watchNodes } from '../../helpers/monitor.ts';
import { startServer } from '../../helpers/http-server.ts';
import type { TestServer } from '../../helpers/http-server.ts';
import { runNodetop } from '../../helpers/run-nodetop.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

const servers: TestServer[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.close();
});

/** How a printed document judges one of its nodes. */
function statusOf(printed: string, name: string): string | undefined {
	const { nodes } = documentSchema.parse(JSON.parse(printed));
	return nodes.find(({ target }) => target.name === name)?.health.status;
}

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
/** The nodes of a site, each as the site judged it. */
const membersOf = ({ members = [] }: Reading) =>
	members.flatMap((member) => ('snapshot' in member ? [member.snapshot] : []));

const site = (nodes: readonly unknown[], more: object = {}) => ({
	schema: 'nodetop/1',
	takenAt: new Date().toISOString(),
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
		expect(membersOf(reading).map(({ target, health }) => [target.name, health.status])).toEqual([
			['gone', 'down'],
			// How well this machine is, is not this test's matter.
			['host', statusOf(printed.stdout, 'host')],
		]);
		expect(reading.selfReport?.reasons).toContain('gone is down');
		expect(reading.identity?.nodeId).toMatch(/^[\da-f]{16}$/);
		expect(reading.identity?.nodeId).not.toBe(instanceName());
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
		expect(membersOf(reading)).toEqual([
			member('a', { network: { peers: 3, peerList: [{ id: 'p' }] } }),
		]);
	});

	test('with values that are new loses the items or sections that hold them', async () => {
		const issue = {
			code: 'old',
			component: 'poll',
			severity: 'warning',
			message: 'm',
			since: '2026-01-01T00:00:00.000Z',
		};
		const { reading } = await read(
			site([
				member('a', {
					health: {
						status: 'degraded',
						issues: [{ ...issue, component: 'aura', severity: 'grave' }, issue],
					},
					network: { peers: 2, peerList: [{ id: 1 }, { id: 'p' }, { id: 'q', direction: 'up' }] },
					consensus: { status: 'blessed', height: 4 },
				}),
			]),
		);
		expect(membersOf(reading)).toEqual([
			member('a', {
				health: { status: 'degraded', issues: [issue] },
				network: { peers: 2, peerList: [{ id: 'p' }] },
			}),
		]);
	});

	test('whose nodes do not fit, are too deep or twice, leaves those out and says so', async () => {
		const { reading } = await read(
			site([
				member('ok'),
				{ target: 7 },
				member('a/b/c/d'),
				member('bad', { health: 'fine' }),
				member('ok'),
			]),
		);
		expect(membersOf(reading).map(({ target }) => target.name)).toEqual(['ok']);
		expect(reading.notes).toEqual(['4 of its 5 nodes are not shown']);
	});

	test('that is this one is refused', async () => {
		const self = { nodetop: { version: '0.1.0', instance: instanceName() } };
		await expect(read(site([member('a')], self))).rejects.toMatchObject({
			code: 'unsupported',
			message: 'this is nodetop itself, and it would watch what it shows',
		});
	});

	test('that watches this one is shown without what it knows from here', async () => {
		const mirror = (name: string, nodeId: string) =>
			member(name, {
				target: { name, kind: 'nodetop', url: 'http://h' },
				identity: { client: 'nodetop', nodeId },
			});
		const { reading } = await read(
			site([
				member('own'),
				mirror('here', instanceName()),
				member('here/own'),
				member('hereafter'),
				mirror('third', 'another'),
				member('third/own'),
			]),
		);
		expect(membersOf(reading).map(({ target }) => target.name)).toEqual([
			'own',
			'hereafter',
			'third',
			'third/own',
		]);
		expect(reading.notes).toEqual(['2 of its 6 nodes are not shown']);
	});

	test.each([
		[['up', 'up'], 'up', []],
		[['up', 'down'], 'degraded', ['1 is down']],
		[['down', 'down'], 'down', ['0 is down', '1 is down']],
		[['up', 'unknown'], 'up', ['1 is unknown']],
		[[], 'unknown', ['it watches no node']],
	])('with nodes that are %j calls itself %s', async (statuses, status, reasons) => {
		const nodes = statuses.map((health, index) =>
			member(String(index), { health: { status: health, issues: [] } }),
		);
		expect((await read(site(nodes))).reading.selfReport).toEqual({ status, reasons });
	});

	test('names a few of many that are in trouble', async () => {
		const health = { status: 'down', issues: [] };
		const many = Array.from({ length: 1200 }, (_, index) => member(`n${index}`, { health }));
		const { reading } = await read(site(many));
		expect(reading.members).toHaveLength(1000);
		expect(reading.selfReport?.reasons).toHaveLength(6);
		expect(reading.selfReport?.reasons.at(-1)).toBe('and 995 more');
		expect(reading.notes).toEqual(['200 of its 1200 nodes are not shown']);
	});

	test('whose snapshot nobody renews is not believed', async () => {
		const old = { takenAt: new Date(Date.now() - 20 * 60_000).toISOString() };
		await expect(read(site([member('a')], old))).rejects.toMatchObject({
			code: 'badResponse',
			message: 'its snapshot is 20 min old: no process updates it',
		});
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
		const fleet = createFleet(createJudge());
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
			poll: {
				status: 'failed',
				failures: 2,
				at: new Date(3000).toISOString(),
				error: { code: 'unreachable', message: 'east: refused' },
			},
			health: { status: 'unknown', issues: [{ since: new Date(2000).toISOString() }] },
		});
		at(4000, { status: 'read', reading });
		expect(shown()[1]).toEqual(['east/a', 'up']);
		fleet.remove('east');
		expect(shown()).toEqual([['last', 'unknown']]);
	});

	test('is all that is ever asked: what its nodes call their address is only shown, masked', async () => {
		const told = member('a', { target: { name: 'a', kind: 'evm', url: 'http://u:pw@10.0.0.4/' } });
		const { reading, target } = await read(site([told]));
		const token = new Secret('hunter2');
		const withToken = { ...target, token };
		const fleet = createFleet(createJudge());
		fleet.add(withToken);
		fleet.apply({
			target: withToken,
			atMs: 1000,
			missedSlots: 0,
			outcome: { status: 'read', reading },
		});
		const [, node] = fleet.getSnapshot().nodes;
		expect(node?.target).toMatchObject({
			name: 'east/a',
			kind: 'evm',
			url: target.url,
			shownUrl: 'http://***@10.0.0.4/',
		});
		expect(node?.snapshot.target.url).toBe('http://***@10.0.0.4/');
		expect(node?.site).toBe('east');
	});

	test('is printed by --once with its nodes, once it was found out what it is', async () => {
		const server = await serve(JSON.stringify(site([member('a'), member('b')])));
		const { exitCode, stdout } = await runNodetop(['--once', '--json', `east=${server.url}`]);
		const { nodes, summary } = documentSchema.parse(JSON.parse(stdout));
		expect(exitCode).toBe(0);
		expect(nodes.map(({ target }) => [target.name, target.kind])).toEqual([
			['east', 'nodetop'],
			['east/a', 'evm'],
			['east/b', 'evm'],
		]);
		expect(summary).toMatchObject({ status: 'up', nodes: 3, up: 3 });
	});

	test('does not keep us waiting for what it has not polled yet', async () => {
		const pending = member('slow', { poll: { status: 'pending', failures: 0 } });
		const server = await serve(JSON.stringify(site([pending])));
		const target = targetFor(server.url, { name: 'east', kind: 'nodetop' });
		const watch = watchNodes([target]);
		try {
			await watch.firstRound();
			expect(watch.fleet.getSnapshot().nodes.map(({ snapshot }) => snapshot.poll.status)).toEqual([
				'ok',
				'pending',
			]);
		} finally {
			watch.stop();
		}
	});
});

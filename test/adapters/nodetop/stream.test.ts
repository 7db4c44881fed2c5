import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { nodetop } from '../../../source/adapters/nodetop/adapter.ts';
import { createSiteStream } from '../../../source/adapters/nodetop/stream.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';
import { serveFleet, tokensOfRoles } from '../../helpers/served-fleet.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of closers.splice(0).toReversed()) await close();
});

async function openSite(...given: Parameters<typeof serveFleet>) {
	const served = await serveFleet(...given);
	closers.push(served.close);
	return served;
}

function sourceOf(url: string, more: Parameters<typeof targetFor>[1] = {}) {
	// The clock of the served fleet stands still: its document must not look old.
	const target = targetFor(url, { name: 'east', kind: 'nodetop', ...more });
	const source = nodetop.open(target);
	closers.push(source.close);
	const poll = async (): Promise<Reading> =>
		readingSchema.parse(await source.poll(contextFor(target, { now: Date.now })));
	return { poll };
}

const endpointNames = ({ endpoints = [] }: Reading) => endpoints.map(({ name }) => name);
const memberOf = ({ members = [] }: Reading, name: string) =>
	members
		.flatMap((member) => ('snapshot' in member ? [member.snapshot] : []))
		.find(({ target }) => target.name === name);

/** A fleet whose document is as new as the machine's clock says. */
const startMs = () => Date.now();

describe('a site that serves', () => {
	it('is followed by its stream: later polls ask for nothing but whether it is there', async () => {
		const served = await openSite({}, startMs());
		const { poll } = sourceOf(served.url);
		const first = await poll();
		expect(endpointNames(first)).toEqual(['/api/v1/snapshot']);
		await vi.waitFor(
			async () => {
				expect(endpointNames(await poll())).toEqual(['/health', '/ws']);
			},
			{ timeout: 40_000 },
		);
		const before = memberOf(await poll(), 'dag-1')?.consensus?.round;
		served.goOn();
		await vi.waitFor(
			async () => {
				const reading = await poll();
				expect(endpointNames(reading)).toEqual(['/health', '/ws']);
				expect(Number(memberOf(reading, 'dag-1')?.consensus?.round)).toBe(Number(before) + 1);
			},
			{ timeout: 40_000 },
		);
	});

	it('gives by its stream what its document gives', async () => {
		const served = await openSite({}, startMs());
		const { poll } = sourceOf(served.url);
		await poll();
		for (let round = 0; round < 3; round++) {
			served.goOn();
			await vi.waitFor(
				async () => {
					const streamed = await poll();
					expect(endpointNames(streamed)).toContain('/ws');
					const { poll: pollWhole } = sourceOf(`${served.url}/api/v1/snapshot`);
					const whole = await pollWhole();
					expect(streamed.members).toEqual(whole.members);
					expect(streamed.selfReport).toEqual(whole.selfReport);
				},
				{ timeout: 40_000 },
			);
		}
	});

	it('sends its token with the stream too', async () => {
		const served = await openSite({ tokens: tokensOfRoles }, startMs());
		const [read] = tokensOfRoles;
		const { poll } = sourceOf(served.url, { token: read?.token });
		await vi.waitFor(
			async () => {
				expect(endpointNames(await poll())).toEqual(['/health', '/ws']);
			},
			{ timeout: 40_000 },
		);
		const { poll: stranger } = sourceOf(served.url);
		await expect(stranger()).rejects.toMatchObject({ code: 'unauthorized' });
	});

	it('is unreachable when it is gone, and followed again when it is back', async () => {
		const served = await serveFleet({}, startMs());
		const { poll } = sourceOf(served.url);
		await vi.waitFor(
			async () => {
				expect(endpointNames(await poll())).toEqual(['/health', '/ws']);
			},
			{ timeout: 40_000 },
		);
		await served.close();
		await expect(poll()).rejects.toMatchObject({ code: 'unreachable' });
		const listen = { host: '127.0.0.1', port: served.port };
		const again = await openSite({ listen }, startMs());
		again.goOn();
		await vi.waitFor(
			async () => {
				expect(endpointNames(await poll())).toEqual(['/health', '/ws']);
			},
			{ timeout: 40_000 },
		);
	});
});

async function openSocketServer() {
	const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
	closers.push(() => {
		for (const client of server.clients) client.terminate();
		server.close();
	});
	await once(server, 'listening');
	const address = server.address();
	return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

describe('a site that streams nonsense', () => {
	const snapshot = (nodes: unknown[]) => ({ schema: 'nodetop/1', nodes });
	const node = (name: string) => ({ target: { name } });

	it.each([
		['no JSON', ['nonsense']],
		['no message', [JSON.stringify({ hello: 1 })]],
		['a snapshot without nodes', [JSON.stringify({ id: '1', event: 'snapshot', data: {} })]],
		['a delta without a snapshot', [JSON.stringify({ id: '1', event: 'delta', data: {} })]],
		[
			'a delta of another shape',
			[
				JSON.stringify({ id: '1', event: 'snapshot', data: snapshot([node('a')]) }),
				JSON.stringify({ id: '2', event: 'delta', data: { nodes: [{ name: 7 }] } }),
			],
		],
		[
			'more nodes than fit',
			[
				JSON.stringify({
					id: '1',
					event: 'snapshot',
					data: snapshot(Array.from({ length: 5001 }, (_, index) => node(`n${index}`))),
				}),
			],
		],
		['more depth than fits', [`{"id":"1","event":"snapshot","data":${'['.repeat(9999)}`]],
	])('is left alone at %s', async (_what, messages) => {
		const { server, port } = await openSocketServer();
		server.on('connection', (client: WebSocket) => {
			for (const message of messages) client.send(message);
		});
		const stream = createSiteStream(targetFor(`http://127.0.0.1:${port}`), () => 0);
		closers.push(stream.close);
		await stream.open();
		await vi.waitFor(
			() => {
				expect(stream.problem()).toContain('the stream ended');
			},
			{ timeout: 40_000 },
		);
		expect(stream.document()).toBeUndefined();
	});

	it('does not come by a member called __proto__', async () => {
		const { server, port } = await openSocketServer();
		server.on('connection', (client: WebSocket) => {
			client.send(JSON.stringify({ id: '1', event: 'snapshot', data: snapshot([node('a')]) }));
			client.send(
				'{"id":"2","event":"delta","data":{"nodes":[{"name":"__proto__","set":{"__proto__":{"x":1},"target":{"name":"__proto__"}}}]}}',
			);
			client.send('{"id":"3","event":"delta","data":{"takenAt":"then"}}');
		});
		const stream = createSiteStream(targetFor(`http://127.0.0.1:${port}`), () => 0);
		closers.push(stream.close);
		await stream.open();
		await vi.waitFor(
			() => {
				expect(stream.document()?.['takenAt']).toBe('then');
			},
			{ timeout: 40_000 },
		);
		expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
		expect(stream.document()?.nodes).toHaveLength(2);
	});
});

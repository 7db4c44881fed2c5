import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../source/domain/clock.ts';
import { documentSchema } from '../../source/sections/snapshot.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import type { Peer } from '../../source/sections/network/schema.ts';
import { toDocument } from '../../source/fleet/document.ts';
import { toMoment } from '../../source/fleet/to-moment.ts';
import { createFleet } from '../../source/fleet/fleet.ts';
import type { Fleet } from '../../source/fleet/fleet.ts';
import { createJudge } from '../../source/health/judge.ts';
import { createRateLimiter } from '../../source/network-tests/rate-limit.ts';
import { traceroute } from '../../source/network-tests/tests/traceroute.ts';
import { createProbing } from '../../source/app/probing.ts';
import type { ProbeSettings } from '../../source/config/probes.ts';
import { targetFor } from '../helpers/targets.ts';
import { collecting, testedNodeAt } from '../network-tests/tested-node.ts';

const { tool } = await traceroute.run(
	await testedNodeAt('http://127.0.0.1:9'),
	{},
	collecting().context,
);
const waiting = { timeout: 40_000, interval: 10 };
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
	for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A TCP server that counts connections and what is sent over them. */
async function listen(): Promise<{ server: Server; address: string; seen: number[] }> {
	const seen: number[] = [];
	const server = createServer((socket) => {
		const index = seen.push(0) - 1;
		socket.on('data', (chunk) => (seen[index] = chunk.length));
		socket.on('error', () => undefined);
	});
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	cleanups.push(() => server.close());
	const { port } = server.address() as AddressInfo; // A TCP server has one.
	return { server, address: `127.0.0.1:${port}`, seen };
}

function watching(urls: Readonly<Record<string, string>>, peerList?: readonly Peer[]): Fleet {
	const fleet = createFleet(createJudge());
	for (const [name, url] of Object.entries(urls)) {
		const target = targetFor(url, { name, kind: 'evm' });
		fleet.add(target);
		const network = peerList && { peerList: [...peerList] };
		const reading = { latencyMs: 1, ...(network && { network }) };
		fleet.apply({ target, atMs: Date.now(), missedSlots: 0, outcome: { status: 'read', reading } });
	}
	return fleet;
}

const brisk = { intervalMs: 20, peers: false, route: false, routeIntervalMs: 60_000 };

async function probe(fleet: Fleet, settings: Partial<ProbeSettings> = {}, place?: string) {
	const directory = place ?? (await mkdtemp(path.join(tmpdir(), 'nodetop-probe-')));
	const bugs: unknown[] = [];
	const limiter = createRateLimiter(directory, Date.now);
	const probing = createProbing({
		settings: { ...brisk, ...settings },
		limiter,
		clock: systemClock,
		nodes: () =>
			fleet
				.getSnapshot()
				.nodes.map(({ target: { name, url }, snapshot }) => ({ name, url, snapshot })),
		onProbed: (name, probes) => {
			fleet.attach(name, { probes }, Date.now());
		},
		reportBug: (error) => bugs.push(error),
	});
	cleanups.push(() => {
		probing.stop();
		expect(bugs).toEqual([]);
	});
	return { probing, directory };
}

const nodeOf = (fleet: Fleet, name: string): NodeSnapshot | undefined =>
	fleet.getSnapshot().nodes.find(({ target }) => target.name === name)?.snapshot;

describe('scheduled probes', () => {
	it('connect and send nothing, learn the level, and stand in the document', async () => {
		const { address, seen } = await listen();
		const fleet = watching({ a: `http://${address}` });
		await probe(fleet);
		await expect.poll(() => nodeOf(fleet, 'a')?.probes?.shiftMs, waiting).toBe(0);
		const probes = nodeOf(fleet, 'a')?.probes;
		expect(probes).toMatchObject({ address, lossRatio: 0 });
		expect(probes?.usualMs).toBeGreaterThan(0);
		expect(probes?.sent).toBeGreaterThanOrEqual(60);
		expect(Math.max(...seen)).toBe(0);
		const document = toDocument(toMoment(fleet.getSnapshot(), { atMs: Date.now() }), {
			version: '0.0.0',
		});
		expect(documentSchema.parse(document).nodes[0]?.probes).toEqual(probes);
	});

	it('keep to their interval, whatever the polls do, and end with the watch', async () => {
		const { address, seen } = await listen();
		const fleet = watching({ a: `http://${address}` });
		const startedMs = performance.now();
		const { probing } = await probe(fleet, { intervalMs: 100 });
		await expect.poll(() => seen.length, waiting).toBeGreaterThanOrEqual(5);
		expect(performance.now() - startedMs).toBeGreaterThan(390);
		probing.stop();
		const told = nodeOf(fleet, 'a')?.probes;
		fleet.apply({
			target: targetFor(`http://${address}`, { name: 'a', kind: 'evm' }),
			atMs: Date.now(),
			missedSlots: 0,
			outcome: { status: 'read', reading: { latencyMs: 2 } },
		});
		expect(nodeOf(fleet, 'a')?.probes).toEqual(told);
		expect(told?.sent).toBeLessThanOrEqual(seen.length);
	});

	it('tell a refusal as one, not as loss; and leave out what has no path', async () => {
		const { address, server } = await listen();
		await new Promise((resolve) => {
			server.close(resolve);
		});
		const fleet = watching({
			shut: `http://${address}`,
			host: 'host:',
			nameless: 'http://no-such-host.invalid:1',
		});
		await probe(fleet);
		await expect.poll(() => nodeOf(fleet, 'shut')?.probes?.sent ?? 0, waiting).toBeGreaterThan(19);
		expect(nodeOf(fleet, 'shut')?.probes).toMatchObject({ error: 'ECONNREFUSED', lossRatio: 0 });
		expect(nodeOf(fleet, 'shut')?.probes).not.toHaveProperty('connectMs');
		expect(nodeOf(fleet, 'host')).not.toHaveProperty('probes');
		expect(nodeOf(fleet, 'nameless')).not.toHaveProperty('probes');
	});

	it('leave peers alone unless told, then dial each within the allowance of its address', async () => {
		const node = await listen();
		const peer = await listen();
		const peerList: Peer[] = [
			{ id: 'p1', address: peer.address },
			{ id: 'p2', address: 'nowhere' },
		];
		const fleet = watching({ a: `http://${node.address}` }, peerList);
		const { probing } = await probe(fleet);
		await expect.poll(() => node.seen.length, waiting).toBeGreaterThan(3);
		expect(peer.seen).toEqual([]);
		expect(nodeOf(fleet, 'a')?.probes).not.toHaveProperty('peers');
		probing.stop();

		const { directory } = await probe(fleet, { peers: true });
		await expect
			.poll(() => nodeOf(fleet, 'a')?.probes?.peers, waiting)
			.toMatchObject([{ peer: 'p1', address: peer.address }]);
		const from = node.seen.length;
		await expect.poll(() => node.seen.length, waiting).toBeGreaterThan(from + 5);
		// Once a minute, however often the node itself is probed.
		expect(peer.seen).toEqual([0]);
		expect(await readdir(directory)).toHaveLength(1);
	});

	it('go on where tests cannot be counted, and leave alone what would have to be', async () => {
		const node = await listen();
		const peer = await listen();
		const fleet = watching({ a: `http://${node.address}` }, [{ id: 'p1', address: peer.address }]);
		const inTheWay = path.join(await mkdtemp(path.join(tmpdir(), 'nodetop-probe-')), 'file');
		await writeFile(inTheWay, '');
		await probe(fleet, { peers: true, route: true }, inTheWay);
		await expect.poll(() => nodeOf(fleet, 'a')?.probes?.sent, waiting).toBeGreaterThan(5);
		expect(nodeOf(fleet, 'a')?.probes).toMatchObject({ peers: [] });
		expect(peer.seen).toEqual([]);
	});

	it.skipIf(tool === undefined)(
		'trace the way where they are told to, by the tool of the system (skipped where there is none)',
		async () => {
			const { address } = await listen();
			const fleet = watching({ a: `http://${address}` });
			await probe(fleet, { route: true });
			await expect
				.poll(() => nodeOf(fleet, 'a')?.probes?.route, waiting)
				.toMatchObject({ hops: ['127.0.0.1'], changes: 0 });
			expect(nodeOf(fleet, 'a')?.probes).not.toHaveProperty('routeChanges');
		},
	);
});

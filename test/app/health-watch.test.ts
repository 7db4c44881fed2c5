import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { ComponentHealth } from '../../source/sections/health/component-health.ts';
import { documentSchema } from '../../source/sections/snapshot.ts';
import { toDocument } from '../../source/fleet/document.ts';
import { createHealthWatch } from '../../source/app/health-watch.ts';
import { failRun, watchNodes } from '../helpers/monitor.ts';
import { createTestClock } from '../helpers/test-clock.ts';
import type { Monitor, MonitorOptions } from '../../source/app/open-monitor.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { targetFor } from '../helpers/targets.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0)) await cleanup();
});

interface World {
	readonly watch: Monitor;
	readonly server: TestServer;
	peers: number;
	isWell: boolean;
}

async function start(options: Partial<MonitorOptions>): Promise<World> {
	const world = { peers: 4, isWell: true };
	let round = 0;
	const server = await startServer((_request, response) => {
		round++;
		sendJson(
			response,
			{
				node_id: 'a',
				version: '1',
				consensus_state: { status: 'active', round },
				network_info: { peer_count: world.peers },
			},
			world.isWell ? 200 : 503,
		);
	});
	const target = targetFor(server.url, { kind: 'qudag', intervalMs: 100 });
	const watch = watchNodes([target], options);
	cleanups.push(
		() => watch.stop(),
		() => server.close(),
	);
	return Object.assign(world, { watch, server });
}

const healthOf = ({ watch }: World) => watch.fleet.getSnapshot().nodes[0]?.snapshot.health;
const componentOf = (world: World, name: string): ComponentHealth | undefined =>
	healthOf(world)?.components?.find(({ component }) => component === name);

describe('the schedule of health checks', () => {
	test('checks after the first poll, and again at its own interval, however often it is polled', async () => {
		const clock = createTestClock(Date.UTC(2026, 0, 2));
		const roundsAt: number[] = [];
		const health = createHealthWatch({
			clock,
			intervalMs: 2000,
			readOnly: true,
			// A node that is no longer there has nothing to look at: the schedule is all that runs.
			inputOf: () => void roundsAt.push(clock.steadyNow()),
			onChecked: () => expect.unreachable(),
			reportBug: failRun,
		});
		cleanups.push(health.stop);
		health.add(targetFor('http://127.0.0.1:9', { name: 'a' }));
		for (let polls = 0; polls < 80; polls += 1) {
			clock.advance(100);
			health.polled('a', false);
			await setImmediate();
		}
		const [first = Number.NaN, ...later] = roundsAt;
		expect(first).toBe(100);
		expect(later).toHaveLength(3);
		for (const [index, atMs] of later.entries()) expect(atMs - first).toBe(2000 * (index + 1));
	});

	test('a finding is an issue of the node until a good poll contradicts it', async () => {
		const world = await start({});
		world.peers = 2;
		await world.watch.firstRound();
		await world.watch.checkHealth();
		expect(healthOf(world)).toMatchObject({ status: 'degraded', issues: [{ code: 'peersFew' }] });
		world.peers = 5;
		await expect
			.poll(() => world.watch.fleet.getSnapshot().nodes[0]?.snapshot.network?.peers, {
				timeout: 40_000,
			})
			.toBe(5);
		expect(healthOf(world)).toMatchObject({ status: 'up', issues: [] });
		await world.watch.checkHealth();
		expect(healthOf(world)).toMatchObject({ status: 'up', issues: [] });
	});

	test('a node that stops answering is checked at once, and when it answers again', async () => {
		const world = await start({ healthIntervalMs: 3_600_000 });
		await expect.poll(() => componentOf(world, 'network')?.status, { timeout: 40_000 }).toBe('up');
		world.isWell = false;
		await expect
			.poll(() => componentOf(world, 'network')?.status, { timeout: 40_000 })
			.toBe('unknown');
		expect(componentOf(world, 'process')?.status).toBe('up');
		world.isWell = true;
		await expect.poll(() => componentOf(world, 'network')?.status, { timeout: 40_000 }).toBe('up');
	});

	test('without an interval nothing is checked until it is asked for', async () => {
		const world = await start({});
		await world.watch.firstRound();
		expect(healthOf(world)?.components).toBeUndefined();
		await world.watch.checkHealth();
		const document = toDocument(world.watch.moment(), { version: '0' });
		expect(documentSchema.parse(document)).toEqual(document);
		expect(document.nodes[0]?.health.components).toHaveLength(6);
	});

	test('a node that was removed meanwhile is not written back', async () => {
		const world = await start({});
		await world.watch.firstRound();
		const checking = world.watch.checkHealth();
		world.watch.remove('n1');
		await checking;
		expect(world.watch.fleet.getSnapshot().nodes).toEqual([]);
	});
});

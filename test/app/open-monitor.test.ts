import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { watchNodes } from '../helpers/monitor.ts';
import type { Monitor } from '../../source/app/open-monitor.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { targetFor } from '../helpers/targets.ts';

let server: TestServer | undefined;
let watch: Monitor | undefined;

afterEach(async () => {
	watch?.stop();
	await server?.close();
	watch = undefined;
	server = undefined;
});

/** A QuDAG node's status API whose round rises at each question. */
async function startNode(): Promise<TestServer> {
	let round = 0;
	server = await startServer(({ path }, response) => {
		if (path !== '/api/v1/status') {
			sendJson(response, { error: 'Not Found' }, 404);
			return;
		}
		round++;
		sendJson(response, {
			node_id: 'abc',
			version: '0.1.0',
			consensus_state: { status: 'active', round },
			dag_stats: { total_vertices: 10 },
		});
	});
	return server;
}

function onlySnapshot(current: Monitor) {
	const [node] = current.fleet.getSnapshot().nodes;
	if (!node) throw new Error('nothing is watched');
	return node.snapshot;
}

describe('openMonitor', () => {
	it('finds out the kind, then polls on', async () => {
		const { url } = await startNode();
		const current = watchNodes([targetFor(url, { intervalMs: 100 })]);
		watch = current;
		expect(onlySnapshot(current).target.kind).toBe('unknown');
		await current.firstRound();
		expect(onlySnapshot(current).target.kind).toBe('qudag');
		expect(onlySnapshot(current).health.status).toBe('up');
		await expect
			.poll(() => Number(onlySnapshot(current).consensus?.round), { timeout: 40_000 })
			.toBeGreaterThan(4);
	});

	it('gives a local node without figures of its own those of its host', async () => {
		const { url } = await startNode();
		const current = watchNodes([targetFor(url, { intervalMs: 100, kind: 'qudag' })]);
		watch = current;
		await expect
			.poll(() => onlySnapshot(current).resources, { timeout: 40_000 })
			.toMatchObject({ source: 'host', memoryTotalBytes: expect.any(Number) });
	});

	it('is done with its first round when every node answered or failed', async () => {
		const current = watchNodes([
			targetFor('http://127.0.0.1:9', { name: 'a' }),
			targetFor('gopher://127.0.0.1:9', { name: 'b', kind: 'qudag' }),
			targetFor('http://127.0.0.1:9', { name: 'c', kind: 'nonsense' }),
		]);
		watch = current;
		await current.firstRound();
		const codes = current.fleet
			.getSnapshot()
			.nodes.map(({ snapshot }) => snapshot.poll.error?.code);
		expect(codes).toEqual(['unreachable', 'unsupported', 'unsupported']);
	});

	it('adds and removes nodes while it runs', async () => {
		const { url, requests } = await startNode();
		const other = await startServer((_request, response) => {
			sendJson(response, { error: 'Not Found' }, 404);
		});
		onTestFinished(() => other.close());
		const current = watchNodes([]);
		watch = current;
		const names = () =>
			current.fleet.getSnapshot().nodes.map(({ snapshot }) => snapshot.target.name);
		current.add(targetFor(url, { name: 'a', kind: 'qudag', intervalMs: 50 }));
		expect(names()).toEqual(['a']);
		await expect.poll(() => onlySnapshot(current).poll.status).toBe('ok');
		await expect.poll(() => requests.length).toBeGreaterThan(2);
		current.add(targetFor(other.url, { name: 'b', kind: 'qudag', intervalMs: 50 }));
		expect(names()).toEqual(['a', 'b']);
		current.remove('a');
		expect(names()).toEqual(['b']);
		// What was on its way when it was removed has arrived once the other was asked again.
		const goOn = async (times: number) => {
			const asked = other.requests.length;
			await expect.poll(() => other.requests.length).toBeGreaterThan(asked + times);
		};
		await goOn(3);
		const asked = requests.length;
		current.pollNow();
		await goOn(6);
		expect(requests).toHaveLength(asked);
		current.remove('b');
		expect(names()).toEqual([]);
	});
});

import { afterEach, describe, expect, it } from 'vitest';
import { answersLikePrometheus, hotstuffValues } from '../helpers/fake-prometheus.ts';
import type { FakeFleet } from '../helpers/fake-prometheus.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { Handler, TestServer } from '../helpers/http-server.ts';
import { watchNodes } from '../helpers/monitor.ts';
import type { Monitor } from '../../source/app/open-monitor.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { targetFor } from '../helpers/targets.ts';

/** Sites that change while they are watched, and the word for what they know of their nodes. */
const waiting = { timeout: 50_000, interval: 20 };

let server: TestServer | undefined;
let monitor: Monitor | undefined;
afterEach(async () => {
	monitor?.stop();
	await server?.close();
});

async function watch(answer: Handler, kind: string) {
	server = await startServer(answer);
	monitor = watchNodes([
		targetFor(server.url, { name: 's', kind, intervalMs: 50, timeoutMs: 30_000 }),
	]);
	const { fleet, firstRound } = monitor;
	await firstRound();
	const node = (name: string): NodeSnapshot | undefined =>
		fleet.getSnapshot().nodes.find(({ snapshot }) => snapshot.target.name === name)?.snapshot;
	const codes = (name: string) => node(name)?.health.issues.map(({ code }) => code);
	return { node, codes, groups: () => fleet.getSnapshot().groups };
}

const replica = (instance: string, view: number, more: object = {}) => ({
	labels: { job: 'hs', instance },
	values: hotstuffValues(view),
	...more,
});

/** A fleet that a test changes; a scrape each poll, unless it says when. */
async function watchFleet(first: FakeFleet) {
	let now = first;
	const watched = await watch(
		answersLikePrometheus(() => now),
		'prometheus',
	);
	return {
		...watched,
		become: (next: FakeFleet) => {
			now = next;
		},
	};
}

describe('a Prometheus', () => {
	const both = { targets: [replica('a:1', 100), replica('b:1', 100)] };

	it('that no longer has a target says so: the node is not simply gone', async () => {
		const { become, node } = await watchFleet(both);
		expect(node('s/b:1')?.health.status).toBe('up');
		become({ targets: [replica('a:1', 101)] });
		await expect
			.poll(() => node('s')?.notes?.join(), waiting)
			.toContain('no longer among its targets: b:1');
		expect(node('s/b:1')).toBeUndefined();
		become(both);
		await expect.poll(() => node('s/b:1')?.health.status, waiting).toBe('up');
		expect(node('s')?.notes ?? []).toEqual([]);
	});

	it('that answers in part knows nothing of the nodes that it does not name', async () => {
		const { become, node } = await watchFleet(both);
		become({ targets: [replica('a:1', 101)], beside: { warnings: ['store b is away'] } });
		await expect.poll(() => node('s/b:1')?.health.status, waiting).toBe('unknown');
		expect(node('s/b:1')?.poll.error?.message).toBe(
			'it is not in the part that Prometheus answers',
		);
		expect(node('s/a:1')?.health.status).toBe('up');
		become(both);
		await expect.poll(() => node('s/b:1')?.health.status, waiting).toBe('up');
	});

	it('that scrapes a node without its metrics knows nothing of it', async () => {
		const { become, node, codes } = await watchFleet(both);
		become({ targets: [replica('a:1', 101), replica('b:1', 101, { values: { go_threads: 3 } })] });
		await expect.poll(() => codes('s/b:1')?.includes('allValuesLost'), waiting).toBe(true);
		expect(node('s/b:1')?.health.status).toBe('unknown');
		expect(node('s/a:1')?.health.status).toBe('up');
	});

	it('that no longer scrapes makes no node and no network stand still', async () => {
		const { become, codes, groups } = await watchFleet(both);
		const still = (instance: string) => replica(instance, 100, { agoSeconds: 200 });
		become({ targets: [still('a:1'), still('b:1')] });
		await expect.poll(() => codes('s/a:1'), waiting).toEqual(['answersCached']);
		await expect.poll(() => codes('s/b:1'), waiting).toEqual(['answersCached']);
		expect(groups().map(({ state }) => state)).not.toContain('stalled');
	});

	it('that starts again is told by its answer, and not as another program', async () => {
		let isStarting = false;
		const usual = answersLikePrometheus(() => both);
		const { node } = await watch((request, response) => {
			if (!isStarting) {
				usual(request, response);
				return;
			}
			response.writeHead(503, { 'content-type': 'text/plain' });
			response.end('Service Unavailable');
		}, 'prometheus');
		isStarting = true;
		await expect
			.poll(() => node('s')?.poll.error?.message, waiting)
			.toBe('HTTP 503: Service Unavailable');
		expect(node('s')?.poll.error).toMatchObject({
			httpStatus: 503,
			nextStep: expect.stringMatching(/starting/),
		});
		expect(node('s/a:1')?.health.status).toBe('unknown');
	});
});

describe('a site', () => {
	it('that was started again is the same site', async () => {
		let starts = 1;
		const { node, codes } = await watch(({ path }, response) => {
			const instance = `000000000000000${starts}`;
			const at = new Date().toISOString();
			const own = {
				target: { name: 'a', kind: 'evm', url: 'http://10.0.0.4:8545' },
				poll: { status: 'ok', failures: 0, at },
				health: { status: 'up', issues: [] },
			};
			const document = { schema: 'nodetop/1', takenAt: at, nodetop: { version: '1', instance } };
			if (path === '/api/v1/snapshot') sendJson(response, { ...document, nodes: [own] });
			else sendJson(response, {}, 404);
		}, 'nodetop');
		expect(node('s')?.identity?.nodeId).toMatch(/1$/);
		starts = 2;
		await expect.poll(() => node('s')?.identity?.nodeId, waiting).toMatch(/2$/);
		expect(codes('s')).toEqual([]);
	});
});

import { afterEach, describe, expect, it } from 'vitest';
import type { HistoryQuery, ServedAction, TestRequest } from '../../source/serve/options.ts';
import { serveFleet, tokensOfRoles } from '../helpers/served-fleet.ts';
import type { ServedFleet } from '../helpers/served-fleet.ts';

let served: ServedFleet | undefined;

afterEach(async () => {
	await served?.close();
	served = undefined;
});

async function serve(...given: Parameters<typeof serveFleet>): Promise<ServedFleet> {
	served = await serveFleet(...given);
	return served;
}

interface Answer {
	readonly status: number;
	readonly body: Record<string, unknown>;
}

async function send(
	method: string,
	path: string,
	body?: unknown,
	headers: Record<string, string> = {},
): Promise<Answer> {
	const reply = await fetch(`${served?.url}${path}`, {
		method,
		headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
		...(body !== undefined && { body: JSON.stringify(body) }),
	});
	const isJson = reply.headers.get('content-type')?.includes('json') === true;
	const text = await reply.text();
	const read: unknown = isJson ? JSON.parse(text) : { text };
	return { status: reply.status, body: read as Record<string, unknown> };
}

const bearer = (role: string) => ({ authorization: `Bearer canary-token-of-${role}` });

describe('alerts', () => {
	it('are acknowledged, snoozed and silenced in the name of the token', async () => {
		const actions: ServedAction[] = [];
		await serve({ tokens: tokensOfRoles, act: (action) => actions.push(action) });
		const act = bearer('act');
		expect(await send('POST', '/api/v1/alerts/a/acknowledge', {}, act)).toEqual({
			status: 202,
			body: { accepted: true },
		});
		await send('POST', '/api/v1/alerts/b/snooze', { minutes: 30 }, act);
		const made = await send(
			'POST',
			'/api/v1/silences',
			{ match: { node: 'dag-*' }, minutes: 60, comment: 'a\u0007b' },
			act,
		);
		expect(made.status).toBe(202);
		expect(actions).toMatchObject([
			{ type: 'acknowledge', fingerprint: 'a', by: 'acter', severity: 'warning' },
			{ type: 'snooze', fingerprint: 'b', until: '2026-01-01T00:30:03.000Z' },
			{
				type: 'silence',
				silence: { match: { node: 'dag-*' }, author: 'acter', endsAt: '2026-01-01T01:00:03.000Z' },
			},
		]);
		expect(JSON.stringify(made.body)).not.toContain('\\u0007');
	});

	it('are not touched by a token that may only read or test', async () => {
		const actions: ServedAction[] = [];
		await serve({ tokens: tokensOfRoles, act: (action) => actions.push(action) });
		for (const role of ['read', 'test']) {
			const refused = await send('POST', '/api/v1/alerts/a/acknowledge', {}, bearer(role));
			expect(refused).toMatchObject({
				status: 403,
				body: { error: expect.stringContaining('role act') as string },
			});
		}
		expect((await send('DELETE', '/api/v1/silences/x', undefined, bearer('read'))).status).toBe(
			403,
		);
		expect(actions).toEqual([]);
	});

	it('are refused with what is wrong', async () => {
		const actions: ServedAction[] = [];
		await serve({ act: (action) => actions.push(action) });
		const wrong: [string, string, unknown, number][] = [
			['POST', '/api/v1/alerts/nope/acknowledge', {}, 404],
			['POST', '/api/v1/alerts/a/acknowledge', { extra: 1 }, 422],
			['POST', '/api/v1/alerts/a/snooze', {}, 422],
			['POST', '/api/v1/alerts/a/snooze', { minutes: -1 }, 422],
			['POST', '/api/v1/alerts/a/snooze', { minutes: 1e9 }, 422],
			['POST', '/api/v1/silences', { match: {}, minutes: 5 }, 422],
			['POST', '/api/v1/silences', { match: { node: 7 }, minutes: 5 }, 422],
			['DELETE', '/api/v1/silences/nope', undefined, 404],
		];
		for (const [method, path, body, status] of wrong) {
			expect([path, body, (await send(method, path, body)).status]).toEqual([path, body, status]);
		}
		// A form of another site needs no preflight.
		const form = await fetch(`${served?.url}/api/v1/alerts/a/acknowledge`, {
			method: 'POST',
			body: '{}',
			headers: { 'content-type': 'text/plain' },
		});
		expect(form.status).toBe(415);
		expect(actions).toEqual([]);
	});
});

describe('history', () => {
	const asked: HistoryQuery[] = [];
	const history = () => ({
		metrics: () =>
			Promise.resolve([{ node: 'dag-1', metric: 'network.peers', title: 'Peers', unit: 'count' }]),
		series: (query: HistoryQuery) => {
			asked.push(query);
			return Promise.resolve([{ node: 'dag-1', points: [[1, 2]] as const }]);
		},
		events: () => Promise.reject(new Error('the disk is full')),
		document: () => Promise.resolve(undefined),
	});

	it('is asked for a number over time', async () => {
		await serve({ history });
		const from = '2026-01-01T00:00:00Z';
		const path = `/api/v1/history?metric=network.peers&node=dag-1&from=${from}&until=1767229200000&stat=p95`;
		expect(await send('GET', path)).toEqual({
			status: 200,
			body: {
				metric: 'network.peers',
				stat: 'p95',
				stepMs: 18_000,
				series: [{ node: 'dag-1', points: [[1, 2]] }],
			},
		});
		expect(asked.at(-1)).toMatchObject({
			nodes: ['dag-1'],
			fromMs: Date.parse(from),
			untilMs: 1_767_229_200_000,
			stepMs: 18_000,
		});
	});

	it('says what is wrong with a question, or with itself', async () => {
		await serve({ history });
		const statuses: [string, number][] = [
			['/api/v1/history', 422],
			['/api/v1/history?metric=a&from=yesterday', 422],
			['/api/v1/history?metric=a&from=5&until=4', 422],
			['/api/v1/history?metric=a&from=0&stepMs=1000', 422],
			['/api/v1/history?metric=a&stat=sum', 422],
			['/api/v1/history?metric=a&unknown=1', 422],
			['/api/v1/history/events', 503],
			['/api/v1/history/snapshot?at=1', 404],
		];
		for (const [path, status] of statuses) {
			expect([path, (await send('GET', path)).status]).toEqual([path, status]);
		}
		await served?.close();
		await serve();
		expect((await send('GET', '/api/v1/history/metrics')).status).toBe(503);
	});
});

describe('network tests', () => {
	it('run for those who may, record by record', async () => {
		const requests: TestRequest[] = [];
		await serve({
			tokens: tokensOfRoles,
			runTest: (request) => {
				requests.push(request);
				request.onRecord({ record: 'sample', n: 1 });
				request.onRecord({ record: 'summary' });
				return Promise.resolve(undefined);
			},
		});
		const reply = await fetch(`${served?.url}/api/v1/network/test`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...bearer('test') },
			body: JSON.stringify({ test: 'ping', node: 'dag-1', options: { count: 3 } }),
		});
		expect(reply.headers.get('content-type')).toBe('application/x-ndjson');
		expect((await reply.text()).trim().split('\n')).toEqual([
			'{"record":"sample","n":1}',
			'{"record":"summary"}',
		]);
		expect(requests[0]).toMatchObject({ test: 'ping', node: 'dag-1', options: { count: 3 } });
		const body = { test: 'ping', node: 'dag-1' };
		expect((await send('POST', '/api/v1/network/test', body, bearer('read'))).status).toBe(403);
		expect(requests).toHaveLength(1);
	});

	it('are refused in words', async () => {
		await serve();
		const body = { test: 'ping', node: 'nobody' };
		expect(await send('POST', '/api/v1/network/test', body)).toEqual({
			status: 404,
			body: { error: 'no node' },
		});
	});
});

describe('the OpenAPI document', () => {
	it('describes what there is, and nothing else', async () => {
		const page = { summary: 'metrics', load: () => Promise.reject(new Error('never')) };
		await serve({ tokens: tokensOfRoles, pages: { '/metrics': page } });
		const { paths } = (await send('GET', '/api/v1/openapi.json', undefined, bearer('read')))
			.body as { paths: Record<string, Record<string, { security?: unknown }>> };
		const open = new Set(['/', '/health', '/ready']);
		for (const [path, operations] of Object.entries(paths)) {
			for (const [method, { security }] of Object.entries(operations)) {
				const url = path.replaceAll(/\{\w+\}/g, 'x');
				const body = method === 'post' ? {} : undefined;
				const { status } = await send(method.toUpperCase(), url, body);
				const expected = open.has(path) ? 200 : path === '/ws' ? 404 : 401;
				expect([method, path, status]).toEqual([method, path, expected]);
				expect(security === undefined).toBe(open.has(path));
				// One more wrong token would be one too many.
				served?.clock.advance(60_000);
			}
		}
		const documented = Object.entries(paths).flatMap(([path, operations]) =>
			Object.keys(operations).map((method) => `${method} ${path}`),
		);
		expect(documented).toEqual(expect.arrayContaining(['post /api/v1/silences', 'get /metrics']));
		expect(documented.length).toBeGreaterThanOrEqual(20);
	});
});

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { UserError } from '../../source/domain/errors.ts';
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

/** Sends bytes as they are, and gives what comes back until the server ends the connection. */
async function raw(port: number, text: string): Promise<string> {
	const socket = connect(port, '127.0.0.1');
	let answer = '';
	socket.on('data', (chunk: Buffer) => {
		answer += chunk.toString('latin1');
	});
	socket.on('error', () => undefined);
	socket.write(text, 'latin1');
	// A reset is an end too.
	await new Promise((resolve) => socket.once('close', resolve));
	return answer;
}

const get = (path: string, headers: Readonly<Record<string, string>>): string =>
	`GET ${path} HTTP/1.1\r\n${Object.entries(headers)
		.map(([name, value]) => `${name}: ${value}\r\n`)
		.join('')}Connection: close\r\n\r\n`;

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const bearer = (role: string) => ({ authorization: `Bearer canary-token-of-${role}` });

describe('what is served', () => {
	it('is the snapshot, each node, its NodeStatus and its statistics', async () => {
		const { url } = await serve();
		const json = async (path: string) => (await fetch(`${url}${path}`)).json();
		const { nodes, summary } = (await json('/api/v1/snapshot')) as never as {
			nodes: { target: { name: string } }[];
			summary: { nodes: number };
		};
		expect(nodes).toHaveLength(summary.nodes);
		const list = (await json('/api/v1/nodes')) as { name: string }[];
		expect(list.map(({ name }) => name)).toEqual(nodes.map(({ target }) => target.name));
		expect(await json('/api/v1/nodes/dag-1')).toEqual(nodes[0]);
		expect(await json('/api/v1/nodes/dag-1/status')).toMatchObject({
			node_id: 'id-dag-1',
			consensus_state: { status: 'active' },
		});
		// The node of a site has a slash in its name.
		expect(await json('/api/v1/nodes/east%2Fjudged')).toMatchObject({
			target: { name: 'east/judged' },
		});
		expect(await json('/api/v1/network/stats?node=dag-2')).toEqual([{ node: 'dag-2' }]);
		expect(await json('/ready')).toEqual({ ready: true });
	});

	it('is JSON that says what is wrong at other paths and for other methods', async () => {
		const { url } = await serve();
		const paths = [
			'/nope',
			'/api/v1/nodes/nobody',
			'/api/v1/nodes/..%2f..%2fetc%2fpasswd',
			'/api/v1/network/stats?node=nobody',
			'/api/v1/../../etc/passwd',
		];
		for (const path of paths) {
			const reply = await fetch(`${url}${path}`);
			expect([path, reply.status]).toEqual([path, 404]);
			expect(await reply.json()).toMatchObject({ error: expect.any(String) as string });
		}
		expect((await fetch(`${url}/api/v1/snapshot`, { method: 'DELETE' })).status).toBe(404);
		expect((await fetch(`${url}/api/v1/snapshot`, { method: 'OPTIONS' })).status).toBe(404);
	});

	it('writes a text page from the moment and what the client accepts', async () => {
		const { url } = await serve({
			pages: {
				'/metrics': {
					summary: 'metrics',
					load: () =>
						Promise.resolve(({ nodes }, { accept, query }) => ({
							contentType: 'text/plain; version=0.0.4',
							body: `nodes ${nodes.length} ${accept} ${query.get('q')}\n`,
						})),
				},
			},
		});
		const reply = await fetch(`${url}/metrics?q=1`, { headers: { accept: 'text/x' } });
		expect(reply.headers.get('content-type')).toBe('text/plain; version=0.0.4');
		expect(await reply.text()).toMatch(/^nodes \d+ text\/x 1\n$/);
	});

	it('holds no secret of a target', async () => {
		const { url } = await serve();
		const texts = ['/api/v1/snapshot', '/api/v1/nodes/dag-1', '/api/v1/nodes/dag-1/status'];
		for (const path of texts) {
			expect(await (await fetch(`${url}${path}`)).text()).not.toContain('secret');
		}
	});
});

describe('who may ask', () => {
	it('is everyone on loopback, and nobody elsewhere without a token', async () => {
		expect(served).toBeUndefined();
		await expect(serve({ listen: { host: '0.0.0.0', port: 0 } })).rejects.toThrow(UserError);
		await expect(serve({ listen: { host: '::', port: 0 } })).rejects.toThrow('needs a token');
		const { url } = await serve();
		expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
	});

	it('needs a token where tokens are given, but for health and readiness', async () => {
		const { url } = await serve({ tokens: tokensOfRoles, listen: { host: '0.0.0.0', port: 0 } });
		const at = async (path: string, headers: Record<string, string> = {}) =>
			(await fetch(`${url.replace('0.0.0.0', '127.0.0.1')}${path}`, { headers })).status;
		expect(await at('/health')).toBe(200);
		expect(await at('/ready')).toBe(200);
		for (const path of ['/api/v1/snapshot', '/api/v1/nodes/dag-1/status', '/events']) {
			expect([path, await at(path)]).toEqual([path, 401]);
			const wrong = { authorization: 'Bearer canary-token-of-rea' };
			expect([path, await at(path, wrong)]).toEqual([path, 401]);
		}
		expect(await at('/api/v1/snapshot', bearer('read'))).toBe(200);
		expect(await at('/api/v1/snapshot', { authorization: 'Basic cmVhZA==' })).toBe(401);
		expect(await at('/api/v1/snapshot?token=canary-token-of-read')).toBe(401);
	});

	it('is refused for a while after many wrong tokens', async () => {
		const { url } = await serve({ tokens: tokensOfRoles });
		const wrong = { authorization: 'Bearer guess' };
		const statuses: number[] = [];
		for (let guess = 0; guess < 25; guess++) {
			statuses.push((await fetch(`${url}/api/v1/nodes`, { headers: wrong })).status);
		}
		expect(statuses.slice(0, 20)).toEqual(Array(20).fill(401));
		expect(statuses.at(-1)).toBe(429);
		expect((await fetch(`${url}/api/v1/nodes`, { headers: bearer('read') })).status).toBe(200);
	});

	it('is limited in how often', async () => {
		const { url } = await serve({ rate: { burst: 5, perSecond: 0.001 } });
		const replies = await Promise.all(Array.from({ length: 8 }, () => fetch(`${url}/health`)));
		expect(replies.filter(({ status }) => status === 429)).toHaveLength(3);
		const limited = replies.find(({ status }) => status === 429);
		expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThan(0);
	});
});

describe('where a request may come from', () => {
	it('is our own Host and Origin', async () => {
		const { port } = await serve({ hosts: ['Monitor.example'] });
		const own = `127.0.0.1:${port}`;
		const table: [Record<string, string>, number][] = [
			[{ Host: own }, 200],
			[{ Host: `localhost:${port}` }, 200],
			[{ Host: `[::1]:${port}` }, 200],
			[{ Host: 'monitor.example' }, 200],
			[{ Host: own, Origin: `http://${own}` }, 200],
			[{ Host: 'monitor.example', Origin: 'https://monitor.example' }, 200],
			[{ Host: 'evil' }, 403],
			[{ Host: 'evil.example:80' }, 403],
			[{ Host: '127.0.0.1.evil.example' }, 403],
			[{ Host: 'localhost@evil.example' }, 400],
			[{ Host: '10.0.0.1' }, 403],
			[{ Host: '' }, 400],
			[{ Host: own, Origin: 'http://evil.example' }, 403],
			[{ Host: own, Origin: 'null' }, 403],
			[{ Host: own, Origin: `http://127.0.0.1:${port + 1}` }, 403],
			[{ Host: own, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' }, 403],
			[{ Host: own, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' }, 200],
		];
		for (const [headers, status] of table) {
			const answer = await raw(port, get('/health', headers));
			expect([headers, statusOf(answer)]).toEqual([headers, status]);
			expect(answer.toLowerCase()).not.toContain('access-control-');
		}
	});

	it('is checked for WebSockets too', async () => {
		const { url, port } = await serve({ tokens: tokensOfRoles });
		const at = url.replace('http', 'ws');
		const refusal = async (path: string, headers: Record<string, string>): Promise<number> => {
			const socket = new WebSocket(`${at}${path}`, { headers });
			const failed = once(socket, 'error');
			const [, response] = (await once(socket, 'unexpected-response')) as [
				unknown,
				{ statusCode: number; resume: () => void },
			];
			response.resume();
			socket.terminate();
			await failed;
			return response.statusCode;
		};
		expect(await refusal('/ws', {})).toBe(401);
		expect(await refusal('/ws', { ...bearer('read'), host: 'evil' })).toBe(403);
		expect(await refusal('/ws', { ...bearer('read'), origin: 'http://evil' })).toBe(403);
		expect(await refusal('/other', bearer('read'))).toBe(404);
		const socket = new WebSocket(`${at}/ws`, {
			headers: { ...bearer('read'), origin: `http://127.0.0.1:${port}` },
		});
		const [message] = (await once(socket, 'message')) as [Buffer];
		expect(JSON.parse(message.toString())).toMatchObject({ event: 'snapshot' });
		socket.terminate();
	});
});

describe('what a client may cost', () => {
	it('is a refusal where the target of a request is no address', async () => {
		const { port, url } = await serve();
		const upgrade = { Host: 'localhost', Upgrade: 'websocket', Connection: 'Upgrade' };
		for (const target of ['http://[', '//', '//[::', '/%zz', '*', 'localhost:99999']) {
			const asked = get(target, { Host: 'localhost' });
			expect([target, statusOf(await raw(port, asked))]).toEqual([target, expect.any(Number)]);
			const answer = await raw(port, get(target, upgrade).replace('Connection: close\r\n', ''));
			expect([target, statusOf(answer)]).toEqual([target, expect.any(Number)]);
		}
		expect((await fetch(`${url}/health`)).status).toBe(200);
	});

	it('is a limited time: who sends headers or a body bit by bit is cut off, others are served', async () => {
		const clientTimeouts = { headersMs: 200, requestMs: 400 };
		const { port, url } = await serve({ clientTimeouts });
		const begun = {
			headers: 'GET /health HTTP/1.1\r\nHost: localhost\r\nx-slow: ',
			body: 'POST /health HTTP/1.1\r\nHost: localhost\r\ncontent-length: 10000\r\n\r\n',
			nothing: '',
		};
		const slow = Object.entries(begun).map(async ([name, first]) => {
			const socket = connect(port, '127.0.0.1');
			let answer = '';
			socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
			socket.on('error', () => undefined);
			socket.write(first);
			// It never stops by itself.
			const drip = setInterval(() => socket.write('x'), 10);
			await new Promise((resolve) => socket.once('close', resolve));
			clearInterval(drip);
			return [name, statusOf(answer)];
		});
		expect((await fetch(`${url}/health`)).status).toBe(200);
		const ended = Object.fromEntries(await Promise.all(slow)) as Record<string, number>;
		expect(ended).toEqual({ headers: 408, body: expect.any(Number), nothing: 400 });
		expect((await fetch(`${url}/health`)).status).toBe(200);
	});

	it('may end in the middle of a body: a client that was killed is no bug', async () => {
		const bugs: unknown[] = [];
		const { port, url } = await serve({ reportBug: (error) => void bugs.push(error) });
		const head =
			'POST /api/v1/silences HTTP/1.1\r\nHost: localhost\r\ncontent-type: application/json\r\ncontent-length: 10000\r\n\r\n{"match"';
		for (let n = 0; n < 20; n += 1) {
			const socket = connect(port, '127.0.0.1');
			socket.on('error', () => undefined);
			await new Promise<void>((resolve) => {
				socket.write(head, () => resolve());
			});
			// Read by now: what comes on another connection later is answered.
			expect((await fetch(`${url}/health`)).status).toBe(200);
			socket.resetAndDestroy();
			expect((await fetch(`${url}/health`)).status).toBe(200);
		}
		expect(bugs).toEqual([]);
	});

	it('is no way out of the page’s directory', async () => {
		const { port } = await serve();
		const paths = [
			'/page/../../package.json',
			'/page/%2e%2e/%2e%2e/package.json',
			'/page/..%2fcli.js',
		];
		const more = [
			'/page/..\\cli.js',
			'//etc/passwd',
			'/page/app.js%00',
			'/page//app.js',
			'/PAGE/app.js',
		];
		for (const path of [...paths, ...more]) {
			const answer = await raw(port, get(path, { Host: 'localhost' }));
			expect([path, statusOf(answer)]).toEqual([path, expect.toSatisfy((s: number) => s >= 400)]);
			expect(answer).not.toMatch(/"name": "nodetop"|root:/);
		}
	});

	it('is bounded in headers and bodies', async () => {
		const { port, url } = await serve();
		const flood = Object.fromEntries(
			Array.from({ length: 700 }, (_, index) => [`x-${index}`, 'y'.repeat(20)]),
		);
		expect(statusOf(await raw(port, get('/health', { Host: 'localhost', ...flood })))).toBe(431);
		const long = get('/health', { Host: 'localhost', cookie: 'x'.repeat(20_000) });
		expect(statusOf(await raw(port, long))).toBe(431);
		const body = 'x'.repeat(20_000);
		const post = (init: Record<string, string>) =>
			raw(port, get('/health', { Host: 'localhost', ...init }).replace(/^GET/, 'POST'));
		expect(statusOf(await post({ 'content-length': String(body.length) }))).toBe(413);
		expect(statusOf(await post({ 'transfer-encoding': 'chunked' }))).toBe(411);
		expect(statusOf(await raw(port, 'this is no HTTP\r\n\r\n'))).toBe(400);
		expect((await fetch(`${url}/health`)).status).toBe(200);
	});
});

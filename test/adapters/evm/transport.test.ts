import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { evm } from '../../../source/adapters/evm/adapter.ts';
import type { PollContext } from '../../../source/adapters/adapter.ts';
import type { PollError } from '../../../source/domain/errors.ts';
import { sendJson } from '../../helpers/http-server.ts';
import type { Handler } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';
import {
	answerTo,
	askedIn,
	blockReply,
	endpointOf,
	fixture,
	jsonFixture,
	replaying,
	requestsIn,
	watch,
} from './rpc-node.ts';
import type { RpcReplies, Watched } from './rpc-node.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
	await Promise.all(closers.splice(0).map((close) => close()));
});

async function start(handler: Handler, timeoutMs = 2000): Promise<Watched> {
	const node = await watch(handler, { timeoutMs });
	closers.push(node.server.close);
	return node;
}

const replies: RpcReplies = {
	eth_getBlockByNumber: blockReply(100, Date.now()),
	eth_syncing: { result: false },
	net_peerCount: { result: '0x9' },
	web3_clientVersion: { result: 'Geth/v1.16.4' },
	eth_chainId: { result: '0x1' },
	net_version: { result: '1' },
	txpool_status: { result: { pending: '0x1', queued: '0x0' } },
	admin_peers: { result: [] },
	admin_nodeInfo: { result: { id: 'abc' } },
};
const single = replaying(() => replies);
const isBatch = (body: string) => body.startsWith('[');
const complete = {
	identity: { client: 'Geth', chainId: 1, networkId: 1, nodeId: 'abc' },
	chain: { head: { number: 100 }, txPool: { pending: 1, queued: 0 } },
	network: { peers: 9 },
};

describe('a cache that answers by the question, whatever its id', () => {
	const keyOf = (body: string) =>
		JSON.stringify(requestsIn(body).map(({ method, params }) => [method, params]));

	it.each([
		['in batches', true],
		['one by one', false],
	])('gives no clock, and is marked as one: %s', async (_, takesBatches) => {
		const kept = new Map<string, unknown>();
		const node = await start(({ body }, response) => {
			if (isBatch(body) && !takesBatches) return sendJson(response, { error: 'no batches' }, 400);
			const answers = requestsIn(body).map((request) => answerTo(request, replies));
			const fresh = isBatch(body) ? answers : answers[0];
			const key = keyOf(body);
			if (!kept.has(key)) kept.set(key, fresh);
			return sendJson(response, kept.get(key));
		});
		const first = await node.poll();
		expect(node.takeCacheSign()).toBeUndefined();
		expect(first.clock).toBeDefined();
		// The second asks what the first has learnt, the third the same again.
		await node.poll();
		node.takeCacheSign();
		const second = await node.poll();
		expect(second.chain?.head?.number).toBe(100);
		expect(node.takeCacheSign()).toBe('ids of earlier questions');
		expect(second.clock).toBeUndefined();
	});
});

describe('a batch', () => {
	it('is read by id, in whatever order and with ids made text', async () => {
		const node = await start(({ body }, response) => {
			const answers = requestsIn(body).map((request) => answerTo(request, replies));
			sendJson(
				response,
				answers.toReversed().map((answer) => ({ ...answer, id: String(answer['id']) })),
			);
		});
		expect(await node.poll()).toMatchObject(complete);
		expect(node.server.requests).toHaveLength(1);
	});

	it.each<[string, Handler]>([
		[
			'one error object',
			(_, response) => sendJson(response, jsonFixture('anvil.batch_refused.RECORDED.json')),
		],
		['HTTP 400 with text', (_, response) => response.writeHead(400).end('400 Bad Request')],
		['HTTP 413', (_, response) => sendJson(response, { error: 'batch too large' }, 413)],
		['an empty array', (_, response) => sendJson(response, [])],
	])('refused by %s is asked one by one, from then on', async (_name, refuse) => {
		const node = await start((request, response) => {
			(isBatch(request.body) ? refuse : single)(request, response);
		});
		const first = await node.poll();
		expect(first).toMatchObject(complete);
		expect(first.endpoints?.every(({ status }) => status === 'ok')).toBe(true);
		expect(first.latencyMs).toBeGreaterThan(0);
		expect(node.server.requests.map(({ body }) => isBatch(body))).toEqual([
			true,
			...Array.from({ length: 12 }, () => false),
		]);
		expect(askedIn(node.server.requests[1]?.body ?? '')).toEqual(['eth_getBlockByNumber latest']);
		expect(await node.poll()).toMatchObject(complete);
		expect(node.server.requests.slice(13).some(({ body }) => isBatch(body))).toBe(false);
	});

	it('that a server could not handle once is tried again', async () => {
		let isBroken = true;
		const node = await start((request, response) => {
			if (isBatch(request.body) && isBroken) sendJson(response, {}, 500);
			else single(request, response);
		});
		expect(await node.poll()).toMatchObject(complete);
		isBroken = false;
		const asked = node.server.requests.length;
		expect(await node.poll()).toMatchObject(complete);
		expect(node.server.requests).toHaveLength(asked + 1);
	});

	it('that is answered in part is completed one by one', async () => {
		const node = await start((request, response) => {
			if (!isBatch(request.body)) return single(request, response);
			const answers = requestsIn(request.body).map((asked) => answerTo(asked, replies));
			return sendJson(response, answers.slice(5));
		});
		expect(await node.poll()).toMatchObject(complete);
		const [, ...singles] = node.server.requests.map(({ body }) => askedIn(body)[0]);
		expect(singles[0]).toBe('eth_getBlockByNumber latest');
		expect(new Set(singles)).toEqual(
			new Set([
				'eth_getBlockByNumber finalized',
				'eth_getBlockByNumber latest',
				'eth_getBlockByNumber safe',
				'eth_syncing',
				'net_peerCount',
			]),
		);
		expect(singles).toHaveLength(5);
		await node.poll();
		expect(isBatch(node.server.requests[6]?.body ?? '')).toBe(true);
	});

	it('whose answers hold rubbish loses only those', async () => {
		const node = await start((request, response) => {
			if (!isBatch(request.body)) return single(request, response);
			const answers: unknown[] = requestsIn(request.body).map((asked) => answerTo(asked, replies));
			return sendJson(response, [null, 7, 'x', [], { id: 1 }, { id: 99, result: 1 }, ...answers]);
		});
		expect(await node.poll()).toMatchObject(complete);
		expect(node.server.requests).toHaveLength(1);
	});
});

describe('asked one by one, a question', () => {
	it('that hangs costs neither the poll nor the others', async () => {
		const node = await start((request, response) => {
			if (isBatch(request.body)) sendJson(response, {}, 400);
			else if (!request.body.includes('admin_peers')) single(request, response);
		}, 600);
		const reading = await node.poll();
		expect(reading).toMatchObject(complete);
		expect(endpointOf(reading, 'admin_peers')).toMatchObject({
			status: 'failed',
			message: 'no answer within 480 ms',
		});
	});

	it('that this process was too late to hear is unmeasured, and asked again at once', async () => {
		const node = await start((request, response) => {
			if (isBatch(request.body)) sendJson(response, {}, 400);
			else if (!request.body.includes('admin_nodeInfo')) single(request, response);
		}, 300);
		const startedMs = performance.now();
		const delay = { soFarMs: () => performance.now() - startedMs };
		const statusAfter = async (late: Partial<PollContext>) =>
			endpointOf(await node.poll(late), 'admin_nodeInfo')?.status;
		expect(await statusAfter({ delay })).toBe('unmeasured');
		const before = node.server.requests.length;
		expect(await statusAfter({})).toBe('failed');
		const again = node.server.requests.slice(before).flatMap(({ body }) => askedIn(body));
		expect(again).toContain('admin_nodeInfo');
	});

	it('that gets a web page is failed', async () => {
		const node = await start((request, response) => {
			if (isBatch(request.body)) sendJson(response, {}, 400);
			else if (request.body.includes('net_peerCount')) response.end('<html>504</html>');
			else single(request, response);
		});
		const reading = await node.poll();
		expect(reading.network).not.toHaveProperty('peers', 9);
		expect(endpointOf(reading, 'net_peerCount')).toMatchObject({ status: 'failed' });
		expect(reading.chain).toMatchObject(complete.chain);
	});
});

describe('a limit of requests', () => {
	const limited = (error: unknown, methods: readonly string[]): Handler => {
		return ({ body }, response) => {
			const answers = requestsIn(body).map((request) =>
				methods.includes(request.method) ? { id: request.id, error } : answerTo(request, replies),
			);
			sendJson(response, isBatch(body) ? answers : answers[0]);
		};
	};

	it.each<[string, Record<string, unknown>, number]>([
		['EIP-1474', { code: -32005, message: 'limit exceeded' }, 5000],
		[
			'a back-off',
			{ code: -32005, message: 'daily', data: { rate: { backoff_seconds: 30 } } },
			30_000,
		],
		['a provider', { code: -32012, message: 'compute units' }, 5000],
		['another', { code: -32097, message: 'capacity' }, 5000],
		['429 within 200', { code: 429, message: 'slow down' }, 5000],
		['words alone', { code: -32000, message: 'Too Many Requests for your plan' }, 5000],
	])(
		'on the head within a batch is no node that is down: %s',
		async (_what, error, retryAfterMs) => {
			const node = await start(limited(error, ['eth_getBlockByNumber']));
			const failure = await node.failure();
			expect(failure).toMatchObject({ code: 'rateLimited', retryAfterMs });
		},
	);

	it('on one other question leaves it alone, and is no fault of the node', async () => {
		const error = { code: -32005, message: 'limit exceeded' };
		const node = await start(limited(error, ['txpool_status']));
		const reading = await node.poll();
		expect(endpointOf(reading, 'txpool_status')).toMatchObject({ status: 'unavailable' });
		expect(reading.network).toMatchObject({ peers: 9 });
		const before = node.server.requests.length;
		await node.poll();
		const asked = node.server.requests.slice(before).flatMap(({ body }) => askedIn(body));
		expect(asked).not.toContain('txpool_status');
	});
});

describe('what is no answer of a node', () => {
	it.each<[string, unknown, PollError['code'], RegExp]>([
		[
			'a gateway’s error body',
			{ error: 'no healthy upstream' },
			'badResponse',
			/^an error instead of an answer: no healthy upstream$/,
		],
		[
			'monerod',
			{ error: { code: -32700, message: 'Parse error' }, id: 0, jsonrpc: '2.0' },
			'unsupported',
			/not Ethereum’s: Parse error \(-32700\)/,
		],
		['another answer', { id: 5, jsonrpc: '2.0', result: '0x1' }, 'badResponse', /another question/],
	])('%s is told in its own words', async (_what, body, code, message) => {
		const node = await start((_request, response) => sendJson(response, body));
		const failure = await node.failure();
		expect(failure.code).toBe(code);
		expect(failure.message).toMatch(message);
	});

	it.each(['method not allowed by policy', 'eth_chainId is not whitelisted', 'Access denied'])(
		'%s of every method is a refusal, and no other kind of node',
		async (message) => {
			const node = await start(({ body }, response) => {
				const answers = requestsIn(body).map(({ id }) => {
					return { jsonrpc: '2.0', id, error: { code: -32601, message } };
				});
				sendJson(response, isBatch(body) ? answers : answers[0]);
			});
			const failure = await node.failure();
			expect(failure.code).toBe('unauthorized');
			expect(failure.message).toBe(`the questions are not allowed here: ${message} (-32601)`);
		},
	);

	it('is an answer that a cache kept of another run', async () => {
		const node = await start(({ body }, response) => {
			const answers = requestsIn(body).map((request) => answerTo({ ...request, id: 1 }, replies));
			sendJson(response, isBatch(body) ? answers : answers[0]);
		});
		expect((await node.failure()).message).toMatch(/another question/);
	});
});

describe('a node with more peers than fit into an answer', () => {
	const peer = (n: number) => ({
		id: n.toString(16).padStart(64, '0'),
		name: 'Geth/v1.16.4-stable/linux-amd64/go1.24.1',
		caps: Array.from({ length: 12 }, () => 'eth/68'),
		enode: `enode://${'a'.repeat(700)}@10.0.0.1:30303`,
		network: { remoteAddress: '10.0.0.1:30303', inbound: n % 2 === 0 },
	});

	it('is read whole, with its list asked for apart', async () => {
		const many = {
			...replies,
			admin_peers: { result: Array.from({ length: 5000 }, (_, n) => peer(n)) },
		};
		const node = await start(
			replaying(() => many),
			30_000,
		);
		const reading = await node.poll();
		expect(reading).toMatchObject({ chain: complete.chain, identity: complete.identity });
		expect(reading.network?.peerList?.length).toBeGreaterThan(100);
		expect(endpointOf(reading, 'admin_peers')).toMatchObject({ status: 'ok' });
		const before = node.server.requests.length;
		await node.poll();
		const later = node.server.requests.slice(before).map(({ body }) => askedIn(body));
		expect(later.find((asked) => asked.length > 1)).not.toContain('admin_peers');
	});

	it('whose list passes every limit is well but for that, which is a limit of nodetop', async () => {
		const long = `"${'x'.repeat(40 * 1024 * 1024)}"`;
		const node = await start((request, response) => {
			if (!request.body.includes('admin_peers')) replaying(() => replies)(request, response);
			else response.end(`[{"jsonrpc":"2.0","id":1,"result":[${long}]}]`);
		}, 30_000);
		const reading = await node.poll();
		expect(reading).toMatchObject({ chain: complete.chain });
		const endpoint = endpointOf(reading, 'admin_peers');
		expect(endpoint).toMatchObject({ status: 'unavailable' });
		expect(endpoint?.message).toMatch(/larger than 32 MiB/);
	});
});

const inEveryAnswer = (error: unknown): Handler => {
	return ({ body }, response) => {
		const answers = requestsIn(body).map(({ id }) => ({ jsonrpc: '2.0', id, error }));
		sendJson(response, isBatch(body) ? answers : answers[0]);
	};
};

describe('a failure', () => {
	it.each<[string, Handler, PollError['code'], RegExp]>([
		['401', (_, response) => sendJson(response, {}, 401), 'unauthorized', /^HTTP 401/],
		[
			'the 403 of geth’s vhost check',
			(_, response) => response.writeHead(403).end(fixture('http-403-vhost.txt')),
			'unauthorized',
			/invalid host specified/,
		],
		[
			'403 for every question',
			(_, response) => sendJson(response, { jsonrpc: '2.0', id: 1, error: { code: 1 } }, 403),
			'unauthorized',
			/^HTTP 403/,
		],
		[
			'415',
			(_, response) => response.writeHead(415).end(fixture('http-415.txt')),
			'badResponse',
			/^HTTP 415: invalid content type/,
		],
		['404', (_, response) => response.writeHead(404).end('not here'), 'unsupported', /^HTTP 404/],
		['500', (_, response) => sendJson(response, {}, 500), 'badResponse', /^HTTP 500/],
		['503', (_, response) => sendJson(response, {}, 503), 'badResponse', /^HTTP 503/],
		[
			'a redirect',
			(_, response) => response.writeHead(302, { location: 'http://other.example/' }).end(),
			'badResponse',
			/redirects to/,
		],
		[
			'a web page',
			(_, response) => response.end('<!doctype html><h1>Welcome</h1>'),
			'badResponse',
			/got a web page: Welcome/,
		],
		[
			'204, as anvil answers a question without an id',
			(_, response) => response.writeHead(204).end(),
			'badResponse',
			/got an empty answer/,
		],
		['an empty body', (_, response) => response.end(), 'badResponse', /got an empty answer/],
		[
			'5 MB',
			(_, response) => response.end(`"${'x'.repeat(5 * 1024 * 1024)}"`),
			'badResponse',
			/larger than 4 MiB/,
		],
		['a number', (_, response) => sendJson(response, 7), 'unsupported', /not speak JSON-RPC/],
		['null', (_, response) => sendJson(response, null), 'unsupported', /not speak JSON-RPC/],
		[
			'another API',
			(_, response) => sendJson(response, { status: 'ok' }),
			'unsupported',
			/not speak JSON-RPC/,
		],
		[
			'a deep array',
			(_, response) => response.end('['.repeat(100_000) + ']'.repeat(100_000)),
			'badResponse',
			/nested deeper than 64 levels/,
		],
		[
			'wrong ids',
			({ body }, response) => {
				const answers = requestsIn(body).map(({ id }) => ({ id: id + 7000, result: '0x1' }));
				sendJson(response, isBatch(body) ? answers : answers[0]);
			},
			'badResponse',
			/another question/,
		],
		['no method at all', replaying(() => ({})), 'unsupported', /not Ethereum’s/],
		['a limit', inEveryAnswer({ code: -32005, message: 'slow down' }), 'rateLimited', /slow down/],
		[
			'a limit for the batch',
			(_, response) => sendJson(response, { id: null, error: { code: 429, message: 'enough' } }),
			'rateLimited',
			/enough/,
		],
		['a missing key', inEveryAnswer({ code: 401, message: 'key' }), 'unauthorized', /key/],
		['its own timeout', inEveryAnswer({ code: -32002, message: 'late' }), 'timeout', /late/],
		['an error', inEveryAnswer({ code: -32603, message: 'db' }), 'badResponse', /db \(-32603\)$/],
		['an error that is text', inEveryAnswer('broken'), 'badResponse', /broken$/],
		['an error without text', inEveryAnswer({}), 'badResponse', /without a message$/],
		[
			'null for everything',
			({ body }, response) => {
				const answers = requestsIn(body).map(({ id }) => ({ id, result: null }));
				sendJson(response, isBatch(body) ? answers : answers[0]);
			},
			'badResponse',
			/knows no block/,
		],
	])('%s is a PollError', async (_name, handler, code, message) => {
		const node = await start(handler);
		const error = await node.failure();
		expect(error.code).toBe(code);
		expect(error.message).toMatch(message);
		expect(error.nextStep).toMatch(/\w/);
	});

	it('429 says how long to stay away, and asks nothing more', async () => {
		const node = await start((_, response) => {
			response.writeHead(429, { 'retry-after': '7' }).end();
		});
		expect(await node.failure()).toMatchObject({ code: 'rateLimited', retryAfterMs: 7000 });
		expect(node.server.requests).toHaveLength(1);
	});

	it('of the vhost check names the option', async () => {
		const node = await start((_, response) => {
			response.writeHead(403).end(fixture('http-403-vhost.txt'));
		});
		expect((await node.failure()).nextStep).toContain('--http.vhosts');
		expect(node.server.requests).toHaveLength(1);
	});

	it('is a timeout when the node is slow', async () => {
		const node = await start(() => undefined, 150);
		expect(await node.failure()).toMatchObject({ code: 'timeout' });
	});

	it('is unreachable when nothing listens', async () => {
		const node = await start(single);
		await node.server.close();
		expect(await node.failure()).toMatchObject({ code: 'unreachable' });
	});

	it('is unreachable when the node closes its half before any answer', async () => {
		const sockets: Socket[] = [];
		const server = createServer((socket) => {
			sockets.push(socket);
			socket.on('error', () => undefined);
			socket.end();
		});
		await new Promise<void>((resolve) => {
			server.listen(0, '127.0.0.1', resolve);
		});
		const { port } = server.address() as AddressInfo; // A TCP server has one.
		closers.push(
			() =>
				new Promise((resolve) => {
					server.close(resolve);
					for (const socket of sockets) socket.destroy();
				}),
		);
		const target = targetFor(`http://127.0.0.1:${port}`);
		await expect(evm.open(target).poll(contextFor(target))).rejects.toMatchObject({
			code: 'unreachable',
		});
	});
});

describe('a probe', () => {
	async function probe(handler: Handler, asks: readonly string[] = ['web3_clientVersion']) {
		const node = await start(handler);
		const target = targetFor(node.server.url);
		const match = await evm.probe(target, contextFor(target));
		expect(node.server.requests.flatMap(({ body }) => askedIn(body))).toEqual(asks);
		return match;
	}
	/** Where the client is not told, the chain id decides. */
	const withChainId = ['web3_clientVersion', 'eth_chainId'];

	it('is certain of a node that names its client', async () => {
		expect(await probe(single)).toEqual({ found: 'Geth 1.16.4', confidence: 'certain' });
	});

	it('finds JSON-RPC likely that lacks the method', async () => {
		const only = { eth_chainId: { result: '0x1' } };
		expect(
			await probe(
				replaying(() => only),
				withChainId,
			),
		).toMatchObject({ confidence: 'likely' });
		expect(
			await probe(
				replaying(() => ({})),
				withChainId,
			),
		).toBeUndefined();
		const ganache = jsonFixture('error.ganache-method-not-found.RECORDED.json');
		const answer: Handler = ({ body }, response) =>
			sendJson(response, {
				...(body.includes('eth_chainId') ? { result: '0x539' } : ganache),
				id: requestsIn(body)[0]?.id,
			});
		expect(await probe(answer, withChainId)).toMatchObject({ confidence: 'likely' });
	});

	it.each<[string, Handler]>([
		['a web page', (_, response) => response.end('<html></html>')],
		['another API', (_, response) => sendJson(response, { status: 'healthy' })],
		['404', (_, response) => sendJson(response, { error: 'Not Found' }, 404)],
		[
			'a Bitcoin node',
			(_, response) => {
				const error = { code: -32601, message: 'Method not found' };
				sendJson(response, { result: null, error, id: 1 }, 404);
			},
		],
		[
			'another JSON-RPC error',
			(_, response) => sendJson(response, { jsonrpc: '2.0', id: 1, error: { code: -32600 } }),
		],
		['no text', (_, response) => sendJson(response, { jsonrpc: '2.0', id: 1, result: 5 })],
	])('leaves %s to other kinds', async (_name, handler) => {
		expect(await probe(handler)).toBeUndefined();
	});

	it('tells of a refusal', async () => {
		const node = await start((_, response) => sendJson(response, {}, 401));
		const target = targetFor(node.server.url);
		await expect(evm.probe(target, contextFor(target))).rejects.toMatchObject({
			code: 'unauthorized',
		});
	});
});

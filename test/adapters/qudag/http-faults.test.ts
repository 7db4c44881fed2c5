import { afterEach, describe, expect, it } from 'vitest';
import type { PollError } from '../../../source/domain/errors.ts';
import { sendJson, startServer } from '../../helpers/http-server.ts';
import type { Handler, TestServer } from '../../helpers/http-server.ts';
import { failureOf } from './polling.ts';
import { fixture, startRaw } from './rpc-server.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(handler: Handler): Promise<TestServer> {
	const server = await startServer(handler);
	servers.push(server);
	return server;
}

describe('a failure', () => {
	it.each<[string, Handler, PollError['code'], RegExp]>([
		['401', (_, response) => sendJson(response, {}, 401), 'unauthorized', /^HTTP 401/],
		[
			'429',
			(_, response) => {
				response.writeHead(429, { 'retry-after': '7' }).end();
			},
			'rateLimited',
			/^HTTP 429/,
		],
		[
			'a web page',
			(_, response) => {
				response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>');
			},
			'badResponse',
			/got a web page: Welcome$/,
		],
		[
			'text of another port',
			(_, response) => {
				response.end(fixture('testnet.metrics-on-8080.txt'));
			},
			'badResponse',
			/Metrics available on port 9090$/,
		],
		[
			'5 MB',
			(_, response) => {
				response.end(`"${'x'.repeat(5 * 1024 * 1024)}"`);
			},
			'badResponse',
			/larger than 4 MiB$/,
		],
		['a number', (_, response) => sendJson(response, 7), 'unsupported', /not a QuDAG node$/],
		['null', (_, response) => sendJson(response, null), 'unsupported', /not a QuDAG node$/],
		['404 everywhere', (_, response) => sendJson(response, {}, 404), 'unsupported', /\/health/],
		['500', (_, response) => sendJson(response, {}, 500), 'badResponse', /^HTTP 500/],
		[
			'brackets without end',
			(_, response) => {
				response.end('['.repeat(200_000) + ']'.repeat(200_000));
			},
			'badResponse',
			/nested deeper than 64 levels$/,
		],
	])('%s is a PollError', async (_name, handler, code, message) => {
		const server = await start(handler);
		const error = await failureOf(server.url);
		expect(error.code).toBe(code);
		expect(error.message).toMatch(message);
		expect(error.nextStep).toMatch(/\w/);
	});

	it('that asks to wait says for how long', async () => {
		const server = await start((_, response) => {
			response.writeHead(429, { 'retry-after': '7' }).end();
		});
		expect(await failureOf(server.url)).toMatchObject({ retryAfterMs: 7000 });
	});

	it('is a timeout when the node is slow', async () => {
		const server = await start(() => undefined);
		expect(await failureOf(server.url, 150)).toMatchObject({ code: 'timeout' });
	});

	it('is unreachable when nothing listens', async () => {
		const server = await startServer(() => undefined);
		await server.close();
		expect(await failureOf(server.url)).toMatchObject({ code: 'unreachable' });
	});

	it('is unreachable when the node closes its half before any answer', async () => {
		const server = await startRaw((socket) => socket.end());
		servers.push(server);
		expect(await failureOf(`http://127.0.0.1:${server.port}`)).toMatchObject({
			code: 'unreachable',
		});
	});
});

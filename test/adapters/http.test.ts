import { createServer } from 'node:https';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp, parseJson } from '../../source/adapters/http.ts';
import { parseRetryAfter } from '../../source/adapters/http-errors.ts';
import { PollError } from '../../source/domain/errors.ts';
import { Secret } from '../../source/domain/secret.ts';
import type { Target } from '../../source/domain/target.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { Handler, TestServer } from '../helpers/http-server.ts';
import { targetFor } from '../helpers/targets.ts';

const servers: TestServer[] = [];

afterEach(async () => {
	for (const server of servers.splice(0)) await server.close();
});

async function serve(handler: Handler): Promise<TestServer> {
	const server = await startServer(handler);
	servers.push(server);
	return server;
}

const never = () => new AbortController().signal;

async function failureOf(target: Target, url = target.url): Promise<PollError> {
	const error: unknown = await createHttp(target)
		.request({ url, signal: never() })
		.then(
			() => undefined,
			(thrown: unknown) => thrown,
		);
	if (!(error instanceof PollError)) throw new Error('expected a PollError', { cause: error });
	return error;
}

describe('createHttp', () => {
	it('gives status, type, body, latency and the server’s time', async () => {
		const server = await serve((_request, response) => {
			sendJson(response, { ok: true });
		});
		const reply = await createHttp(targetFor(server.url)).request({
			url: server.url,
			signal: never(),
		});
		expect(reply).toMatchObject({
			status: 200,
			contentType: 'application/json',
			body: '{"ok":true}',
		});
		expect(reply.latencyMs).toBeGreaterThan(0);
		expect(Math.abs((reply.serverTimeMs ?? 0) - Date.now())).toBeLessThan(5000);
	});

	it('sends credentials to the target’s origin only', async () => {
		const own = await serve((_request, response) => {
			sendJson(response, {});
		});
		const other = await serve((_request, response) => {
			sendJson(response, {});
		});
		const url = own.url.replace('//', '//user:pw@');
		const http = createHttp(
			targetFor(url, { token: new Secret('t0ken'), headers: { 'x-api-key': new Secret('k3y') } }),
		);
		await http.request({ url, signal: never() });
		await http.request({ url: other.url.replace('//', '//user:pw@'), signal: never() });
		expect(own.requests[0]?.headers).toMatchObject({
			authorization: 'Bearer t0ken',
			'x-api-key': 'k3y',
		});
		expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
		expect(other.requests[0]?.headers).not.toHaveProperty('x-api-key');
	});

	it('follows no redirect, so no key reaches another origin', async () => {
		const other = await serve((_request, response) => {
			sendJson(response, {});
		});
		const own = await serve((_request, response) => {
			response.writeHead(302, { location: other.url });
			response.end();
		});
		const error = await failureOf(
			targetFor(own.url, { headers: { 'x-api-key': new Secret('k3y') } }),
		);
		expect(error.code).toBe('badResponse');
		expect(error.message).toContain(other.url);
		expect(other.requests).toEqual([]);
	});

	it('stops at the size limit, also of what is packed', async () => {
		const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
		const server = await serve((_request, response) => {
			response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' });
			response.end(bomb);
		});
		const error = await failureOf(targetFor(server.url, { timeoutMs: 10_000 }));
		expect(error.code).toBe('badResponse');
		expect(error.message).toContain('larger than 4 MiB');
	});

	it('ends a body that trickles at the deadline', async () => {
		const server = await serve((_request, response) => {
			response.writeHead(200);
			const timer = setInterval(() => response.write('x'), 20);
			response.on('close', () => {
				clearInterval(timer);
			});
		});
		const error = await failureOf(targetFor(server.url, { timeoutMs: 200 }));
		expect(error.code).toBe('timeout');
		expect(error.nextStep).toMatch(/frozen|timeoutMs/);
	});

	it('keeps one connection for many requests', async () => {
		const ports = new Set<string>();
		const server = await serve((_request, response) => {
			ports.add(String(response.socket?.remotePort));
			sendJson(response, {});
		});
		const http = createHttp(targetFor(server.url));
		for (let n = 0; n < 5; n++) await http.request({ url: server.url, signal: never() });
		expect(ports.size).toBe(1);
	});

	it('asks again over a new connection when the server has closed the one that was kept', async () => {
		let replies = 0;
		const server = await serve((_request, response) => {
			const { socket } = response;
			// The second question over one connection meets a server that is just closing it.
			if (socket && seen.has(socket)) {
				socket.destroy();
				return;
			}
			if (socket) seen.add(socket);
			replies += 1;
			sendJson(response, { replies });
		});
		const seen = new Set<unknown>();
		const http = createHttp(targetFor(server.url));
		for (let n = 1; n <= 6; n++) {
			const reply = await http.request({ url: server.url, signal: never() });
			expect(parseJson(reply)).toEqual({ replies: n });
		}
	});

	it('asks a server that closes every new connection once, and says so', async () => {
		let asked = 0;
		const server = await serve((_request, response) => {
			asked += 1;
			response.socket?.destroy();
		});
		const error = await failureOf(targetFor(server.url));
		expect(error.message).toMatch(/closed before the answer was complete/);
		expect(asked).toBe(1);
	});

	it('drops what follows a complete answer', async () => {
		const server = await serve((_request, response) => {
			response.socket?.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}and more than that');
		});
		const http = createHttp(targetFor(server.url));
		for (let n = 0; n < 3; n++) {
			expect(parseJson(await http.request({ url: server.url, signal: never() }))).toEqual({});
		}
	});

	it.each([
		[401, {}, 'unauthorized'],
		[403, {}, 'unauthorized'],
		[404, {}, 'unsupported'],
		[429, { 'retry-after': '3' }, 'rateLimited'],
		[500, {}, 'badResponse'],
		[503, {}, 'badResponse'],
	] as const)('HTTP %i is %s', async (status, headers, code) => {
		const server = await serve((_request, response) => {
			response.writeHead(status, headers);
			response.end('<p>some \u001B[31mwords</p>');
		});
		const error = await failureOf(targetFor(server.url));
		expect(error).toMatchObject({ code, message: `HTTP ${status}: some words` });
		expect(error.retryAfterMs).toBe(status === 429 ? 3000 : undefined);
	});

	it.each([
		[
			'garbage for a chunk',
			'Transfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n',
			/broken HTTP: HPE_/,
		],
		['endless headers', `X: ${'a'.repeat(100_000)}\r\n\r\n{}`, /broken HTTP: HPE_/],
		['two lengths', 'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}', /broken HTTP: HPE_/],
		['no gzip', 'Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}', /cannot be unpacked/],
	])('%s is an answer that is broken, not a node that is away', async (_what, raw, message) => {
		const server = await serve((_request, response) => {
			response.socket?.end(`HTTP/1.1 200 OK\r\n${raw}`);
		});
		const error = await failureOf(targetFor(server.url));
		expect(error).toMatchObject({ code: 'badResponse' });
		expect(error.message).toMatch(message);
		expect(error.nextStep).toMatch(/proxy/);
	});

	it('a body that ends early is a connection that was closed', async () => {
		const server = await serve((_request, response) => {
			response.socket?.end('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"a":1');
		});
		const error = await failureOf(targetFor(server.url));
		expect(error).toMatchObject({ code: 'unreachable' });
		expect(error.message).toMatch(/closed before the answer was complete/);
	});

	it('says what a refused certificate is about, and takes it when told to', async () => {
		const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-tls-'));
		const [key, cert] = [path.join(directory, 'key.pem'), path.join(directory, 'cert.pem')];
		execFileSync(
			'openssl',
			[
				'req',
				'-x509',
				'-newkey',
				'rsa:2048',
				'-nodes',
				'-keyout',
				key,
				'-out',
				cert,
				'-days',
				'2',
				'-subj',
				'/CN=localhost',
			],
			{ stdio: 'ignore' },
		);
		const server = createServer(
			{ key: readFileSync(key), cert: readFileSync(cert) },
			(_request, response) => {
				sendJson(response, {});
			},
		);
		await new Promise<void>((resolve) => {
			server.listen(0, '127.0.0.1', resolve);
		});
		// It listens on TCP, so it has a port.
		const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
		const error = await failureOf(targetFor(url));
		expect(error).toMatchObject({ code: 'unreachable' });
		expect(error.message).toMatch(/TLS certificate refused/);
		const reply = await createHttp(targetFor(url, { insecure: true })).request({
			url,
			signal: never(),
		});
		expect(reply.status).toBe(200);
		server.closeAllConnections();
		server.close();
	});
});

describe('parseJson', () => {
	const reply = (body: string) => ({
		status: 200,
		contentType: '',
		body,
		latencyMs: 1,
		serverTimeMs: undefined,
	});

	it.each([
		['<html><h1>Welcome to nginx</h1></html>', /a web page: Welcome to nginx/],
		['', /an empty answer/],
		['Metrics available on port 9090', /something else: Metrics available/],
	])('%j', (body, message) => {
		expect(() => parseJson(reply(body))).toThrow(message);
	});

	it('gives the value', () => {
		expect(parseJson(reply('{"a":1}'))).toEqual({ a: 1 });
	});
});

describe('parseRetryAfter', () => {
	const nowMs = Date.parse('2026-01-01T00:00:00Z');
	it.each([
		['7', 7000],
		['0.5', 500],
		['Thu, 01 Jan 2026 00:00:09 GMT', 9000],
		['Wed, 31 Dec 2025 00:00:00 GMT', 0],
		['99999999999', 3_600_000],
		['Thu, 01 Jan 2099 00:00:00 GMT', 3_600_000],
		['9'.repeat(400), 3_600_000],
		['soon', undefined],
		[undefined, undefined],
	])('%j', (value, expected) => {
		expect(parseRetryAfter(value, nowMs)).toBe(expected);
	});
});

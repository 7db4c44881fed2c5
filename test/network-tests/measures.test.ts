import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bandwidth } from '../../source/network-tests/tests/bandwidth.ts';
import { caps } from '../../source/network-tests/caps.ts';
import { connectivity } from '../../source/network-tests/tests/connectivity.ts';
import { latency } from '../../source/network-tests/tests/latency.ts';
import { readPeerAddress } from '../../source/network-tests/peers/peer-address.ts';
import { createTally, ping } from '../../source/network-tests/tests/ping.ts';
import { resultSchema } from '../../source/network-tests/results.ts';
import { stress } from '../../source/network-tests/tests/stress.ts';
import { startServer } from '../helpers/http-server.ts';
import type { Handler } from '../helpers/http-server.ts';
import { collecting, testedNodeAt, testedNodeNowhere } from './tested-node.ts';

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
	for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function serve(handler: Handler) {
	const server = await startServer(handler);
	cleanups.push(() => server.close());
	return server;
}

async function listen(server: Server): Promise<number> {
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	cleanups.push(
		() =>
			new Promise<void>((resolve) => {
				server.close(() => {
					resolve();
				});
			}),
	);
	return (server.address() as AddressInfo).port; // A TCP server has one.
}

/** A port that was free a moment ago. */
async function closedPort(): Promise<number> {
	const port = await listen(createServer());
	await cleanups.pop()?.();
	return port;
}

describe('ping', () => {
	it('times each layer on a connection of its own, marked as a test, without credentials', async () => {
		const server = await serve((_request, response) => {
			setTimeout(() => response.end('ok'), 30);
		});
		const { samples, context } = collecting();
		const tested = await testedNodeAt(server.url.replace('http://', 'http://user:secret@'));
		const summary = await ping.run(tested, { count: 5, intervalMs: 20 }, context);
		resultSchema.parse(summary);
		expect(samples.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4]);
		expect(summary).toMatchObject({ outcome: 'measured', sent: 5, lost: 0, lossRatio: 0 });
		expect(summary.firstByteMs?.p50).toBeGreaterThan(28);
		expect(summary.totalMs?.min).toBeGreaterThanOrEqual(summary.firstByteMs?.min ?? Infinity);
		for (const { headers } of server.requests) {
			expect(headers).toMatchObject({ 'x-nodetop-test': 'ping', 'user-agent': 'nodetop-nettest' });
			expect(headers.authorization).toBeUndefined();
		}
	});

	it('tells a refusal from loss', async () => {
		const tested = await testedNodeAt(`http://127.0.0.1:${await closedPort()}`);
		const summary = await ping.run(tested, { count: 3, intervalMs: 20 }, collecting().context);
		expect(summary).toMatchObject({ sent: 3, refused: 3, lost: 0, lossRatio: 0 });
		expect(summary).not.toHaveProperty('connectMs');
	});

	it.skipIf(process.platform !== 'linux')(
		'counts as lost what nobody answers (only Linux drops what a full queue cannot take)',
		async () => {
			const port = await frozenServer();
			const held = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
			cleanups.push(() => {
				for (const socket of held) socket.destroy();
			});
			await Promise.all(held.map((socket) => once(socket, 'connect')));
			const tested = await testedNodeAt(`http://127.0.0.1:${port}`);
			const options = { count: 3, intervalMs: 20, timeoutMs: 400 };
			const { samples, context } = collecting();
			const summary = await ping.run(tested, options, context);
			expect(summary).toMatchObject({ sent: 3, lost: 3, lossRatio: 1, retransmitted: 0 });
			expect(samples.map((sample) => 'error' in sample && sample.error)).toEqual(
				Array.from({ length: 3 }, () => 'ETIMEDOUT'),
			);
		},
	);

	it.each([
		['head', 'HTTP/1.1 200 OK\r\nx: '],
		['body', 'HTTP/1.1 200 OK\r\n\r\n'],
	])('takes no more of the %s of an answer than it may', async (_part, begin) => {
		const port = await listen(
			createServer((socket) => {
				socket.on('error', () => undefined);
				socket.once('data', () => socket.end(begin + 'x'.repeat(4_000_000)));
			}),
		);
		const { samples, context } = collecting();
		await ping.run(await testedNodeAt(`http://127.0.0.1:${port}`), { count: 1 }, context);
		expect(samples).toMatchObject([{ error: 'TOO_LARGE' }]);
	});

	it('leaves what waited for a lost packet out of its times', () => {
		const tally = createTally();
		tally.add({ connectMs: 4, firstByteMs: 3, totalMs: 7 }, false);
		tally.add({ connectMs: 1004, firstByteMs: 3, totalMs: 1007 }, true);
		tally.add({ connectMs: 6, firstByteMs: 3, totalMs: 9 }, false);
		expect(tally.figures()).toMatchObject({
			sent: 3,
			lost: 1,
			retransmitted: 1,
			connectMs: { n: 2, p99: 6, max: 6 },
			totalMs: { n: 2, p99: 9, max: 9 },
			jitterMs: 2,
		});
	});

	it('times TLS, whatever the certificate is worth', async () => {
		const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-tls-'));
		const key = path.join(directory, 'key.pem');
		const cert = path.join(directory, 'cert.pem');
		const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1';
		const output = ['-subj', '/CN=localhost', '-keyout', key, '-out', cert];
		execFileSync('openssl', [...request.split(' '), ...output], { stdio: 'ignore' });
		const server = createSecureServer(
			{ key: readFileSync(key), cert: readFileSync(cert) },
			(_request, response) => response.end('ok'),
		);
		const port = await listen(server);
		cleanups.push(() => {
			server.closeAllConnections();
		});
		const tested = await testedNodeAt(`https://127.0.0.1:${port}`);
		const summary = await ping.run(tested, { count: 2, intervalMs: 20 }, collecting().context);
		expect(summary.tlsMs?.n).toBe(2);
		expect(summary.totalMs?.n).toBe(2);
	});

	it('ends at once when it is cancelled, with what it has', async () => {
		const server = await serve((_request, response) => response.end('ok'));
		const abort = new AbortController();
		const { samples, context } = collecting(abort.signal);
		const running = ping.run(
			await testedNodeAt(server.url),
			{ count: 1000, intervalMs: 20 },
			{
				...context,
				emit: (sample) => {
					context.emit(sample);
					if (samples.length === 3) abort.abort();
				},
			},
		);
		const summary = await running;
		expect(summary.outcome).toBe('cancelled');
		expect(summary.sent).toBe(3);
	});
});

/** A server in a process that stands still, whose queue takes two connections. */
async function frozenServer(): Promise<number> {
	const code = `const s = require('node:net').createServer();
		s.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port));`;
	const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
	cleanups.push(() => {
		child.kill('SIGKILL');
	});
	const [port] = await once(child.stdout, 'data');
	child.kill('SIGSTOP');
	return Number(port);
}

describe('latency', () => {
	it('uses one connection, and tells the spread without connecting', async () => {
		let n = 0;
		const server = await serve((_request, response) => {
			n += 1;
			setTimeout(() => response.end('ok'), n % 10 === 0 ? 80 : 5);
		});
		const ports = new Set<number | undefined>();
		const { samples, context } = collecting();
		const tested = await testedNodeAt(server.url);
		const summary = await latency.run(tested, { count: 29, intervalMs: 20 }, context);
		resultSchema.parse(summary);
		ports.add(tested.endpoint.port);
		expect(samples).toHaveLength(29);
		expect(summary.totalMs?.n).toBe(29);
		expect(summary.totalMs?.p95).toBeGreaterThan(summary.totalMs?.p50 ?? Infinity);
		expect(summary.totalMs?.p95).toBeGreaterThan(75);
		expect(summary.jitterMs).toBeGreaterThan(5);
	});

	it('gives up on a node that never answers', async () => {
		const { samples, context } = collecting();
		const server = await serve(() => undefined);
		const tested = await testedNodeAt(server.url);
		const summary = await latency.run(tested, { intervalMs: 20, timeoutMs: 50 }, context);
		resultSchema.parse(summary);
		expect(summary).toMatchObject({
			failed: 5,
			endedEarly: '5 requests in a row got no answer',
		});
		expect(samples).toHaveLength(5);
	});

	it('goes on past failures that are not in a row', async () => {
		let n = 0;
		const server = await serve((_request, response) => {
			n += 1;
			if (n % 3 === 0) response.end('ok');
			else response.destroy();
		});
		const options = { count: 30, intervalMs: 20 };
		const summary = await latency.run(
			await testedNodeAt(server.url),
			options,
			collecting().context,
		);
		expect(summary.endedEarly).toBeUndefined();
		expect(summary).toMatchObject({ failed: 20, totalMs: { n: 10 } });
	});

	it('says where it cannot measure, and why', async () => {
		const summary = await latency.run(
			testedNodeNowhere({ isHttp: false }),
			{},
			collecting().context,
		);
		expect(summary).toMatchObject({ outcome: 'cannot', reason: expect.stringContaining('HTTP') });
	});
});

describe('bandwidth', () => {
	it('counts an upload until the node has it all', async () => {
		const server = await serve(({ body }, response) => {
			setTimeout(() => response.end(JSON.stringify({ bytes: body.length })), 200);
		});
		const options = { bytes: 300_000, direction: 'upload' } as const;
		const summary = await bandwidth.run(
			await testedNodeAt(server.url),
			options,
			collecting().context,
		);
		expect(server.requests[0]?.body).toHaveLength(300_000);
		expect(summary.upload).toMatchObject({ bytes: 300_000 });
		expect(
			summary.upload && 'elapsedMs' in summary.upload && summary.upload.elapsedMs,
		).toBeGreaterThan(195);
	});

	it('says honestly that a node without the service cannot be measured', async () => {
		const server = await serve((_request, response) => {
			response.writeHead(404);
			response.end();
		});
		const summary = await bandwidth.run(await testedNodeAt(server.url), {}, collecting().context);
		expect(summary).toMatchObject({
			outcome: 'cannot',
			reason: expect.stringContaining('serves no test transfers'),
			upload: { cannot: expect.any(String) },
		});
		// What it does not serve it is not sent either.
		expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
	});

	it('takes no early answer for the end of an upload', async () => {
		const server = createHttpServer((_request, response) => response.end('{"ok":true}'));
		const port = await listen(server);
		cleanups.push(() => {
			server.closeAllConnections();
		});
		const options = { bytes: 200_000, direction: 'upload' } as const;
		const tested = await testedNodeAt(`http://127.0.0.1:${port}`);
		const summary = await bandwidth.run(tested, options, collecting().context);
		expect(summary).toMatchObject({
			outcome: 'cannot',
			upload: { cannot: 'the node does not confirm the whole upload' },
		});
	});

	it('takes no more than was asked for', async () => {
		const server = await serve((_request, response) => response.end(Buffer.alloc(3_000_000)));
		const options = { bytes: 200_000, direction: 'download' } as const;
		const summary = await bandwidth.run(
			await testedNodeAt(server.url),
			options,
			collecting().context,
		);
		expect(summary.download).toEqual({ cannot: 'the transfer failed: TOO_LARGE' });
	});
});

describe('connectivity', () => {
	it('dials what may be dialled, a few at once, and sends nothing', async () => {
		let atOnce = 0;
		let most = 0;
		let received = 0;
		const take = (socket: Socket) => {
			atOnce += 1;
			most = Math.max(most, atOnce);
			socket.on('data', ({ length }) => (received += length));
			socket.on('close', () => (atOnce -= 1));
		};
		const ports = await Promise.all(Array.from({ length: 100 }, () => listen(createServer(take))));
		const closed = await closedPort();
		const peers = [
			...ports.map((port, n) => ({ id: `up-${n}`, address: `127.0.0.1:${port}` })),
			{ id: 'down', address: `127.0.0.1:${closed}` },
			{ id: 'silent' },
			{ id: 'strange', address: '/ip4/1.2.3.4/udp/1/quic' },
			{ id: 'lost', address: 'no-such-host.invalid:1' },
		].map(readPeerAddress);
		const { samples, context } = collecting();
		const tested = await testedNodeAt('http://127.0.0.1:1', { peers });
		const summary = await connectivity.run(tested, {}, context);
		resultSchema.parse(summary);
		expect(summary).toMatchObject({
			peers: 104,
			reachable: 100,
			unreachable: 2,
			notDialled: 2,
			reasons: { ECONNREFUSED: 1, 'the node gives no address': 1 },
		});
		expect(samples).toHaveLength(104);
		// 16, and as many again of which the server does not know yet that they are closed.
		expect(most).toBeLessThanOrEqual(32);
		expect(received).toBe(0);
	});

	it('dials an address once, however often it is listed, and asks no name server for an onion', async () => {
		let dialled = 0;
		const port = await listen(createServer(() => (dialled += 1)));
		const listed = Array.from({ length: 40 }, (_, n) => ({
			id: `p${n}`,
			address: `127.0.0.1:${port}`,
		}));
		const onion = { id: 'o', address: `${'a'.repeat(56)}.onion:9735` };
		const peers = [...listed, onion].map(readPeerAddress);
		const tested = await testedNodeAt(`http://127.0.0.1:${port}`, { peers });
		const summary = await connectivity.run(tested, {}, collecting().context);
		expect(summary).toMatchObject({ peers: 2, dialled: 1, reachable: 1, notDialled: 1 });
		expect(summary.reasons).toEqual({ 'an onion service: not dialled without Tor': 1 });
		await expect.poll(() => dialled).toBe(1);
	});

	it('lets no peer of a public node make us dial this machine or our own network', async () => {
		let dialled = 0;
		const port = await listen(createServer(() => (dialled += 1)));
		const peers = [
			{ id: 'a', address: `127.0.0.1:${port}` },
			{ id: 'b', address: `[::1]:${port}` },
			// The same address as the first: dialled once, or not at all.
			{ id: 'c', address: `[::ffff:127.0.0.1]:${port}` },
			{ id: 'f', address: `[::ffff:7f00:2]:${port}` },
			{ id: 'g', address: `[64:ff9b::7f00:1]:${port}` },
			{ id: 'h', address: `127.1:${port}` },
			{ id: 'd', address: '169.254.169.254:80' },
			{ id: 'e', address: '10.0.0.1:22' },
		].map(readPeerAddress);
		const tested = { ...testedNodeNowhere({}), peers };
		const summary = await connectivity.run(tested, { timeoutMs: 200 }, collecting().context);
		expect(summary).toMatchObject({ dialled: 0, notDialled: 7 });
		expect(dialled).toBe(0);
	});

	it('says that a node without a list has nobody to dial', async () => {
		const summary = await connectivity.run(testedNodeNowhere({}), {}, collecting().context);
		expect(summary).toMatchObject({ outcome: 'cannot', reason: 'the node lists no peers' });
	});
});

describe('stress', () => {
	it('keeps its rate when the node stalls, and counts the wait of every request', async () => {
		const stalledMs = 600;
		let startedAt: number | undefined;
		const server = await serve((_request, response) => {
			startedAt ??= performance.now();
			const elapsedMs = performance.now() - startedAt;
			// From 400 ms on it answers nothing for 600 ms; then all that waited at once.
			const isStalled = elapsedMs > 400 && elapsedMs < 400 + stalledMs;
			setTimeout(() => response.end('ok'), isStalled ? 400 + stalledMs - elapsedMs : 0);
		});
		const { samples, context } = collecting();
		const options = { ratePerSecond: 100, durationMs: 2000 };
		const summary = await stress.run(await testedNodeAt(server.url), options, context);
		resultSchema.parse(summary);
		expect(summary).toMatchObject({ sent: 200, completed: 200, failed: 0 });
		// 60 of 200 requests fell into the stall and waited 300 ms on average: a tester that waits for
		// each reply would have seen one slow request, and a p95 of a millisecond.
		expect(summary.latencyMs?.p95).toBeGreaterThan(350);
		expect(summary.latencyMs?.p999).toBeGreaterThan(550);
		expect(summary.mostInFlight).toBeGreaterThan(40);
		expect(samples.length).toBeGreaterThanOrEqual(2);
	});

	it('takes no more bytes than a test may, however long the replies are', async () => {
		const piece = Buffer.alloc(1_000_000);
		const server = await serve((_request, response) => response.end(piece));
		// Long enough for a machine of any speed: it ends when the bytes are there.
		const options = {
			ratePerSecond: 100,
			durationMs: caps.durationMs.most,
			timeoutMs: caps.timeoutMs.most,
		};
		const summary = await stress.run(await testedNodeAt(server.url), options, collecting().context);
		resultSchema.parse(summary);
		expect(summary.endedEarly).toContain('100 MB');
		expect(summary).toMatchObject({ failed: 0 });
		expect(summary.completed).toBeLessThanOrEqual(caps.bytes.most / piece.length);
		expect(summary.completed).toBeGreaterThan(90);
		// Of 6000 that the minute would have had; how many are on the way by then is the machine's speed.
		expect(server.requests.length).toBeLessThan(3000);
	});

	it('counts a node that sends us away as one that failed to answer', async () => {
		const server = await serve((_request, response) => {
			response.writeHead(429);
			response.end();
		});
		const options = { ratePerSecond: 50, durationMs: 200 };
		const summary = await stress.run(await testedNodeAt(server.url), options, collecting().context);
		expect(summary).toMatchObject({ completed: 0, failed: 10, errors: { 'HTTP 429': 10 } });
	});

	it('counts failures by their kind and leaves them out of the latencies', async () => {
		let n = 0;
		const server = await serve((_request, response) => {
			n += 1;
			response.writeHead(n % 2 === 0 ? 503 : 200);
			response.end();
		});
		const options = { ratePerSecond: 100, durationMs: 400 };
		const summary = await stress.run(await testedNodeAt(server.url), options, collecting().context);
		expect(summary).toMatchObject({ completed: 20, failed: 20, errors: { 'HTTP 503': 20 } });
		// Requests that this machine sent too late are in no latency.
		expect((summary.latencyMs?.n ?? 0) + (summary.late ?? 0)).toBe(20);
	});
});

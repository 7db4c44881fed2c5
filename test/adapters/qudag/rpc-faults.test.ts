import { afterEach, describe, expect, it } from 'vitest';
import { qudag } from '../../../source/adapters/qudag/adapter.ts';
import { createFrameReader, encodeFrame } from '../../../source/adapters/qudag/rpc-frame.ts';
import { PollError } from '../../../source/domain/errors.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';
import { failureOf, pollOnce } from './polling.ts';
import {
	answerWith,
	fixture,
	fixtureJson,
	frame,
	frameBytes,
	startRaw,
	startRpc,
} from './rpc-server.ts';
import type { RpcBehaviour, RpcServer } from './rpc-server.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(behave: RpcBehaviour): Promise<RpcServer> {
	const server = await startRpc(behave);
	servers.push(server);
	return server;
}

describe('a frame', () => {
	it('is written as the RPC server of QuDAG reads it', () => {
		const request = fixtureJson('req.get_status.json');
		expect(encodeFrame(request)).toEqual(fixture('frame.get_status.request.bin'));
	});

	it('is read whole, byte by byte, and split at every place', () => {
		const bytes = fixture('frame.get_status.response.bin');
		const expected = bytes.subarray(4);
		expect(createFrameReader(1).push(bytes)).toEqual(expected);
		const reader = createFrameReader(1);
		const outcomes = [...bytes].map((byte) => reader.push(Buffer.from([byte])));
		expect(outcomes.slice(0, -1).every((outcome) => outcome === undefined)).toBe(true);
		expect(outcomes.at(-1)).toEqual(expected);
		for (let at = 1; at < bytes.length; at += 1) {
			const halves = createFrameReader(1);
			expect(halves.push(bytes.subarray(0, at))).toBeUndefined();
			expect(halves.push(bytes.subarray(at))).toEqual(expected);
		}
	});

	it('leaves what follows it', () => {
		const bytes = Buffer.concat([frameBytes(Buffer.from('{}')), Buffer.from('more')]);
		expect(createFrameReader(1).push(bytes)?.toString()).toBe('{}');
	});

	it('may be as long as 10 MiB and no longer', () => {
		const header = Buffer.alloc(4);
		header.writeUInt32BE(10 * 1024 * 1024);
		expect(createFrameReader(1).push(header)).toBeUndefined();
		header.writeUInt32BE(10 * 1024 * 1024 + 1);
		expect(() => createFrameReader(1).push(header)).toThrow(PollError);
	});
});

describe('a reply', () => {
	it('may come byte by byte', async () => {
		const server = await start(({ id }, socket) => {
			const bytes = frame({ ...fixtureJson('res.get_status.mock.json'), id });
			socket.setNoDelay(true);
			const writeNext = (at: number): void => {
				if (at === bytes.length) socket.end();
				else socket.write(bytes.subarray(at, at + 1), () => setImmediate(writeNext, at + 1));
			};
			writeNext(0);
		});
		const reading = await pollOnce(server.url);
		expect(reading.identity?.nodeId).toBe('node_mock');
	});

	it('may be split inside its header', async () => {
		const server = await start(({ id }, socket) => {
			const bytes = frame({ ...fixtureJson('res.get_status.mock.json'), id });
			socket.setNoDelay(true);
			socket.write(bytes.subarray(0, 2), () => {
				setTimeout(() => socket.end(bytes.subarray(2)), 20);
			});
		});
		const reading = await pollOnce(server.url);
		expect(reading.identity?.nodeId).toBe('node_mock');
	});

	it('is taken though the server never closes', async () => {
		const server = await start(({ id }, socket) => {
			socket.write(frame({ ...fixtureJson('res.get_status.mock.json'), id }));
		});
		const reading = await pollOnce(server.url);
		expect(reading.identity?.nodeId).toBe('node_mock');
	});

	it.each<[string, RpcBehaviour, PollError['code'], RegExp]>([
		[
			'of length 0',
			(_, socket) => socket.write(Buffer.alloc(4)),
			'badResponse',
			/^a frame of 0 bytes/,
		],
		[
			'longer than 10 MiB',
			(_, socket) => socket.write(Buffer.from([1, 0, 0, 0])),
			'badResponse',
			/^a frame of 16777216 bytes/,
		],
		[
			'of an HTTP server',
			(_, socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
			'unsupported',
			/^port \d+ speaks HTTP/,
		],
		[
			'that is cut short',
			(_, socket) => socket.end(fixture('frame.truncated.bin')),
			'badResponse',
			/ended early: 16 of 81 bytes$/,
		],
		[
			'cut inside its header',
			(_, socket) => socket.end(Buffer.from([0, 0])),
			'badResponse',
			/ended early: 2 bytes, less than a frame’s length$/,
		],
		[
			'without JSON',
			(_, socket) => socket.end(frameBytes(Buffer.from('{"id":'))),
			'badResponse',
			/^the frame holds no JSON$/,
		],
		[
			'of another shape',
			(_, socket) => socket.end(frame([1, 2, 3])),
			'badResponse',
			/not of QuDAG’s RPC$/,
		],
		[
			'to another request',
			(_, socket) => socket.end(fixture('frame.get_status.response.bin')),
			'badResponse',
			/its id differs$/,
		],
		[
			'with neither shape of get_status',
			({ id }, socket) => socket.end(frame({ id, result: { up: true }, error: null })),
			'unsupported',
			/neither node_id nor is_running$/,
		],
		[
			'without result and error',
			({ id }, socket) => socket.end(frame({ id })),
			'unsupported',
			/neither node_id nor is_running$/,
		],
		[
			'that refuses for want of a token',
			answerWith({ get_status: 'res.error.auth.json' }),
			'unauthorized',
			/^get_status: Authentication required \(-32001\)$/,
		],
		[
			'that knows no such method',
			answerWith({}),
			'unsupported',
			/^get_status: Method 'run_network_test' not found \(-32601\)$/,
		],
		[
			'about parameters',
			answerWith({ get_status: 'res.error.params.json' }),
			'badResponse',
			/\(-32602\)$/,
		],
		[
			'about a peer',
			answerWith({ get_status: 'res.error.peer-not-found.json' }),
			'badResponse',
			/^get_status: Peer not found \(-32004\)$/,
		],
		[
			'that is a hang-up',
			(_, socket) => socket.end(),
			'rateLimited',
			/^127\.0\.0\.1:\d+ hung up without a word$/,
		],
		[
			'that is a reset',
			(_, socket) => socket.resetAndDestroy(),
			'rateLimited',
			/hung up without a word$/,
		],
	])('%s is a PollError', async (_name, behave, code, message) => {
		const server = await start(behave);
		const error = await failureOf(server.url);
		expect(error.code).toBe(code);
		expect(error.message).toMatch(message);
		expect(error.nextStep).toMatch(/\w/);
	});

	it('of the libp2p port is recognised', async () => {
		const server = await start((_, socket) => {
			socket.write(fixture('frame.libp2p-port-8000.bin').subarray(0, 3));
			socket.write(fixture('frame.libp2p-port-8000.bin').subarray(3));
		});
		const error = await failureOf(server.url);
		expect(error.code).toBe('unsupported');
		expect(error.message).toBe(`port ${server.port} is QuDAG's libp2p port, not its RPC port`);
		expect(error.nextStep).toContain('RPC port');
	});
});

describe('the line', () => {
	it('refused is unreachable', async () => {
		const server = await startRpc(() => undefined);
		await server.close();
		expect(await failureOf(server.url)).toMatchObject({ code: 'unreachable' });
	});

	it('without a socket file is unreachable', async () => {
		const error = await failureOf('unix:/nonexistent/nodetop.sock');
		expect(error.code).toBe('unreachable');
		expect(error.message).toContain('no such socket');
	});

	it('that stays silent is a timeout', async () => {
		const server = await start(() => undefined);
		const error = await failureOf(server.url, 150);
		expect(error.code).toBe('timeout');
	});

	it('closed after a silence is no limit on connections', async () => {
		const server = await start((_, socket) => {
			setTimeout(() => socket.end(), 1050);
		});
		const error = await failureOf(server.url);
		expect(error.code).toBe('badResponse');
		expect(error.nextStep).toContain('libp2p');
	});

	it('that stops in the middle is a timeout', async () => {
		const server = await start((_, socket) => socket.write(fixture('frame.truncated.bin')));
		expect(await failureOf(server.url, 150)).toMatchObject({ code: 'timeout' });
	});

	it('half-closed before any request is a hang-up', async () => {
		const server = await startRaw((socket) => socket.end());
		servers.push(server);
		expect(await failureOf(`tcp://127.0.0.1:${server.port}`)).toMatchObject({
			code: 'rateLimited',
		});
	});

	it('is closed at once when the poll is aborted', async () => {
		const server = await start(() => undefined);
		const target = targetFor(server.url);
		const abort = new AbortController();
		const polling = qudag.open(target).poll(contextFor(target, { signal: abort.signal }));
		await expect.poll(() => server.requests.length).toBe(1);
		abort.abort(new PollError('timeout', 'deadline'));
		await expect(polling).rejects.toMatchObject({ code: 'timeout', message: 'deadline' });
	});
});

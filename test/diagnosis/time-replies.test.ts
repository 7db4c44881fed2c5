import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { timeReplies } from '../../source/diagnosis/time-replies.ts';
import { targetFor } from '../helpers/targets.ts';

/** As on a machine that is never late. */
const punctual = { begin: () => ({ soFarMs: () => 0, end: () => 0 }) };

let server: Server | undefined;

afterEach(() => {
	server?.closeAllConnections();
	server?.close();
});

async function repliesOf(listener: RequestListener, timeoutMs = 5000) {
	let asked = 0;
	server = createServer((request, response) => {
		asked += 1;
		listener(request, response);
	});
	await new Promise<void>((resolve) => {
		server?.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo; // A TCP server has one.
	const url = new URL(`http://127.0.0.1:${port}/`);
	const target = targetFor(url.href, { timeoutMs });
	const signal = new AbortController().signal;
	const options = { replies: 4, replyGapMs: 10, signal, delay: punctual };
	const seen = await timeReplies(url, target, 20, options);
	return { ...seen, asked };
}

test('answers are timed, marked, and show the clock of the node', async () => {
	const marks: unknown[] = [];
	const ahead = new Date(Date.now() + 90_000).toUTCString();
	const seen = await repliesOf((request, response) => {
		marks.push(request.headers['x-nodetop-test']);
		response.writeHead(200, { date: ahead });
		response.end('small');
	});
	expect(seen.replies.length).toBe(4);
	expect(seen.replies.every(({ bytes, stoppedAtMs }) => bytes === 5 && !stoppedAtMs)).toBe(true);
	expect(marks).toEqual(Array(4).fill('diagnose'));
	const { offsetMs = 0, uncertaintyMs = 0 } = seen.clock ?? {};
	expect(Math.abs(offsetMs - 90_000)).toBeLessThanOrEqual(uncertaintyMs + 500);
	expect(seen.unanswered).toBeUndefined();
	// Whenever within the answer's time it was written, and whatever part of its second was cut off.
	const fastestMs = Math.min(...seen.replies.map(({ firstByteMs }) => firstByteMs));
	expect(uncertaintyMs).toBe(500 + fastestMs / 2);
});

test('the date of a cache is no clock', async () => {
	const seen = await repliesOf((_request, response) => {
		response.writeHead(200, { age: '40' });
		response.end();
	});
	expect(seen.clock).toBeUndefined();
});

test('an answer during which this process was late is no measurement', async () => {
	let asked = 0;
	server = createServer((_request, response) => {
		asked += 1;
		response.end('x');
	});
	await new Promise<void>((resolve) => {
		server?.listen(0, '127.0.0.1', resolve);
	});
	const { port } = server.address() as AddressInfo; // A TCP server has one.
	const url = new URL(`http://127.0.0.1:${port}/`);
	const late = { begin: () => ({ soFarMs: () => 9000, end: () => 9000 }) };
	const seen = await timeReplies(url, targetFor(url.href), 20, {
		replies: 3,
		replyGapMs: 1,
		signal: new AbortController().signal,
		delay: late,
	});
	expect(seen).toEqual({ replies: [] });
	expect(asked).toBe(3);
});

test('an answer that begins and stops is no short one', async () => {
	const seen = await repliesOf((_request, response) => {
		response.writeHead(200);
		response.write('a beginning');
	}, 200);
	for (const { bytes, stoppedAtMs, totalMs } of seen.replies) {
		expect(bytes).toBe(11);
		expect(stoppedAtMs).toBeLessThan(totalMs);
	}
	expect(seen.replies.length).toBeGreaterThan(0);
});

test('what never answers is asked once, what ceases to is asked twice more', async () => {
	const mute = await repliesOf(() => undefined, 100);
	expect(mute).toMatchObject({ replies: [], unanswered: 1, asked: 1 });
	server?.closeAllConnections();
	server?.close();
	let answered = 0;
	const ceasing = await repliesOf((_request, response) => {
		answered += 1;
		if (answered === 1) response.end('x');
	}, 150);
	expect(ceasing).toMatchObject({ unanswered: 2, asked: 3 });
});

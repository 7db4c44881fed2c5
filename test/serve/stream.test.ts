import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Feed, Message } from '../../source/serve/stream/feed.ts';
import { mostWaiting, subscribe } from '../../source/serve/stream/subscriber.ts';
import { serveFleet } from '../helpers/served-fleet.ts';
import type { ServedFleet } from '../helpers/served-fleet.ts';

let served: ServedFleet | undefined;

afterEach(async () => {
	await served?.close();
	served = undefined;
});

interface Line {
	readonly id?: string | undefined;
	readonly event: string;
	readonly data: Record<string, unknown>;
}

/** Follows /events until `isEnough`. */
async function follow(
	url: string,
	isEnough: (lines: readonly Line[]) => boolean,
	headers: Record<string, string> = {},
): Promise<readonly Line[]> {
	const abort = new AbortController();
	const reply = await fetch(`${url}/events`, { headers, signal: abort.signal });
	expect(reply.headers.get('content-type')).toContain('text/event-stream');
	const lines: Line[] = [];
	let text = '';
	for await (const chunk of reply.body ?? []) {
		text += Buffer.from(chunk).toString();
		const parts = text.split('\n\n');
		text = parts.pop() ?? '';
		lines.push(...parts.flatMap(readFrame));
		if (isEnough(lines)) break;
	}
	abort.abort();
	return lines;
}

function readFrame(frame: string): Line[] {
	const fields = new Map(
		frame.split('\n').map((line): [string, string] => {
			const colon = line.indexOf(': ');
			return [line.slice(0, colon), line.slice(colon + 2)];
		}),
	);
	const data = fields.get('data');
	if (data === undefined) return [];
	const parsed = JSON.parse(data) as Record<string, unknown>;
	return [{ id: fields.get('id'), event: fields.get('event') ?? '', data: parsed }];
}

describe('server-sent events', () => {
	it('begin with a snapshot, go on with deltas, and resume after the last id', async () => {
		served = await serveFleet();
		const { url, goOn } = served;
		const first = await follow(url, (lines) => {
			if (lines.length === 1) goOn();
			return lines.some(({ event }) => event === 'delta');
		});
		expect(first[0]).toMatchObject({ event: 'snapshot', data: { schema: 'nodetop/1' } });
		const lastId = first.find(({ event }) => event === 'delta')?.id ?? '';
		goOn();
		const second = await follow(url, (lines) => lines.length > 0, { 'last-event-id': lastId });
		expect(second[0]?.event).not.toBe('snapshot');
		const third = await follow(url, (lines) => lines.length > 0, { 'last-event-id': 'x-1' });
		expect(third[0]?.event).toBe('snapshot');
	});

	it('end when the server closes', async () => {
		served = await serveFleet();
		const reply = await fetch(`${served.url}/events`);
		const reading = reply.text().then(
			() => 'ended',
			() => 'cut',
		);
		await served.close();
		expect(['ended', 'cut']).toContain(await reading);
		served = undefined;
	});
});

describe('the WebSocket', () => {
	it('sends the same messages, and resumes by id', async () => {
		served = await serveFleet();
		const { url, goOn } = served;
		const messages: Line[] = [];
		const at = `${url.replace('http', 'ws')}/ws`;
		const socket = new WebSocket(at);
		socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as Line));
		await vi.waitFor(
			() => {
				expect(messages).toHaveLength(1);
			},
			{ timeout: 40_000 },
		);
		goOn();
		await vi.waitFor(
			() => {
				expect(messages.map(({ event }) => event)).toContain('delta');
			},
			{ timeout: 40_000 },
		);
		socket.terminate();
		goOn();
		const again = new WebSocket(`${at}?lastEventId=${messages.at(-1)?.id}`);
		const [message] = (await once(again, 'message')) as [Buffer];
		expect((JSON.parse(message.toString()) as Line).event).not.toBe('snapshot');
		again.terminate();
	});

	it('survives an oversized message of a client', async () => {
		served = await serveFleet();
		const socket = new WebSocket(`${served.url.replace('http', 'ws')}/ws`);
		await once(socket, 'message');
		socket.send('x'.repeat(100_000));
		const [code] = (await once(socket, 'close')) as [number];
		expect(code).not.toBe(1000);
		expect((await fetch(`${served.url}/health`)).status).toBe(200);
	});
});

describe('a subscriber that does not read', () => {
	function feedOf() {
		let take: (message: Message) => void = () => undefined;
		let isEnded = false;
		const feed: Pick<Feed, 'subscribe'> = {
			subscribe: (_lastId, listener) => {
				take = listener;
				return {
					missed: [],
					end: () => {
						isEnded = true;
					},
				};
			},
		};
		return {
			feed: feed as Feed,
			send: (count: number) => {
				for (let each = 0; each < count; each++)
					take({ id: `${each}`, event: 'delta', data: '{}' });
			},
			isEnded: () => isEnded,
		};
	}

	it('has a hundred messages wait, and is dropped at the next with the reason', () => {
		const { feed, send, isEnded } = feedOf();
		const ends: (string | undefined)[] = [];
		const write = () => new Promise<void>(() => undefined);
		subscribe(feed, { write, end: (reason) => ends.push(reason) }, undefined);
		// One is under way.
		send(1 + mostWaiting);
		expect(ends).toEqual([]);
		send(1);
		expect(ends).toEqual(['too slow: 100 messages wait for you']);
		expect(isEnded()).toBe(true);
		send(1000);
		expect(ends).toHaveLength(1);
	});

	it('is dropped for real, while another one gets everything', async () => {
		served = await serveFleet();
		const { port, url, rich, clock } = served;
		const deaf = connect(port, '127.0.0.1');
		deaf.on('error', () => undefined);
		deaf.pause();
		deaf.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
		const messages: Line[] = [];
		const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`);
		socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as Line));
		await once(socket, 'message');
		const closed = once(deaf, 'close');
		// The buffers of the system take some megabytes before anything waits here.
		const note = 'x'.repeat(200_000);
		for (let change = 1; change <= 150; change++) {
			rich.fleet.setAlerts([
				{
					rule: 'r',
					state: 'firing',
					severity: 'info',
					since: '2026-01-01T00:00:00.000Z',
					message: `${change} ${note}`,
				},
			]);
			clock.advance(150);
			await vi.waitFor(
				() => {
					expect(messages.length).toBe(change + 1);
				},
				{ timeout: 30_000, interval: 2 },
			);
		}
		// Time for a last word, then the connection is cut.
		clock.advance(2000);
		deaf.resume();
		await closed;
		expect(messages.map(({ event }) => event)).not.toContain('dropped');
		socket.terminate();
	});
});

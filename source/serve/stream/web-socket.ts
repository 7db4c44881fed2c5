import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Clock } from '../../domain/clock.ts';
import type { Feed, Message } from './feed.ts';
import { subscribe } from './subscriber.ts';

const pingMs = 15_000;
/** Nothing that a subscriber sends is read; more is not one. */
const mostIncomingBytes = 1024;
/** RFC 6455, section 7.4.1: policy violation, and try again later. */
const closeCodes = { goingAway: 1001, tooSlow: 1013 } as const;
const lastWordMs = 1000;

export interface SocketStream {
	/** Takes a checked upgrade request. */
	readonly accept: (
		request: IncomingMessage,
		socket: Duplex,
		head: Buffer,
		lastId: string | undefined,
	) => void;
	readonly close: () => void;
}

/** Serves subscribers over WebSockets: `{"id", "event", "data"}`, a message each. */
export function createSocketStream(feed: Feed, clock: Clock): SocketStream {
	const server = new WebSocketServer({
		noServer: true,
		maxPayload: mostIncomingBytes,
		perMessageDeflate: false,
	});
	const stops = new Set<() => void>();
	return {
		accept(request, socket, head, lastId) {
			server.handleUpgrade(request, socket, head, (client) => {
				const stop = serve(client, { feed, clock, lastId });
				stops.add(stop);
				client.once('close', () => stops.delete(stop));
			});
		},
		close() {
			for (const stop of stops) stop();
			server.close();
		},
	};
}

function serve(
	client: WebSocket,
	given: { readonly feed: Feed; readonly clock: Clock; readonly lastId: string | undefined },
): () => void {
	const { feed, clock, lastId } = given;
	let isAlive = true;
	const ping = clock.setInterval(() => {
		if (!isAlive) client.terminate();
		isAlive = false;
		client.ping();
	}, pingMs);
	client.on('pong', () => {
		isAlive = true;
	});
	// Without a listener an oversized frame ends the process.
	client.on('error', () => {
		client.terminate();
	});
	const subscription = subscribe(
		feed,
		{
			write: (message) => sendTo(client, message),
			end(reason) {
				client.close(reason === undefined ? closeCodes.goingAway : closeCodes.tooSlow, reason);
				clock.setTimeout(() => {
					client.terminate();
				}, lastWordMs);
			},
		},
		lastId,
	);
	client.once('close', () => {
		clock.clearInterval(ping);
		subscription.stop();
	});
	return subscription.stop;
}

function sendTo(client: WebSocket, { id, event, data }: Message): Promise<void> {
	const text = `{"id":${JSON.stringify(id)},"event":"${event}","data":${data}}`;
	return new Promise((resolve, reject) => {
		client.send(text, (error) => {
			if (error) reject(error);
			else resolve();
		});
	});
}

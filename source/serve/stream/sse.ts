import type { ServerResponse } from 'node:http';
import type { Clock } from '../../domain/clock.ts';
import type { Feed, Message } from './feed.ts';
import { subscribe } from './subscriber.ts';

/** Proxies end a connection on which nothing is sent for a minute. */
const beatMs = 15_000;
const retryMs = 1000;
/** Time for the reason to go out, before the connection is cut. */
const lastWordMs = 1000;

/** Serves one subscriber by server-sent events (HTML standard, section 9.2) until it or the server ends. */
export function serveEvents(
	response: ServerResponse,
	{ feed, clock, lastId }: { readonly feed: Feed; readonly clock: Clock; readonly lastId?: string },
): { readonly stop: () => void; readonly ended: Promise<void> } {
	response.writeHead(200, {
		'content-type': 'text/event-stream; charset=utf-8',
		'cache-control': 'no-store, no-transform',
		'x-accel-buffering': 'no',
		'x-content-type-options': 'nosniff',
	});
	response.write(`retry: ${retryMs}\n\n`);
	const ended = Promise.withResolvers<void>();
	const beat = clock.setInterval(() => {
		if (response.writableLength === 0) response.write(': well\n\n');
	}, beatMs);
	const subscription = subscribe(
		feed,
		{
			write: (message) => writeTo(response, frameOf(message)),
			end(reason) {
				if (reason !== undefined) {
					response.write(`event: dropped\ndata: ${JSON.stringify({ reason })}\n\n`);
				}
				response.end();
				clock.setTimeout(() => response.destroy(), lastWordMs);
			},
		},
		lastId,
	);
	response.once('close', () => {
		clock.clearInterval(beat);
		subscription.stop();
		ended.resolve();
	});
	return { stop: subscription.stop, ended: ended.promise };
}

/** JSON has no line ends, so one data line holds it. */
function frameOf({ id, event, data }: Message): string {
	return `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`;
}

function writeTo(response: ServerResponse, text: string): Promise<void> {
	return new Promise((resolve, reject) => {
		response.write(text, (error) => {
			if (error) reject(error);
			else resolve();
		});
	});
}

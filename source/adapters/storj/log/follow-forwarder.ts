import { connect } from 'node:net';
import type { LogFeed } from './feed.ts';

export interface Pauses {
	readonly firstMs: number;
	readonly mostMs: number;
}

/** As the forwarder's own client waits. */
const usualPauses: Pauses = { firstMs: 2000, mostMs: 60_000 };
const connectMs = 10_000;

/**
 * Reads a log from a program that forwards it over TCP, as `<unix seconds> <line>` or line by line. The
 * forwarder takes every byte, and an end, from its client as a wish to stop: nothing is ever sent. It
 * sends only what is written while somebody is connected, so a lost connection is a gap.
 */
export function followForwarder(
	{ host, port }: { readonly host: string; readonly port: number },
	feed: LogFeed,
	pauses: Pauses = usualPauses,
): { readonly close: () => void } {
	let isClosed = false;
	let pauseMs = pauses.firstMs;
	let timer: NodeJS.Timeout | undefined;
	let socket: ReturnType<typeof connect> | undefined;

	function again(problem: string): void {
		if (isClosed) return;
		feed.end();
		feed.state({ status: 'connecting', problem });
		// Many clients that lost one forwarder come back at different times.
		timer = setTimeout(open, pauseMs * (0.75 + Math.random() / 4));
		timer.unref();
		pauseMs = Math.min(pauses.mostMs, pauseMs * 2);
	}

	function open(): void {
		let why = 'the forwarder closed the connection';
		socket = connect({ host, port });
		socket.setKeepAlive(true, 30_000);
		socket.setTimeout(connectMs);
		socket.unref();
		socket.on('timeout', () => {
			if (socket?.connecting === true) socket.destroy(new Error('it does not answer'));
		});
		socket.on('connect', () => {
			socket?.setTimeout(0);
			feed.state({ status: 'following', leftBytes: 0 });
		});
		socket.on('data', (bytes) => {
			pauseMs = pauses.firstMs;
			feed.bytes(bytes);
		});
		socket.on('error', (error) => {
			why = wordsOf(error);
		});
		socket.on('close', () => {
			again(why);
		});
	}

	feed.state({ status: 'connecting' });
	open();
	return {
		close: () => {
			isClosed = true;
			clearTimeout(timer);
			socket?.destroy();
		},
	};
}

function wordsOf(error: Error): string {
	const code = 'code' in error ? error.code : undefined;
	if (code === 'ECONNREFUSED') return 'nothing listens there';
	if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its host has no address';
	if (code === 'ECONNRESET') return 'the connection was cut';
	return error.message;
}

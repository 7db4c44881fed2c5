import type { SSEStreamingApi } from 'hono/streaming';
import type { NodeStatus } from './status.ts';
import { healthLevel } from './health.ts';

/** Server-sent events of one node: its full status each second, and what changed. */
export interface StatusStream {
	/** Serves one subscriber; resolves when it has gone. */
	serve(stream: SSEStreamingApi): Promise<void>;
	close(): void;
}

interface Event {
	readonly event: string;
	readonly data: string;
}

interface Subscriber {
	readonly stream: SSEStreamingApi;
	readonly end: () => void;
	/** A write is under way: a slow reader misses events instead of filling memory. */
	isBusy: boolean;
}

const periodMs = 1000;

export function createStatusStream(read: () => NodeStatus | undefined): StatusStream {
	const subscribers = new Set<Subscriber>();
	let timer: NodeJS.Timeout | undefined;
	let previous: NodeStatus | undefined;
	let sent = 0;

	const write = async (subscriber: Subscriber, events: readonly Event[]): Promise<void> => {
		if (subscriber.isBusy) return;
		subscriber.isBusy = true;
		for (const event of events) {
			sent += 1;
			await subscriber.stream.writeSSE({ ...event, id: String(sent) });
		}
		subscriber.isBusy = false;
	};

	const tick = (): void => {
		const status = read();
		if (!status) return;
		const events = [
			{ event: 'status', data: JSON.stringify(status) },
			...(previous ? changesBetween(previous, status) : []),
		];
		previous = status;
		for (const subscriber of subscribers) void write(subscriber, events);
	};

	const leave = (subscriber: Subscriber): void => {
		subscribers.delete(subscriber);
		subscriber.end();
		if (subscribers.size > 0) return;
		clearInterval(timer);
		timer = undefined;
		previous = undefined;
	};

	return {
		async serve(stream) {
			const gone = Promise.withResolvers<void>();
			const subscriber: Subscriber = { stream, end: gone.resolve, isBusy: false };
			subscribers.add(subscriber);
			stream.onAbort(() => {
				leave(subscriber);
			});
			const status = read();
			if (status) {
				previous ??= status;
				await write(subscriber, [{ event: 'status', data: JSON.stringify(status) }]);
			}
			if (subscribers.size > 0) timer ??= setInterval(tick, periodMs);
			await gone.promise;
		},
		close() {
			for (const subscriber of subscribers) leave(subscriber);
		},
	};
}

/** The change events of DESIGN section 9 that a devnet node can have. */
function changesBetween(before: NodeStatus, after: NodeStatus): Event[] {
	const watched = [
		{
			event: 'consensusStateChanged',
			of: ({ consensus_state: { status } }: NodeStatus) => status,
		},
		{
			event: 'peerCountChanged',
			of: ({ network_info: { peer_count: peerCount } }: NodeStatus) => peerCount,
		},
		{ event: 'healthChanged', of: ({ health }: NodeStatus) => healthLevel(health) },
	];
	return watched.flatMap(({ event, of }) => {
		const previous = of(before);
		const current = of(after);
		if (previous === current) return [];
		return [{ event, data: JSON.stringify({ node_id: after.node_id, previous, current }) }];
	});
}

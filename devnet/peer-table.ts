import { createHistogram } from './histogram.ts';
import type { Histogram } from './histogram.ts';
import { createSampleWindow } from './meters.ts';
import type { Distribution } from './meters.ts';
import type { World } from './node-process.ts';
import type { Traffic } from './traffic.ts';

/** What keeps a connection, beside what a protocol says over it. */
export type TableMessage =
	| { readonly type: 'hello'; readonly isReply: boolean; readonly about: AboutPeer }
	| { readonly type: 'ping' | 'pong'; readonly nonce: number };

export const tableMessageTypes = ['hello', 'ping', 'pong'] as const;

/** What a node says of itself when it connects. */
export interface AboutPeer {
	readonly nodeId: string;
	readonly client: string;
	/** Where its HTTP answers; absent in a simulation without servers. */
	readonly address?: string;
}

/** A peer as this node sees it, from messages alone. */
export interface TablePeer {
	readonly name: string;
	readonly direction: 'inbound' | 'outbound';
	isConnected: boolean;
	connectedAtMs: number;
	lastSeenMs: number | undefined;
	about: AboutPeer | undefined;
	/** Seconds. */
	readonly roundTrips: Histogram;
	/** Pings on the way: nonce → when sent. */
	readonly pings: Map<number, number>;
}

/** The connections of one life of a node. A message passes only over one that stands. */
export interface PeerTable<Message extends { readonly type: string }> {
	all(): readonly TablePeer[];
	connected(): readonly TablePeer[];
	/** Counts the message as failed when there is no connection. */
	send(to: string, message: Message): void;
	broadcast(message: Message, except?: string): void;
	/** Gives what was said, when it is for the protocol and the connection stands. */
	receive(from: string, text: string): Message | undefined;
	onClosed(from: string): void;
	/** Round-trip times of the last two minutes, in milliseconds. */
	latency(): Distribution | undefined;
	/** Dials and begins to ping. */
	start(): void;
}

interface PeerTableOptions<Message extends { readonly type: string }> {
	readonly world: World;
	readonly traffic: Traffic<Message['type'] | TableMessage['type']>;
	readonly known: readonly Pick<TablePeer, 'name' | 'direction'>[];
	readonly about: () => AboutPeer;
	readonly onConnected: (name: string) => void;
}

const pingMs = 1000;
/** Two pings and their answers without any sign of life, and a bit. */
const lostAfterMs = 3000;
const latencyWindowMs = 120_000;
/** Seconds; round trips between the links' least and some faulty ones. */
const roundTripBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export function createPeerTable<Message extends { readonly type: string }>(
	options: PeerTableOptions<Message>,
): PeerTable<Message> {
	const { world, traffic, about, onConnected } = options;
	const latencies = createSampleWindow(latencyWindowMs);
	const peers = new Map(options.known.map((known) => [known.name, createPeer(known)]));
	let nonce = 0;

	const hand = (peer: TablePeer, message: Message | TableMessage, text: string): void => {
		const outcome = world.transmit(peer.name, text);
		traffic.sent(message.type, Buffer.byteLength(text), outcome === 'dropped', world.nowMs());
	};

	const tell = (peer: TablePeer, message: TableMessage): void => {
		hand(peer, message, JSON.stringify(message));
	};

	const disconnect = (peer: TablePeer): void => {
		peer.isConnected = false;
		traffic.failed('ping', peer.pings.size);
		peer.pings.clear();
	};

	const welcome = (peer: TablePeer, hello: TableMessage & { type: 'hello' }): void => {
		peer.about = hello.about;
		if (!hello.isReply) tell(peer, { type: 'hello', isReply: true, about: about() });
		if (peer.isConnected) return;
		peer.isConnected = true;
		peer.connectedAtMs = world.nowMs();
		onConnected(peer.name);
	};

	const measure = (peer: TablePeer, pong: number): void => {
		const sentAtMs = peer.pings.get(pong);
		if (sentAtMs === undefined) return;
		peer.pings.delete(pong);
		latencies.add(world.nowMs() - sentAtMs, world.nowMs());
		peer.roundTrips.observe((world.nowMs() - sentAtMs) / 1000);
	};

	const keepUp = (): void => {
		const nowMs = world.nowMs();
		for (const peer of peers.values()) {
			if (peer.isConnected && nowMs - (peer.lastSeenMs ?? nowMs) > lostAfterMs) disconnect(peer);
			if (peer.isConnected) {
				nonce += 1;
				peer.pings.set(nonce, nowMs);
				tell(peer, { type: 'ping', nonce });
			} else if (peer.direction === 'outbound') {
				tell(peer, { type: 'hello', isReply: false, about: about() });
			}
			for (const [number, sentAtMs] of peer.pings) {
				if (nowMs - sentAtMs <= lostAfterMs) continue;
				peer.pings.delete(number);
				traffic.failed('ping');
			}
		}
		world.after(pingMs, keepUp);
	};

	return {
		all: () => [...peers.values()],
		connected: () => [...peers.values()].filter(({ isConnected }) => isConnected),
		send(to, message) {
			const peer = peers.get(to);
			if (peer?.isConnected === true) hand(peer, message, JSON.stringify(message));
			else traffic.failed(message.type);
		},
		broadcast(message, except) {
			const text = JSON.stringify(message);
			for (const peer of peers.values()) {
				if (peer.isConnected && peer.name !== except) hand(peer, message, text);
			}
		},
		receive(from, text) {
			const peer = peers.get(from);
			if (!peer) return undefined;
			// Only this table writes what the links carry, in this very process.
			const message = JSON.parse(text) as Message | TableMessage;
			traffic.received(message.type, Buffer.byteLength(text), world.nowMs());
			peer.lastSeenMs = world.nowMs();
			if (isOfTable(message)) {
				if (message.type === 'hello') welcome(peer, message);
				else if (message.type === 'pong') measure(peer, message.nonce);
				else if (peer.isConnected) tell(peer, { type: 'pong', nonce: message.nonce });
				else tell(peer, { type: 'hello', isReply: false, about: about() });
				return undefined;
			}
			if (peer.isConnected) return message;
			tell(peer, { type: 'hello', isReply: false, about: about() });
			return undefined;
		},
		onClosed(from) {
			const peer = peers.get(from);
			if (peer?.isConnected === true) disconnect(peer);
		},
		latency: () => latencies.distribution(world.nowMs()),
		start() {
			world.after(world.random.between(0, 200), keepUp);
		},
	};
}

function isOfTable(message: { readonly type: string }): message is TableMessage {
	return (tableMessageTypes as readonly string[]).includes(message.type);
}

function createPeer({ name, direction }: Pick<TablePeer, 'name' | 'direction'>): TablePeer {
	return {
		name,
		direction,
		isConnected: false,
		connectedAtMs: 0,
		lastSeenMs: undefined,
		about: undefined,
		roundTrips: createHistogram(roundTripBounds),
		pings: new Map(),
	};
}

import type { Message, MessageOf, MessageType, NodeState } from './message.ts';
import { encode } from './message.ts';
import type { Distribution } from '../meters.ts';
import { createSampleWindow } from '../meters.ts';
import type { NodeContext } from './node-context.ts';
import type { Traffic } from '../traffic.ts';

/** A peer as this node sees it, from messages alone. */
export interface Peer {
	readonly name: string;
	readonly direction: 'inbound' | 'outbound';
	isConnected: boolean;
	connectedAtMs: number;
	lastSeenMs: number | undefined;
	lastSeenWallMs: number | undefined;
	/** Smoothed like TCP's (RFC 6298, section 2): 7/8 of the old and 1/8 of the new. */
	roundTripMs: number | undefined;
	client: string | undefined;
	version: string | undefined;
	protocol: string | undefined;
	address: string | undefined;
	state: NodeState | undefined;
	messagesSent: number;
	messagesReceived: number;
	/** Pings on the way: nonce → when sent. */
	readonly pings: Map<number, number>;
}

export interface Peers {
	all(): readonly Peer[];
	connected(): readonly Peer[];
	get(name: string): Peer | undefined;
	/** Whether it was handed to the link; counts it as failed when there is no connection. */
	send(to: string, message: Message): boolean;
	broadcast(message: Message, except?: ReadonlySet<string>): void;
	/** Gives the peer when the message is from a connection that stands; else mends that first. */
	onMessage(from: string, message: Message): Peer | undefined;
	onClosed(from: string): void;
	/** Round-trip times of the last two minutes. */
	latency(): Distribution | undefined;
	/** Dials and begins to ping. */
	start(): void;
}

interface PeersOptions {
	readonly context: NodeContext;
	readonly traffic: Traffic<MessageType>;
	readonly known: readonly { readonly name: string; readonly direction: Peer['direction'] }[];
	readonly greeting: () => Omit<MessageOf<'hello'>, 'type' | 'isReply'>;
	readonly onConnected: (peer: Peer) => void;
	readonly onLost: (peer: Peer) => void;
}

const pingMs = 2000;
/** Any message is a sign of life, and a node says something several times a second. */
const lostAfterMs = 3000;
const checkMs = 1000;
/** A ping that is not answered by then has failed. */
const pingFailedMs = 7000;
const latencyWindowMs = 120_000;

export function createPeers(options: PeersOptions): Peers {
	const { context, traffic, greeting, onConnected, onLost } = options;
	const latencies = createSampleWindow(latencyWindowMs);
	const peers = new Map(options.known.map((known) => [known.name, createPeer(known)]));
	let nonce = 0;

	const hand = (peer: Peer, type: MessageType, text: string): void => {
		const outcome = context.transmit(peer.name, text);
		traffic.sent(type, Buffer.byteLength(text), outcome === 'dropped', context.nowMs());
		peer.messagesSent += 1;
	};

	const greet = (peer: Peer, isReply: boolean): void => {
		const message: Message = { type: 'hello', isReply, ...greeting() };
		hand(peer, message.type, encode(message));
	};

	const disconnect = (peer: Peer): void => {
		peer.isConnected = false;
		peer.state = undefined;
		traffic.failed('ping', peer.pings.size);
		peer.pings.clear();
		onLost(peer);
	};

	const welcome = (peer: Peer, hello: MessageOf<'hello'>): void => {
		peer.client = hello.client;
		peer.version = hello.version;
		peer.protocol = hello.protocol;
		peer.address = hello.address;
		peer.state = hello.state;
		if (!hello.isReply) greet(peer, true);
		if (peer.isConnected) return;
		peer.isConnected = true;
		peer.connectedAtMs = context.nowMs();
		onConnected(peer);
	};

	const measure = (peer: Peer, pong: number): void => {
		const sentAtMs = peer.pings.get(pong);
		if (sentAtMs === undefined) return;
		peer.pings.delete(pong);
		const tookMs = context.nowMs() - sentAtMs;
		latencies.add(tookMs, context.nowMs());
		peer.roundTripMs =
			peer.roundTripMs === undefined ? tookMs : peer.roundTripMs * (7 / 8) + tookMs / 8;
	};

	const check = (): void => {
		const nowMs = context.nowMs();
		for (const peer of peers.values()) {
			const silentMs = nowMs - (peer.lastSeenMs ?? nowMs);
			if (peer.isConnected && silentMs > lostAfterMs) disconnect(peer);
		}
		context.after(checkMs, check);
	};

	const ping = (peer: Peer): void => {
		const nowMs = context.nowMs();
		for (const [number, sentAtMs] of peer.pings) {
			if (nowMs - sentAtMs <= pingFailedMs) continue;
			peer.pings.delete(number);
			traffic.failed('ping');
		}
		nonce += 1;
		peer.pings.set(nonce, nowMs);
		hand(peer, 'ping', encode({ type: 'ping', nonce }));
	};

	const keepUp = (): void => {
		for (const peer of peers.values()) {
			if (peer.isConnected) ping(peer);
			else if (peer.direction === 'outbound') greet(peer, false);
		}
		context.after(pingMs, keepUp);
	};

	return {
		all: () => [...peers.values()],
		connected: () => [...peers.values()].filter(({ isConnected }) => isConnected),
		get: (name) => peers.get(name),
		send(to, message) {
			const peer = peers.get(to);
			if (peer?.isConnected !== true) {
				traffic.failed(message.type);
				return false;
			}
			hand(peer, message.type, encode(message));
			return true;
		},
		broadcast(message, except) {
			const text = encode(message);
			for (const peer of peers.values()) {
				if (peer.isConnected && except?.has(peer.name) !== true) hand(peer, message.type, text);
			}
		},
		onMessage(from, message) {
			const peer = peers.get(from);
			if (!peer) return undefined;
			peer.messagesReceived += 1;
			peer.lastSeenMs = context.nowMs();
			peer.lastSeenWallMs = context.wallNowMs();
			if (message.type === 'hello') welcome(peer, message);
			else if (!peer.isConnected) greet(peer, false);
			if (!peer.isConnected) return undefined;
			if (message.type === 'ping') {
				hand(peer, 'pong', encode({ type: 'pong', nonce: message.nonce }));
			}
			if (message.type === 'pong') measure(peer, message.nonce);
			if (message.type === 'state') peer.state = message.state;
			return peer;
		},
		onClosed(from) {
			const peer = peers.get(from);
			if (peer?.isConnected === true) disconnect(peer);
		},
		latency: () => latencies.distribution(context.nowMs()),
		start() {
			context.after(context.random.between(0, 200), keepUp);
			context.after(checkMs, check);
		},
	};
}

function createPeer({ name, direction }: Pick<Peer, 'name' | 'direction'>): Peer {
	return {
		name,
		direction,
		isConnected: false,
		connectedAtMs: 0,
		lastSeenMs: undefined,
		lastSeenWallMs: undefined,
		roundTripMs: undefined,
		client: undefined,
		version: undefined,
		protocol: undefined,
		address: undefined,
		state: undefined,
		messagesSent: 0,
		messagesReceived: 0,
		pings: new Map(),
	};
}

import { createSampleWindow } from './meters.ts';
import type { Distribution } from './meters.ts';
import type { World } from './node-process.ts';
import type { Neighbour } from './topology.ts';
import type { Traffic } from './traffic.ts';

/** Messages that open and keep a connection; each protocol adds its own. */
export type ConnectionMessage<About> =
	| { readonly type: 'hello'; readonly isReply: boolean; readonly about: About }
	| { readonly type: 'ping' | 'pong'; readonly nonce: number }
	/** Closes the connection. */
	| { readonly type: 'bye' };

export const connectionMessageTypes = ['hello', 'ping', 'pong', 'bye'] as const;

/** What a node reports of itself when it connects. */
export interface AboutNode {
	readonly nodeId: string;
	readonly client: string;
	/** Where its HTTP server listens; `undefined` in a simulation without servers. */
	readonly address?: string | undefined;
}

/** Why a connection ended: nothing was heard, the peer closed it, or this node did. */
export const lossReasons = ['silent', 'closedByPeer', 'closedHere'] as const;
export type LossReason = (typeof lossReasons)[number];

export interface Received {
	readonly type: string;
	readonly sizeBytes: number;
	/** Whether it was for the connection itself, and is done with. */
	readonly isHandled: boolean;
}

/** A peer as this node sees it, from messages alone. */
export interface Peer<About> extends Neighbour {
	readonly isConnected: boolean;
	readonly connectedAtMs: number;
	readonly lastSeenMs: number | undefined;
	readonly lastSeenWallMs: number | undefined;
	/** Smoothed as TCP does it (RFC 6298, section 2): 7/8 of the old value and 1/8 of the new. */
	readonly roundTripMs: number | undefined;
	/** From its last hello; kept when the connection is lost. */
	readonly about: About | undefined;
	readonly messagesSent: number;
	readonly messagesReceived: number;
}

type PeerState<About> = { -readonly [Key in keyof Peer<About>]: Peer<About>[Key] } & {
	/** Unanswered pings: nonce → when sent. */
	readonly pings: Map<number, number>;
	/** A greeting was sent and not answered yet. */
	isDialling: boolean;
};

interface PeerTableOptions<Message extends { readonly type: string }, About> {
	readonly world: World;
	readonly traffic: Traffic<Message['type'] | ConnectionMessage<About>['type']>;
	readonly about: () => About;
	/** 1 s by default. */
	readonly pingMs?: number;
	/** The interval at which lost peers are looked for; by default that is done with each ping. */
	readonly checkMs?: number;
	/** A ping without an answer for this long has failed; 3 s by default. */
	readonly pingTimeoutMs?: number;
	readonly onConnected?: (peer: Peer<About>) => void;
	/** After each hello, also on a connection that was open already. */
	readonly onHello?: (peer: Peer<About>) => void;
	readonly onLost?: (peer: Peer<About>, reason: LossReason) => void;
	/** A dial that nobody answered until the next one. */
	readonly onDialFailed?: () => void;
	/** After a message of a connection was handled, or one of the protocol arrived. */
	readonly onReceived?: (message: Received) => void;
	readonly onRoundTrip?: (peer: Peer<About>, tookMs: number) => void;
}

/** Any message shows that a peer is alive, and each sends several in this time. */
const lostAfterMs = 3000;
const latencyWindowMs = 120_000;
/** The first pings of the nodes are spread over this time. */
const startSpreadMs = 200;

/** The connections of one run of a node. Protocol messages pass over open connections only. */
export class PeerTable<Message extends { readonly type: string }, About = AboutNode> {
	readonly #options: PeerTableOptions<Message, About>;
	readonly #world: World;
	readonly #peers: ReadonlyMap<string, PeerState<About>>;
	readonly #latencies = createSampleWindow(latencyWindowMs);
	readonly #pingMs: number;
	readonly #pingTimeoutMs: number;
	#nonce = 0;

	constructor(options: PeerTableOptions<Message, About>) {
		const { world, pingMs = 1000, pingTimeoutMs = 3000 } = options;
		this.#options = options;
		this.#world = world;
		this.#pingMs = pingMs;
		this.#pingTimeoutMs = pingTimeoutMs;
		this.#peers = new Map(world.neighbours.map((each) => [each.name, createState(each)]));
	}

	all(): readonly Peer<About>[] {
		return [...this.#peers.values()];
	}

	connected(): readonly Peer<About>[] {
		return [...this.#peers.values()].filter(({ isConnected }) => isConnected);
	}

	get(name: string): Peer<About> | undefined {
		return this.#peers.get(name);
	}

	/** Round-trip times of the last two minutes, in milliseconds. */
	latency(): Distribution | undefined {
		return this.#latencies.distribution(this.#world.nowMs());
	}

	/** Dials and begins to ping. */
	start(): void {
		this.#world.after(this.#world.random.between(0, startSpreadMs), () => {
			this.#pingAll();
		});
		const { checkMs } = this.#options;
		if (checkMs !== undefined) this.#checkEvery(checkMs);
	}

	/** Whether the message was sent; without a connection it counts as failed. */
	send(to: string, message: Message): boolean {
		const peer = this.#peers.get(to);
		if (peer?.isConnected !== true) {
			this.#options.traffic.failed(message.type);
			return false;
		}
		this.#transmit(peer, message);
		return true;
	}

	broadcast(message: Message, isWanted: (name: string) => boolean = () => true): void {
		const text = JSON.stringify(message);
		for (const peer of this.#peers.values()) {
			if (peer.isConnected && isWanted(peer.name)) this.#transmit(peer, message, text);
		}
	}

	/** Returns the message when it belongs to the protocol and the connection is open. */
	receive(from: string, text: string): Message | undefined {
		const peer = this.#peers.get(from);
		if (!peer) return undefined;
		// Only this class writes what the links carry, in this very process.
		const message = JSON.parse(text) as Message | ConnectionMessage<About>;
		const sizeBytes = Buffer.byteLength(text);
		this.#options.traffic.received(message.type, sizeBytes, this.#world.nowMs());
		peer.messagesReceived += 1;
		peer.lastSeenMs = this.#world.nowMs();
		peer.lastSeenWallMs = this.#world.wallNowMs();
		const isHandled = isConnectionMessage<About>(message);
		this.#options.onReceived?.({ type: message.type, sizeBytes, isHandled });
		const isHello = isHandled && message.type === 'hello';
		if (!isHello && !peer.isConnected) {
			if (message.type !== 'bye') this.#greet(peer, false);
			return undefined;
		}
		if (!isConnectionMessage<About>(message)) return message;
		if (message.type === 'hello') this.#welcome(peer, message.about, message.isReply);
		else if (message.type === 'pong') this.#measure(peer, message.nonce);
		else if (message.type === 'bye') this.#disconnect(peer, 'closedByPeer');
		else this.#transmit(peer, { type: 'pong', nonce: message.nonce });
		return undefined;
	}

	/** The peer closed the connection. */
	onClosed(from: string): void {
		const peer = this.#peers.get(from);
		if (peer?.isConnected === true) this.#disconnect(peer, 'closedByPeer');
	}

	/** Closes a connection; the next dial opens it again. */
	close(name: string): void {
		const peer = this.#peers.get(name);
		if (peer?.isConnected !== true) return;
		this.#transmit(peer, { type: 'bye' });
		this.#disconnect(peer, 'closedHere');
	}

	/** Replaces what a peer reported of itself, by what it has reported since. */
	update(name: string, change: Partial<About>): void {
		const peer = this.#peers.get(name);
		if (peer?.about !== undefined) peer.about = { ...peer.about, ...change };
	}

	/** Pings the connected peers and dials the others. */
	#pingAll(): void {
		if (this.#options.checkMs === undefined) this.#dropSilent();
		for (const peer of this.#peers.values()) {
			if (peer.isConnected) this.#ping(peer);
			else if (peer.direction === 'outbound') this.#dial(peer);
		}
		this.#world.after(this.#pingMs, () => {
			this.#pingAll();
		});
	}

	#checkEvery(checkMs: number): void {
		this.#world.after(checkMs, () => {
			this.#dropSilent();
			this.#checkEvery(checkMs);
		});
	}

	#dropSilent(): void {
		const nowMs = this.#world.nowMs();
		for (const peer of this.#peers.values()) {
			const silentMs = nowMs - (peer.lastSeenMs ?? nowMs);
			if (peer.isConnected && silentMs > lostAfterMs) this.#disconnect(peer, 'silent');
		}
	}

	#ping(peer: PeerState<About>): void {
		const nowMs = this.#world.nowMs();
		for (const [nonce, sentAtMs] of peer.pings) {
			if (nowMs - sentAtMs <= this.#pingTimeoutMs) continue;
			peer.pings.delete(nonce);
			this.#options.traffic.failed('ping');
		}
		this.#nonce += 1;
		peer.pings.set(this.#nonce, nowMs);
		this.#transmit(peer, { type: 'ping', nonce: this.#nonce });
	}

	#dial(peer: PeerState<About>): void {
		if (peer.isDialling) this.#options.onDialFailed?.();
		peer.isDialling = true;
		this.#greet(peer, false);
	}

	#greet(peer: PeerState<About>, isReply: boolean): void {
		this.#transmit(peer, { type: 'hello', isReply, about: this.#options.about() });
	}

	#welcome(peer: PeerState<About>, about: About, isReply: boolean): void {
		peer.about = about;
		peer.isDialling = false;
		if (!isReply) this.#greet(peer, true);
		if (!peer.isConnected) {
			peer.isConnected = true;
			peer.connectedAtMs = this.#world.nowMs();
			this.#options.onConnected?.(peer);
		}
		this.#options.onHello?.(peer);
	}

	#measure(peer: PeerState<About>, nonce: number): void {
		const sentAtMs = peer.pings.get(nonce);
		if (sentAtMs === undefined) return;
		peer.pings.delete(nonce);
		const tookMs = this.#world.nowMs() - sentAtMs;
		this.#latencies.add(tookMs, this.#world.nowMs());
		const before = peer.roundTripMs;
		peer.roundTripMs = before === undefined ? tookMs : before * (7 / 8) + tookMs / 8;
		this.#options.onRoundTrip?.(peer, tookMs);
	}

	#disconnect(peer: PeerState<About>, reason: LossReason): void {
		peer.isConnected = false;
		this.#options.traffic.failed('ping', peer.pings.size);
		peer.pings.clear();
		this.#options.onLost?.(peer, reason);
	}

	#transmit(
		peer: PeerState<About>,
		message: Message | ConnectionMessage<About>,
		text = JSON.stringify(message),
	): void {
		const isDropped = this.#world.transmit(peer.name, text) === 'dropped';
		const sizeBytes = Buffer.byteLength(text);
		this.#options.traffic.sent(message.type, sizeBytes, isDropped, this.#world.nowMs());
		peer.messagesSent += 1;
	}
}

function isConnectionMessage<About>(message: {
	readonly type: string;
}): message is ConnectionMessage<About> {
	return connectionMessageTypes.some((type) => type === message.type);
}

function createState<About>({ name, direction }: Neighbour): PeerState<About> {
	return {
		name,
		direction,
		isConnected: false,
		connectedAtMs: 0,
		lastSeenMs: undefined,
		lastSeenWallMs: undefined,
		roundTripMs: undefined,
		about: undefined,
		messagesSent: 0,
		messagesReceived: 0,
		pings: new Map(),
		isDialling: false,
	};
}

import { createSampleWindow } from './meters.ts';
import type { Distribution } from './meters.ts';
import type { World } from './node-process.ts';
import type { Neighbour } from './topology.ts';
import type { Traffic } from './traffic.ts';

/** Messages that open and keep a connection; each protocol adds its own. */
export type ConnectionMessage<About> =
	| { readonly type: 'hello'; readonly isReply: boolean; readonly about: About }
	| { readonly type: 'ping' | 'pong'; readonly nonce: number };

export const connectionMessageTypes = ['hello', 'ping', 'pong'] as const;

/** What a node reports of itself when it connects. */
export interface AboutNode {
	readonly nodeId: string;
	readonly client: string;
	/** Where its HTTP server listens; `undefined` in a simulation without servers. */
	readonly address?: string | undefined;
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
	readonly onLost?: (peer: Peer<About>) => void;
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
		this.#options.traffic.received(message.type, Buffer.byteLength(text), this.#world.nowMs());
		peer.messagesReceived += 1;
		peer.lastSeenMs = this.#world.nowMs();
		peer.lastSeenWallMs = this.#world.wallNowMs();
		const isHello = isConnectionMessage<About>(message) && message.type === 'hello';
		if (!isHello && !peer.isConnected) {
			this.#greet(peer, false);
			return undefined;
		}
		if (!isConnectionMessage<About>(message)) return message;
		if (message.type === 'hello') this.#welcome(peer, message.about, message.isReply);
		else if (message.type === 'pong') this.#measure(peer, message.nonce);
		else this.#transmit(peer, { type: 'pong', nonce: message.nonce });
		return undefined;
	}

	/** The peer closed the connection. */
	onClosed(from: string): void {
		const peer = this.#peers.get(from);
		if (peer?.isConnected === true) this.#disconnect(peer);
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
			else if (peer.direction === 'outbound') this.#greet(peer, false);
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
			if (peer.isConnected && silentMs > lostAfterMs) this.#disconnect(peer);
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

	#greet(peer: PeerState<About>, isReply: boolean): void {
		this.#transmit(peer, { type: 'hello', isReply, about: this.#options.about() });
	}

	#welcome(peer: PeerState<About>, about: About, isReply: boolean): void {
		peer.about = about;
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

	#disconnect(peer: PeerState<About>): void {
		peer.isConnected = false;
		this.#options.traffic.failed('ping', peer.pings.size);
		peer.pings.clear();
		this.#options.onLost?.(peer);
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
	};
}

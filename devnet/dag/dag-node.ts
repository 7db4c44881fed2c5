import type { Dag } from './dag.ts';
import { createTwins, halves } from './double-dealer.ts';
import type { Half } from './double-dealer.ts';
import { createDisk } from './disk.ts';
import type { Disk } from './disk.ts';
import { createFinality } from './finality.ts';
import type { Finality } from './finality.ts';
import { createGossip } from './gossip.ts';
import { decode, messageTypes } from './message.ts';
import type { Message, MessageType } from './message.ts';
import { createRateWindow } from '../meters.ts';
import type { RateWindow } from '../meters.ts';
import type { NodeProcess } from '../node-process.ts';
import type { NodeContext } from './node-context.ts';
import { createPeers } from './peers.ts';
import type { Peer, Peers } from './peers.ts';
import { createSync } from './sync.ts';
import type { Sync } from './sync.ts';
import { createTraffic } from '../traffic.ts';
import type { Traffic } from '../traffic.ts';
import { createVertex, maxParents, sizeOf } from './vertex.ts';
import type { Vertex } from './vertex.ts';
import { createVoting } from './voting.ts';
import type { Voting } from './voting.ts';

/**
 * What an operator keeps safe apart from the data: who the node is, and how many vertices it has
 * issued. A node that lost the latter with its data would issue two vertices of one number.
 */
export interface NodeIdentity {
	readonly nodeId: string;
	issued: number;
}

export interface DagNodeOptions {
	readonly context: NodeContext;
	readonly identity: NodeIdentity;
	readonly dag: Dag;
	readonly version: string;
	/** The half of the network that a node belongs to for one that deals double. */
	readonly halfOf: (name: string) => Half;
}

/** One life of one node, from start to crash. */
export interface DagNode extends NodeProcess {
	readonly name: string;
	readonly identity: NodeIdentity;
	readonly version: string;
	readonly startedAtMs: number;
	readonly startedAtWallMs: number;
	readonly dag: Dag;
	readonly peers: Peers;
	readonly traffic: Traffic<MessageType>;
	readonly voting: Voting;
	readonly sync: Sync;
	readonly finality: Finality;
	readonly disk: Disk;
	/** Vertices attached per second. */
	readonly growth: RateWindow;
	/** Ends issuing alone, so that a network can come to rest. */
	quiesce(): void;
}

export const protocol = 'nodetop-devnet/1';
export const client = 'nodetop-devnet';
const stateMs = 3000;
const growthWindowMs = 30_000;
/** A node with this much unfinished issues nothing more: finality has stopped or lags. */
const maxPendingToIssue = 512;
/** And with this much takes nothing more in. */
const maxPendingHeld = 8000;
const payloadBytes = [32, 256] as const;

export function createDagNode(options: DagNodeOptions): DagNode {
	const { context, identity, dag, version, halfOf } = options;
	const startedAtMs = context.nowMs();
	const traffic = createTraffic(messageTypes, startedAtMs);
	const growth = createRateWindow(growthWindowMs, startedAtMs);
	const finality = createFinality(context);
	const disk = createDisk(() => dag.totals().storageBytes);
	const canWrite = (vertex: Vertex) => disk.hasRoomFor(sizeOf(vertex));
	let isPaused = false;
	let isQuiet = false;
	let isDoubleDealing = false;
	const dealDouble = (deals: boolean): void => {
		isDoubleDealing = deals;
		dag.acceptRivals(deals);
	};
	dealDouble(false);

	const peers = createPeers({
		context,
		traffic,
		known: context.neighbours,
		greeting: () => {
			const address = context.address();
			return { client, version, protocol, state: dag.state(), ...(address && { address }) };
		},
		onConnected: () => {
			sync.consider();
		},
		onLost: () => {
			sync.noteLoss();
		},
	});
	const onAttached = (vertices: readonly Vertex[]): void => {
		growth.add(vertices.length, context.nowMs());
		voting.wake();
	};
	const gossip = createGossip({
		context,
		dag,
		peers,
		traffic,
		isClosed: () => sync.isFarBehind() || disk.isFull() || dag.totals().pending > maxPendingHeld,
		canWrite,
		onAttached,
	});
	const voting = createVoting({
		context,
		dag,
		peers,
		traffic,
		isPaused: () => isPaused,
		onFinal: (id) => {
			const entry = dag.get(id);
			if (entry) finality.record(entry);
			dag.prune(context.settings.maxFinalHeld);
		},
		onUnknown: gossip.want,
	});
	const sync = createSync({
		context,
		dag,
		peers,
		traffic,
		isPaused: () => isPaused || disk.isFull(),
		canWrite,
		onAttached,
		onRestart: () => {
			voting.reset();
		},
		onDone: gossip.sweep,
	});

	const issue = (): void => {
		const parents = context.random.sample(dag.freshTips(maxParents * 2), drawParentCount(context));
		const size = Math.floor(context.random.between(...payloadBytes));
		const payload = context.random.hex(size);
		if (parents.length === 0) return;
		const layer = 1 + Math.max(...parents.map((id) => dag.get(id)?.vertex.layer ?? 0));
		const vertex = createVertex({
			author: context.name,
			sequence: identity.issued + 1,
			layer,
			parents,
			timestampMs: Math.round(context.wallNowMs()),
			payload,
		});
		if (!canWrite(vertex)) return;
		identity.issued += 1;
		dag.add(vertex, context.nowMs());
		onAttached([vertex]);
		gossip.announce([vertex]);
	};

	const issueTwins = (): void => {
		const twins = createTwins({ context, dag, halfOf }, identity.issued + 1);
		if (!twins?.every(canWrite)) return;
		identity.issued += 1;
		for (const vertex of twins) dag.add(vertex, context.nowMs());
		onAttached(twins);
		const names = peers.all().map(({ name }) => name);
		for (const half of halves) {
			const theirs = names.filter((name) => halfOf(name) === half);
			gossip.announceTo(theirs, twins[half]);
		}
	};

	const scheduleIssue = (): void => {
		context.after(context.random.exponential(1000 / context.settings.verticesPerSecond), () => {
			const mayIssue = !isPaused && !isQuiet && !sync.isFarBehind();
			if (mayIssue && dag.totals().pending < maxPendingToIssue) {
				if (isDoubleDealing) issueTwins();
				else issue();
			}
			scheduleIssue();
		});
	};

	const tellState = (): void => {
		peers.broadcast({ type: 'state', state: dag.state() });
		gossip.sweep();
		sync.consider();
		context.after(stateMs, tellState);
	};

	const onState = ({ name, state }: Peer): void => {
		sync.consider();
		gossip.want(
			(state?.tips ?? []).filter((id) => !dag.isKnown(id)),
			name,
		);
	};

	const handle = (peer: Peer, message: Message): void => {
		const { name } = peer;
		switch (message.type) {
			case 'inventory':
				gossip.onInventory(name, message);
				break;
			case 'request':
				gossip.onRequest(name, message);
				break;
			case 'vertices':
				gossip.onVertices(name, message);
				break;
			case 'query':
				voting.onQuery(name, message);
				break;
			case 'vote':
				voting.onVote(name, message);
				break;
			case 'rangeRequest':
				sync.onRangeRequest(name, message);
				break;
			case 'range':
				sync.onRange(name, message);
				break;
			case 'state':
			case 'hello':
				onState(peer);
				break;
			case 'ping':
			case 'pong':
				break;
		}
	};

	return {
		name: context.name,
		identity,
		version,
		startedAtMs,
		startedAtWallMs: context.wallNowMs(),
		dag,
		peers,
		traffic,
		voting,
		sync,
		finality,
		disk,
		growth,
		start() {
			peers.start();
			scheduleIssue();
			context.after(context.random.between(0, stateMs), tellState);
			voting.wake();
		},
		receive(from, text) {
			const message = decode(text);
			traffic.received(message.type, Buffer.byteLength(text), context.nowMs());
			const peer = peers.onMessage(from, message);
			if (peer) handle(peer, message);
		},
		onPeerClosed: peers.onClosed,
		setPaused(paused) {
			isPaused = paused;
			if (!paused) voting.wake();
		},
		inject(fault) {
			if (fault.fault === 'diskFull') disk.squeeze(fault.leftBytes);
			if (fault.fault === 'equivocation') dealDouble(true);
		},
		clearFaults() {
			disk.squeeze(undefined);
			dealDouble(false);
		},
		quiesce() {
			isQuiet = true;
		},
	};
}

/** Mostly two parents, as in the DAGs that nodetop watches; the mean is 2. */
function drawParentCount({ random }: NodeContext): number {
	const draw = random.next();
	if (draw < 0.2) return 1;
	return draw < 0.8 ? 2 : maxParents;
}

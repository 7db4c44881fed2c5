import type { OwnFault } from '../faults.ts';
import { createRateWindow } from '../meters.ts';
import type { RateWindow } from '../meters.ts';
import type { NodeProcess } from '../node-process.ts';
import { PeerTable } from '../peer-table.ts';
import { createTraffic } from '../traffic.ts';
import type { Traffic } from '../traffic.ts';
import type { Dag } from './dag.ts';
import { createDisk } from './disk.ts';
import type { Disk } from './disk.ts';
import type { Half } from './equivocator.ts';
import { createFinality } from './finality.ts';
import type { Finality } from './finality.ts';
import { Gossip } from './gossip.ts';
import { DagHistograms } from './histograms.ts';
import { messageTypes } from './message.ts';
import type { AboutDagNode, Message, MessageType, NodeState } from './message.ts';
import type { NodeContext, NodeParts } from './node-context.ts';
import { Sync } from './sync.ts';
import { sizeOf } from './vertex.ts';
import type { Vertex } from './vertex.ts';
import { VertexIssuer } from './vertex-issuer.ts';
import type { NodeIdentity } from './vertex-issuer.ts';
import { Voting } from './voting.ts';

export interface DagNodeOptions {
	readonly context: NodeContext;
	readonly identity: NodeIdentity;
	readonly dag: Dag;
	readonly version: string;
	/** The half of the network that a node belongs to, for one that equivocates. */
	readonly halfOf: (name: string) => Half;
}

export const protocol = 'nodetop-devnet/1';
const client = 'nodetop-devnet';
const stateMs = 3000;
const growthWindowMs = 30_000;
/** With this many pending vertices a node takes nothing more in. */
const maxPendingHeld = 8000;
/** A node sends something several times a second, so pings serve to measure only. */
const pingMs = 2000;
const checkMs = 1000;
const pingTimeoutMs = 7000;

/** One run of one node of the DAG network. */
export class DagNode implements NodeProcess {
	readonly name: string;
	readonly identity: NodeIdentity;
	readonly version: string;
	readonly startedAtMs: number;
	readonly startedAtWallMs: number;
	readonly dag: Dag;
	readonly peers: PeerTable<Message, AboutDagNode>;
	readonly traffic: Traffic<MessageType>;
	readonly voting: Voting;
	readonly sync: Sync;
	readonly finality: Finality;
	readonly disk: Disk;
	readonly histograms = new DagHistograms();
	/** Vertices attached per second. */
	readonly growth: RateWindow;
	readonly #context: NodeContext;
	readonly #gossip: Gossip;
	readonly #issuer: VertexIssuer;
	#isPaused = false;

	constructor(options: DagNodeOptions) {
		const { context, identity, dag, version, halfOf } = options;
		this.#context = context;
		this.name = context.name;
		this.identity = identity;
		this.version = version;
		this.startedAtMs = context.nowMs();
		this.startedAtWallMs = context.wallNowMs();
		this.dag = dag;
		this.traffic = createTraffic(messageTypes, this.startedAtMs);
		this.growth = createRateWindow(growthWindowMs, this.startedAtMs);
		this.finality = createFinality(context, (tookMs) => {
			this.histograms.finality.observe(tookMs / 1000);
		});
		this.disk = createDisk(() => dag.totals().storageBytes);
		this.peers = this.#createPeers();
		const parts = { context, dag, peers: this.peers, traffic: this.traffic };
		const intake = {
			canWrite: (vertex: Vertex) => this.disk.hasRoomFor(sizeOf(vertex)),
			onAttached: (vertices: readonly Vertex[]) => {
				this.growth.add(vertices.length, context.nowMs());
				this.voting.wake();
			},
		};
		this.#gossip = new Gossip({ ...parts, ...intake, isClosed: () => this.#isClosed() });
		this.voting = this.#createVoting(parts);
		this.sync = new Sync({
			...parts,
			...intake,
			isPaused: () => this.#isPaused || this.disk.isFull(),
			onRestart: () => {
				this.voting.reset();
			},
			onDone: () => {
				this.#gossip.retryOrphans();
			},
		});
		this.#issuer = new VertexIssuer({
			...parts,
			...intake,
			identity,
			gossip: this.#gossip,
			halfOf,
			mayIssue: () => !this.#isPaused && !this.sync.isFarBehind(),
		});
	}

	start(): void {
		this.peers.start();
		this.#issuer.start();
		this.#context.after(this.#context.random.between(0, stateMs), () => {
			this.#sendState();
		});
		this.voting.wake();
	}

	receive(from: string, text: string): void {
		const message = this.peers.receive(from, text);
		if (message) this.#handle(from, message);
	}

	onPeerClosed(from: string): void {
		this.peers.onClosed(from);
	}

	setPaused(isPaused: boolean): void {
		this.#isPaused = isPaused;
		if (!isPaused) this.voting.wake();
	}

	inject(fault: OwnFault): void {
		if (fault.fault === 'diskFull') this.disk.limitFree(fault.leftBytes);
		if (fault.fault === 'equivocation') this.#issuer.setEquivocating(true);
	}

	clearFaults(): void {
		this.disk.limitFree(undefined);
		this.#issuer.setEquivocating(false);
	}

	/** Ends issuing alone, so that a network can come to rest. */
	quiesce(): void {
		this.#issuer.quiesce();
	}

	#createPeers(): PeerTable<Message, AboutDagNode> {
		const { version, dag, traffic } = this;
		const world = this.#context;
		return new PeerTable<Message, AboutDagNode>({
			world,
			traffic,
			pingMs,
			checkMs,
			pingTimeoutMs,
			about: () => ({ client, version, protocol, address: world.address(), state: dag.state() }),
			onHello: ({ name, about }) => {
				if (about) this.#onState(name, about.state);
			},
			onRoundTrip: (_name, tookMs) => {
				this.histograms.latency.observe(tookMs / 1000);
			},
			onLost: () => {
				this.sync.onPeerLost();
			},
		});
	}

	#createVoting(parts: NodeParts): Voting {
		const { dag, context } = parts;
		return new Voting({
			...parts,
			isPaused: () => this.#isPaused,
			onFinal: (id) => {
				const entry = dag.get(id);
				if (entry) this.finality.record(entry);
				dag.prune(context.settings.maxFinalHeld);
			},
			onUnknown: (ids, holder) => {
				this.#gossip.want(ids, holder);
			},
		});
	}

	#isClosed(): boolean {
		const isOverloaded = this.dag.totals().pending > maxPendingHeld;
		return this.sync.isFarBehind() || this.disk.isFull() || isOverloaded;
	}

	#sendState(): void {
		this.peers.broadcast({ type: 'state', state: this.dag.state() });
		this.#gossip.retryOrphans();
		this.sync.check();
		this.#context.after(stateMs, () => {
			this.#sendState();
		});
	}

	#onState(name: string, { tips }: NodeState): void {
		this.sync.check();
		this.#gossip.want(
			tips.filter((id) => !this.dag.isKnown(id)),
			name,
		);
	}

	#handle(from: string, message: Message): void {
		switch (message.type) {
			case 'inventory':
				this.#gossip.onInventory(from, message);
				break;
			case 'request':
				this.#gossip.onRequest(from, message);
				break;
			case 'vertices':
				this.#gossip.onVertices(from, message);
				break;
			case 'query':
				this.voting.onQuery(from, message);
				break;
			case 'vote':
				this.voting.onVote(from, message);
				break;
			case 'rangeRequest':
				this.sync.onRangeRequest(from, message);
				break;
			case 'range':
				this.sync.onRange(from, message);
				break;
			case 'state':
				this.peers.update(from, { state: message.state });
				this.#onState(from, message.state);
				break;
		}
	}
}

import type { OwnFault } from '../faults.ts';
import type { NodeProcess, World } from '../node-process.ts';
import { PeerTable } from '../peer-table.ts';
import { createTraffic } from '../traffic.ts';
import type { Traffic } from '../traffic.ts';
import type { Block } from './block.ts';
import type { Chain, Reorg } from './chain.ts';
import { messageTypes } from './message.ts';
import type { Message, MessageOf, MessageType } from './message.ts';
import { Miner } from './miner.ts';
import { Sync } from './sync.ts';
import { TransactionRelay } from './transaction-relay.ts';
import { createTxPool } from './tx-pool.ts';
import type { TxPool } from './tx-pool.ts';
import type { Wallet } from './wallet.ts';

export interface EvmSettings {
	/** Mean time between two blocks while both nodes mine. */
	readonly blockMs: number;
	/** Transactions that the users of one node send. */
	readonly transactionsPerSecond: number;
	/** Blocks on top that make a block safe, and finalized. */
	readonly safeDepth: number;
	readonly finalizedDepth: number;
}

/** What survives the loss of a node's data. */
export interface EvmIdentity {
	readonly nodeId: string;
	readonly miner: string;
	readonly wallet: Wallet;
}

export interface EvmNodeOptions {
	readonly world: World;
	readonly settings: EvmSettings;
	readonly identity: EvmIdentity;
	readonly chain: Chain;
	readonly version: string;
}

const statusMs = 3000;
const maxReorgsHeld = 50;
/** As in geth: a block further in the future is refused. */
const maxAheadSeconds = 15;

/** One run of a node of a small chain in the manner of proof of work. */
export class EvmNode implements NodeProcess {
	readonly name: string;
	readonly identity: EvmIdentity;
	readonly settings: EvmSettings;
	readonly clientVersion: string;
	readonly startedAtMs: number;
	readonly chain: Chain;
	readonly pool: TxPool;
	readonly peers: PeerTable<Message>;
	readonly traffic: Traffic<MessageType>;
	readonly sync: Sync;
	/** The heads of the peers, by name. */
	readonly heads = new Map<string, Omit<MessageOf<'status'>, 'type'>>();
	/** The newest of this run, oldest first. */
	readonly reorgs: Reorg[] = [];
	readonly #world: World;
	readonly #miner: Miner;
	readonly #relay: TransactionRelay;
	#lastHeadAtMs: number;
	#isPaused = false;

	constructor({ world, settings, identity, chain, version }: EvmNodeOptions) {
		this.#world = world;
		this.name = world.name;
		this.identity = identity;
		this.settings = settings;
		this.clientVersion = `nodetop-devnet-evm/v${version}-sha256/${process.platform}-${process.arch}/node${process.versions.node}`;
		this.startedAtMs = world.nowMs();
		this.#lastHeadAtMs = this.startedAtMs;
		this.chain = chain;
		this.pool = createTxPool();
		this.traffic = createTraffic(messageTypes, this.startedAtMs);
		this.peers = this.#createPeers();
		const parts = { world, chain, pool: this.pool, peers: this.peers };
		this.sync = new Sync({
			...parts,
			onBlocks: (blocks) => {
				this.#addBlocks(blocks);
			},
		});
		this.#miner = new Miner({
			...parts,
			address: identity.miner,
			blockMs: settings.blockMs,
			isIdle: () => this.#isPaused || this.sync.progress() !== undefined,
			onBlock: (block) => {
				this.#addBlocks([block]);
			},
		});
		this.#relay = new TransactionRelay({
			...parts,
			wallet: identity.wallet,
			transactionsPerSecond: settings.transactionsPerSecond,
		});
	}

	get lastHeadAtMs(): number {
		return this.#lastHeadAtMs;
	}

	start(): void {
		this.peers.start();
		this.#miner.search();
		this.#relay.startSending();
		this.#world.after(this.#world.random.between(0, statusMs), () => {
			this.#broadcastStatus();
		});
		this.#relay.startResending();
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
	}

	inject(fault: OwnFault): void {
		if (fault.fault !== 'reorg') return;
		const branch = this.#miner.branch(fault.depth);
		for (const block of branch) this.peers.broadcast({ type: 'block', block });
		this.#addBlocks(branch);
	}

	/** A reorganisation is over at once: nothing lasts. */
	clearFaults(): void {}

	#createPeers(): PeerTable<Message> {
		const { traffic, identity, clientVersion } = this;
		const world = this.#world;
		return new PeerTable<Message>({
			world,
			traffic,
			about: () => ({
				nodeId: identity.nodeId,
				client: clientVersion,
				address: world.address(),
			}),
			onConnected: ({ name }) => {
				this.peers.send(name, this.#status());
			},
		});
	}

	#status(): MessageOf<'status'> {
		const { block, totalDifficulty } = this.chain.head;
		return { type: 'status', head: block.hash, number: block.number, totalDifficulty };
	}

	#broadcastStatus(): void {
		if (!this.#isPaused) this.peers.broadcast(this.#status());
		this.#world.after(statusMs, () => {
			this.#broadcastStatus();
		});
	}

	/** Adds blocks, and announces the head when it has moved. */
	#addBlocks(blocks: readonly Block[], from?: string): void {
		const { chain, settings, identity } = this;
		const before = chain.head.block.hash;
		for (const block of blocks) this.#addBlock(block);
		if (chain.head.block.hash === before) return;
		const final = chain.at(chain.head.block.number - settings.finalizedDepth);
		identity.wallet.settle(chain.get(final?.hash ?? '')?.nonces ?? new Map());
		this.peers.broadcast({ type: 'block', block: chain.head.block }, (name) => name !== from);
		this.#miner.search();
	}

	#addBlock(block: Block): void {
		const aheadSeconds = block.timestamp - this.#world.wallNowMs() / 1000;
		if (aheadSeconds > maxAheadSeconds) return;
		const result = this.chain.add(block);
		if (result.outcome !== 'added' || !result.isHead) return;
		this.#lastHeadAtMs = this.#world.nowMs();
		if (result.reorg) this.#onReorg(result.reorg);
		this.pool.settle(this.chain.head.nonces);
	}

	/** Returns the transactions of the dropped blocks to the pool. */
	#onReorg(reorg: Reorg): void {
		this.reorgs.push(reorg);
		if (this.reorgs.length > maxReorgsHeld) this.reorgs.shift();
		for (const { transactions } of reorg.dropped) {
			for (const each of transactions) this.pool.add(each, this.chain.head.nonces);
		}
	}

	#handle(from: string, message: Message): void {
		switch (message.type) {
			case 'status':
				this.heads.set(from, message);
				if (!this.#isPaused) this.sync.onStatus(from, message);
				break;
			case 'block':
				if (!this.#isPaused && this.chain.get(message.block.parentHash)) {
					this.#addBlocks([message.block], from);
				}
				break;
			case 'transactions':
				this.#relay.add(message.transactions, from);
				break;
			case 'blocksRequest':
				this.sync.onRequest(from, message);
				break;
			case 'blocks':
				if (!this.#isPaused) this.sync.onBlocks(from, message);
				break;
		}
	}
}

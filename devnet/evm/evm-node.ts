import { UserError } from '../../source/domain/errors.ts';
import type { NodeProcess, World } from '../node-process.ts';
import { createPeerTable } from '../peer-table.ts';
import type { PeerTable, TableMessage } from '../peer-table.ts';
import { createTraffic } from '../traffic.ts';
import type { Traffic } from '../traffic.ts';
import { blockDifficulty, createBlock } from './block.ts';
import type { Block, Transaction } from './block.ts';
import type { Chain, Reorg } from './chain.ts';
import { messageTypes } from './message.ts';
import type { Message, MessageOf } from './message.ts';
import { createSync } from './sync.ts';
import type { Sync } from './sync.ts';
import { createTxPool } from './tx-pool.ts';
import type { TxPool } from './tx-pool.ts';
import type { Wallet } from './wallet.ts';

export interface EvmSettings {
	/** Mean time between two blocks while both nodes mine. */
	readonly blockMs: number;
	/** That the users of one node send. */
	readonly transactionsPerSecond: number;
	/** Blocks on top that make a block safe, and finalized. */
	readonly safeDepth: number;
	readonly finalizedDepth: number;
}

/** What an operator keeps safe apart from the data. */
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

/**
 * One life of a node of a small proof-of-work-like chain: who finds a block first is drawn from the
 * seed instead of by work. Blocks and transactions are gossiped; of two branches the heavier is
 * followed.
 */
export interface EvmNode extends NodeProcess {
	readonly name: string;
	readonly identity: EvmIdentity;
	readonly settings: EvmSettings;
	readonly clientVersion: string;
	readonly startedAtMs: number;
	readonly chain: Chain;
	readonly pool: TxPool;
	readonly peers: PeerTable<Message>;
	readonly traffic: Traffic<Message['type'] | TableMessage['type']>;
	readonly sync: Sync;
	/** The heads that peers told of, by name. */
	readonly heads: ReadonlyMap<string, Omit<MessageOf<'status'>, 'type'>>;
	/** Of this life, oldest first. */
	readonly reorgs: readonly Reorg[];
	readonly lastHeadAtMs: number;
}

const statusMs = 3000;
const resendMs = 5000;
const maxInBlock = 100;
const maxReorgsHeld = 50;
/** As geth: a block further in the future is not taken. */
const maxAheadSeconds = 15;
/** A block takes at least this share of the mean; the rest is drawn. */
const leastShare = 0.6;

export function createEvmNode(options: EvmNodeOptions): EvmNode {
	const { world, settings, identity, chain, version } = options;
	const { wallet } = identity;
	const startedAtMs = world.nowMs();
	const traffic = createTraffic(messageTypes, startedAtMs);
	const pool = createTxPool();
	const heads = new Map<string, Omit<MessageOf<'status'>, 'type'>>();
	const reorgs: Reorg[] = [];
	const clientVersion = `nodetop-devnet-evm/v${version}-sha256/${process.platform}-${process.arch}/node${process.versions.node}`;
	let lastHeadAtMs = startedAtMs;
	let isPaused = false;
	let attempt = 0;

	const peers: PeerTable<Message> = createPeerTable<Message>({
		world,
		traffic,
		known: world.neighbours,
		about: () => {
			const address = world.address();
			return {
				nodeId: identity.nodeId,
				client: clientVersion,
				...(address !== undefined && { address }),
			};
		},
		onConnected: (name) => {
			peers.send(name, statusMessage());
		},
	});

	const statusMessage = (): MessageOf<'status'> => {
		const { block, totalDifficulty } = chain.head;
		return { type: 'status', head: block.hash, number: block.number, totalDifficulty };
	};

	/** Takes a block in; gives whether it became the head. */
	const take = (block: Block): boolean => {
		const aheadSeconds = block.timestamp - world.wallNowMs() / 1000;
		if (aheadSeconds > maxAheadSeconds) return false;
		const result = chain.add(block);
		if (result.outcome !== 'added' || !result.isHead) return false;
		lastHeadAtMs = world.nowMs();
		const { nonces } = chain.head;
		if (result.reorg) {
			reorgs.push(result.reorg);
			if (reorgs.length > maxReorgsHeld) reorgs.shift();
			for (const { transactions } of result.reorg.dropped) {
				for (const transaction of transactions) pool.add(transaction, nonces);
			}
		}
		pool.settle(nonces);
		return true;
	};

	const takeAll = (blocks: readonly Block[], from?: string): void => {
		const before = chain.head.block.hash;
		for (const block of blocks) take(block);
		if (chain.head.block.hash === before) return;
		const final = chain.at(chain.head.block.number - settings.finalizedDepth);
		wallet.settle(chain.get(final?.hash ?? '')?.nonces ?? new Map());
		peers.broadcast({ type: 'block', block: chain.head.block }, from);
		mine();
	};

	const sync = createSync({
		world,
		chain,
		peers,
		onBlocks: (blocks) => {
			takeAll(blocks);
		},
	});

	const blockOn = (parent: Block, timestamp: number, transactions: readonly Transaction[]): Block =>
		createBlock({
			number: parent.number + 1,
			parentHash: parent.hash,
			timestamp: Math.max(parent.timestamp + 1, timestamp),
			miner: identity.miner,
			difficulty: blockDifficulty,
			nonce: `0x${world.random.hex(8)}`,
			transactions,
		});

	/** Looks for a block on the head; another head makes it look anew. */
	const mine = (): void => {
		attempt += 1;
		const own = attempt;
		const drawn = leastShare + world.random.exponential(2 * (1 - leastShare));
		world.after(settings.blockMs * drawn, () => {
			if (own !== attempt) return;
			if (isPaused || sync.progress()) {
				mine();
				return;
			}
			const { block, nonces } = chain.head;
			const timestamp = Math.floor(world.wallNowMs() / 1000);
			takeAll([blockOn(block, timestamp, pool.executable(nonces, maxInBlock))]);
		});
	};

	/** Finds a branch of empty blocks from below the head, one longer than what it replaces. */
	const reorganize = (depth: number): void => {
		const from = chain.at(chain.head.block.number - depth);
		if (!from) {
			throw new UserError(`${world.name} holds only ${chain.size} blocks`, {
				nextSteps: ['wait, or ask for a smaller depth'],
			});
		}
		const branch: Block[] = [];
		for (let count = 0; count <= depth; count += 1) {
			const parent = branch.at(-1) ?? from;
			branch.push(blockOn(parent, chain.at(parent.number + 1)?.timestamp ?? 0, []));
		}
		for (const block of branch) peers.broadcast({ type: 'block', block });
		takeAll(branch);
	};

	const offer = (transactions: readonly Transaction[], from?: string): void => {
		const { nonces } = chain.head;
		const fresh = transactions.filter((transaction) => pool.add(transaction, nonces));
		if (fresh.length > 0) peers.broadcast({ type: 'transactions', transactions: fresh }, from);
	};

	const sendOne = (): void => {
		world.after(world.random.exponential(1000 / settings.transactionsPerSecond), () => {
			const transaction = wallet.send(world.random);
			if (transaction) offer([transaction]);
			sendOne();
		});
	};

	const resend = (): void => {
		offer(wallet.open(chain.head.nonces));
		world.after(resendMs, resend);
	};

	const tellStatus = (): void => {
		if (!isPaused) peers.broadcast(statusMessage());
		world.after(statusMs, tellStatus);
	};

	const handle = (from: string, message: Message): void => {
		switch (message.type) {
			case 'status':
				heads.set(from, message);
				if (!isPaused) sync.consider(from, message);
				break;
			case 'block':
				if (isPaused) break;
				if (chain.get(message.block.parentHash)) takeAll([message.block], from);
				break;
			case 'transactions':
				offer(message.transactions, from);
				break;
			case 'blocksRequest':
				sync.onRequest(from, message);
				break;
			case 'blocks':
				if (!isPaused) sync.onBlocks(from, message);
				break;
		}
	};

	return {
		name: world.name,
		identity,
		settings,
		clientVersion,
		startedAtMs,
		chain,
		pool,
		peers,
		traffic,
		sync,
		heads,
		reorgs,
		get lastHeadAtMs() {
			return lastHeadAtMs;
		},
		start() {
			peers.start();
			mine();
			sendOne();
			world.after(world.random.between(0, statusMs), tellStatus);
			resend();
		},
		receive(from, text) {
			const message = peers.receive(from, text);
			if (message) handle(from, message);
		},
		onPeerClosed: peers.onClosed,
		setPaused(paused) {
			isPaused = paused;
		},
		inject(fault) {
			if (fault.fault === 'reorg') reorganize(fault.depth);
		},
		clearFaults: () => undefined,
	};
}

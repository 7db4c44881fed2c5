import type { World } from '../node-process.ts';
import type { PeerTable } from '../peer-table.ts';
import type { Block } from './block.ts';
import type { Chain } from './chain.ts';
import type { Message, MessageOf } from './message.ts';

/** Gets the branch of a heavier head backwards, until it meets a block that is held. */
export interface Sync {
	/** A peer follows a head that this node does not hold. */
	consider(from: string, status: Omit<MessageOf<'status'>, 'type'>): void;
	onRequest(from: string, message: MessageOf<'blocksRequest'>): void;
	onBlocks(from: string, message: MessageOf<'blocks'>): void;
	/** Where it began and what it is after; `undefined` when it fetches nothing. */
	progress(): { readonly startingBlock: number; readonly highestBlock: number } | undefined;
}

interface SyncOptions {
	readonly world: World;
	readonly chain: Chain;
	readonly peers: PeerTable<Message>;
	readonly onBlocks: (blocks: readonly Block[]) => void;
}

interface Fetch {
	readonly peer: string;
	readonly status: Omit<MessageOf<'status'>, 'type'>;
	readonly startingBlock: number;
	/** What has come so far, oldest first. */
	branch: readonly Block[];
	wanted: string;
	lastAtMs: number;
}

const blocksPerMessage = 64;
/** Without an answer for this long, another status begins it anew. */
const patienceMs = 3000;
/** A single block behind is nothing to call syncing. */
const farBlocks = 2;

export function createSync({ world, chain, peers, onBlocks }: SyncOptions): Sync {
	let fetch: Fetch | undefined;
	const isWaiting = () => fetch !== undefined && world.nowMs() - fetch.lastAtMs < patienceMs;

	const ask = (asking: Fetch): void => {
		asking.lastAtMs = world.nowMs();
		peers.send(asking.peer, { type: 'blocksRequest', hash: asking.wanted });
	};

	return {
		consider(from, status) {
			if (status.totalDifficulty <= chain.head.totalDifficulty) return;
			if (isWaiting() || chain.get(status.head)) return;
			const startingBlock = chain.head.block.number;
			const lastAtMs = world.nowMs();
			fetch = { peer: from, status, startingBlock, branch: [], wanted: status.head, lastAtMs };
			ask(fetch);
		},
		onRequest(from, { hash }) {
			const held = chain.ancestors(hash, blocksPerMessage);
			const [oldest] = held;
			if (!oldest) return;
			const isPruned = oldest.block.number > 0 && !chain.get(oldest.block.parentHash);
			const { totalDifficulty, nonces } = oldest;
			const base = isPruned && { base: { totalDifficulty, nonces: [...nonces] } };
			peers.send(from, { type: 'blocks', blocks: held.map(({ block }) => block), ...base });
		},
		onBlocks(from, { blocks, base }) {
			const [oldest] = blocks;
			if (!fetch || fetch.peer !== from || !oldest || blocks.at(-1)?.hash !== fetch.wanted) return;
			fetch.branch = [...blocks, ...fetch.branch];
			const isLinked = chain.get(oldest.hash) ?? chain.get(oldest.parentHash);
			if (!isLinked && !base) {
				fetch.wanted = oldest.parentHash;
				ask(fetch);
				return;
			}
			const { branch } = fetch;
			fetch = undefined;
			if (!isLinked && base) {
				chain.restartAt({
					block: oldest,
					totalDifficulty: base.totalDifficulty,
					nonces: new Map(base.nonces),
				});
			}
			onBlocks(branch);
		},
		progress() {
			if (!fetch || !isWaiting()) return undefined;
			const highestBlock = fetch.status.number;
			if (highestBlock - chain.head.block.number < farBlocks) return undefined;
			return { startingBlock: fetch.startingBlock, highestBlock };
		},
	};
}

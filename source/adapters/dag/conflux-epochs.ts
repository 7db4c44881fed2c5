import { PollError } from '../../domain/errors.ts';
import type { Block } from '../../sections/chain/schema.ts';
import { toCount } from '../quantity.ts';
import { callRpc } from './json-rpc.ts';
import type { RpcCall } from './json-rpc.ts';
import { blockSchema, hashesSchema, readVertex } from './conflux-wire.ts';
import type { ConfluxStatus } from './conflux-wire.ts';
import { createPivotChain } from './pivot-chain.ts';
import { createRecentVertices, eachOf } from './recent.ts';
import type { RecentVertices } from './recent.ts';

/** The newest blocks of a Conflux node, read epoch by epoch. */
export interface EpochReader {
	readonly recent: RecentVertices;
	/** The pivot block of each of the newest epochs, oldest first; empty while none was read. */
	pivots(): readonly Block[];
	/** Blocks of the epochs read so far that were skipped, and how many epochs that is. */
	skipped(): { readonly blocks: number; readonly epochs: number };
	/** The block time of the newest pivot block that was read, Unix ms. */
	newestAtMs(): number | undefined;
	/** Reads what is new, a few epochs at most. Rejects with the `PollError` of what failed. */
	read(status: ConfluxStatus, ask: Ask): Promise<void>;
	reset(): void;
}

type Ask = <T>(call: Omit<RpcCall<T>, 'url'>) => ReturnType<typeof callRpc<T>>;

/** An epoch has one to a dozen blocks, and about one comes a second: older ones are left out. */
const epochsPerPoll = 3;
const blocksPerPoll = 12;
const atOnce = 4;

export function createEpochReader(): EpochReader {
	const recent = createRecentVertices();
	const pivots = createPivotChain();
	let readUpTo: number | undefined;
	const skipped = createSkippedBlocks();

	/** Takes a block in. What was read before is not asked for again, unless it is a pivot now. */
	async function readBlock(hash: string, finalizedEpoch: number | undefined, ask: Ask) {
		const block = await ask({
			method: 'cfx_getBlockByHash',
			params: [hash, false],
			schema: blockSchema.nullable(),
		});
		const vertex = block.value ? readVertex(block.value, finalizedEpoch) : undefined;
		if (vertex) recent.put(vertex);
		return vertex;
	}

	return {
		recent,
		pivots: pivots.blocks,
		skipped: skipped.totals,
		newestAtMs() {
			const newest = Date.parse(pivots.blocks().at(-1)?.at ?? '');
			return Number.isNaN(newest) ? undefined : newest;
		},
		async read(status, ask) {
			const head = toCount(status.epochNumber);
			if (head === undefined) return;
			const finalizedEpoch = toCount(status.latestFinalized);
			const first = Math.max(head - epochsPerPoll + 1, (readUpTo ?? -1) + 1, 0);
			let left = blocksPerPoll;
			for (let epoch = first; epoch <= head; epoch += 1) {
				const number = `0x${epoch.toString(16)}`;
				const method = 'cfx_getBlocksByEpoch';
				const { value } = await ask({ method, params: [number], schema: hashesSchema });
				const others = await skipped.read(number, ask);
				// The last hash is the pivot block's, and is worth most.
				const all = [...others, ...value];
				const chosen = left > 0 ? all.slice(-left) : [];
				left -= chosen.length;
				const pivot = value.at(-1);
				await eachOf(chosen, atOnce, async (hash) => {
					if (recent.has(hash) && hash !== pivot) return;
					const vertex = await readBlock(hash, finalizedEpoch, ask);
					if (vertex && hash === pivot) pivots.put(epoch, vertex);
				});
				readUpTo = epoch;
			}
		},
		reset() {
			recent.clear();
			pivots.clear();
			readUpTo = undefined;
			skipped.reset();
		},
	};
}

/** Counts the blocks that an epoch took in, but did not execute because they were too many. */
function createSkippedBlocks() {
	const none = { blocks: 0, epochs: 0 };
	let totals = none;
	let isOffered = true;
	return {
		totals: () => totals,
		async read(epoch: string, ask: Ask): Promise<readonly string[]> {
			if (!isOffered) return [];
			const method = 'cfx_getSkippedBlocksByEpoch';
			try {
				const { value } = await ask({ method, params: [epoch], schema: hashesSchema });
				totals = { blocks: totals.blocks + value.length, epochs: totals.epochs + 1 };
				return value;
			} catch (error) {
				if (!(error instanceof PollError) || error.code !== 'unsupported') throw error;
				isOffered = false;
				return [];
			}
		},
		reset() {
			totals = none;
			isOffered = true;
		},
	};
}

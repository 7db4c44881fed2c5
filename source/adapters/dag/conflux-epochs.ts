import { toCount } from '../quantity.ts';
import { callRpc } from './json-rpc.ts';
import type { RpcCall } from './json-rpc.ts';
import { blockSchema, hashesSchema, readVertex } from './conflux-wire.ts';
import type { ConfluxStatus } from './conflux-wire.ts';
import { createRecentVertices, eachOf } from './recent.ts';
import type { RecentVertices } from './recent.ts';

/** The newest blocks of a Conflux node, read epoch by epoch. */
export interface EpochReader {
	readonly recent: RecentVertices;
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
	let readUpTo: number | undefined;
	let newestAtMs: number | undefined;
	return {
		recent,
		newestAtMs: () => newestAtMs,
		async read(status, ask) {
			const head = toCount(status.epochNumber);
			if (head === undefined) return;
			const finalizedEpoch = toCount(status.latestFinalized);
			const first = Math.max(head - epochsPerPoll + 1, (readUpTo ?? -1) + 1, 0);
			let left = blocksPerPoll;
			for (let epoch = first; epoch <= head; epoch += 1) {
				const params = [`0x${epoch.toString(16)}`];
				const schema = hashesSchema;
				const { value } = await ask({ method: 'cfx_getBlocksByEpoch', params, schema });
				// The last hash is the pivot block's, and is worth most.
				const chosen = left > 0 ? value.slice(-left) : [];
				left -= chosen.length;
				await eachOf(chosen, atOnce, async (hash) => {
					if (recent.has(hash)) return;
					const block = await ask({
						method: 'cfx_getBlockByHash',
						params: [hash, false],
						schema: blockSchema.nullable(),
					});
					if (!block.value) return;
					const vertex = readVertex(block.value, finalizedEpoch);
					if (vertex) recent.put(vertex);
					const seconds = toCount(block.value.timestamp);
					if (seconds !== undefined && hash === value.at(-1)) newestAtMs = seconds * 1000;
				});
				readUpTo = epoch;
			}
		},
		reset() {
			recent.clear();
			readUpTo = undefined;
			newestAtMs = undefined;
		},
	};
}

import type { OwnFault } from '../faults.ts';
import type { World } from '../node-process.ts';
import type { PeerTable } from '../peer-table.ts';
import type { Block } from './block.ts';
import type { Mempool } from './mempool.ts';
import type { Message } from './message.ts';
import type { Store } from './store.ts';

interface MisbehaviorOptions {
	readonly world: World;
	readonly store: Store;
	readonly mempool: Mempool;
	readonly peers: PeerTable<Message>;
}

const scanEveryMs = 200;
const keysInScan = 40;
const churnEveryMs = 1000;

/** The faults of one replica that are its own, and last until they are ended. */
export class Misbehavior {
	readonly #options: MisbehaviorOptions;
	readonly #active = new Set<OwnFault['fault']>();
	#scanned = 0;

	constructor(options: MisbehaviorOptions) {
		this.#options = options;
	}

	has(fault: OwnFault['fault']): boolean {
		return this.#active.has(fault);
	}

	start(fault: OwnFault): void {
		const { store, mempool } = this.#options;
		const isNew = !this.#active.has(fault.fault);
		this.#active.add(fault.fault);
		if (fault.fault === 'slowDisk') store.setSlow(fault.latencyMs);
		if (fault.fault === 'flood') mempool.setFlood(fault.factor);
		if (fault.fault === 'cacheThrash') store.setThrashed(true);
		if (isNew && fault.fault === 'cacheThrash') this.#scan();
		if (isNew && fault.fault === 'churn') this.#churn();
	}

	endAll(): void {
		this.#active.clear();
		this.#options.store.setSlow(0);
		this.#options.store.setThrashed(false);
		this.#options.mempool.setFlood(1);
	}

	/** A proposal whose hash is not that of its content. */
	forged(block: Block): Block {
		return { ...block, proposer: this.#options.world.name, id: this.#options.world.random.hex(32) };
	}

	#scan(): void {
		const { world, store } = this.#options;
		if (!this.#active.has('cacheThrash')) return;
		const { keys } = store;
		for (let index = 0; index < Math.min(keysInScan, keys.length); index += 1) {
			this.#scanned = (this.#scanned + 1) % keys.length;
			store.read(keys[this.#scanned] ?? '');
		}
		world.after(scanEveryMs, () => {
			this.#scan();
		});
	}

	#churn(): void {
		const { world, peers } = this.#options;
		if (!this.#active.has('churn')) return;
		for (const { name } of world.random.sample(peers.connected(), 1)) peers.close(name);
		world.after(churnEveryMs, () => {
			this.#churn();
		});
	}
}

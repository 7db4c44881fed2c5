import type { World } from '../node-process.ts';
import type { Block } from './block.ts';
import type { Counters } from './counters.ts';
import type { Store } from './store.ts';

/** Writes each vote to disk before it is sent: a replica that forgot one could vote twice. */
export class VoteWriter {
	readonly #world: World;
	readonly #store: Store;
	readonly #counters: Counters;
	#waiting = 0;

	constructor({ world, store, counters }: VoteWriterOptions) {
		this.#world = world;
		this.#store = store;
		this.#counters = counters;
	}

	/** Votes that are not on disk yet. */
	get waiting(): number {
		return this.#waiting;
	}

	write({ view, id }: Block, send: () => void): void {
		const beganAtMs = this.#world.nowMs();
		this.#waiting += 1;
		this.#world.after(this.#store.write('vote', `${view} ${id}`), () => {
			this.#waiting -= 1;
			this.#counters.voteTime.observe((this.#world.nowMs() - beganAtMs) / 1000);
			send();
		});
	}
}

interface VoteWriterOptions {
	readonly world: World;
	readonly store: Store;
	readonly counters: Counters;
}

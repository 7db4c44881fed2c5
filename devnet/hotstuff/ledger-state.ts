import { createHash } from 'node:crypto';
import type { Block } from './block.ts';
import type { StateCounters } from './state-counters.ts';
import type { Change, Store } from './store.ts';
import { decode, genesisBalances, maxTransactionBytes } from './transaction.ts';
import type { InvalidReason, Transaction } from './transaction.ts';

const accountKey = (name: string) => `account/${name}`;
const contractKey = (id: string) => `contract/${id}`;
const blockKey = (height: number) => `block/${height}`;
/** Blocks that the store keeps. */
const keptBlocks = 64;
const snapshotEvery = 50;
const maxContracts = 150;

/** Accounts and contracts, as the committed transactions made them; kept in the store. */
export class LedgerState {
	readonly counts: StateCounters;
	readonly #store: Store;
	readonly #contracts: string[] = [];
	/** Height → size of the block in the store. */
	readonly #blockBytes = new Map<number, number>();
	#allBlockBytes = 0;

	constructor(store: Store, counts: StateCounters) {
		this.#store = store;
		this.counts = counts;
		const { keys } = store;
		this.#contracts.push(
			...keys.filter((key) => key.startsWith('contract/')).map((key) => key.slice(9)),
		);
		if (keys.length === 0) {
			store.batch([...genesisBalances].map(([name, sum]) => [accountKey(name), String(sum)]));
		}
		for (const key of keys) {
			if (key.startsWith('block/')) this.#setBlock(Number(key.slice(6)), store.sizeOf(key));
		}
	}

	get sizeBytes(): number {
		return this.#store.liveBytes - this.#allBlockBytes;
	}

	get accounts(): number {
		return genesisBalances.size;
	}

	get contracts(): number {
		return this.#contracts.length;
	}

	/** Checks a transaction of a client; `undefined` when it may wait for a block. */
	validate(text: string): InvalidReason | undefined {
		const { counts } = this;
		counts.validations += 1;
		const { problem, tookMs } = this.#check(text);
		counts.validationTime.observe(tookMs / 1000);
		if (problem === undefined) return undefined;
		counts.failures.set(problem, (counts.failures.get(problem) ?? 0) + 1);
		return problem;
	}

	/** A client asks for a balance. */
	query(account: string): void {
		this.counts.queries += 1;
		this.counts.queryTime.observe(this.#store.read(accountKey(account)).tookMs / 1000);
	}

	/** Applies committed blocks, oldest first, and writes what changed. */
	apply(blocks: readonly Block[]): void {
		for (const { height, transactions, id } of blocks) {
			const changes = new Map<string, string | undefined>();
			for (const text of transactions) this.#transition(text, changes);
			changes.set(blockKey(height), `${id} ${transactions.join('\n')}`);
			this.#store.batch([...changes] satisfies Change[]);
			this.#setBlock(height, this.#store.sizeOf(blockKey(height)));
			this.#deleteBlock(height - keptBlocks);
			if (height % snapshotEvery === 0) this.#snapshot();
		}
	}

	#setBlock(height: number, bytes: number): void {
		this.#allBlockBytes += bytes - (this.#blockBytes.get(height) ?? 0);
		this.#blockBytes.set(height, bytes);
	}

	#deleteBlock(height: number): void {
		if (!this.#blockBytes.has(height)) return;
		this.#store.delete(blockKey(height));
		this.#setBlock(height, 0);
		this.#blockBytes.delete(height);
	}

	#check(text: string): { readonly problem: InvalidReason | undefined; readonly tookMs: number } {
		if (text.length > maxTransactionBytes) return { problem: 'tooLarge', tookMs: 0 };
		const transaction = decode(text);
		if (!transaction) return { problem: 'malformed', tookMs: 0 };
		const { value, tookMs } = this.#store.read(accountKey(transaction.from));
		if (value === undefined) return { problem: 'unknownAccount', tookMs };
		return { problem: Number(value) < transaction.amount ? 'overdraft' : undefined, tookMs };
	}

	#transition(text: string, changes: Map<string, string | undefined>): void {
		const transaction = decode(text);
		this.counts.transitions += 1;
		const tookMs = transaction ? this.#execute(transaction, changes) : 0;
		this.counts.transitionTime.observe(tookMs / 1000);
	}

	/** What a later transaction of the block reads is what an earlier one wrote. */
	#execute(
		{ kind, id, from, to, amount, payload }: Transaction,
		changes: Map<string, string | undefined>,
	): number {
		let tookMs = 0;
		const balance = (key: string): number => {
			const changed = changes.get(key);
			if (changed !== undefined) return Number(changed);
			const read = this.#store.read(key);
			tookMs += read.tookMs;
			return Number(read.value ?? 0);
		};
		const [sender, receiver] = [accountKey(from), accountKey(to)];
		const [ofSender, ofReceiver] = [balance(sender), balance(receiver)];
		if (ofSender < amount) return tookMs;
		changes.set(sender, String(ofSender - amount));
		changes.set(receiver, String(ofReceiver + amount));
		const newest = this.#contracts.at(-1) ?? '';
		if (kind === 'deploy' && this.#contracts.length < maxContracts) {
			this.#contracts.push(id);
			changes.set(contractKey(id), payload);
		} else if (kind === 'call' && newest !== '') changes.set(contractKey(newest), payload);
		return tookMs;
	}

	/** The hash over everything, as a replica that joins would ask for. */
	#snapshot(): void {
		this.counts.snapshots += 1;
		const isState = (key: string) => !key.startsWith('block/') && key !== 'snapshot';
		const { lines, tookMs } = this.#store.scan(isState);
		const digest = createHash('sha256').update(lines.join('\n')).digest('hex');
		const writtenMs = this.#store.write('snapshot', digest);
		this.counts.snapshotTime.observe((tookMs + writtenMs) / 1000);
	}
}

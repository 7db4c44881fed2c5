import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	blockDifficulty,
	createBlock,
	createGenesis,
	createTransaction,
} from '../../../devnet/evm/block.ts';
import type { Block, Transaction } from '../../../devnet/evm/block.ts';
import { Chain } from '../../../devnet/evm/chain.ts';
import { createTxPool } from '../../../devnet/evm/tx-pool.ts';

const genesis = createGenesis('test', 0);

function childOf(parent: Block, nonce: string, transactions: readonly Transaction[] = []): Block {
	return createBlock({
		number: parent.number + 1,
		parentHash: parent.hash,
		timestamp: parent.timestamp + 2,
		miner: '0xminer',
		difficulty: blockDifficulty,
		nonce,
		transactions,
	});
}

function branch(from: Block, length: number, nonce: string): Block[] {
	const blocks: Block[] = [];
	for (let count = 0; count < length; count += 1) {
		blocks.push(childOf(blocks.at(-1) ?? from, nonce));
	}
	return blocks;
}

test('a hash is the SHA-256 of the header, and a changed block is refused', () => {
	const block = childOf(genesis, '0x1');
	const root = createHash('sha256').update('[]').digest('hex');
	const header = [1, genesis.hash, 2, '0xminer', blockDifficulty, '0x1', `0x${root}`];
	const expected = createHash('sha256').update(JSON.stringify(header)).digest('hex');
	expect(block.hash).toBe(`0x${expected}`);
	const chain = new Chain(genesis);
	for (const changed of [
		{ ...block, timestamp: 99 },
		{ ...block, parentHash: `0x${'1'.repeat(64)}` },
		{ ...block, transactions: [createTransaction({ from: '0xa', nonce: 0, value: 1 })] },
		createBlock({ ...block, difficulty: blockDifficulty * 2 }),
		createBlock({ ...block, timestamp: genesis.timestamp }),
		createBlock({ ...block, number: 2 }),
	]) {
		expect(chain.add(changed).outcome).toBe('invalid');
	}
	expect(chain.add(block)).toEqual({ outcome: 'added', isHead: true });
	expect(chain.add(block).outcome).toBe('known');
	expect(chain.add(childOf(childOf(block, '0x2'), '0x3')).outcome).toBe('orphan');
});

test('the heavier branch is followed, of equal ones the first seen', () => {
	const chain = new Chain(genesis);
	const trunk = branch(genesis, 3, '0xa');
	for (const block of trunk) chain.add(block);
	const forkedAt = trunk[0] ?? genesis;
	const [b2, b3, b4] = branch(forkedAt, 3, '0xb');
	for (const block of [b2, b3]) {
		expect(block && chain.add(block)).toEqual({ outcome: 'added', isHead: false });
	}
	expect(chain.head.block).toBe(trunk[2]);
	expect(b4 && chain.add(b4)).toEqual({
		outcome: 'added',
		isHead: true,
		reorg: { depth: 2, forkNumber: 1, dropped: [trunk[1], trunk[2]] },
	});
	expect([0, 1, 2, 3, 4, 5].map((number) => chain.at(number)?.hash)).toEqual([
		genesis.hash,
		forkedAt.hash,
		b2?.hash,
		b3?.hash,
		b4?.hash,
		undefined,
	]);
});

test('in whatever order a tree of blocks comes, the head is one of the heaviest and hangs together', () => {
	const blocks: fc.Arbitrary<Block[]> = fc
		.array(fc.nat(), { minLength: 1, maxLength: 25 })
		.map((draws) => {
			const tree = [genesis];
			for (const [index, draw] of draws.entries()) {
				tree.push(childOf(tree[draw % tree.length] ?? genesis, `0x${index}`));
			}
			return tree.slice(1);
		});
	fc.assert(
		fc.property(blocks, fc.infiniteStream(fc.nat()), (tree, order) => {
			const chain = new Chain(genesis);
			const waiting = [...tree];
			while (waiting.length > 0) {
				const ready = waiting.filter(({ parentHash }) => chain.get(parentHash));
				const { value: draw = 0 } = order.next();
				const next = ready[draw % ready.length];
				if (!next) throw new Error('a tree always has a next block');
				chain.add(next);
				waiting.splice(waiting.indexOf(next), 1);
			}
			const { head } = chain;
			expect(head.block.number).toBe(Math.max(...tree.map(({ number }) => number)));
			expect(head.totalDifficulty).toBe((head.block.number + 1) * blockDifficulty);
			for (let { number, parentHash } = head.block; number > 0; number -= 1) {
				expect(chain.at(number - 1)?.hash).toBe(parentHash);
				parentHash = chain.at(number - 1)?.parentHash ?? '';
			}
		}),
		{ numRuns: 100 },
	);
});

test('old blocks are forgotten, and branches that lost sooner', () => {
	const chain = new Chain(genesis);
	const side = branch(genesis, 2, '0xb');
	for (const block of [...branch(genesis, 1500, '0xa').slice(0, 3), ...side]) chain.add(block);
	for (const block of branch(genesis, 1500, '0xa').slice(3)) chain.add(block);
	expect(chain.size).toBeLessThanOrEqual(1026);
	expect(chain.at(100)).toBeUndefined();
	expect(chain.at(1000)?.number).toBe(1000);
	expect(chain.at(0)).toBe(genesis);
	expect(chain.get(side[1]?.hash ?? '')).toBeUndefined();
});

test('a transaction waits for those before it, and is taken once', () => {
	const pool = createTxPool();
	const [t0, t1, t2] = [0, 1, 2].map((nonce) =>
		createTransaction({ from: '0xa', nonce, value: nonce }),
	);
	if (!t0 || !t1 || !t2) throw new Error('three transactions were made');
	const fresh = new Map<string, number>();
	expect([t0, t2].map((each) => pool.add(each, fresh))).toEqual([true, true]);
	expect(pool.add(t0, fresh)).toBe(false);
	expect(pool.counts(fresh)).toEqual({ pending: 1, queued: 1 });
	expect(pool.executable(fresh, 10)).toEqual([t0]);
	pool.add(t1, fresh);
	expect(pool.executable(fresh, 10)).toEqual([t0, t1, t2]);
	expect(pool.executable(fresh, 2)).toEqual([t0, t1]);
	const chain = new Chain(genesis);
	expect(chain.add(childOf(genesis, '0x1', [t1, t0])).outcome).toBe('invalid');
	chain.add(childOf(genesis, '0x1', [t0, t1]));
	pool.settle(chain.head.nonces);
	expect(pool.counts(chain.head.nonces)).toEqual({ pending: 1, queued: 0 });
	expect(pool.add(t0, chain.head.nonces)).toBe(false);
	expect(chain.add(childOf(chain.head.block, '0x2', [t1])).outcome).toBe('invalid');
});

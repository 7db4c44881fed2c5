import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { evm } from '../../../source/adapters/evm/adapter.ts';
import type { Source } from '../../../source/adapters/adapter.ts';
import { createHttp } from '../../../source/adapters/http.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';
import { anvilBinary, askRaw, startAnvil } from '../../helpers/anvil.ts';
import type { Anvil } from '../../helpers/anvil.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';
import { endpointOf } from './rpc-node.ts';

const isMissing = anvilBinary() === undefined;
if (isMissing)
	console.warn('anvil is not installed here: the tests against a real node are skipped');

interface WireHead {
	readonly number: string;
	readonly hash: string;
	readonly timestamp: string;
	readonly parentHash: string;
}

function watcher(url: string): { source: Source; poll: () => Promise<Reading> } {
	const target = targetFor(url);
	const http = createHttp(target);
	const source = evm.open(target);
	return {
		source,
		poll: async () => readingSchema.parse(await source.poll(contextFor(target, { http }))),
	};
}

describe('a real anvil', () => {
	let anvil: Anvil | undefined;
	beforeAll(async () => {
		if (!isMissing) anvil = await startAnvil({ blockTime: 1 });
	});
	afterAll(async () => {
		await anvil?.stop();
	});
	const url = () => anvil?.url ?? '';

	it.skipIf(isMissing)('is recognised', async () => {
		const target = targetFor(url());
		expect(await evm.probe(target, contextFor(target))).toEqual({
			found: expect.stringMatching(/^anvil \d+\.\d+\.\d+/),
			confidence: 'certain',
		});
	});

	it.skipIf(isMissing)('is read as an independent question shows it', async () => {
		const reading = await watcher(url()).poll();
		const number = Number(reading.chain?.head?.number);
		const block = (await askRaw(url(), 'eth_getBlockByNumber', [
			`0x${number.toString(16)}`,
			false,
		])) as WireHead; // The block that the reading names exists.
		const genesis = (await askRaw(url(), 'eth_getBlockByNumber', ['0x0', false])) as WireHead;
		expect(reading.chain?.head).toEqual({
			number: Number(block.number),
			hash: block.hash,
			at: new Date(Number(block.timestamp) * 1000).toISOString(),
			parentHash: block.parentHash,
		});
		expect(reading.identity).toMatchObject({
			client: 'anvil',
			version: expect.stringMatching(/^\d+\.\d+\.\d+/),
			userAgent: await askRaw(url(), 'web3_clientVersion'),
			chainId: 31_337,
			networkId: 31_337,
			genesisHash: genesis.hash,
		});
		expect(reading.consensus).toMatchObject({ status: 'active', height: number });
		expect(reading.chain).toMatchObject({ syncing: false, txPool: { pending: 0, queued: 0 } });
		expect(reading.latencyMs).toBeGreaterThan(0);
		expect(endpointOf(reading, 'net_peerCount')).toMatchObject({ status: 'unavailable' });
		expect(reading.network).toBeUndefined();
	});

	it.skipIf(isMissing)('shows its interval as its blocks are stamped', async () => {
		const { poll } = watcher(url());
		const first = Number((await poll()).chain?.head?.number);
		const { number, shown } = await vi.waitFor(
			async () => {
				const { chain } = await poll();
				const last = Number(chain?.head?.number);
				expect(last).toBeGreaterThan(first + 1);
				return { number: last, shown: chain?.blockIntervalMs };
			},
			{ timeout: 40_000, interval: 200 },
		);
		// On a busy machine anvil itself leaves a second out.
		const stampOf = async (block: number): Promise<number> => {
			const answer = await askRaw(url(), 'eth_getBlockByNumber', [
				`0x${block.toString(16)}`,
				false,
			]);
			return Number((answer as WireHead).timestamp); // A block that was the head.
		};
		const seconds = (await stampOf(number)) - (await stampOf(first));
		expect(seconds).toBeGreaterThanOrEqual(number - first);
		expect(shown).toBe((1000 * seconds) / (number - first));
	});

	it.skipIf(isMissing)('counts a transaction that waits', async () => {
		const quiet = await startAnvil();
		try {
			const { poll } = watcher(quiet.url);
			expect((await poll()).consensus?.status).toMatch(/^(active|unknown)$/);
			await askRaw(quiet.url, 'evm_setAutomine', [false]);
			const [from, to] = (await askRaw(quiet.url, 'eth_accounts')) as string[]; // Ten by default.
			await askRaw(quiet.url, 'eth_sendTransaction', [{ from, to, value: '0x1' }]);
			expect((await poll()).chain?.txPool).toEqual({ pending: 1, queued: 0 });
			await askRaw(quiet.url, 'evm_mine');
			const { chain } = await poll();
			expect(chain?.txPool).toEqual({ pending: 0, queued: 0 });
			expect(chain?.head?.number).toBe(1);
		} finally {
			await quiet.stop();
		}
	});

	it.skipIf(isMissing)(
		'that was killed is unreachable, and read again when it is back',
		async () => {
			const first = await startAnvil({ blockTime: 1 });
			const { poll } = watcher(first.url);
			await poll();
			await first.kill();
			await expect(poll()).rejects.toMatchObject({ name: 'PollError', code: 'unreachable' });
			const second = await startAnvil({ blockTime: 1, port: Number(new URL(first.url).port) });
			try {
				expect((await poll()).identity?.chainId).toBe(31_337);
			} finally {
				await second.stop();
			}
		},
	);
});

describe('a reorganisation of a real anvil', () => {
	it.skipIf(isMissing)('is told with its depth, also when the head rose meanwhile', async () => {
		const anvil = await startAnvil();
		try {
			await askRaw(anvil.url, 'anvil_mine', ['0x14']);
			const { poll } = watcher(anvil.url);
			const before = await poll();
			expect(before.chain?.recent?.map(({ number }) => number)).toEqual(
				Array.from({ length: 13 }, (_, index) => 8 + index),
			);
			await askRaw(anvil.url, 'anvil_reorg', [3, []]);
			await askRaw(anvil.url, 'anvil_mine', ['0x2']);
			const after = await poll();
			expect(after.chain?.head?.number).toBe(22);
			expect(after.chain?.reorgs).toMatchObject({ count: 1, lastDepth: 3, lastForkNumber: 17 });
			const shared = (reading: Reading) =>
				reading.chain?.recent?.filter(({ number }) => Number(number) <= 17);
			expect(shared(after)).toEqual(shared(before));
		} finally {
			await anvil.stop();
		}
	});

	it.skipIf(isMissing)('that goes back and grows again is told once, block by block', async () => {
		const anvil = await startAnvil();
		try {
			const mine = (blocks: number) =>
				askRaw(anvil.url, 'anvil_mine', [`0x${blocks.toString(16)}`]);
			await mine(10);
			const { poll } = watcher(anvil.url);
			await poll();
			const snapshot = await askRaw(anvil.url, 'evm_snapshot');
			await mine(5);
			const before = await poll();
			expect(before.chain?.reorgs).toEqual({ count: 0 });
			await askRaw(anvil.url, 'evm_revert', [snapshot]);
			const back = await poll();
			expect(back.chain?.head?.number).toBe(10);
			expect(back.chain?.reorgs).toEqual({ count: 0 });
			await askRaw(anvil.url, 'evm_increaseTime', [3600]);
			await mine(5);
			const after = await poll();
			expect(after.chain?.head?.number).toBe(before.chain?.head?.number);
			expect(after.chain?.head?.hash).not.toBe(before.chain?.head?.hash);
			expect(after.chain?.reorgs).toMatchObject({ count: 1, lastDepth: 5, lastForkNumber: 10 });
			await mine(1);
			const { chain } = await poll();
			expect(chain?.reorgs).toMatchObject({ count: 1 });
			expect(chain?.recent?.at(-1)?.number).toBe(16);
			for (const [index, block] of (chain?.recent ?? []).entries()) {
				const told = (await askRaw(anvil.url, 'eth_getBlockByNumber', [
					`0x${Number(block.number).toString(16)}`,
					false,
				])) as WireHead; // The block that the reading names exists.
				expect([index, block.hash]).toEqual([index, told.hash]);
			}
		} finally {
			await anvil.stop();
		}
	});
});

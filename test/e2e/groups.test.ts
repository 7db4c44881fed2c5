import { afterEach, describe, expect, it } from 'vitest';
import { startDevnet } from '../../devnet/devnet.ts';
import { documentSchema } from '../../source/sections/snapshot.ts';
import type { SnapshotDocument } from '../../source/sections/snapshot.ts';
import { watchNodes } from '../helpers/monitor.ts';
import { anvilBinary, askRaw, startAnvil } from '../helpers/anvil.ts';
import type { Anvil } from '../helpers/anvil.ts';
import { runNodetop } from '../helpers/run-nodetop.ts';
import { targetFor } from '../helpers/targets.ts';
import { watchVirtually } from '../helpers/virtual-fleet.ts';

const hasAnvil = anvilBinary() !== undefined;
if (!hasAnvil) console.info('skipped: anvil is not installed (@foundry-rs/anvil-linux-amd64)');

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
	for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function once(...nodes: readonly string[]): Promise<SnapshotDocument> {
	const { stdout, exitCode } = await runNodetop(['--once', '--json', ...nodes]);
	expect(exitCode).toBe(0);
	return documentSchema.parse(JSON.parse(stdout));
}

/**
 * Of one genesis: the same chain id and the same timestamp make the same block 0. So long ago that
 * block 10 is new.
 */
const genesisAt = Math.floor(Date.now() / 1000) - 103;

async function twin(): Promise<Anvil> {
	const anvil = await startAnvil({ chainId: 4242, timestamp: genesisAt });
	cleanups.push(() => anvil.stop());
	return anvil;
}

/** Mines empty blocks at stated times, so that two anvils mine the same or different ones. */
async function mine(anvil: Anvil, from: number, to: number, stepSeconds: number): Promise<void> {
	for (let number = from; number <= to; number++) {
		await askRaw(anvil.url, 'evm_setNextBlockTimestamp', [genesisAt + number * stepSeconds]);
		await askRaw(anvil.url, 'evm_mine');
	}
}

describe.skipIf(!hasAnvil)('two anvils of one genesis', () => {
	it('agree while they mine alike, and are forked from the block on where they do not', async () => {
		const [a, b] = [await twin(), await twin()];
		await mine(a, 1, 10, 10);
		await mine(b, 1, 10, 10);
		const agreed = await once(`a=${a.url}`, `b=${b.url}`);
		expect(agreed.groups).toMatchObject([
			{ name: 'evm:4242', state: 'agreed', common: { height: 10, by: 2 } },
		]);
		await mine(a, 11, 14, 10);
		await mine(b, 11, 15, 11);
		const watch = watchNodes([
			targetFor(a.url, { name: 'a', kind: 'evm', intervalMs: 200 }),
			targetFor(b.url, { name: 'b', kind: 'evm', intervalMs: 200 }),
		]);
		cleanups.push(() => watch.stop());
		await expect
			.poll(() => watch.fleet.getSnapshot().groups[0], { timeout: 40_000 })
			.toMatchObject({
				state: 'forked',
				fork: {
					number: 10,
					branches: [
						{ height: 15, nodes: ['b'] },
						{ height: 14, nodes: ['a'] },
					],
				},
			});
		const forked = await once(`a=${a.url}`, `b=${b.url}`);
		expect(forked.groups).toMatchObject([{ state: 'forked' }]);
		for (const { health } of forked.nodes) {
			expect(health.issues).toContainEqual(expect.objectContaining({ code: 'networkForked' }));
		}
		const told = forked.groups[0]?.fork?.branches.map(({ hash }) => hash);
		const heads = await Promise.all(
			[b, a].map(async ({ url }) => {
				// The block that the node itself names, asked without any code of ours.
				const head = (await askRaw(url, 'eth_getBlockByNumber', ['latest', false])) as {
					hash: string;
				};
				return head.hash;
			}),
		);
		expect(told).toEqual(heads);
	});
});

describe.skipIf(!hasAnvil)('two anvils that mine on demand', () => {
	it('rest while no transaction waits, and stand still while one does', async () => {
		const [a, b] = [await twin(), await twin()];
		const targets = [
			targetFor(a.url, { name: 'a', kind: 'evm' }),
			targetFor(b.url, { name: 'b', kind: 'evm' }),
		];
		const fleet = watchVirtually(targets, Date.now());
		cleanups.push(() => {
			fleet.close();
		});
		await fleet.step(1);
		for (let number = 1; number <= 5; number++) {
			await mine(a, number, number, 10);
			await mine(b, number, number, 10);
			await fleet.step(2);
		}
		for (const seconds of [50, 400, 7200]) {
			await fleet.step(seconds);
			expect(fleet.group()).toMatchObject({ state: 'agreed', common: { height: 5, by: 2 } });
			expect(fleet.node('a').chain?.txPool?.pending).toBe(0);
			expect(fleet.node('a').health.issues).toEqual([]);
		}
		for (const anvil of [a, b]) {
			await askRaw(anvil.url, 'evm_setAutomine', [false]);
			const [from] = (await askRaw(anvil.url, 'eth_accounts')) as readonly string[];
			await askRaw(anvil.url, 'eth_sendTransaction', [{ from, to: from, value: '0x1' }]);
		}
		await fleet.step(400);
		expect(fleet.node('a').chain?.txPool?.pending).toBe(1);
		expect(fleet.group()).toMatchObject({ state: 'stalled' });
		await mine(a, 6, 6, 10);
		await mine(b, 6, 6, 10);
		await fleet.step(2);
		expect(fleet.node('a').chain?.txPool?.pending).toBe(0);
		expect(fleet.group().state).not.toBe('stalled');
	});
});

describe('the demo network', () => {
	it('--once names a partition that is seen in one round, with its sides', async () => {
		const devnet = await startDevnet({
			nodeCount: 4,
			seed: 11,
			version: '1',
			basePort: 0,
			clock: 'manual',
		});
		cleanups.push(() => devnet.stop());
		const specs = devnet.nodes
			.filter(({ kind }) => kind === 'qudag')
			.map(({ name, url }) => `${name}=${url}`);
		devnet.advance(15_000);
		expect((await once(...specs)).groups).toMatchObject([
			{ name: 'qudag:nodetop-devnet', state: 'agreed', common: { by: 4 } },
		]);
		const fault = {
			fault: 'partition',
			groups: [
				['dag-1', 'dag-3'],
				['dag-2', 'dag-4'],
			],
		};
		await fetch(`${devnet.controlUrl}/faults`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(fault),
		});
		devnet.advance(4000);
		const split = async () => {
			const { groups, alerts } = await once(...specs);
			const told = alerts.filter(({ rule }) => rule === 'network-partitioned');
			return { groups, told: told.length };
		};
		// Each run is one round; one in which this machine was too busy for some of the polls shows less.
		await expect
			.poll(split, { timeout: 50_000, interval: 0 })
			.toMatchObject({ groups: [{ state: 'partitioned', sides: fault.groups }], told: 1 });
	});
});

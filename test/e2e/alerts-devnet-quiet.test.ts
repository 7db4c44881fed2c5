import { afterEach, describe, expect, it, vi } from 'vitest';
import { anvilBinary, askRaw, startAnvil } from '../helpers/anvil.ts';
import { hasEtcd, put, startEtcd } from '../helpers/etcd.ts';
import { nameOf, startDevnetWatch, startVirtualWatch } from '../helpers/virtual-watch.ts';
import type { DevnetWatch, DevnetWatchOptions, VirtualWatch } from '../helpers/virtual-watch.ts';

/**
 * What must wake nobody: each is a thing that happens every day, and that a monitor easily takes for
 * trouble. Programs are real where they are installed; the monitor’s time is virtual.
 */

const hasAnvil = anvilBinary() !== undefined;
if (!hasAnvil) console.info('skipped: anvil is not installed (@foundry-rs/anvil-linux-amd64)');
if (!hasEtcd()) console.info('skipped: etcd is not installed (Debian: etcd-server)');

const intervalMs = 5000;
const minuteRounds = 60_000 / intervalMs;
const hourMs = 3_600_000;
/** How long nothing happens. */
const restMinutes = Number(process.env['NODETOP_REST_MINUTES'] ?? 4);
/** How long rounds come late. */
const lateMinutes = Number(process.env['NODETOP_LATE_MINUTES'] ?? 1);

// Some hundred rounds of ten nodes: seconds, but minutes on a machine that does other things too.
vi.setConfig({ testTimeout: 300_000 });

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function devnet(options: Partial<DevnetWatchOptions> = {}): Promise<DevnetWatch> {
	const watch = await startDevnetWatch({ seed: 7, intervalMs, ...options });
	cleanups.push(() => watch.stop());
	return watch;
}

async function over(targets: { name: string; url: string; kind: string }[]): Promise<VirtualWatch> {
	const watch = await startVirtualWatch({
		targets,
		intervalMs,
		startMs: Date.now(),
		areReal: true,
	});
	cleanups.push(() => watch.stop());
	return watch;
}

/** What was there to be told in so many rounds, each with its severity. */
async function told(watch: VirtualWatch, rounds: number): Promise<string[]> {
	const all = new Set<string>();
	for (let count = 0; count < rounds; count += 1) {
		for (const incident of (await watch.round()).told) {
			all.add(`${incident.severity} ${nameOf(incident)}`);
		}
	}
	return [...all];
}

const critical = (names: readonly string[]) => names.filter((name) => name.startsWith('critical'));

describe('the devnet wakes nobody', () => {
	it('when it is watched from its first moment', async () => {
		expect(await told(await devnet({ ageMs: 0 }), 2 * minuteRounds)).toEqual([]);
	});

	it('when nodes restart at once, as for an upgrade', async () => {
		const watch = await devnet();
		await told(watch, minuteRounds);
		for (const node of ['dag-3', 'hotstuff-3', 'evm-1']) {
			await watch.fault({ fault: 'crash', node });
		}
		const during = await told(watch, 1);
		await watch.heal();
		expect([...during, ...(await told(watch, 2 * minuteRounds))]).toEqual([]);
	});

	it('when nodes begin anew with nothing, and sync', async () => {
		const watch = await devnet({ ageMs: 3 * 60_000 });
		await told(watch, minuteRounds);
		for (const node of ['dag-3', 'hotstuff-3', 'evm-1']) {
			await watch.fault({ fault: 'restart', node, data: 'empty' });
		}
		expect(critical(await told(watch, 3 * minuteRounds))).toEqual([]);
	});

	it('when the monitor is under such load that rounds come late, and some very late', async () => {
		const latenessMs = (round: number) => (round % 7 === 6 ? 40_000 : (round % 3) * 3500);
		expect(await told(await devnet({ latenessMs }), lateMinutes * minuteRounds)).toEqual([]);
	});

	it(`when this machine slept for eight hours with its nodes, and for ${restMinutes} minutes while they went on`, async () => {
		const watch = await devnet();
		await told(watch, 2 * minuteRounds);
		watch.sleep(8 * hourMs);
		const { dag, hotstuff, evm } = watch.devnet;
		for (const network of [dag, hotstuff, evm]) network.skip(8 * hourMs);
		expect(critical(await told(watch, 3 * minuteRounds))).toEqual([]);
		watch.sleep(restMinutes * 60_000);
		watch.devnet.advance(restMinutes * 60_000);
		expect(critical(await told(watch, 3 * minuteRounds))).toEqual([]);
	});

	it('when the clock of this machine was an hour off, and is set', async () => {
		const watch = await devnet();
		watch.sleep(-hourMs);
		await told(watch, 2 * minuteRounds);
		watch.sleep(hourMs);
		expect(critical(await told(watch, 3 * minuteRounds))).toEqual([]);
	});
});

describe.skipIf(!hasAnvil)('anvil wakes nobody', () => {
	it.each([31_337, 4242])(
		`at rest for ${restMinutes} minutes, of chain %i: blocks come with transactions`,
		async (chainId) => {
			// Started a minute apart, as two that are not of one genesis.
			const timestamp = Math.floor(Date.now() / 1000);
			const anvils = [
				await startAnvil({ chainId, timestamp: timestamp - 60 }),
				await startAnvil({ chainId, timestamp }),
			];
			for (const anvil of anvils) cleanups.push(() => anvil.stop());
			for (const { url } of anvils) await askRaw(url, 'evm_mine');
			const watch = await over(
				anvils.map(({ url }, index) => ({ name: `anvil-${index}`, url, kind: 'evm' })),
			);
			expect(await told(watch, restMinutes * minuteRounds)).toEqual([]);
		},
	);
});

describe.skipIf(!hasEtcd())('etcd wakes nobody', () => {
	it(`at rest for ${restMinutes} minutes after some writes: nothing is committed`, async () => {
		const cluster = await startEtcd(3);
		cleanups.push(() => cluster.stop());
		const members = cluster.members.map(({ name, url }) => ({ name, url, kind: 'bft' }));
		const watch = await over(members);
		const first = cluster.members[0]?.url ?? '';
		const all: string[] = [];
		for (let index = 0; index < minuteRounds; index += 1) {
			await put(first, 'key', `${index}`);
			all.push(...(await told(watch, 1)));
		}
		expect([...all, ...(await told(watch, restMinutes * minuteRounds))]).toEqual([]);
	});
});

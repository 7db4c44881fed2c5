import { afterEach, expect, it, vi } from 'vitest';
import type { Incident } from '../../source/alerts/incident.ts';
import {
	genesisSeconds,
	pubkey,
	slotMs,
	slotsPerEpoch,
	startBeaconNode,
} from '../adapters/bft/beacon/chain.ts';
import type { BeaconChain } from '../adapters/bft/beacon/chain.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { startVirtualWatch } from '../helpers/virtual-watch.ts';
import type { VirtualWatch } from '../helpers/virtual-watch.ts';

/**
 * Validators of one's own behind a beacon node: what they miss is an alert with their name, in the time of its rule,
 * and nothing else is. A round is a slot, in virtual time.
 */
vi.setConfig({ testTimeout: 120_000 });

const firstSlot = 3200;
/** A beacon node tells nothing of its machine: it is shown with the figures of this one, which are no matter here. */
const ofThisMachine = new Set(['cpu-busy', 'memory-low', 'disk-low', 'descriptors-high']);
const running: (TestServer | VirtualWatch)[] = [];
afterEach(async () => {
	for (const each of running.splice(0)) await ('stop' in each ? each.stop() : each.close());
});

async function watchChain(changes: Partial<BeaconChain> = {}) {
	const { chain, server } = await startBeaconNode({ slot: firstSlot, ...changes });
	const startMs = genesisSeconds * 1000 + firstSlot * slotMs + 4000;
	let nowMs = startMs;
	const watch = await startVirtualWatch({
		targets: [{ name: 'beacon', kind: 'bft', url: server.url, mine: ['5', pubkey] }],
		intervalMs: slotMs,
		startMs,
		pass(durationMs) {
			nowMs += durationMs;
			chain.slot = Math.floor((nowMs / 1000 - genesisSeconds) / (slotMs / 1000));
		},
	});
	running.push(watch, server);
	return {
		chain,
		/** Lets slots pass; gives what was told, with the slot in which it was first. */
		async pass(slots: number): Promise<ReadonlyMap<string, number>> {
			const told = new Map<string, number>();
			for (let slot = 0; slot < slots; slot += 1) {
				for (const { rule, message } of (await watch.round()).told.map(subjectOf)) {
					if (ofThisMachine.has(rule)) continue;
					const key = `${rule}: ${message}`;
					if (!told.has(key)) told.set(key, chain.slot);
				}
			}
			return told;
		},
	};
}

function subjectOf({ rule, message }: Incident) {
	// Counts go on.
	return { rule, message: message.replace(/ \d+ (?=duties|sync)/, ' N ') };
}

const epochOf = (slot: number) => Math.floor(slot / slotsPerEpoch);

it('validators that do their duties are no matter, and neither are those of others', async () => {
	const { chain, pass } = await watchChain({ proposers: new Map([[3210, '5']]) });
	chain.absent = new Map([100, 101, 102].map((epoch) => [epoch, ['9']]));
	chain.withoutSyncMessage = ['9'];
	chain.missedSlots = [3211];
	expect([...(await pass(4 * slotsPerEpoch)).keys()]).toEqual([]);
});

it('attestations missed three times in a row are told when the third epoch is over', async () => {
	const absent = new Map([101, 102, 103].map((epoch) => [epoch, ['5']] as const));
	const { pass } = await watchChain({ absent });
	const told = await pass(6 * slotsPerEpoch);
	expect([...told.keys()]).toEqual([
		'own-validator-missing: your validator 5 missed N duties in a row',
	]);
	const [slot = 0] = told.values();
	expect(epochOf(slot)).toBe(104);
	expect(slot % slotsPerEpoch).toBeLessThan(2);
});

it('a proposal that brought no block is told when its epoch is over, by the public key that is watched', async () => {
	const { pass } = await watchChain({ proposers: new Map([[3210, '77']]), missedSlots: [3210] });
	const told = await pass(2 * slotsPerEpoch);
	expect([...told]).toEqual([
		[
			'own-validator-proposal-missed: your validator 77 missed 1 block proposal in an hour',
			expect.any(Number),
		],
	]);
	expect(epochOf([...told.values()][0] ?? 0)).toBe(101);
});

it('sync committee messages missed four times in a row are told within the fifth slot', async () => {
	const { chain, pass } = await watchChain();
	expect([...(await pass(3)).keys()]).toEqual([]);
	chain.withoutSyncMessage = ['77'];
	const from = chain.slot;
	const told = await pass(20);
	expect([...told.keys()]).toEqual([
		'own-validator-sync-missing: your validator 77 missed N sync committee messages in a row',
	]);
	expect([...told.values()][0]).toBeLessThanOrEqual(from + 5);
});

it('a slashed one is told at once, and no more of it', async () => {
	const { chain, pass } = await watchChain();
	await pass(2);
	chain.slashed = ['5'];
	const from = chain.slot;
	// Who is slashed is asked once a minute.
	const told = await pass(slotsPerEpoch);
	expect([...told.keys()]).toEqual(['own-validator-slashed: your validator 5 was slashed']);
	expect([...told.values()][0]).toBeLessThanOrEqual(from + 6);
});

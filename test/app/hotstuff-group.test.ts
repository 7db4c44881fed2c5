import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDevnet } from '../../devnet/devnet.ts';
import type { RunningDevnet } from '../../devnet/devnet.ts';
import { watchDevnet } from '../helpers/virtual-fleet.ts';
import type { DevnetFleet } from '../helpers/virtual-fleet.ts';

const epochMs = 1_760_000_000_000;
let devnet: RunningDevnet;
let fleet: DevnetFleet;

beforeEach(async () => {
	devnet = await startDevnet({
		nodeCount: 4,
		seed: 5,
		version: '1',
		basePort: 0,
		clock: 'manual',
		epochMs,
	});
	fleet = watchDevnet(devnet, { network: 'hotstuff', epochMs });
	for (let poll = 0; poll < 6; poll += 1) await fleet.step(2);
});
afterEach(async () => {
	fleet.close();
	await devnet.stop();
});

const [one, two, three, four] = ['hotstuff-1', 'hotstuff-2', 'hotstuff-3', 'hotstuff-4'];
const codes = (name: string) => fleet.node(name).health.issues.map(({ code }) => code);

describe('a HotStuff-2 group', () => {
	it('agrees by the hashes that its replicas committed', () => {
		const { chain, network, consensus } = fleet.node('hotstuff-1');
		expect(chain?.recent?.length).toBeGreaterThan(10);
		expect(chain?.recent?.at(-1)).toEqual(chain?.finalized);
		expect(chain).not.toHaveProperty('head');
		expect(network?.peerList).toHaveLength(3);
		expect(network?.peerList?.[0]?.client).toMatch(/^nodetop-devnet/);
		const group = fleet.group();
		expect(group).toMatchObject({
			name: 'bft:nodetop-devnet-hotstuff',
			state: 'agreed',
			common: { by: 4 },
			peers: { distinct: 4, inCommon: 4 },
		});
		expect(Number(group.common?.height)).toBeGreaterThan(Number(consensus?.height) - 5);
		expect(group.message).toMatch(/^4 nodes agree at \d+ [\da-f]{10}$/);
	});

	it('cut in halves is partitioned within 5 s, with its sides; healed, it agrees', async () => {
		const groups = [
			[one, three],
			[two, four],
		];
		await fleet.inject({ fault: 'partition', groups });
		await fleet.step(4);
		expect(fleet.group()).toMatchObject({ state: 'partitioned', sides: groups });
		expect(fleet.group().members).toMatchObject([
			{ side: 0 },
			{ side: 1 },
			{ side: 0 },
			{ side: 1 },
		]);
		expect(codes('hotstuff-1')).toContain('networkPartitioned');
		// It lasts, whatever else is wrong by then.
		for (let poll = 0; poll < 20; poll += 1) await fleet.step(2);
		expect(fleet.group()).toMatchObject({ state: 'partitioned', sides: groups });
		await fleet.heal();
		for (let poll = 0; poll < 6; poll += 1) await fleet.step(2);
		expect(fleet.group()).toMatchObject({ state: 'agreed', common: { by: 4 } });
		expect(codes('hotstuff-1')).not.toContain('networkPartitioned');
	});

	it('with one cut off: the three go on, the one is a side of its own', async () => {
		await fleet.inject({ fault: 'partition', groups: [[one, two, four]] });
		const before = Number(fleet.node('hotstuff-1').consensus?.height);
		await fleet.step(4);
		for (let poll = 0; poll < 5; poll += 1) await fleet.step(2);
		expect(fleet.group()).toMatchObject({
			state: 'partitioned',
			sides: [[one, two, four], [three]],
		});
		expect(Number(fleet.node('hotstuff-1').consensus?.height)).toBeGreaterThan(before);
		await fleet.heal();
		for (let poll = 0; poll < 8; poll += 1) await fleet.step(2);
		expect(fleet.group()).toMatchObject({ state: 'agreed', common: { by: 4 } });
	});

	it('with a leader that equivocates does not fork: that is what its votes are for', async () => {
		await fleet.inject({ fault: 'equivocation', node: 'hotstuff-2' });
		for (let poll = 0; poll < 15; poll += 1) {
			await fleet.step(2);
			expect(fleet.group().state).not.toBe('forked');
		}
		expect(fleet.group()).toMatchObject({ state: 'agreed', common: { by: 4 } });
		expect(codes('hotstuff-1')).toContain('equivocation');
	});

	it('of which one crashed: the rest agree', async () => {
		await fleet.inject({ fault: 'crash', node: 'hotstuff-4' });
		await fleet.step(4);
		await fleet.step(2);
		const group = fleet.group();
		expect(group.state).toBe('agreed');
		expect(group.message).toContain('no answer from hotstuff-4');
	});
});

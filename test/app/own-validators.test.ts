import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDevnet } from '../../devnet/devnet.ts';
import type { RunningDevnet } from '../../devnet/devnet.ts';
import { cometAddress } from '../../devnet/hotstuff/comet-rpc.ts';
import { watchVirtually } from '../helpers/virtual-fleet.ts';
import type { VirtualFleet } from '../helpers/virtual-fleet.ts';
import { targetFor } from '../helpers/targets.ts';

/** The chain of the devnet in CometBFT's form, watched by one of its nodes with one validator of one's own. */
const epochMs = 1_760_000_000_000;
let devnet: RunningDevnet;
let fleet: VirtualFleet;
const own = 'hotstuff-2';

beforeEach(async () => {
	devnet = await startDevnet({
		nodeCount: 1,
		seed: 5,
		version: '1',
		basePort: 0,
		clock: 'manual',
		epochMs,
	});
	const url = devnet.nodes.find(({ name }) => name === 'hotstuff-1')?.url ?? '';
	const target = targetFor(`${url}/cometbft`, { name: 'chain', kind: 'cometbft', mine: [own] });
	fleet = watchVirtually([target], epochMs);
	await pass(20);
});
afterEach(async () => {
	fleet.close();
	await devnet.stop();
});

const stepSeconds = 4;

/** Lets time pass, with a poll each 4 s; no longer than until something is so. */
async function pass(seconds: number, until: () => boolean = () => false): Promise<void> {
	for (let second = 0; second < seconds && !until(); second += stepSeconds) {
		devnet.hotstuff.advance(stepSeconds * 1000);
		await fleet.step(stepSeconds);
	}
}
const findings = () =>
	fleet.node('chain').health.issues.map(({ code, message }) => `${code}: ${message}`);

describe('a validator of one’s own', () => {
	it('that does its duties is no finding, and the others are none of our business', async () => {
		await pass(20);
		const { validators, consensus } = fleet.node('chain');
		expect(consensus).toMatchObject({ status: 'active', validators: 4, votingPower: 0.25 });
		expect(validators?.list.map(({ name, mine }) => `${name} ${mine}`)).toEqual([
			'hotstuff-1 false',
			'hotstuff-2 true',
			'hotstuff-3 false',
			'hotstuff-4 false',
		]);
		expect(validators?.list.map(({ validator }) => validator)).toContain(cometAddress(own));
		devnet.hotstuff.apply({ fault: 'stall', node: 'hotstuff-3' });
		await pass(20);
		expect(findings().filter((each) => each.startsWith('ownValidator'))).toEqual([]);
	});

	it('that misses blocks is told by name within a few of them, then that it is jailed; and again well', async () => {
		devnet.hotstuff.apply({ fault: 'stall', node: own });
		await pass(8);
		expect(findings()[0]).toMatch(
			/^ownValidatorMissing: your validator hotstuff-2 missed \d+ duties in a row$/,
		);
		const has = (code: string) => findings().some((each) => each.startsWith(code));
		await pass(120, () => has('ownValidatorJailed'));
		expect(findings()).toContain('ownValidatorJailed: your validator hotstuff-2 is jailed');
		devnet.hotstuff.clear();
		await pass(240, () => !has('ownValidatorMissing') && !has('ownValidatorJailed'));
		expect(findings().filter((each) => /Missing|Jailed/.test(each))).toEqual([]);
	});

	it('that votes twice is told by name at once, as excluded; of another it is told as Byzantine', async () => {
		devnet.hotstuff.apply({ fault: 'doubleVote', node: own });
		await pass(20);
		expect(findings()).toContain(
			'ownValidatorTombstoned: your validator hotstuff-2 is excluded for good, for a double vote',
		);
		expect(findings().some((each) => each.startsWith('ownValidatorJailed'))).toBe(false);
	});

	it('is not meant when another votes twice: that is told with the name of who did', async () => {
		devnet.hotstuff.apply({ fault: 'doubleVote', node: 'hotstuff-4' });
		await pass(20);
		expect(findings().some((each) => each.startsWith('ownValidator'))).toBe(false);
		expect(findings()).toContainEqual(
			expect.stringMatching(/^byzantineBehavior: .* by hotstuff-4: doubleVote$/),
		);
	});
});

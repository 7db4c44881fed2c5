import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { documentSchema } from '../../source/sections/snapshot.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import { toDocument } from '../../source/fleet/document.ts';
import { startDevnetWatch } from '../helpers/virtual-watch.ts';
import type { DevnetWatch } from '../helpers/virtual-watch.ts';
import { toMoment } from '../../source/fleet/to-moment.ts';

/** A round is a second of the networks' own, virtual time. */
const intervalMs = 1000;
const dagNames = ['dag-1', 'dag-2', 'dag-3', 'dag-4'];

let watch: DevnetWatch;

beforeAll(async () => {
	watch = await startDevnetWatch({ seed: 7, intervalMs });
});

afterAll(() => watch.stop());

beforeEach(async () => {
	await watch.heal();
	await roundsUntil(() => group()?.state === 'agreed' && codes('dag-1').length === 0);
});

const group = (): Group | undefined =>
	watch.fleet.getSnapshot().groups.find(({ kind }) => kind === 'qudag');

/** How many rounds pass until it is so. */
async function roundsUntil(isSo: () => boolean, most = 60): Promise<number> {
	for (let count = 0; count < most; count += 1) {
		if (isSo()) return count;
		await watch.round();
	}
	expect(isSo(), `after ${most} rounds: ${group()?.state}, ${group()?.message}`).toBe(true);
	return most;
}

function position(name: string): string | undefined {
	return group()?.members.find((member) => member.node === name)?.position;
}

function snapshotOf(name: string) {
	const nodes = watch.fleet.getSnapshot().nodes;
	return nodes.find(({ target }) => target.name === name)?.snapshot;
}

const codes = (name: string) => (snapshotOf(name)?.health.issues ?? []).map(({ code }) => code);

function documentNow() {
	const nowMs = Date.parse(snapshotOf('dag-1')?.poll.at ?? '');
	return toDocument(toMoment(watch.fleet.getSnapshot(), { atMs: nowMs }), { version: '1' });
}

describe('the devnet under faults', { timeout: 120_000 }, () => {
	it('a partition 2|2 is called one within five seconds, for each of its nodes; healing clears it', async () => {
		const sides = [
			['dag-1', 'dag-4'],
			['dag-2', 'dag-3'],
		];
		await watch.fault({ fault: 'partition', groups: sides });
		expect(await roundsUntil(() => group()?.state === 'partitioned')).toBeLessThanOrEqual(5);
		expect(group()?.sides).toEqual(sides);
		for (const name of dagNames) expect(codes(name)).toContain('networkPartitioned');
		const document = documentNow();
		expect(documentSchema.parse(document)).toEqual(document);
		await watch.heal();
		await roundsUntil(() => group()?.state === 'agreed');
		expect(codes('dag-1')).not.toContain('networkPartitioned');
	});

	it('one cut off from three is a side of its own', async () => {
		await watch.fault({ fault: 'partition', groups: [['dag-3']] });
		await roundsUntil(() => group()?.state === 'partitioned');
		expect(group()?.sides).toEqual([['dag-1', 'dag-2', 'dag-4'], ['dag-3']]);
	});

	it('one that crashed is unreachable, and the rest agree', async () => {
		const seen = new Set<string | undefined>();
		const stop = watch.fleet.subscribe(() => seen.add(group()?.state));
		await watch.fault({ fault: 'crash', node: 'dag-2' });
		await roundsUntil(() => position('dag-2') === 'unreachable');
		expect(group()?.message).toMatch(/^3 nodes agree at .*; no answer from dag-2$/);
		stop();
		for (const state of ['partitioned', 'forked', 'stalled'])
			expect([...seen]).not.toContain(state);
	});

	it('one that stands still is stalled while the group agrees', async () => {
		await watch.fault({ fault: 'stall', node: 'dag-3' });
		await roundsUntil(() => position('dag-3') === 'stalled');
		expect(group()?.state).toBe('agreed');
		expect(position('dag-1')).toBe('level');
	});

	it('when all stand still the network is stalled, and that is one alert', async () => {
		for (const node of dagNames) await watch.fault({ fault: 'stall', node });
		await roundsUntil(() => group()?.state === 'stalled');
		const { alerts, nodes } = documentNow();
		// The chain's nodes beside them may show this machine's load.
		const ofChain = new Set(['evm-1', 'evm-2']);
		expect(alerts.filter(({ node = '' }) => !ofChain.has(node))).toMatchObject([
			{ rule: 'network-stalled', group: 'qudag:nodetop-devnet', severity: 'critical' },
		]);
		const ofDag = nodes.filter(({ target }) => dagNames.includes(target.name));
		expect(ofDag.map(({ health }) => health.status)).toEqual(Array(4).fill('degraded'));
		await watch.heal();
		await roundsUntil(() => group()?.state === 'agreed');
	});
});

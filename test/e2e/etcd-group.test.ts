import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Group } from '../../source/sections/group/schema.ts';
import { watchNodes } from '../helpers/monitor.ts';
import { hasEtcd, put, rawStatus, startEtcd } from '../helpers/etcd.ts';
import type { EtcdCluster } from '../helpers/etcd.ts';
import { targetFor } from '../helpers/targets.ts';
import { watchVirtually } from '../helpers/virtual-fleet.ts';

const isInstalled = hasEtcd();
if (!isInstalled) console.info('skipped: etcd is not installed (Debian: etcd-server)');

let cluster: EtcdCluster;

describe.skipIf(!isInstalled)('the group of three real etcd members', () => {
	beforeAll(async () => {
		cluster = await startEtcd(3);
	}, 30_000);
	afterAll(async () => {
		await cluster.stop();
	});

	const targets = () =>
		cluster.members.map(({ name, url }) =>
			targetFor(url, { name, kind: 'bft', intervalMs: 500, timeoutMs: 1500 }),
		);

	it('agrees by its leader, and is at rest while nobody writes, however long', async () => {
		const fleet = watchVirtually(targets(), Date.now());
		await fleet.step(1);
		// Bursts of writes are no pace, after which silence would be a stall.
		for (let burst = 0; burst < 5; burst += 1) {
			await put(cluster.members[0]?.url ?? '', 'key', `${burst}`);
			await fleet.step(2);
		}
		for (const seconds of [20, 400, 7200]) {
			await fleet.step(seconds);
			const { leader, raftTerm } = await rawStatus(cluster.members[0]?.url ?? '');
			const name = cluster.members.find((_, index) => {
				return fleet.node(`m${index + 1}`).identity?.nodeId === leader;
			})?.name;
			const group = fleet.group();
			expect(group.state).toBe('agreed');
			expect(group.message).toMatch(
				new RegExp(`^3 nodes agree at \\d+, led by ${name} in term ${raftTerm}$`),
			);
			expect(group.members.map(({ position }) => position)).toEqual(['level', 'level', 'level']);
			for (const { name: member } of cluster.members) {
				expect(fleet.node(member).health).toEqual({ status: 'up', issues: [] });
			}
		}
		fleet.close();
	});

	it('cut 2|1 is partitioned with its sides, and agrees again when healed', async () => {
		const watch = watchNodes(targets());
		const group = (): Group | undefined => watch.fleet.getSnapshot().groups[0];
		try {
			await expect.poll(() => group()?.state, { timeout: 40_000 }).toBe('agreed');
			await cluster.partition([['m1', 'm3'], ['m2']]);
			await expect
				.poll(group, { timeout: 40_000 })
				.toMatchObject({ state: 'partitioned', sides: [['m1', 'm3'], ['m2']] });
			// The one that is alone says so itself as soon as it has waited for an election.
			await expect
				.poll(() => watch.fleet.getSnapshot().nodes[1]?.snapshot.consensus?.status, {
					timeout: 40_000,
				})
				.toBe('stalled');
			expect(group()?.state).toBe('partitioned');
			// A side that has just chosen its leader answers 503 for a moment.
			await expect
				.poll(
					() =>
						put(cluster.members[0]?.url ?? '', 'key', 'of the larger side').then(
							() => 'written',
							String,
						),
					{ timeout: 40_000 },
				)
				.toBe('written');
			await cluster.partition();
			await expect
				.poll(group, { timeout: 40_000 })
				.toMatchObject({ state: 'agreed', message: expect.stringMatching(/^3 nodes agree at/) });
		} finally {
			watch.stop();
		}
	}, 180_000);
});

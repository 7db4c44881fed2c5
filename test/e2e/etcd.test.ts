import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { documentSchema } from '../../source/sections/snapshot.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { watchNodes } from '../helpers/monitor.ts';
import type { Monitor } from '../../source/app/open-monitor.ts';
import { hasEtcd, put, rawStatus, startEtcd } from '../helpers/etcd.ts';
import type { EtcdCluster, EtcdMember } from '../helpers/etcd.ts';
import { runNodetop } from '../helpers/run-nodetop.ts';
import { targetFor } from '../helpers/targets.ts';

const isInstalled = hasEtcd();
if (!isInstalled) console.info('skipped: etcd is not installed (Debian: etcd-server)');

const intervalMs = 500;
const timeoutMs = 800;

let cluster: EtcdCluster;
let watch: Monitor | undefined;

describe.skipIf(!isInstalled)('a cluster of three real etcd members', () => {
	beforeAll(async () => {
		cluster = await startEtcd(3);
	}, 30_000);
	afterAll(async () => {
		await cluster.stop();
	});
	afterEach(() => {
		watch?.stop();
		watch = undefined;
		for (const member of cluster.members) member.thaw();
	});

	/** Watches all members and waits until they are in agreement. */
	async function watchAll(): Promise<(name: string) => NodeSnapshot> {
		const started = watchNodes(
			cluster.members.map(({ name, url }) => targetFor(url, { name, intervalMs, timeoutMs })),
		);
		watch = started;
		const of = (name: string) => {
			const found = started.fleet
				.getSnapshot()
				.nodes.find(({ snapshot }) => snapshot.target.name === name);
			if (!found) throw new Error(`${name} is not watched`);
			return found.snapshot;
		};
		await expect
			.poll(() => cluster.members.map(({ name }) => of(name).consensus?.status))
			.toEqual(['active', 'active', 'active']);
		return of;
	}

	async function leaderAndFollowers(): Promise<[EtcdMember, EtcdMember, EtcdMember]> {
		const statuses = await Promise.all(
			cluster.members.map(async (member) => ({ member, status: await rawStatus(member.url) })),
		);
		const isLeader = ({ status }: (typeof statuses)[number]) =>
			status.leader === status.header.member_id;
		const leader = statuses.find(isLeader)?.member;
		const [first, second] = statuses.filter((one) => !isLeader(one)).map(({ member }) => member);
		if (!leader || !first || !second) throw new Error('the cluster has no one leader');
		return [leader, first, second];
	}

	it('is found out and told in one document', async () => {
		const [leader, follower] = await leaderAndFollowers();
		for (let index = 0; index < 5; index += 1) await put(leader.url, 'key', `${index}`);
		const specs = cluster.members.map(({ name, url }) => `${name}=${url}`);
		const { stdout, exitCode } = await runNodetop(['--once', '--json', ...specs]);
		expect(exitCode).toBe(0);
		const { nodes } = documentSchema.parse(JSON.parse(stdout));
		const raw = await rawStatus(leader.url);
		for (const node of nodes) {
			expect(node.target.kind).toBe('bft');
			expect(node.health).toMatchObject({ status: 'up', issues: [] });
			expect(node.poll).toMatchObject({ status: 'ok', failures: 0 });
			expect(node.identity).toMatchObject({ client: 'etcd', networkId: raw.header.cluster_id });
			expect(node.identity?.version).toMatch(/^3\.\d+\.\d+/);
			expect(node.identity?.uptimeSeconds).toBeGreaterThanOrEqual(0);
			expect(node.consensus).toMatchObject({
				status: 'active',
				leader: raw.header.member_id,
				isLeader: node.target.name === leader.name,
				validators: 3,
				view: Number(raw.raftTerm),
				pending: 0,
				failed: 0,
			});
			expect(node.consensus?.finalized).toBe(node.consensus?.height);
			expect(node.network?.peers).toBe(2);
			expect(node.network?.peerList).toHaveLength(2);
			expect(node.resources).toMatchObject({ source: 'node' });
			expect(Number(node.resources?.memoryResidentBytes)).toBeGreaterThan(5_000_000);
			expect(node.resources?.openFiles).toBeGreaterThan(5);
			expect(Number(node.resources?.databaseBytes)).toBeGreaterThan(10_000);
			// A clock that this machine was too busy to read in time is left out.
			const { offsetMs = 0, uncertaintyMs = 0 } = node.clock ?? {};
			expect(Math.abs(offsetMs)).toBeLessThanOrEqual(uncertaintyMs);
			const diskSync = node.consensus?.latenciesMs?.['diskSync'];
			expect(diskSync?.n).toBeGreaterThan(4);
			expect(diskSync?.p99).toBeGreaterThanOrEqual(diskSync?.p50 ?? Infinity);
		}
		const ids = nodes.map(({ identity }) => identity?.nodeId);
		expect(new Set(ids).size).toBe(3);
		expect(ids).toContain(raw.header.member_id);
		const peersOf = nodes.find(({ target }) => target.name === follower.name)?.network?.peerList;
		expect(peersOf?.map(({ id }) => id)).toContain(raw.header.member_id);
	});

	it('is not moved by being watched, and moves when somebody writes', async () => {
		const [leader] = await leaderAndFollowers();
		const of = await watchAll();
		const before = (await rawStatus(leader.url)).raftIndex;
		const polledAt = of(leader.name).poll.at;
		await expect
			.poll(() => Date.parse(of(leader.name).poll.at ?? '') - Date.parse(polledAt ?? ''))
			.toBeGreaterThan(4 * intervalMs);
		expect((await rawStatus(leader.url)).raftIndex).toBe(before);
		expect(of(leader.name).consensus?.height).toBe(Number(before));
		for (let index = 0; index < 20; index += 1) await put(leader.url, `k${index}`, 'v');
		const after = Number((await rawStatus(leader.url)).raftIndex);
		expect(after).toBeGreaterThanOrEqual(Number(before) + 20);
		for (const { name } of cluster.members) {
			await expect
				.poll(() => of(name).consensus)
				.toMatchObject({ height: after, applied: after, finalized: after, status: 'active' });
		}
		// Percentiles are now of what was written, not of all since the start.
		expect(of(leader.name).consensus?.latenciesMs?.['diskSync']?.n).toBeLessThanOrEqual(60);
	});

	it('whose leader freezes: it is down, another leads; it thaws, and follows', async () => {
		const [frozen, first, second] = await leaderAndFollowers();
		const of = await watchAll();
		const before = of(first.name).consensus;
		frozen.freeze();
		await expect.poll(() => of(frozen.name).poll.error?.code).toBe('timeout');
		expect(of(frozen.name).health).toMatchObject({
			status: 'down',
			issues: [{ code: 'nodeDown', severity: 'critical' }],
		});
		const frozenId = of(frozen.name).identity?.nodeId;
		await expect
			.poll(async () => (await rawStatus(first.url)).leader ?? frozenId)
			.not.toBe(frozenId);
		const elected = (await rawStatus(first.url)).leader;
		for (const { name } of [first, second]) {
			// One snapshot holds both: a member that follows the new leader is well at once.
			let led: NodeSnapshot | undefined;
			await expect
				.poll(() => (led = of(name)).consensus)
				.toMatchObject({ status: 'active', leader: elected });
			expect(led?.health.status).toBe('up');
			expect(Number(led?.consensus?.view)).toBeGreaterThan(Number(before?.view));
			expect(Number(led?.consensus?.viewChanges)).toBeGreaterThan(Number(before?.viewChanges));
		}
		const isLeaderNow = [first, second].filter(({ name }) => of(name).consensus?.isLeader === true);
		expect(isLeaderNow).toHaveLength(1);
		frozen.thaw();
		await expect.poll(async () => (await rawStatus(frozen.url)).leader).toBe(elected);
		// A poll may come after it thawed and before it heard of its successor: the next one tells.
		await expect
			.poll(() => of(frozen.name))
			.toMatchObject({
				health: { status: 'up' },
				consensus: { status: 'active', isLeader: false, leader: elected },
			});
	});

	it('without a quorum: the one that is left is stalled, and says why', async () => {
		const [one, two, left] = await leaderAndFollowers();
		const of = await watchAll();
		one.freeze();
		two.freeze();
		await expect.poll(async () => (await rawStatus(left.url)).leader).toBeUndefined();
		await expect.poll(() => of(left.name).consensus?.status).toBe('stalled');
		const { health, notes, consensus, poll } = of(left.name);
		expect(poll.status).toBe('ok');
		expect(consensus).not.toHaveProperty('leader');
		expect(consensus?.isLeader).toBe(false);
		expect(notes).toContain('no leader: too few members see one another');
		expect(health.issues.map(({ code }) => code)).toContain('consensusStalled');
		one.thaw();
		two.thaw();
		await expect.poll(async () => (await rawStatus(left.url)).leader).toBeDefined();
		await expect.poll(() => of(left.name).consensus?.status).toBe('active');
	});
});

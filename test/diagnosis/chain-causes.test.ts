import { describe, expect, it } from 'vitest';
import { fork, networkStalled, ownClock, partition } from '../../source/diagnosis/chain-causes.ts';
import { finalityStands, standsStill, syncing } from '../../source/diagnosis/progress-causes.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { goodAt, node, nowMs, weigh, withIssues } from './weighing.ts';

const at = (agoSeconds: number) => new Date(nowMs - agoSeconds * 1000).toISOString();
const a = node('a');

const group = (state: Group['state'], more: Partial<Group> = {}): Group => ({
	name: 'evm:1',
	kind: 'evm',
	nodes: ['a', 'b', 'c'],
	state,
	since: goodAt,
	message: `they are ${state}`,
	members: [],
	...more,
});

describe('what the comparison of a network names', () => {
	it.each([
		[partition, 'partitioned'],
		[fork, 'forked'],
		[networkStalled, 'stalled'],
	] as const)('is the cause of its nodes', (cause, state) => {
		expect(weigh(cause, a, { group: group(state) })).toEqual({
			for: [`4 evm:1 is ${state}: they are ${state}`, '4 seen across its nodes'],
			against: [],
		});
		expect(weigh(cause, a, { group: group('agreed') })).toBeUndefined();
		expect(weigh(cause, a)).toBeUndefined();
	});

	it('is likely at most where another nodetop tells a part of it', () => {
		const told = group('stalled', { hearsay: ['site/b'] });
		expect(weigh(networkStalled, a, { group: told })?.for).toEqual([
			'4 evm:1 is stalled: they are stalled; part of it is what another nodetop tells',
		]);
	});
});

describe('our own clock', () => {
	const off = (name: string, offsetMs: number, uncertaintyMs = 100) =>
		node(name, { clock: { offsetMs, uncertaintyMs, source: 'httpDate' } });
	const said = (...fleet: readonly NodeSnapshot[]) => weigh(ownClock, a, { fleet });

	it('is wrong where all others are off by as much', () => {
		expect(said(off('a', 60_000), off('b', 60_050))).toEqual({
			for: [
				'4 the clocks of 2 nodes agree with each other, and ours is 1m 00s off',
				'2 one wrong clock is likelier than several',
			],
			against: [],
		});
		expect(said(off('a', -60_000), off('b', -60_050), a)?.for[0]).toContain('of 2 nodes');
	});

	it('is not judged by one other, nor where they differ, nor where one is right', () => {
		expect(said(off('a', 60_000), a)).toBeUndefined();
		expect(said()).toBeUndefined();
		expect(said(off('a', 60_000), off('b', 60_199))).toBeDefined();
		expect(said(off('a', 60_000), off('b', 60_200))).toBeUndefined();
		expect(said(off('a', 60_000), off('b', -60_000))).toBeUndefined();
		expect(said(off('a', 60_000), off('b', 60_000), off('c', 100))).toBeUndefined();
		expect(said(off('a', 60_000, 90_000), off('b', 60_000, 90_000))).toBeUndefined();
	});
});

describe('a node that catches up', () => {
	it('is told by its findings', () => {
		expect(weigh(syncing, node('a', withIssues('syncing', 'syncStuck')))).toEqual({
			for: ['4 syncing is there', '1 syncStuck is there'],
			against: [],
		});
		expect(weigh(syncing, node('a', withIssues('behind')))).toBeUndefined();
	});
});

describe('a head that does not move', () => {
	const still = node('a', withIssues('behind', 'noProgress'));
	const members = (...positions: readonly string[]) =>
		positions.map((position, index) => ({
			node: 'abcd'[index] ?? '',
			position,
		})) as Group['members'];
	const besides = (b: NodeSnapshot, c: NodeSnapshot) => [a, b, c];

	it('is told by its findings, and more where others of its network go on', () => {
		expect(weigh(standsStill, still)).toEqual({
			for: ['4 behind is there', '2 noProgress is there'],
			against: [],
		});
		expect(weigh(standsStill, a)).toBeUndefined();
		const going = group('agreed', { members: members('level', 'level', 'ahead', 'behind') });
		expect(weigh(standsStill, still, { group: going })?.for.at(-1)).toBe(
			'2 2 nodes of its network go on',
		);
		const one = group('agreed', { members: members('level', 'level', 'unknown') });
		expect(weigh(standsStill, still, { group: one })?.for.at(-1)).toBe(
			'2 1 node of its network goes on',
		);
		const none = group('agreed', { members: members('level', 'behind', 'unknown') });
		expect(weigh(standsStill, still, { group: none })?.for).toHaveLength(2);
	});

	it('is the network’s where that is split or stands still', () => {
		for (const state of ['partitioned', 'stalled'] as const) {
			expect(weigh(standsStill, still, { group: group(state) })).toBeUndefined();
		}
		expect(weigh(standsStill, still, { group: group('forked') })).toBeDefined();
	});

	it('is not the node’s own where no node of its network goes on', () => {
		const head = node('a', withIssues('noProgress'));
		const stuck = (name: string) => node(name, withIssues('headOld'));
		const given = { group: group('unknown') };
		expect(
			weigh(standsStill, head, { ...given, fleet: besides(stuck('b'), stuck('c')) })?.against,
		).toEqual(['4 no node of its network goes on']);
		expect(
			weigh(standsStill, head, { ...given, fleet: besides(stuck('b'), node('c')) })?.against,
		).toEqual([]);
		expect(
			weigh(standsStill, still, { ...given, fleet: besides(stuck('b'), stuck('c')) })?.against,
		).toEqual([]);
		expect(weigh(standsStill, head, { ...given, fleet: [a] })?.against).toEqual([]);
		// One of another network says nothing of this one.
		expect(
			weigh(standsStill, head, { ...given, fleet: [a, stuck('b'), node('x')] })?.against,
		).toHaveLength(1);
		expect(weigh(standsStill, head, { fleet: [a, stuck('b')] })?.against).toEqual([]);
	});
});

describe('finality that stands while blocks come', () => {
	const findings = withIssues('consensusStalled', 'noProgress', 'finalityStuck', 'headOld');
	const seen = (headAgo: number | undefined, finalAgo: number | undefined) =>
		node('a', {
			...findings,
			...(headAgo !== undefined && { chain: { head: { number: 9, at: at(headAgo) } } }),
			...(finalAgo !== undefined && {
				consensus: { status: 'active', lastFinalizedAt: at(finalAgo) },
			}),
		});

	it('is told by its findings, and the head does not stand then', () => {
		expect(weigh(finalityStands, seen(2, 600))?.for).toEqual([
			'4 consensusStalled is there',
			'1 noProgress is there',
			'4 finalityStuck is there',
		]);
		expect(weigh(standsStill, seen(2, 600))?.for).toEqual(['2 headOld is there']);
		expect(weigh(standsStill, seen(2, 60))?.for).toHaveLength(3);
		expect(weigh(finalityStands, { ...seen(2, 600), ...withIssues('headOld') })).toBeUndefined();
	});

	it('needs a head of now that is minutes past what is final', () => {
		expect(weigh(finalityStands, seen(179, 600))).toBeDefined();
		expect(weigh(finalityStands, seen(180, 600))).toBeUndefined();
		expect(weigh(finalityStands, seen(0, 181))).toBeDefined();
		expect(weigh(finalityStands, seen(0, 180))).toBeUndefined();
		expect(weigh(finalityStands, seen(undefined, 600))).toBeUndefined();
		expect(weigh(finalityStands, seen(2, undefined))).toBeUndefined();
	});
});

import { describe, expect, it } from 'vitest';
import { findings } from '../../source/sections/chain/findings.ts';
import { findings as identity } from '../../source/sections/identity/findings.ts';
import type { RisingPlace } from '../../source/sections/node-memory.ts';
import { ago, look, nowMs } from './sightings.ts';

const head = (
	number: number | string,
	more: { at?: string; hash?: string; parentHash?: string } = {},
) => ({
	number,
	...more,
});

describe('upgradeDue', () => {
	const due = (left: number, upgradeName?: string) =>
		findings.upgradeDue.when(
			look({
				chain: {
					head: head(5000),
					upgradeHeight: 5000 + left,
					...(upgradeName !== undefined && { upgradeName }),
				},
			}),
		);

	it('warns within a thousand blocks, and is critical when the chain waits', () => {
		expect(due(1001, 'v2')).toBeUndefined();
		expect(due(1000, 'v2')).toEqual({
			severity: 'warning',
			message: 'v2 is due at height 6000, in 1000 blocks',
			value: 1000,
			threshold: 1000,
		});
		expect(due(2)).toMatchObject({
			severity: 'warning',
			message: 'an upgrade is due at height 5002, in 2 blocks',
		});
		expect(due(1)).toEqual({
			severity: 'critical',
			message: 'the chain waits for an upgrade at height 5001',
			value: 1,
			threshold: 1,
		});
		expect(due(-3)).toMatchObject({ severity: 'critical', value: 0 });
	});

	it('is none without an upgrade, a head or a chain', () => {
		expect(findings.upgradeDue.when(look({ chain: { head: head(1) } }))).toBeUndefined();
		expect(findings.upgradeDue.when(look({ chain: { upgradeHeight: 9 } }))).toBeUndefined();
		expect(findings.upgradeDue.when(look({}))).toBeUndefined();
	});
});

describe('wentBack', () => {
	const back = (of: RisingPlace, times: number) =>
		findings.wentBack.when(
			look({ memory: { setback: { of, from: 5000, to: 4990, by: 10, times, lastAtMs: nowMs } } }),
		);

	it.each<[RisingPlace, string]>([
		['head', 'the head'],
		['height', 'the height'],
		['view', 'the view'],
		['round', 'the round'],
		['finalized', 'finality'],
	])('says what fell: %s', (of, words) => {
		expect(back(of, 1)).toEqual({
			message: `${words} went back by 10`,
			evidence: 'from 5,000 to 4,990',
			value: 10,
		});
	});

	it('says that several backends may answer, where it fell more than once', () => {
		expect(back('head', 2)).toEqual({
			message: 'the head went back 2 times in 10 min, last by 10',
			evidence:
				'from 5,000 to 4,990; then it was higher again, as where several backends answer in turn',
			value: 10,
			nextStep: 'several backends answer: give each node its own address, past the load balancer',
		});
		expect(findings.wentBack.when(look({}))).toBeUndefined();
	});
});

describe('finalizedAboveHead', () => {
	const seen = (chain: Parameters<typeof look>[0]['chain']) =>
		findings.finalizedAboveHead.when(look({ chain }));

	it('names the block that is above the head', () => {
		expect(seen({ head: head(100), finalized: { number: 101 } })).toEqual({
			message: 'its finalized block is above its head, which cannot be',
			evidence: 'finalized 101, head 100',
		});
		expect(seen({ head: head(100), finalized: { number: 90 }, safe: { number: 1000 } })).toEqual({
			message: 'its safe block is above its head, which cannot be',
			evidence: 'safe 1,000, head 100',
		});
	});

	it('is none where they are level, or not told', () => {
		expect(
			seen({ head: head(100), finalized: { number: 100 }, safe: { number: '100' } }),
		).toBeUndefined();
		expect(seen({ head: head(100) })).toBeUndefined();
		expect(seen({ finalized: { number: 100 } })).toBeUndefined();
		expect(findings.finalizedAboveHead.when(look({}))).toBeUndefined();
	});

	it('of a log is more that is applied than was decided, by more than moves between two readings', () => {
		const log = (applied?: number, height?: number) =>
			findings.finalizedAboveHead.when(
				look({
					consensus: {
						...(applied !== undefined && { applied }),
						...(height !== undefined && { height }),
					},
				}),
			);
		expect(log(1101, 1000)).toEqual({
			message: 'it has applied more than is committed, which cannot be',
			evidence: 'applied 1,101, committed 1,000',
		});
		expect(log(1100, 1000)).toBeUndefined();
		expect(log(1101)).toBeUndefined();
		expect(log(undefined, 1000)).toBeUndefined();
	});
});

describe('ownParent', () => {
	it('names the block or vertex that is its own parent', () => {
		const seen = { message: 'a block names itself as its parent, which cannot be' };
		expect(
			findings.ownParent.when(
				look({ chain: { head: head(1, { hash: '0x1', parentHash: '0x1' }) } }),
			),
		).toEqual({ ...seen, evidence: '0x1' });
		const recent = [
			{ id: 'v1', parents: ['v0'] },
			{ id: 'v2', parents: ['v1', 'v2'] },
		];
		expect(findings.ownParent.when(look({ dag: { recent } }))).toEqual({ ...seen, evidence: 'v2' });
	});

	it('is none of a chain, nor where no hash is told', () => {
		const other = look({ chain: { head: head(1, { hash: '0x1', parentHash: '0x0' }) } });
		expect(findings.ownParent.when(other)).toBeUndefined();
		expect(findings.ownParent.when(look({ chain: { head: head(1) }, dag: {} }))).toBeUndefined();
		const recent = [{ id: 'v1', parents: ['v0'] }];
		expect(findings.ownParent.when(look({ dag: { recent } }))).toBeUndefined();
		expect(findings.ownParent.when(look({}))).toBeUndefined();
	});
});

describe('timeInFuture', () => {
	const dated = (seconds: number, chainId = 5) =>
		findings.timeInFuture.when(
			look({ chain: { head: head(1, { at: ago(-seconds) }) }, identity: { chainId } }),
		);

	it('is a block of more than a minute from now, but not on a development chain', () => {
		expect(dated(60)).toBeUndefined();
		expect(dated(61)).toEqual({
			message: 'its newest block is dated 1m 01s in the future',
			evidence: `${ago(-61)}; its age is unknown`,
			value: 61,
			threshold: 60,
		});
		expect(dated(61, 31_337)).toBeUndefined();
		expect(findings.timeInFuture.when(look({}))).toBeUndefined();
	});
});

describe('headOld', () => {
	const isExplained = (more: Parameters<typeof look>[0]) => findings.headOld.unless(look(more));

	it('is explained without peers, while it syncs, on a development chain, and with nothing to do', () => {
		expect(isExplained({ network: { peers: 0 } })).toBe(true);
		expect(isExplained({ consensus: { status: 'syncing' } })).toBe(true);
		expect(isExplained({ identity: { chainId: 31_337 } })).toBe(true);
		expect(isExplained({ chain: { emptyBlocks: 'notMade' } })).toBe(true);
		expect(isExplained({ network: { peers: 3 }, consensus: { status: 'active' } })).toBe(false);
		expect(isExplained({})).toBe(false);
	});

	it('waits for ten blocks of a slow chain', () => {
		const stretch = (blockIntervalMs?: number) =>
			findings.headOld.stretch(
				look({ chain: blockIntervalMs === undefined ? {} : { blockIntervalMs } }),
			);
		expect(stretch(36_000)).toBe(2);
		expect(stretch(18_000)).toBe(1);
		expect(stretch(1000)).toBe(1);
		expect(stretch()).toBe(1);
		expect(findings.headOld.stretch(look({}))).toBe(1);
	});
});

describe('chainChanged and nodeChanged', () => {
	it('say what the node was, and what it is', () => {
		const seen = (is: object, first: object) =>
			identity.chainChanged.when(look({ identity: is, memory: { first } }));
		const first = { chainId: 5, networkId: 'x', genesisHash: '0xa' };
		expect(seen({ chainId: 6, networkId: 'y', genesisHash: '0xb' }, first)).toEqual({
			message: 'another chain answers at this address',
			evidence: 'chain id was 5, is 6; network id was x, is y; genesis was 0xa, is 0xb',
		});
		expect(seen(first, first)).toBeUndefined();
		expect(seen({ chainId: 5 }, first)).toBeUndefined();
		expect(seen(first, { chainId: 5 })).toBeUndefined();
		expect(identity.chainChanged.when(look({ memory: { first } }))).toBeUndefined();
		expect(identity.chainChanged.when(look({ identity: first }))).toBeUndefined();
	});

	it('tell a replaced node from several that answer in turn', () => {
		const seen = (nodeId: string | undefined, times: number, first: string | undefined = 'one') =>
			identity.nodeChanged.when(
				look({
					identity: nodeId === undefined ? {} : { nodeId },
					memory: { first: { nodeId: first }, nodeIdChanges: { times, lastAtMs: nowMs } },
				}),
			);
		expect(seen('two', 1)).toEqual({
			message: 'another node answers at this address',
			evidence: 'node id was one, is two',
		});
		expect(seen('one', 1)).toBeUndefined();
		expect(seen('one', 2)).toEqual({
			message:
				'several nodes answer at this address in turn: the node id changed 2 times in 10 min',
			evidence: 'node id was one, is one',
			nextStep: 'several backends answer: give each node its own address, past the load balancer',
		});
		expect(seen(undefined, 2)).toBeUndefined();
		expect(identity.nodeChanged.when(look({ identity: { nodeId: 'two' } }))).toBeUndefined();
	});

	it('versionNotAllowed says which version, and which is the oldest', () => {
		const seen = (is: object) => identity.versionNotAllowed.when(look({ identity: is }));
		expect(seen({ isVersionAllowed: false, version: '1.0', allowedVersion: '1.2' })).toEqual({
			message: 'its version 1.0 is no longer accepted',
			evidence: 'the oldest accepted is 1.2',
			value: '1.0',
			threshold: '1.2',
		});
		expect(seen({ isVersionAllowed: false })).toEqual({
			message: 'its version is no longer accepted',
		});
		expect(seen({ isVersionAllowed: true })).toBeUndefined();
		expect(seen({})).toBeUndefined();
		expect(identity.versionNotAllowed.when(look({}))).toBeUndefined();
	});
});

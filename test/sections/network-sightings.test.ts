import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../source/sections/health/component-health.ts';
import { findings as clock } from '../../source/sections/clock/findings.ts';
import { findings as group, isGroupUnseen } from '../../source/sections/group/findings.ts';
import { findings as network } from '../../source/sections/network/findings.ts';
import { ago, groupOf, look } from './sightings.ts';

describe('a network as a whole', () => {
	const words = { message: '3 nodes: stalled', evidence: 'as they show', nextStep: 'look closely' };

	it.each([
		['networkPartitioned', 'partitioned'],
		['networkForked', 'forked'],
		['networkStalled', 'stalled'],
	] as const)('%s is told in that state alone, in its words', (code, state) => {
		const { whenGroup } = group[code];
		expect(whenGroup(groupOf(state, 'level'))).toEqual({ ...words, message: `3 nodes: ${state}` });
		for (const other of ['agreed', 'lagging'] as const) {
			expect(whenGroup(groupOf(other, 'level'))).toBeUndefined();
		}
	});

	it('networkForked waits for a fork that may resolve, and stands while nothing is known', () => {
		const fork = { number: 1, branches: [] };
		const { whenGroup } = group.networkForked;
		expect(
			whenGroup(groupOf('forked', 'level', { fork: { ...fork, mayResolve: true } })),
		).toBeUndefined();
		expect(whenGroup(groupOf('forked', 'level', { fork }))).toBeDefined();
		expect(whenGroup(groupOf('unknown', 'level'))).toBe('unknown');
	});

	it('is unseen where nothing is known and no two nodes move together', () => {
		const members = (position: 'level' | 'unknown') => ({ members: [{ node: 'a', position }] });
		expect(isGroupUnseen(groupOf('unknown', 'unknown', members('unknown')))).toBe(true);
		expect(isGroupUnseen(groupOf('unknown', 'unknown', members('level')))).toBe(false);
		expect(isGroupUnseen(groupOf('agreed', 'unknown', members('unknown')))).toBe(false);
	});
});

describe('a node within its network', () => {
	const words = { evidence: 'as they show', nextStep: 'look closely' };

	it('is cut off from the nodes of the other sides', () => {
		const sides = [['b'], ['a'], ['c']];
		const seen = (side: number | undefined, state: 'partitioned' | 'agreed' = 'partitioned') =>
			group.networkPartitioned.when(
				look({
					group: groupOf(state, 'level', { sides, member: side === undefined ? {} : { side } }),
				}),
			);
		expect(seen(1)).toEqual({ message: 'cut off from b, c', ...words });
		expect(seen(undefined)).toBeUndefined();
		expect(seen(1, 'agreed')).toBeUndefined();
		expect(group.networkPartitioned.when(look({}))).toBeUndefined();
	});

	it('follows another chain, or holds other vertices for final', () => {
		const { when } = group.networkForked;
		const forked = groupOf('forked', 'forked');
		expect(when(look({ group: forked, chain: {} }))).toEqual({
			message: 'follows another chain: 3 nodes: forked',
			...words,
		});
		expect(when(look({ group: forked }))?.message).toBe(
			'holds other vertices for final: 3 nodes: forked',
		);
		expect(when(look({ group: groupOf('forked', 'level') }))).toBeUndefined();
		expect(when(look({ group: groupOf('lagging', 'forked') }))).toBeUndefined();
		expect(when(look({}))).toBeUndefined();
	});

	it('is stalled with it, for the reasons that it gives itself', () => {
		const { when } = group.networkStalled;
		const stalled = groupOf('stalled', 'stalled');
		expect(when(look({ group: stalled }))).toEqual({
			health: 'degraded',
			message: 'its whole network is stalled, not this node alone',
			evidence: '3 nodes: stalled',
			nextStep: 'look closely',
		});
		const selfReport = { status: 'degraded' as const, reasons: ['no votes', 'no peers'] };
		expect(when(look({ group: stalled, selfReport }))?.evidence).toBe('no votes; no peers');
		const silent = { status: 'degraded' as const, reasons: [] };
		expect(when(look({ group: stalled, selfReport: silent }))?.evidence).toBe('3 nodes: stalled');
		expect(when(look({ group: stalled, consensus: { status: 'halted' } }))?.health).toBe('down');
		expect(when(look({ group: groupOf('stalled', 'behind') }))).toBeUndefined();
		expect(when(look({ group: groupOf('agreed', 'stalled') }))).toBeUndefined();
		expect(when(look({}))).toBeUndefined();
	});

	it('stands still while it goes on, if it does not say so itself', () => {
		const { when } = group.standsStill;
		for (const state of ['agreed', 'lagging'] as const) {
			expect(when(look({ group: groupOf(state, 'stalled'), lastProgressAt: ago(90) }))).toEqual({
				message: 'stands still while its network goes on',
				evidence: `last progress at ${ago(90)}`,
			});
		}
		expect(when(look({ group: groupOf('agreed', 'stalled') }))?.evidence).toBeUndefined();
		for (const status of ['stalled', 'halted'] as const) {
			expect(
				when(look({ group: groupOf('agreed', 'stalled'), consensus: { status } })),
			).toBeUndefined();
		}
		expect(when(look({ group: groupOf('stalled', 'stalled') }))).toBeUndefined();
		expect(when(look({ group: groupOf('agreed', 'level') }))).toBeUndefined();
		expect(when(look({}))).toBeUndefined();
	});

	it('is behind it, by so many', () => {
		const { when } = group.behind;
		const heights = { lowest: 5, highest: 90 };
		expect(
			when(look({ group: groupOf('lagging', 'behind', { heights, member: { behindBy: 85 } }) })),
		).toEqual({
			message: 'behind the other nodes of its network by 85',
			evidence: 'they are at 90',
			value: 85,
		});
		expect(when(look({ group: groupOf('lagging', 'behind') }))).toEqual({
			message: 'behind the other nodes of its network',
			evidence: undefined,
			value: undefined,
		});
		expect(
			when(look({ group: groupOf('lagging', 'behind'), consensus: { status: 'syncing' } })),
		).toBeUndefined();
		expect(when(look({ group: groupOf('lagging', 'level') }))).toBeUndefined();
		expect(when(look({}))).toBeUndefined();
	});

	it('has a clock that is off those of the others', () => {
		const { when } = clock.clockSkewed;
		const seen = (offsetMs: number, outliers: string[]) =>
			when(
				look({
					clock: { offsetMs, uncertaintyMs: 40, source: 'node' },
					group: groupOf('agreed', 'level', { clock: { ...ofClocks, outliers } }),
				}),
			);
		const ofClocks = { maxSkewMs: 2500 };
		expect(seen(-2500, ['a'])).toEqual({
			message: 'its clock is behind the other nodes’',
			evidence: '-2.5 s against ours, ± 40 ms',
		});
		expect(seen(2500, ['a'])?.message).toBe('its clock is ahead of the other nodes’');
		expect(seen(2500, ['b'])).toBeUndefined();
		expect(
			when(look({ clock: { offsetMs: 9, uncertaintyMs: 1, source: 'node' } })),
		).toBeUndefined();
		expect(
			when(
				look({ group: groupOf('agreed', 'level', { clock: { ...ofClocks, outliers: ['a'] } }) }),
			),
		).toBeUndefined();
	});
});

describe('the peers of a node', () => {
	it('none is bad, unless it is alone by design', () => {
		const { when } = network.peersNone;
		expect(when(look({ network: { peers: 0 } }))).toEqual({ message: 'no peers', value: 0 });
		expect(when(look({ network: { peers: 0 }, consensus: { validators: 1 } }))).toBeUndefined();
		expect(when(look({ network: { peers: 1 } }))).toBeUndefined();
		expect(when(look({}))).toBeUndefined();
	});

	it('are few no more once a poll shows as many as the check wanted', () => {
		const isOver = (peers: number | undefined, warning?: number) => {
			const limit = { value: 1, unit: 'count' } as const;
			const found: CheckResult = {
				name: 'peers',
				status: 'degraded',
				issue: 'peersFew',
				durationMs: 3,
				message: 'few peers',
				lastCheckAt: ago(9),
				values:
					warning === undefined
						? []
						: [
								{ ...limit, name: 'other' },
								{ ...limit, name: 'peers', warning },
							],
			};
			const input = look({ network: peers === undefined ? {} : { peers } });
			return network.peersFew.contradictedBy(input, found);
		};
		expect(isOver(3)).toBe(true);
		expect(isOver(2)).toBe(false);
		expect(isOver(3, 8)).toBe(false);
		expect(isOver(8, 8)).toBe(true);
		expect(isOver(undefined)).toBe(false);
	});

	it('leave mostly for one reason', () => {
		const { detail } = network.disconnectionsHigh;
		expect(detail(look({ network: { disconnectionsBy: { timeout: 2, refused: 10 } } }))).toBe(
			', mostly by refused',
		);
		expect(detail(look({ network: {} }))).toBeUndefined();
		expect(detail(look({}))).toBeUndefined();
	});

	it('do not reach it by QUIC', () => {
		const { when } = network.quicMisconfigured;
		expect(when(look({ network: { quicStatus: 'Misconfigured' } }))).toEqual({
			message: 'satellites do not reach it by QUIC',
			value: 'Misconfigured',
		});
		expect(when(look({ network: { quicStatus: 'OK' } }))).toBeUndefined();
		expect(when(look({}))).toBeUndefined();
	});

	it('lose its messages: critical where its consensus stalls of it, and not the whole network', () => {
		const { detail, severityAt } = network.messageLoss;
		const stalled = { consensus: { status: 'stalled' as const } };
		for (const input of [look(stalled), look({ ...stalled, group: groupOf('agreed', 'level') })]) {
			expect(severityAt(input)).toBe('critical');
			expect(detail(input)).toBe(', and its consensus is stalled');
		}
		for (const input of [look({}), look({ ...stalled, group: groupOf('stalled', 'stalled') })]) {
			expect(severityAt(input)).toBeUndefined();
			expect(detail(input)).toBeUndefined();
		}
	});
});

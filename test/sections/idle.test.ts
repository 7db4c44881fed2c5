import { describe, expect, it } from 'vitest';
import { isIdle, isDevelopmentChain } from '../../source/sections/idle.ts';

describe('a replicated log', () => {
	const log = { status: 'active', applied: 7, finalized: 7, pending: 0 } as const;

	it.each([
		['all applied, none proposed', log, true],
		['an entry proposed', { ...log, pending: 1 }, false],
		['an entry not applied', { ...log, applied: 6 }, false],
		['without a leader', { ...log, status: 'stalled' as const }, false],
		['that does not tell what is proposed', { applied: 7, finalized: 7 }, false],
		[
			'past 2^53',
			{ ...log, applied: '18446744073709551615', finalized: '18446744073709551615' },
			true,
		],
	])('%s', (_what, consensus, expected) => {
		expect(isIdle({ consensus })).toBe(expected);
	});
});

describe('a chain', () => {
	const identity = { client: 'anvil', chainId: 5 };

	it.each([
		['for developing, with an empty pool', { identity, chain: { txPool: { pending: 0 } } }, true],
		['for developing, with a transaction', { identity, chain: { txPool: { pending: 1 } } }, false],
		['for developing, whose pool is not told', { identity, chain: {} }, true],
		['of others, with an empty pool', { chain: { txPool: { pending: 0 } } }, false],
		['of which nothing is told', {}, false],
	])('%s', (_what, node, expected) => {
		expect(isIdle(node)).toBe(expected);
	});

	it.each([
		['notMade', 0, 98_123, true],
		['notMade', undefined, 98_123, true],
		['notMade', 2, 98_123, false],
		['unknown', 0, 98_123, true],
		['unknown', undefined, 98_123, false],
		['unknown', 0, 1, false],
		['made', 0, 98_123, false],
	] as const)(
		'whose empty blocks are %s, with %s transactions waiting, of id %s: at rest is %s',
		(emptyBlocks, pending, chainId, expected) => {
			const chain = { emptyBlocks, ...(pending !== undefined && { txPool: { pending } }) };
			expect(isIdle({ identity: { chainId }, chain })).toBe(expected);
		},
	);

	it.each([
		['Ganache', 1, undefined, true],
		['HardhatNetwork', 31_337, 0, true],
		['Geth', 1337, undefined, true],
		['Geth', 1337, 3, false],
		['Geth', 1, 0, false],
		['anvil', 1, undefined, true],
		['Geth', 1337, 0, true],
		[undefined, 1337, 0, true],
		[undefined, '1337', 0, false],
	])('of %s, chain %s, with %s peers: for developing is %s', (client, chainId, peers, expected) => {
		const node = {
			identity: { chainId, ...(client !== undefined && { client }) },
			network: peers === undefined ? {} : { peers },
		};
		expect(isDevelopmentChain(node)).toBe(expected);
	});
});

import { describe, expect, it } from 'vitest';
import { findNetworks } from '../../source/analysis/networks.ts';
import type { Identity } from '../../source/sections/identity/schema.ts';
import { node } from './nodes.ts';

function networks(...identities: readonly (readonly [kind: string, Identity | undefined])[]) {
	const nodes = identities.map(([kind, identity], index) => {
		const { identity: _none, ...plain } = node(`n${index}`, { target: { kind } });
		return identity ? { ...plain, identity } : plain;
	});
	return findNetworks(nodes).map(({ name, kind, nodes: members, notes }) => ({
		name,
		kind,
		nodes: members.map(({ target }) => target.name).join(' '),
		notes,
	}));
}

describe('findNetworks', () => {
	it('one genesis is one network, whatever the kind; its kind is the commonest', () => {
		expect(
			networks(
				['beacon', { genesisHash: '0xabc', networkId: 'main' }],
				['evm', { genesisHash: '0xabc', chainId: 1 }],
				['evm', { genesisHash: '0xabc', chainId: 1 }],
			),
		).toEqual([{ name: 'evm:main', kind: 'evm', nodes: 'n0 n1 n2', notes: [] }]);
	});

	it('of two kinds with as many nodes each is of the first by name, in whatever order they stand', () => {
		const genesis = { genesisHash: '0xabc' };
		const kinds = (...order: readonly string[]) =>
			networks(...order.map((kind) => [kind, genesis] as const)).map(({ kind }) => kind);
		expect(kinds('evm', 'beacon')).toEqual(['beacon']);
		expect(kinds('beacon', 'evm')).toEqual(['beacon']);
	});

	it('chains that parted from one genesis are several networks; who tells no chain id is in none', () => {
		const genesisHash = '0xd4e5';
		expect(
			networks(
				['evm', { genesisHash, chainId: 1, networkId: 1 }],
				['evm', { genesisHash, chainId: 61, networkId: 1 }],
				['evm', { genesisHash, chainId: 1, networkId: 1 }],
				['evm', { genesisHash }],
				['evm', { chainId: 61 }],
			),
		).toEqual([
			{ name: 'evm:1', kind: 'evm', nodes: 'n0 n2', notes: [] },
			{ name: 'evm:61', kind: 'evm', nodes: 'n1 n4', notes: [] },
		]);
	});

	it('a chain id of another kind does not part a genesis', () => {
		expect(
			networks(
				['beacon', { genesisHash: '0xabc', chainId: 'main' }],
				['evm', { genesisHash: '0xabc', chainId: 1 }],
			),
		).toMatchObject([{ nodes: 'n0 n1' }]);
	});

	it('an id counts within its kind only, and a number is not a text', () => {
		expect(
			networks(['evm', { chainId: 1 }], ['bft', { chainId: 1 }], ['evm', { chainId: '1' }]),
		).toMatchObject([{ nodes: 'n0' }, { nodes: 'n1' }, { nodes: 'n2' }]);
	});

	it('a node without genesis joins the one network of its id', () => {
		expect(
			networks(['evm', { chainId: 5 }], ['evm', { chainId: 5, genesisHash: '0xabc' }]),
		).toMatchObject([{ name: 'evm:5', nodes: 'n1 n0' }]);
	});

	it('two genesis hashes under one id are two networks, with a note; who tells none is apart', () => {
		const found = networks(
			['evm', { chainId: 5, genesisHash: '0x1111111111111111' }],
			['evm', { chainId: 5, genesisHash: '0x2222222222222222' }],
			['evm', { chainId: 5 }],
		);
		expect(found).toMatchObject([
			{ name: 'evm:5@0x11111111', nodes: 'n0', notes: ['2 genesis hashes go under evm id 5'] },
			{ name: 'evm:5@0x22222222', nodes: 'n1' },
			{ name: 'evm:5@unknown', nodes: 'n2' },
		]);
	});

	it('a node that says nothing of itself is in none', () => {
		expect(networks(['evm', undefined], ['evm', { client: 'Geth' }])).toEqual([]);
	});

	it('goes by the genesis where there is no id', () => {
		expect(networks(['evm', { genesisHash: '0x123456789abc' }])).toMatchObject([
			{ name: 'evm:0x12345678' },
		]);
	});
});

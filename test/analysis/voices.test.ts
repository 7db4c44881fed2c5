import { describe, expect, it } from 'vitest';
import { createGroupAnalysis } from '../../source/analysis/groups.ts';
import { findVoices } from '../../source/analysis/voices.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { chain, node, nowMs } from './nodes.ts';

/** Names with a slash are of the site before it. */
function groupOf(...nodes: readonly NodeSnapshot[]): Group {
	const siteOf = (name: string) => (name.includes('/') ? name.split('/')[0] : undefined);
	const [group] = createGroupAnalysis().evaluate(nodes, nowMs, siteOf);
	if (!group) throw new Error('the nodes are of no network');
	return group;
}

const on = (name: string, blocks: string, more: Partial<NodeSnapshot> = {}) =>
	node(name, { chain: chain({ blocks }), ...more });

const positionOf = (group: Group, name: string) =>
	group.members.find((member) => member.node === name)?.position;

describe('a node under two names', () => {
	const identity = { chainId: 5, genesisHash: '0xgenesis' };
	const at = (name: string, url: string, more: Partial<NodeSnapshot> = {}) =>
		on(name, 'aaaaa', { target: { name, kind: 'evm', url }, ...more });

	it.each([
		['localhost', 'http://127.0.0.1:8545', 'http://localhost:8545/'],
		['IPv6 loopback', 'http://127.0.0.1:8545', 'http://[::1]:8545'],
		['the same path', 'https://node.example/a/', 'https://node.example./a'],
	])('by its address (%s) counts once', (_name, first, second) => {
		const group = groupOf(at('a', first), at('b', second));
		expect(group).toMatchObject({
			state: 'unknown',
			message: 'one node: nothing to compare it with',
			notes: ['a and b are one node under two names (one address): it counts once'],
			members: [{ node: 'a' }, { node: 'b', sameAs: 'a' }],
		});
	});

	it('by its node id counts once', () => {
		const one = { ...identity, nodeId: 'enode1' };
		const group = groupOf(
			at('a', 'http://10.0.0.1:1', { identity: one }),
			at('b', 'http://10.0.0.2:1', { identity: one }),
			at('c', 'http://10.0.0.3:1'),
		);
		expect(group.message).toMatch(/^2 nodes agree/);
		expect(group.notes).toEqual([expect.stringContaining('share a key')]);
		expect(positionOf(group, 'b')).toBe('level');
	});

	it('by ports, paths, ids and hosts that differ is two nodes', () => {
		const group = groupOf(
			at('a', 'http://127.0.0.1:8545', { identity: { ...identity, nodeId: 'x' } }),
			at('b', 'http://127.0.0.1:8546', { identity: { ...identity, nodeId: 'y' } }),
			at('c', 'http://127.0.0.1:8545/c'),
		);
		expect(group.message).toMatch(/^3 nodes agree/);
		expect(group.notes).toBeUndefined();
	});

	it.each([
		['a host that ends as this one does', 'http://localhost:1', 'http://xlocalhost:1', 2],
		['a host that begins as this one does', 'http://localhost:1', 'http://localhost.example:1', 2],
		['another address of this machine', 'http://127.0.0.1:1', 'http://127.0.0.12:1', 1],
		['slashes at the end', 'http://node.example/a', 'http://node.example/a//', 1],
		['another question', 'http://node.example/a?k=1', 'http://node.example/a?k=2', 2],
		['another protocol', 'http://node.example:1', 'ws://node.example:1', 2],
		['addresses without a host', 'unix:/run/node', 'unix:/run/node', 2],
		['addresses that are none', 'here', 'here', 2],
	])('%s', (_name, first, second, count) => {
		const { all } = findVoices([at('a', first), at('b', second)], () => undefined);
		expect(all).toHaveLength(count);
	});

	it('is of the node that is polled directly, and the address says more than the id', () => {
		const one = { ...identity, nodeId: 'enode1' };
		const nodes = [
			at('site/a', 'http://10.0.0.1:1', { identity: one }),
			at('mine', 'http://10.0.0.2:1', { identity: one }),
			at('other', 'http://10.0.0.3:1'),
			at('again', 'http://10.0.0.3:1/', { identity: one }),
			node('plain', { target: { kind: 'evm', url: 'http://10.0.0.4:1' } }),
		];
		const voices = findVoices(nodes, (name) => name.split('/')[1] && name.split('/')[0]);
		expect([...voices.twins]).toEqual([
			['again', { of: 'other', by: 'address' }],
			['site/a', { of: 'mine', by: 'nodeId' }],
		]);
		expect(voices.all.map(({ target }) => target.name)).toEqual(['mine', 'other', 'plain']);
		expect(voices.own.map(({ target }) => target.name)).toEqual(['mine', 'other', 'plain']);
		expect([voices.hearsay, voices.sites]).toEqual([['site/a'], ['site']]);
	});

	it('on loopback of a site is no node of this machine', () => {
		const group = groupOf(at('a', 'http://127.0.0.1:8545'), at('s/b', 'http://127.0.0.1:8545'));
		expect(group.message).toMatch(/^2 nodes agree/);
	});
});

describe('what a site tells', () => {
	const invented = (blocks: string) =>
		Array.from({ length: 7 }, (_, index) => on(`site/n${index}`, blocks));

	it.each([
		['another chain', 'aabbbbbbbbbb'],
		['a higher head', 'a'.repeat(60)],
	])('of %s does not outvote a node that is polled', (_name, blocks) => {
		const group = groupOf(on('mine', 'aaaaaaaaaaaa'), ...invented(blocks));
		expect(group.state).toBe('unknown');
		expect(positionOf(group, 'mine')).toBe('unknown');
		expect(group.notes?.[0]).toMatch(/^site alone says: /);
		expect(group.hearsay).toHaveLength(7);
	});

	it('does not break the agreement of nodes that are polled', () => {
		const group = groupOf(
			on('a', 'aaaaaaaaaaaa'),
			on('b', 'aaaaaaaaaaaa'),
			...invented('aabbbbbbbbbb'),
		);
		expect(group.state).toBe('agreed');
		expect(group.message).toMatch(/^2 nodes agree/);
		expect([positionOf(group, 'a'), positionOf(group, 'site/n1')]).toEqual(['level', 'unknown']);
	});

	it('may agree, and may show that one of its own nodes is late', () => {
		const agreed = groupOf(on('mine', 'aaaaaaaaaaaa'), ...invented('aaaaaaaaaaaa'));
		expect(agreed.state).toBe('agreed');
		const late = on('site/late', 'a');
		const long = 'a'.repeat(60);
		const group = groupOf(on('a', long), on('b', long), late);
		expect(positionOf(group, 'site/late')).toBe('behind');
	});
});

import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { slowestLines, topologyBody } from '../../screens/network/topology-lines.ts';
import type { HealthLevel } from '../../source/domain/words.ts';
import { joinTopology } from '../../source/network-tests/peers/topology.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';

const look = createLook({ theme: 'dark', isAscii: false, colorDepth: 24 });

function node(name: string, networkId: string, peers?: readonly string[]): NodeSnapshot {
	return {
		target: { name, kind: 'qudag', url: 'http://n' },
		poll: { status: 'ok', failures: 0 },
		identity: { networkId },
		...(peers && {
			network: { peerList: peers.map((id) => ({ id, direction: 'outbound', latencyMs: 20 })) },
		}),
		health: { status: 'up', issues: [] },
	};
}

const linked = [node('a-1', 'a', ['a-2']), node('a-2', 'a', ['a-1']), node('b-1', 'b', ['b-2'])];
const all = [
	...linked,
	node('b-2', 'b', ['b-1', 'far']),
	...[1, 2, 3, 4, 5].map((index) => node(`alone-${index}`, 'c')),
];

function body(
	width: number,
	{ room = 40, levels = {} }: { room?: number; levels?: Record<string, HealthLevel> } = {},
) {
	const view = { look, width, room, chosen: 'a-1', levels: new Map(Object.entries(levels)) };
	return topologyBody(view, joinTopology(all), []);
}

const plain = (lines: readonly string[]) =>
	lines.map((line) => stripVTControlCharacters(line).trimEnd());

it('networks stand side by side where they fit, and one below the other where not', () => {
	const wide = plain(body(100));
	expect(wide[1]).toMatch(/a-1 +a-2 +others .* b-1 +b-2 +others/);
	expect(wide.filter((line) => line.includes('others'))).toHaveLength(1);
	expect(plain(body(60)).filter((line) => line.includes('others'))).toHaveLength(2);
});

it('a narrow network stands beside a wide one, where two of the wide ones do not fit', () => {
	const wide = ['w-1', 'w-2', 'w-3', 'w-4', 'w-5'];
	const many = [
		...wide.map((name) => node(name, 'w', wide)),
		...linked,
		node('b-2', 'b', ['b-1']),
		...wide.map((name) => node(`v${name}`, 'v', [`v${wide[0]}`])),
	];
	const view = { look, width: 120, room: 40, chosen: undefined, levels: new Map() };
	const lines = topologyBody(view, joinTopology(many), []);
	for (const line of lines.filter((each) => each !== ''))
		expect(stripVTControlCharacters(line)).toHaveLength(120);
	const heads = plain(lines).filter((line) => line.includes('others'));
	expect(heads.map((line) => line.trim().split(/ +/))).toEqual([
		[...wide, 'others', 'a-1', 'a-2', 'others'],
		['b-1', 'b-2', 'others', ...wide.map((name) => `v${name}`), 'others'],
	]);
	expect(lines.length).toBeLessThan(16);
});

it('nodes without a link share their lines, counted, below the networks', () => {
	const lines = plain(body(60));
	const at = lines.indexOf('no link to a watched node (5)');
	expect(lines[at - 1]).toBe('');
	expect(lines.slice(at + 1)).toEqual([
		'? alone-1     ? alone-2     ? alone-3     ? alone-4',
		'? alone-5',
	]);
	expect(plain(body(60, { room: 8 }))).not.toContain('');
});

it('a node that is down is marked in its row and in its column, which keep their widths', () => {
	const well = body(60, { levels: { 'a-1': 'ok', 'a-2': 'ok' } });
	const ill = body(60, { levels: { 'a-1': 'ok', 'a-2': 'critical' } });
	expect(plain(ill)[3]).toMatch(/^✖ a-2 /);
	expect(plain(well)[3]).toMatch(/^● a-2 /);
	expect(plain(ill)[1]).toBe(plain(well)[1]);
	expect(ill[1]).toContain(look.paint('bad', '      a-2'));
	expect(well[1]).not.toContain(look.paint('bad', '      a-2'));
});

it('a pair of nodes has one bar, the slower figure; none where only one line has room', () => {
	const topology = joinTopology(all);
	expect(plain(slowestLines(look, topology, { width: 60, height: 5 }))).toEqual([
		expect.stringMatching(/^a-\d → a-\d ━+ 20 ms$/),
		expect.stringMatching(/^b-\d → b-\d ━+ 20 ms$/),
	]);
	expect(slowestLines(look, topology, { width: 60, height: 1 })).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { createLook } from '../../components/look.ts';
import { groupLines } from '../../screens/overview/groups-panel.tsx';
import type { Group, ConnectionVerdict } from '../../source/sections/group/schema.ts';

const look = createLook({ theme: 'mono', isAscii: false, colorDepth: 1 });
const nowMs = Date.parse('2026-01-01T01:00:00Z');

const plain = (text: string) => text.replaceAll(/\u001B\[[\d;]*m/g, '').trimEnd();

function group(overrides: Partial<Group> = {}): Group {
	return {
		name: 'evm:5',
		kind: 'evm',
		nodes: ['a', 'b'],
		state: 'agreed',
		since: '2026-01-01T00:58:00.000Z',
		message: '2 nodes agree at 3 0xaaaa',
		members: [],
		...overrides,
	};
}

const split = group({
	name: 'qudag:net',
	state: 'partitioned',
	message: '2 sides do not hear each other: a | b',
	evidence: 'each side issues vertices that the other does not have',
	nextStep: 'check the links',
	versions: { '2.0': 1, '1.9': 1 },
	clock: { maxSkewMs: 3200, outliers: ['b'] },
	peers: { distinct: 9, inCommon: 2, commonestClient: { client: 'Geth', ratio: 0.75 } },
});

function drawn(
	groups: readonly Group[],
	size: readonly [number, number],
	witness?: ConnectionVerdict,
) {
	return groupLines(look, { nodes: [], groups, witness, atMs: nowMs }, ...size).map(plain);
}

describe('groupLines', () => {
	it('is one line a group on a small screen, the worst first', () => {
		expect(drawn([group(), split], [80, 21])).toEqual([
			' ✖ partitioned qudag:net  2m 00s 2 sides do not hear each other: a | b',
			' ● agreed      evm:5  2 nodes agree at 3 0xaaaa',
		]);
	});

	it('adds evidence, next step and spread where there is room', () => {
		expect(drawn([split], [120, 37])).toEqual([
			' ✖ partitioned qudag:net  2m 00s 2 sides do not hear each other: a | b',
			'    each side issues vertices that the other does not have',
			'    → check the links',
			'    versions 2.0 ×1, 1.9 ×1 · clocks within 3.2 s (b off) · 9 distinct peers, 2 in common · 75% of peers run Geth',
		]);
	});

	it('every line is as wide as the screen, and long messages are cut', () => {
		const long = group({ message: 'x'.repeat(300) });
		for (const text of groupLines(
			look,
			{ nodes: [], groups: [long], witness: undefined, atMs: nowMs },
			80,
			21,
		)) {
			expect(text.replaceAll(/\u001B\[[\d;]*m/g, '')).toHaveLength(80);
		}
	});

	it('leaves out networks of one node, and says how many more there are', () => {
		expect(drawn([group({ nodes: ['a'] })], [80, 21])).toEqual([]);
		const many = Array.from({ length: 5 }, (_, index) =>
			group({ name: `evm:${index}`, state: 'lagging' }),
		);
		expect(drawn(many, [80, 21]).at(-1)).toBe('  and 2 more groups');
	});

	it('joins on a small screen those in which all agree, below what is wrong', () => {
		const good = [group(), group({ name: 'bft:x' })];
		expect(drawn([...good, split], [80, 21])).toEqual([
			' ✖ partitioned qudag:net  2m 00s 2 sides do not hear each other: a | b',
			' ● agreed      evm:5, bft:x',
		]);
		expect(drawn(good, [120, 37])).toHaveLength(2);
	});

	it('says first when it is our own connection', () => {
		const witness: ConnectionVerdict = {
			verdict: 'us',
			at: '2026-01-01T00:59:00.000Z',
			since: '2026-01-01T00:59:00.000Z',
			message: '5 nodes on 4 hosts stopped answering',
			evidence: [],
			failing: ['a', 'b'],
		};
		expect(drawn([group()], [80, 21], witness)[0]).toBe(
			' ✖ own connection lost 5 nodes on 4 hosts stopped answering',
		);
	});
});

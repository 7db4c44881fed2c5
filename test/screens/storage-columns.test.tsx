import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { tableLines } from '../../components/table.ts';
import { createLook } from '../../components/look.ts';
import { columnsFor, fleetColumns, sortableColumns } from '../../screens/overview/fleet-columns.ts';
import { listNodes } from '../../screens/node-list.ts';
import { createFleet } from '../../source/fleet/fleet.ts';
import { createJudge } from '../../source/health/judge.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import type { Reading } from '../../source/sections/snapshot.ts';
import { targetFor } from '../helpers/targets.ts';

const atMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const look = createLook({ theme: 'mono', isAscii: false, colorDepth: 1 });

const storing = (audit: number, used: number, usd: number): Reading => ({
	latencyMs: 4,
	reputation: { worstAudit: audit, worstOnline: 0.93, satellites: [] },
	storage: { capacityBytes: 1000, usedBytes: used - 50, trashBytes: 50 },
	earnings: { monthUsd: usd },
});
const chain: Reading = { latencyMs: 4, consensus: { status: 'active', height: 7 } };

function nodesOf(readings: Readonly<Record<string, Reading>>): readonly NodeMoment[] {
	const fleet = createFleet(createJudge());
	for (const [name, reading] of Object.entries(readings)) {
		const target = targetFor('http://127.0.0.1:1', { name });
		fleet.add(target);
		fleet.apply({ target, atMs, missedSlots: 0, outcome: { status: 'read', reading } });
	}
	return fleet.getSnapshot().nodes;
}

const idsOf = (nodes: readonly NodeMoment[]) => columnsFor(nodes).map(({ id }) => id);

function rowsOf(nodes: readonly NodeMoment[], width: number): string[] {
	return tableLines(look, {
		columns: columnsFor(nodes),
		rows: nodes,
		frame: { look, nowMs: atMs, windowMs: 60_000 },
		width,
		selected: -1,
		sort: { column: 'none', isDescending: false },
	}).map((line) => stripVTControlCharacters(line));
}

const stores = nodesOf({ attic: storing(1, 400, 2.5), shed: storing(0.975, 960, 12.34) });
const mixed = nodesOf({ attic: storing(1, 400, 2.5), chain });

it('storage nodes show scores, space and earnings in place of a chain', () => {
	expect(idsOf(stores)).toEqual(expect.arrayContaining(['audit', 'online', 'used', 'earned']));
	for (const id of ['height', 'age', 'finality', 'peers']) expect(idsOf(stores)).not.toContain(id);
	const [head, attic, shed] = rowsOf(stores, 118);
	expect(head).toMatch(/AUDIT +ONLINE +USED +EARNED/);
	expect(attic).toMatch(/attic.* 100\.00% +93\.00% +40(?:\.0)?% +\$2\.50/);
	expect(shed).toMatch(/shed.* 97\.50% +93\.00% +96(?:\.0)?% +\$12\.34/);
});

it('beside other nodes they show both, and without storage nodes nothing of it', () => {
	expect(idsOf(mixed)).toEqual(expect.arrayContaining(['height', 'audit', 'earned']));
	const [, attic, other] = rowsOf(mixed, 198);
	expect(attic).toContain('$2.50');
	expect(other).toMatch(/chain.* 7 .*—/);
	const chains = nodesOf({ chain });
	for (const id of ['audit', 'online', 'used', 'earned']) expect(idsOf(chains)).not.toContain(id);
	expect(sortableColumns(chains)).not.toContain('audit');
});

it('80 columns have room for what an operator of storage nodes looks for first', () => {
	const well = nodesOf({ attic: storing(1, 400, 2.5), shed: storing(0.99, 500, 1) });
	expect(rowsOf(well, 78)[0]).toMatch(/HEALTH.*NODE.*AUDIT.*ONLINE.*USED.*EARNED/);
});

it.each([
	['audit', ['shed', 'attic', 'chain']],
	['used', ['attic', 'shed', 'chain']],
	['earned', ['attic', 'shed', 'chain']],
])('are sorted by %s, nodes without it last', (column, names) => {
	const all = nodesOf({ chain, shed: storing(0.975, 960, 12.34), attic: storing(1, 400, 2.5) });
	expect(sortableColumns(all)).toContain(column);
	const sorted = listNodes(all, '', { column, isDescending: false }, fleetColumns);
	expect(sorted.map(({ snapshot }) => snapshot.target.name)).toEqual(names);
});

it('all are sorted by health with the worst first', () => {
	const [some] = nodesOf({ some: chain });
	const withHealth = (status: 'up' | 'degraded' | 'down' | 'unknown'): NodeMoment[] =>
		some ? [{ ...some, snapshot: { ...some.snapshot, health: { status, issues: [] } } }] : [];
	const all = (['up', 'down', 'degraded', 'unknown'] as const).flatMap(withHealth);
	const sorted = (isDescending: boolean) =>
		listNodes(all, '', { column: 'health', isDescending }, fleetColumns).map(
			({ snapshot }) => snapshot.health.status,
		);
	expect(sorted(false)).toEqual(['down', 'unknown', 'degraded', 'up']);
	expect(sorted(true)).toEqual(['up', 'degraded', 'unknown', 'down']);
});

it('what no node has takes no column, and a number that is too long loses its commas, then its beginning', () => {
	const bare: Reading = { latencyMs: 4, consensus: { status: 'active', height: 3_412_233_111 } };
	const few = nodesOf({
		a: bare,
		b: { latencyMs: 4, consensus: { status: 'active', height: 123_456_789_012 } },
	});
	for (const id of ['age', 'finality', 'peers', 'cpu', 'memory', 'version']) {
		expect(idsOf(few)).not.toContain(id);
	}
	expect(idsOf(nodesOf({ a: bare, b: { ...bare, network: { peers: 0 } } }))).toContain('peers');
	const [, first = '', second = ''] = rowsOf(few, 100);
	expect(first).toMatch(/ 3412233111 /);
	expect(second).toMatch(/ …3456789012 /);
});

it('few storage nodes among many others leave their columns to Storage', () => {
	const others = (count: number) =>
		Object.fromEntries(Array.from({ length: count }, (_, index) => [`chain-${index}`, chain]));
	const attic = storing(1, 400, 2.5);
	expect(idsOf(nodesOf({ attic, ...others(9) }))).toContain('audit');
	expect(idsOf(nodesOf({ attic, ...others(10) }))).not.toContain('audit');
	expect(sortableColumns(nodesOf({ attic, ...others(10) }))).not.toContain('earned');
});

it('a score is not good news where a satellite has disqualified the node', () => {
	const lost = { satellite: 'us1', disqualifiedAt: '2026-01-01T00:00:00Z' };
	const reputation = { worstAudit: 1, worstOnline: 1, satellites: [lost] };
	const [node] = nodesOf({ attic: { ...storing(1, 400, 2.5), reputation } });
	const column = fleetColumns.find(({ id }) => id === 'audit');
	const frame = { look, nowMs: atMs, windowMs: 60_000 };
	expect(node && column?.cell(node, frame, 8)).toEqual({ text: '100.00%', tone: 'bad' });
});

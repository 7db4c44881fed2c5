import { formatCount, formatMs, missing } from '../../domain/format.ts';
import { derived } from '../../sections/derived.ts';
import type { NodeSnapshot, SnapshotDocument } from '../../sections/snapshot.ts';
import { find, make, setText } from './dom.ts';
import { lookOf } from './health-look.ts';

const ranks = { down: 0, unknown: 1, degraded: 2, up: 3 } as const;

interface Row {
	readonly element: HTMLTableRowElement;
	readonly cells: readonly HTMLTableCellElement[];
	shown: string;
}

const rows = new Map<string, Row>();
const labels = ['Health', 'Kind', 'Height', 'Peers', 'Latency', 'What is wrong'];
const classes = ['', '', 'number', 'number', 'number', 'wrong'];

/** The table of nodes, the worst first. A row is changed in place, so that the focus stays. */
export function showFleet({ nodes, summary }: SnapshotDocument, filter: string): void {
	const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
	const shown = nodes
		.filter((node) => words.every((word) => textOf(node).includes(word)))
		.toSorted((a, b) => ranks[a.health.status] - ranks[b.health.status]);
	const body = find('rows');
	for (const [index, node] of shown.entries()) {
		const row = rowOf(node);
		if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null);
	}
	while (body.children.length > shown.length) body.lastElementChild?.remove();
	const names = new Set(nodes.map(({ target }) => target.name));
	for (const name of rows.keys()) if (!names.has(name)) rows.delete(name);
	find('no-rows').hidden = shown.length > 0 || nodes.length === 0;
	const { down, degraded, unknown, up } = summary;
	const counts = [
		[down, 'down'],
		[degraded, 'degraded'],
		[unknown, 'unknown'],
		[up, 'up'],
	] as const;
	const parts = counts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []));
	setText(find('verdict'), parts.length > 0 ? parts.join(', ') : (summary.hint ?? 'no nodes'));
}

function textOf({ target, health }: NodeSnapshot): string {
	const { name, kind, group = '', tags = [] } = target;
	return [name, kind, group, ...tags, health.status].join(' ').toLowerCase();
}

function rowOf(node: NodeSnapshot): HTMLTableRowElement {
	const { name } = node.target;
	const row = rows.get(name) ?? createRow(name);
	rows.set(name, row);
	const texts = [
		node.health.status,
		node.target.kind,
		countOf(derived.height.read(node)),
		countOf(node.network?.peers),
		node.poll.latencyMs === undefined ? missing : formatMs(node.poll.latencyMs),
		node.health.issues[0]?.message ?? '',
	];
	const shown = texts.join('\n');
	if (shown === row.shown) return row.element;
	row.shown = shown;
	for (const [index, text] of texts.entries()) {
		const cell = row.cells[index];
		if (!cell || cell.textContent === text) continue;
		if (index === 0) cell.replaceChildren(lookOf(node.health.status));
		else setText(cell, text);
	}
	return row.element;
}

function createRow(name: string): Row {
	const link = make('a', { href: `#/node/${encodeURIComponent(name)}`, class: 'node-link' }, name);
	const cells = labels.map((label, index) =>
		make('td', { 'data-label': label, class: classes[index] }),
	);
	return {
		element: make('tr', {}, make('th', { scope: 'row' }, link), ...cells),
		cells,
		shown: '',
	};
}

function countOf(value: number | string | undefined): string {
	return value === undefined ? missing : formatCount(value);
}

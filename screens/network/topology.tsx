import { Box } from 'ink';
import type { ReactNode } from 'react';
import { barLines } from '../../components/charts/bars.ts';
import type { Bar } from '../../components/charts/bars.ts';
import { formatMs } from '../../source/domain/format.ts';
import { cellWidth } from '../../source/domain/cell-width.ts';
import { fit, line, wrap } from '../../components/line.ts';
import type { Span } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import type { Group } from '../../source/sections/group/schema.ts';
import { joinTopology } from '../../source/network-tests/peers/topology.ts';
import type { Topology } from '../../source/network-tests/peers/topology.ts';
import { splitText, topologyLines } from '../../source/network-tests/peers/topology-text.ts';
import type { TopologyLine } from '../../source/network-tests/peers/topology-text.ts';
import type { ScreenProps } from '../frame.ts';

const nameWidth = 16;
const leastCell = 9;
const mostCell = 16;

/** The nodes of one network, as lines of the topology. */
interface Block {
	readonly title: string;
	readonly rows: readonly TopologyLine[];
}

/** Who is connected to whom, network by network: a matrix where it fits, else a list. */
export function NetworkTopology(props: ScreenProps): ReactNode {
	const { look, width, height, moment, view } = props;
	const topology = joinTopology(moment.nodes.map(({ snapshot }) => snapshot));
	const split = splitText(topology);
	const warning = split === undefined ? [] : [look.paint('warn', fit(split, width))];
	const blocks = blocksOf(topology, moment.groups);
	const legend = wrap(legendText, width).map((text) => look.paint('dim', fit(text, width)));
	const room = Math.max(1, height - 2 - warning.length - legend.length);
	const body = bodyLines(props, blocks, room);
	const first = Math.min(view.offsets.network ?? 0, Math.max(0, body.length - room));
	const slowRoom = height - warning.length - Math.min(body.length, room) - legend.length - 4;
	const slow = slowestLines(look, topology, { width, height: slowRoom });
	const lines = [...warning, ...body.slice(first, first + room), '', ...legend];
	const ownRows = slow.length === 0 ? height : lines.length + 2;
	const note = 'Tab: peers of one node';
	const range = `${first + 1}–${Math.min(first + room, body.length)} of ${body.length}`;
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title="Topology of all watched nodes"
				note={body.length > room ? `${range}  ${note}` : note}
				lines={lines}
				width={width}
				height={ownRows}
			/>
			<Panel
				look={look}
				title="Slowest links"
				note="round trip, as one of the two measured it"
				lines={slow}
				width={width}
				height={height - ownRows}
			/>
		</Box>
	);
}

const mostSlow = 20;
const leastSlow = 3;
const mostBarWidth = 120;

/** A bar for each link that was measured, the slowest first; none where there is no room for a few. */
function slowestLines(
	look: Look,
	{ links }: Topology,
	{ width, height }: { readonly width: number; readonly height: number },
): string[] {
	const count = Math.min(mostSlow, height);
	if (count < leastSlow) return [];
	const arrow = look.isAscii ? '->' : '→';
	const pairs = new Map<string, Bar>();
	for (const { from, to, rttMs } of links) {
		// Both ends measure it; the slower figure stands for the pair.
		const pair = [from, to].toSorted().join(' ');
		if (rttMs === undefined || rttMs <= (pairs.get(pair)?.value ?? -1)) continue;
		pairs.set(pair, { label: `${from} ${arrow} ${to}`, value: rttMs, text: formatMs(rttMs) });
	}
	const slowest = [...pairs.values()].toSorted((a, b) => b.value - a.value).slice(0, count);
	const own = Math.min(width, mostBarWidth);
	return barLines(look, slowest, own).map((text) => text + ' '.repeat(width - own));
}

const columnGap = 4;

/** The blocks one below the other; where they are narrow, in several columns. */
function bodyLines(props: ScreenProps, blocks: readonly Block[], room: number): string[] {
	const { look, width, selected } = props;
	const chosen = selected?.snapshot.target.name;
	const widest = Math.max(0, ...blocks.map(widthOf));
	const count = Math.min(blocks.length, Math.floor((width + columnGap) / (widest + columnGap)));
	const columnWidth = Math.floor((width - columnGap * (count - 1)) / Math.max(1, count));
	const drawn = blocks.map((block) =>
		blockLines(look, block, chosen, count > 1 ? columnWidth : width),
	);
	if (count < 2) {
		const spaced = drawn.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
		return spaced.length <= room ? spaced : drawn.flat();
	}
	const blank = ' '.repeat(columnWidth);
	const columns = Array.from({ length: count }, (): string[] => []);
	for (const lines of drawn) {
		const shortest = columns.reduce((best, each) => (each.length < best.length ? each : best));
		if (shortest.length > 0) shortest.push(blank);
		shortest.push(...lines);
	}
	const rows = Math.max(...columns.map(({ length }) => length));
	const between = ' '.repeat(columnGap);
	return Array.from({ length: rows }, (_, row) =>
		columns.map((column) => column[row] ?? blank).join(between),
	);
}

const legendText =
	'→ dialled  ← was dialled by  – direction unknown  ! only one of the two lists it';

/** Networks in the order of their first node; those that have no link to show together at the end. */
function blocksOf(topology: Topology, groups: readonly Group[]): Block[] {
	const lines = topologyLines(topology);
	const byNetwork = Map.groupBy(topology.nodes, ({ network }) => network);
	const blocks = [...byNetwork.values()].map((nodes): Block => {
		const names = new Set(nodes.map(({ name }) => name));
		const group = groups.find((each) => each.nodes.some((name) => names.has(name)));
		return {
			title: group?.name ?? nodes[0]?.network ?? '',
			rows: lines.filter(({ name }) => names.has(name)),
		};
	});
	const isLinked = ({ rows }: Block) => rows.some(({ neighbours }) => neighbours.length > 0);
	const alone = blocks.filter((block) => !isLinked(block)).flatMap(({ rows }) => rows);
	const rest = alone.length === 0 ? [] : [{ title: 'no link to a watched node', rows: alone }];
	return [...blocks.filter(isLinked), ...rest];
}

/** Cells that a block needs to be drawn as it is drawn where there is all the room. */
function widthOf({ title, rows }: Block): number {
	const isLinked = rows.some(({ neighbours }) => neighbours.length > 0);
	const own = isLinked ? nameWidth + (rows.length + 1) * cellOf(rows) : nameWidth + aloneWidth;
	return Math.max(cellWidth(title), own);
}

const aloneWidth = 'others 999'.length;

function cellOf(rows: readonly TopologyLine[]): number {
	return Math.min(mostCell, Math.max(leastCell, ...rows.map(({ name }) => name.length + 2)));
}

function blockLines(
	look: Look,
	{ title, rows }: Block,
	chosen: string | undefined,
	width: number,
): string[] {
	const columns = rows.map(({ name }) => name);
	const cell = cellOf(rows);
	const isLinked = rows.some(({ neighbours }) => neighbours.length > 0);
	const isMatrix = isLinked && nameWidth + (columns.length + 1) * cell <= width;
	const head = [line(look, [['title', title]], width)];
	return isMatrix
		? [...head, ...matrixLines(look, rows, cell, chosen, width)]
		: [...head, ...rows.map((row) => listLine(look, row, chosen, width))];
}

/** A row a node, a column a node, the round trip where they meet. */
function matrixLines(
	look: Look,
	rows: readonly TopologyLine[],
	cell: number,
	chosen: string | undefined,
	width: number,
): string[] {
	const right = (text: string) => fit(text, cell, 'right');
	const head: Span[] = [
		['label', ' '.repeat(nameWidth)],
		...rows.map(({ name }): Span => ['label', right(name)]),
		['label', right('others')],
	];
	const body = rows.map(({ name, neighbours, outside }) => {
		const cells = rows.map(({ name: other }): Span => {
			if (other === name) return ['dim', right(look.glyphs.dot)];
			const link = neighbours.find((each) => each.name === other);
			if (!link) return ['dim', right('')];
			return [link.isOneSided ? 'warn' : 'plain', right(linkText(link))];
		});
		return line(look, [nameSpan(name, chosen), ...cells, ['label', right(outside)]], width);
	});
	return [line(look, head, width), ...body];
}

function listLine(
	look: Look,
	{ name, neighbours, outside }: TopologyLine,
	chosen: string | undefined,
	width: number,
): string {
	const links = neighbours.map((link): Span => [
		link.isOneSided ? 'warn' : 'plain',
		`${link.arrow}${link.name} ${linkText({ ...link, arrow: '' })}`.trimEnd() + '  ',
	]);
	const others: Span = ['label', `others ${outside}  `];
	const shown: Span[] = [];
	let room = width - nameWidth - cellWidth(others[1]);
	for (const [index, link] of links.entries()) {
		const isLast = index === links.length - 1;
		if (cellWidth(link[1].trimEnd()) > room - (isLast ? 0 : moreWidth)) {
			shown.push(['label', `and ${links.length - index} more`]);
			break;
		}
		shown.push(link);
		room -= cellWidth(link[1]);
	}
	return line(look, [nameSpan(name, chosen), others, ...shown], width);
}

const moreWidth = 'and 99 more'.length;

function nameSpan(name: string, chosen: string | undefined): Span {
	return [name === chosen ? 'strong' : 'plain', fit(name, nameWidth - 1) + ' '];
}

function linkText({
	arrow,
	rtt = '',
	isOneSided,
}: {
	readonly arrow: string;
	readonly rtt: string | undefined;
	readonly isOneSided: boolean;
}): string {
	return `${arrow}${rtt}${isOneSided ? '!' : ''}`;
}

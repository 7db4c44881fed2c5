import type { ReactNode } from 'react';
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
	const { look, width, height, moment, selected, view } = props;
	const topology = joinTopology(moment.nodes.map(({ snapshot }) => snapshot));
	const split = splitText(topology);
	const warning = split === undefined ? [] : [look.paint('warn', fit(split, width))];
	const blocks = blocksOf(topology, moment.groups);
	const legend = wrap(legendText, width).map((text) => look.paint('dim', fit(text, width)));
	const drawn = blocks.map((block) =>
		blockLines(look, block, selected?.snapshot.target.name, width),
	);
	const room = Math.max(1, height - 2 - warning.length - legend.length);
	const spaced = drawn.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
	const body = spaced.length <= room ? spaced : drawn.flat();
	const first = Math.min(view.offsets.network ?? 0, Math.max(0, body.length - room));
	const note = 'Tab: peers of one node';
	const range = `${first + 1}–${Math.min(first + room, body.length)} of ${body.length}`;
	return (
		<Panel
			look={look}
			title="Topology of all watched nodes"
			note={body.length > room ? `${range}  ${note}` : note}
			lines={[...warning, ...body.slice(first, first + room), '', ...legend]}
			width={width}
			height={height}
		/>
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

function blockLines(
	look: Look,
	{ title, rows }: Block,
	chosen: string | undefined,
	width: number,
): string[] {
	const columns = rows.map(({ name }) => name);
	const cell = Math.min(mostCell, Math.max(leastCell, ...columns.map((name) => name.length + 2)));
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

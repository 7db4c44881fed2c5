import { barLines } from '../../components/charts/bars.ts';
import type { Bar } from '../../components/charts/bars.ts';
import { fit, line } from '../../components/line.ts';
import type { Span } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { cellWidth } from '../../source/domain/cell-width.ts';
import { formatMs, missing } from '../../source/domain/format.ts';
import { toneOfLevel } from '../../source/domain/tone.ts';
import type { HealthLevel } from '../../source/domain/words.ts';
import type { Topology } from '../../source/network-tests/peers/topology.ts';
import { topologyLines } from '../../source/network-tests/peers/topology-text.ts';
import type { TopologyLine } from '../../source/network-tests/peers/topology-text.ts';
import type { Group } from '../../source/sections/group/schema.ts';

const nameWidth = 17;
const leastCell = 9;
const mostCell = 16;
const columnGap = 4;

/** The nodes of one network, as lines of the topology. */
interface Block {
	readonly title: string;
	readonly rows: readonly TopologyLine[];
}

export interface TopologyView {
	readonly look: Look;
	readonly width: number;
	/** Rows; where all is higher, blank lines between networks are left out. */
	readonly room: number;
	/** The selected node. */
	readonly chosen: string | undefined;
	/** How bad each node is, by its name. */
	readonly levels: ReadonlyMap<string, HealthLevel>;
}

/**
 * Networks with links, a matrix each where it fits, else a list; in columns where all are narrow, else a narrow one
 * beside a wide one. Nodes without a link stand below them, as many beside one another as have room.
 */
export function topologyBody(
	view: TopologyView,
	topology: Topology,
	groups: readonly Group[],
): string[] {
	const { linked, alone } = blocksOf(topology, groups);
	const below = aloneLines(view, alone);
	const above = linkedLines(view, linked, view.room - below.length - 1);
	if (above.length === 0 || below.length === 0) return [...above, ...below];
	const isRoomy = above.length + below.length < view.room;
	return [...above, ...(isRoomy ? [''] : []), ...below];
}

/** Networks in the order of their first node, and the nodes of those that have no link to show. */
function blocksOf(
	topology: Topology,
	groups: readonly Group[],
): { readonly linked: readonly Block[]; readonly alone: readonly TopologyLine[] } {
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
	return {
		linked: blocks.filter(isLinked),
		alone: blocks.filter((block) => !isLinked(block)).flatMap(({ rows }) => rows),
	};
}

/** The blocks in as few rows as have room for them. */
function linkedLines(view: TopologyView, blocks: readonly Block[], room: number): string[] {
	const { width } = view;
	const widest = Math.max(0, ...blocks.map(widthOf));
	const count = Math.min(blocks.length, Math.floor((width + columnGap) / (widest + columnGap)));
	if (count < 2) {
		const drawn = shelvesOf(blocks, width).map((shelf) => shelfLines(view, shelf));
		const spaced = drawn.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
		return spaced.length <= room ? spaced : drawn.flat();
	}
	const columnWidth = Math.floor((width - columnGap * (count - 1)) / count);
	const drawn = blocks.map((block) => blockLines(view, block, columnWidth));
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

/** Blocks of different widths, each beside the first others with which it has room. */
function shelvesOf(blocks: readonly Block[], width: number): Block[][] {
	const shelves: { readonly blocks: Block[]; used: number }[] = [];
	for (const block of blocks) {
		const own = widthOf(block) + columnGap;
		const shelf = shelves.find(({ used }) => used + own <= width + columnGap);
		if (shelf) {
			shelf.blocks.push(block);
			shelf.used += own;
		} else {
			shelves.push({ blocks: [block], used: own });
		}
	}
	return shelves.map((shelf) => shelf.blocks);
}

/** The last block of a shelf takes what the others leave. */
function shelfLines(view: TopologyView, blocks: readonly Block[]): string[] {
	let left = view.width;
	const columns = blocks.map((block, index) => {
		const width = index === blocks.length - 1 ? left : widthOf(block);
		left -= width + columnGap;
		return { width, lines: blockLines(view, block, width) };
	});
	const rows = Math.max(...columns.map(({ lines }) => lines.length));
	const between = ' '.repeat(columnGap);
	return Array.from({ length: rows }, (_, row) =>
		columns.map(({ width, lines }) => lines[row] ?? ' '.repeat(width)).join(between),
	);
}

/** A cell for each node that nothing links, with how many other peers it has where it lists them. */
function aloneLines(view: TopologyView, rows: readonly TopologyLine[]): string[] {
	if (rows.length === 0) return [];
	const { look, width } = view;
	const texts = rows.map(({ outside }) => (outside === missing ? '' : `others ${outside}`));
	const own = Math.max(...rows.map(({ name }) => cellWidth(name))) + markWidth + 1;
	const cell = Math.min(width, own + Math.max(...texts.map(cellWidth)));
	const count = Math.max(1, Math.floor((width + columnGap) / (cell + columnGap)));
	const title = `no link to a watched node (${rows.length})`;
	const lines = [line(look, [['title', title]], width)];
	for (let first = 0; first < rows.length; first += count) {
		const spans = rows
			.slice(first, first + count)
			.flatMap(({ name }, index): Span[] => [
				...nameSpans(view, name, own),
				['label', fit(texts[first + index] ?? '', cell - own + columnGap)],
			]);
		lines.push(line(look, spans, width));
	}
	return lines;
}

/** Cells that a block needs to be drawn as it is drawn where there is all the room. */
function widthOf({ title, rows }: Block): number {
	return Math.max(cellWidth(title), nameWidth + (rows.length + 1) * cellOf(rows));
}

function cellOf(rows: readonly TopologyLine[]): number {
	return Math.min(mostCell, Math.max(leastCell, ...rows.map(({ name }) => name.length + 1)));
}

function blockLines(view: TopologyView, block: Block, width: number): string[] {
	const { rows, title } = block;
	const isMatrix = nameWidth + (rows.length + 1) * cellOf(rows) <= width;
	const head = line(view.look, [['title', title]], width);
	return isMatrix
		? [head, ...matrixLines(view, rows, width)]
		: [head, ...rows.map((row) => listLine(view, row, width))];
}

/** A row a node, a column a node, the round trip where they meet. */
function matrixLines(view: TopologyView, rows: readonly TopologyLine[], width: number): string[] {
	const { look } = view;
	const cell = cellOf(rows);
	const right = (text: string) => fit(text, cell, 'right');
	const head: Span[] = [
		['label', ' '.repeat(nameWidth)],
		...rows.map(({ name }): Span => {
			// Its glyph stands in its row: widths stay as they are when a node falls ill.
			const level = view.levels.get(name) ?? 'ok';
			return [level === 'ok' ? 'label' : toneOfLevel[level], right(name)];
		}),
		['label', right('others')],
	];
	const body = rows.map(({ name, neighbours, outside }) => {
		const cells = rows.map(({ name: other }): Span => {
			if (other === name) return ['dim', right(look.glyphs.dot)];
			const link = neighbours.find((each) => each.name === other);
			if (!link) return ['dim', right('')];
			return [link.isOneSided ? 'warn' : 'plain', right(linkText(link))];
		});
		return line(
			look,
			[...nameSpans(view, name, nameWidth), ...cells, ['label', right(outside)]],
			width,
		);
	});
	return [line(look, head, width), ...body];
}

function listLine(
	view: TopologyView,
	{ name, neighbours, outside }: TopologyLine,
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
	return line(view.look, [...nameSpans(view, name, nameWidth), others, ...shown], width);
}

const moreWidth = 'and 99 more'.length;
/** A glyph and a blank cell. */
const markWidth = 2;

/** A node's state, by glyph and colour, and its name. */
function nameSpans({ look, levels, chosen }: TopologyView, name: string, width: number): Span[] {
	const level = levels.get(name) ?? 'unknown';
	return [
		[toneOfLevel[level], `${look.glyphs.level[level]} `],
		[name === chosen ? 'strong' : 'plain', fit(name, width - markWidth - 1) + ' '],
	];
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

const mostSlow = 20;
const leastSlow = 2;
const mostBarWidth = 120;

/** A bar for each link that was measured, the slowest first; none where there is no room for a few. */
export function slowestLines(
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

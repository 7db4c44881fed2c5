import { levelOf } from '../../source/sections/health/severity.ts';
import { Box } from 'ink';
import { cellWidth } from '../../source/domain/cell-width.ts';
import type { ReactNode } from 'react';
import { factLines } from '../../components/fact-lines.ts';
import { numberWithin } from '../../components/line.ts';
import { toneOfLevel } from '../../source/domain/tone.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { Region } from '../../components/region.tsx';
import { tableLines } from '../../components/table.ts';
import type { Column } from '../../components/table.ts';
import { formatAge, formatCount, missing } from '../../source/domain/format.ts';
import {
	finalizedOf,
	heightOf,
	lastFinalOf,
	lastProgressOf,
	networkKey,
	pendingOf,
} from '../../source/sections/derived.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { absentLines } from '../node/absent.ts';
import { countLines, phaseLines, progressLines } from './agreement.ts';
import { sectionFacts } from '../node/facts.ts';
import { fleetFrameOf } from '../frame.ts';
import type { FleetFrame, ScreenProps, ScreenRegion } from '../frame.ts';
import { chartsInColumn, NodeColumn } from '../node/node-column.tsx';
import { nodeNote } from '../node/node-note.ts';
import { isSilent, lookOf } from '../node/silent.ts';
import { partOf, Trends } from '../node/trends.tsx';
import { sideWidth } from '../side-width.ts';
import { roundLines } from './round-bar.ts';
import { validatorLines } from './validator-grid.ts';
import { windowStart } from '../window-start.ts';

const gap = 2;
const mostNameWidth = 36;
const leastTrends = 4;

/** The selected node's consensus: facts, how they move, and the same numbers of its neighbours. */
export function Consensus(props: ScreenProps): ReactNode {
	const { width, height } = props;
	const left = sideWidth(width - gap, 0.45);
	const right = width - gap - left;
	const lowerHeight = neighboursHeight(props);
	const upperHeight = height - lowerHeight;
	const focus = props.view.focus;
	const column = { ...props, width: left, height: upperHeight };
	const facts = factsOf(props, left, upperHeight).length;
	const beside = chartsInColumn(column, facts, charted);
	return (
		<Box flexDirection="column">
			<Box>
				<Region isFocused={focus === 'facts'}>
					<Facts {...props} width={left} height={upperHeight} isBeside />
				</Region>
				<Box width={gap} />
				<Region isFocused={focus === 'charts'}>
					<Moves {...props} width={right} height={upperHeight} beside={beside} />
				</Region>
			</Box>
			<Region isFocused={focus === 'nodes'}>
				<Neighbours {...props} height={lowerHeight} />
			</Region>
		</Box>
	);
}

function neighboursHeight(props: NeighboursRoom): number {
	const most = Math.floor(props.height * 0.4);
	return Math.min(Math.max(5, peersOf(props).length + 2), most);
}

/** The node of a row of the screen; undefined for a row without one. */
export function nodeAtRow(props: NeighboursRoom, row: number): NodeMoment | undefined {
	const height = neighboursHeight(props);
	const { rows } = shownNeighbours(props, height);
	// Below a heading and a header.
	return rows[row - (props.height - height) - 2];
}

/** What Tab goes through. */
export const consensusRegions: readonly ScreenRegion[] = [
	{ id: 'facts', draw: Facts },
	{ id: 'charts', draw: Moves, hasCharts: true, isShown: ({ selected }) => selected !== undefined },
	{ id: 'nodes', draw: Neighbours },
];

function consensusFacts({ selected, moment }: ScreenProps) {
	if (!selected) return [];
	const { snapshot } = selected;
	return [
		...sectionFacts(snapshot, 'consensus', moment.atMs),
		...sectionFacts(snapshot, 'performance', moment.atMs),
		...sectionFacts(snapshot, 'chain', moment.atMs).filter(({ label }) => label !== 'Finalized'),
		...sectionFacts(snapshot, 'mempool', moment.atMs),
	].toSorted((a, b) => Number(a.priority === 3) - Number(b.priority === 3));
}

/** The time since progress and the facts, as `height` has room for them; or why there are none. */
function factsOf(props: ScreenProps, width: number, height: number): string[] {
	const { look, selected, moment } = props;
	const facts = consensusFacts(props);
	if (!selected || facts.length === 0) return absentLines(props, 'consensus', width);
	const progress = progressLines(look, selected.snapshot, moment.atMs, width);
	return withProgress(progress, height - 1, (room) => factLines(look, facts, width, room));
}

function Facts(props: ScreenProps & { readonly isBeside?: boolean }): ReactNode {
	const { width, height, selected, isBeside = false } = props;
	return (
		<NodeColumn
			{...props}
			title={selected ? `${selected.snapshot.target.name}: consensus` : 'Consensus'}
			note={nodeNote(props)}
			lines={factsOf(props, width, height)}
			charted={isBeside ? charted : []}
		/>
	);
}

const charted = ['consensus', 'poll'] as const;

/** What only some kinds report of how they agree, and how the figures moved. */
function Moves(props: ScreenProps & { readonly beside?: number }): ReactNode {
	const { selected: node, width, height, beside = 0 } = props;
	if (!node) return null;
	const look = lookOf(props.look, node.snapshot);
	const round = {
		title: roundTitle(node.snapshot),
		lines: roundLines(look, node.snapshot, width),
	};
	const above = fitting([round].filter(hasLines), height);
	const columns = columnsOf(look, node.snapshot, { width, height: height - heightOfAll(above) });
	const blocksHeight = heightOfAll(above) + Math.max(...columns.map(heightOfAll));
	const each = columnWidth(width, columns.length);
	return (
		<Box flexDirection="column">
			<Blocks look={look} blocks={above} width={width} />
			<Box height={blocksHeight - heightOfAll(above)}>
				{columns.map((blocks, index) => (
					// Columns have no name, and keep their place.
					<Box key={index === 0 ? 'left' : 'right'} marginLeft={index === 0 ? 0 : gap}>
						<Blocks look={look} blocks={blocks} width={each} />
					</Box>
				))}
			</Box>
			<Trends
				{...props}
				node={node}
				sections={charted}
				part={partOf(beside, false)}
				height={height - blocksHeight}
			/>
		</Box>
	);
}

/** What takes no time now took so long while it went on. */
function roundTitle({ consensus }: NodeSnapshot): string {
	const { status } = consensus ?? {};
	const isOver = status === 'stalled' || status === 'halted';
	return isOver ? `A round in time, before it ${status}` : 'A round in time';
}

interface Block {
	readonly title: string;
	readonly lines: readonly string[];
}

interface BlocksProps {
	readonly look: Look;
	readonly blocks: readonly Block[];
	readonly width: number;
}

function Blocks({ look, blocks, width }: BlocksProps): ReactNode {
	return (
		<Box flexDirection="column">
			{blocks.map(({ title, lines }) => (
				<Panel key={title} {...{ look, title, lines, width }} height={lines.length + 1} />
			))}
		</Box>
	);
}

/** From here on tables stand side by side: across so many cells no eye finds the number of a name. */
const twoColumnsWidth = 112;

function columnWidth(width: number, columns: number): number {
	return Math.floor((width - gap * (columns - 1)) / columns);
}

/** What only some kinds tell of how they agree, the next table where there is more room. */
function columnsOf(
	look: Look,
	node: NodeSnapshot,
	{ width, height }: { readonly width: number; readonly height: number },
): readonly (readonly Block[])[] {
	const count = width >= twoColumnsWidth ? 2 : 1;
	const each = columnWidth(width, count);
	const blocks = blocksOf(look, node, { width: each, height });
	if (count === 1) return [fitting(blocks, height)];
	const columns: [Block[], Block[]] = [[], []];
	for (const block of blocks) {
		const [left, right] = columns;
		(heightOfAll(left) <= heightOfAll(right) ? left : right).push(block);
	}
	return columns.map((column) => fitting(column, height));
}

function blocksOf(
	look: Look,
	node: NodeSnapshot,
	{ width, height }: { readonly width: number; readonly height: number },
): Block[] {
	const { consensus = {}, validators } = node;
	const counts = (title: string, record: Parameters<typeof countLines>[1]): Block => ({
		title,
		lines: countLines(look, record, width),
	});
	const mostRows = Math.max(3, Math.floor(height / 3));
	return [
		{ title: 'Validators', lines: validatorLines(look, validators?.list ?? [], width, mostRows) },
		counts('Byzantine acts by type', consensus.byzantineByType),
		counts('Safety violations by type', consensus.safetyViolationsBy),
		counts('Equivocations by validator', consensus.equivocationsBy),
		{ title: 'Latency of agreement', lines: phaseLines(look, node, width) },
		counts('View changes by reason', consensus.viewChangeReasons),
		counts('Votes received by type', consensus.votesByType),
	].filter(hasLines);
}

function hasLines({ lines }: Block): boolean {
	return lines.length > 0;
}

/** Those for which there is room, below which a few lines of movement still fit. */
function fitting(blocks: readonly Block[], height: number): Block[] {
	let room = height - leastTrends;
	return blocks.filter(({ lines }) => {
		const isShown = lines.length + 1 <= room;
		if (isShown) room -= lines.length + 1;
		return isShown;
	});
}

/** With their headings. */
function heightOfAll(blocks: readonly Block[]): number {
	return blocks.reduce((sum, { lines }) => sum + lines.length + 1, 0);
}

/** The large number above the facts, with a blank line between where there is room for both. */
function withProgress(
	progress: readonly string[],
	height: number,
	facts: (room: number) => string[],
): string[] {
	if (progress.length === 0) return facts(height);
	const above = height > 16 ? ['', ...progress, ''] : progress;
	return [...above, ...facts(height - above.length)];
}

/** Nodes of the same network as the selected one; of the same kind, where no network is known. */
type NeighboursRoom = Pick<ScreenProps, 'moment' | 'selected' | 'height'>;

function peersOf({ moment, selected }: NeighboursRoom): readonly NodeMoment[] {
	if (!selected) return [];
	const network = networkKey(selected.snapshot);
	return moment.nodes.filter(({ snapshot }) => networkKey(snapshot) === network);
}

const nameColumn: Column<NodeMoment, FleetFrame> = {
	id: 'name',
	title: 'SAME NETWORK',
	width: 14,
	priority: 0,
	cell: ({ snapshot: { target } }) => ({ text: target.name, tone: 'strong' }),
};

/** Numbers stand near the names that they are of. */
function nameWidthOf(nodes: readonly NodeMoment[]): number {
	const longest = Math.max(...nodes.map(({ snapshot }) => cellWidth(snapshot.target.name)));
	return Math.min(mostNameWidth, Math.max(nameColumn.width, longest + 2));
}

const columns: readonly Column<NodeMoment, FleetFrame>[] = [
	nameColumn,
	{
		id: 'health',
		title: 'HEALTH',
		width: 10,
		priority: 1,
		cell: ({ snapshot }, { look }) => ({
			text: `${look.glyphs.level[levelOf(snapshot.health)]} ${snapshot.health.status}`,
			tone: toneOfLevel[levelOf(snapshot.health)],
		}),
	},
	numberColumn('height', 'HEIGHT', 13, heightOf),
	numberColumn('round', 'ROUND', 10, (node) => node.consensus?.round),
	numberColumn('view', 'VIEW', 10, (node) => node.consensus?.view),
	numberColumn('finalized', 'FINALIZED', 12, finalizedOf),
	numberColumn('pending', 'PENDING', 9, pendingOf),
	{
		id: 'last',
		title: 'LAST',
		width: 8,
		align: 'right',
		priority: 3,
		cell: ({ snapshot }, { nowMs }) => {
			const at = lastFinalOf(snapshot) ?? lastProgressOf(snapshot);
			return at === undefined ? { text: missing, tone: 'dim' } : { text: formatAge(at, nowMs) };
		},
	},
	{
		id: 'hash',
		title: 'HEAD HASH',
		width: 20,
		isFlex: true,
		priority: 9,
		cell: ({ snapshot }, _frame, width) => ({
			text: snapshot.chain?.head?.hash?.slice(0, width) ?? '',
			tone: 'label',
		}),
	},
];

function numberColumn(
	id: string,
	title: string,
	width: number,
	read: (node: NodeMoment['snapshot']) => string | number | undefined,
): Column<NodeMoment, FleetFrame> {
	return {
		id,
		title,
		width,
		align: 'right',
		priority: 4,
		cell: ({ snapshot }, _frame, cells) => {
			const value = read(snapshot);
			if (value === undefined) return { text: missing, tone: 'dim' };
			return { text: numberWithin(formatCount(value), cells) };
		},
	};
}

/** What a node said before it fell silent; what nodetop knows of it itself is not old. */
function dimWhenOld(column: Column<NodeMoment, FleetFrame>): Column<NodeMoment, FleetFrame> {
	if (column.id === 'health') return column;
	return {
		...column,
		cell(node, frame, width) {
			const cell = column.cell(node, frame, width);
			return isSilent(node.snapshot) ? { ...cell, tone: 'dim' } : cell;
		},
	};
}

/** As many as have room, the selected one among them; `at` is its index. */
function shownNeighbours(props: NeighboursRoom, height: number) {
	const nodes = peersOf(props);
	const rowCount = Math.max(1, height - 2);
	const index = props.selected ? nodes.indexOf(props.selected) : -1;
	const first = windowStart(Math.max(0, index), rowCount, nodes.length);
	return { nodes, rows: nodes.slice(first, first + rowCount), at: index - first };
}

function Neighbours(props: ScreenProps): ReactNode {
	const { look, width, height } = props;
	const { nodes, rows, at } = shownNeighbours(props, height);
	const frame = fleetFrameOf(props);
	const name = { ...nameColumn, width: nameWidthOf(nodes) };
	const isTold = ({ cell, width: cells }: (typeof columns)[number]) =>
		rows.some((node) => ![missing, ''].includes(cell(node, frame, cells).text));
	return (
		<Panel
			look={look}
			title="Side by side"
			note={`${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`}
			lines={tableLines(look, {
				columns: columns
					.filter(isTold)
					.map((column) => (column.id === 'name' ? name : dimWhenOld(column))),
				rows,
				frame,
				width,
				selected: at,
			})}
			width={width}
			height={height}
		/>
	);
}

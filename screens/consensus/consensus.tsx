import { levelOf } from '../../source/sections/health/severity.ts';
import { Box } from 'ink';
import { cellWidth } from '../../source/domain/cell-width.ts';
import type { ReactNode } from 'react';
import { factLines } from '../../components/fact-lines.ts';
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
	const lowerHeight = Math.min(Math.max(5, peersOf(props).length + 2), Math.floor(height * 0.4));
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
	const { look, selected: node, width, height, beside = 0 } = props;
	if (!node) return null;
	const blocks = fitting(blocksOf(look, node.snapshot, { width, height }), height);
	const blocksHeight = linesBefore(blocks, blocks.length);
	return (
		<Box flexDirection="column">
			{blocks.map(({ title, lines }, index) => (
				<Panel
					key={title}
					look={look}
					title={title}
					lines={lines}
					width={width}
					height={Math.min(lines.length + 1, height - linesBefore(blocks, index))}
				/>
			))}
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

interface Block {
	readonly title: string;
	readonly lines: readonly string[];
}

/** What only some kinds tell of how they agree. */
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
		{ title: 'A round in time', lines: roundLines(look, node, width) },
		{ title: 'Validators', lines: validatorLines(look, validators?.list ?? [], width, mostRows) },
		counts('Byzantine acts by type', consensus.byzantineByType),
		counts('Safety violations by type', consensus.safetyViolationsBy),
		counts('Equivocations by validator', consensus.equivocationsBy),
		{ title: 'Latency of agreement', lines: phaseLines(look, node, width) },
		counts('View changes by reason', consensus.viewChangeReasons),
		counts('Votes received by type', consensus.votesByType),
	].filter(({ lines }) => lines.length > 0);
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

function linesBefore(blocks: readonly Block[], index: number): number {
	return blocks.slice(0, index).reduce((sum, { lines }) => sum + lines.length + 1, 0);
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
function peersOf({ moment, selected }: ScreenProps): readonly NodeMoment[] {
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
			const at = lastProgressOf(snapshot);
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
		cell: ({ snapshot }) => {
			const value = read(snapshot);
			return value === undefined ? { text: missing, tone: 'dim' } : { text: formatCount(value) };
		},
	};
}

function Neighbours(props: ScreenProps): ReactNode {
	const { look, width, height, selected } = props;
	const nodes = peersOf(props);
	const rowCount = Math.max(1, height - 2);
	const index = selected ? nodes.indexOf(selected) : -1;
	const first = windowStart(Math.max(0, index), rowCount, nodes.length);
	const rows = nodes.slice(first, first + rowCount);
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
				columns: columns.filter(isTold).map((column) => (column.id === 'name' ? name : column)),
				rows,
				frame,
				width,
				selected: index - first,
			})}
			width={width}
			height={height}
		/>
	);
}

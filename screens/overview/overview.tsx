import { Box } from 'ink';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { heatGrid } from '../../components/charts/heat-grid.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { Region } from '../../components/region.tsx';
import { tableLines } from '../../components/table.ts';
import { levelOf } from '../../source/sections/health/severity.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { fleetFrameOf } from '../frame.ts';
import type { ScreenProps, ScreenRegion } from '../frame.ts';
import { leastTrendRows, Trends } from '../node/trends.tsx';
import { worstFirst } from '../view-state.ts';
import { windowStart } from '../window-start.ts';
import { columnsFor } from './fleet-columns.ts';
import { groupLines, GroupsPanel } from './groups-panel.tsx';
import { SelectedNode, shownSections } from './selected-node.tsx';
import { troubleLines } from './trouble-lines.ts';
import { Start, startLines, Welcome } from './start.tsx';

const minDetailHeight = 9;
/** Which nodes there are comes before the figures of one of them: 80×24 has room for ten. */
const tableShare = 2 / 3;

/** What Tab goes through. */
export const overviewRegions: readonly ScreenRegion[] = [
	{ id: 'nodes', draw: NodesAlone },
	{ id: 'groups', draw: Groups, isShown: ({ moment }) => moment.groups.length > 0 },
	{ id: 'node', draw: SelectedNode, isShown: ({ selected }) => selected !== undefined },
];

/** The fleet's table, and below it the selected node: what it is, how it moves, what troubles it. */
export function Overview(props: ScreenProps): ReactNode {
	const { height, moment, view } = props;
	if (moment.nodes.length === 0) return <Welcome {...props} />;
	const { start, networks, grid, table } = heightsOf(props);
	return (
		<Box flexDirection="column">
			<Region isFocused={view.focus === 'nodes'}>
				<NodesTable {...props} height={table} />
			</Region>
			<EveryNode {...props} height={grid} />
			<Start {...props} height={start} />
			<Region isFocused={view.focus === 'groups'}>
				<Groups {...props} height={networks} screenHeight={height} />
			</Region>
			<Region isFocused={view.focus === 'node'}>
				<SelectedNode {...props} height={height - start - networks - grid - table} />
			</Region>
		</Box>
	);
}

type OverviewProps = Pick<
	ScreenProps,
	'look' | 'width' | 'height' | 'moment' | 'listed' | 'selected' | 'hint' | 'setup'
>;

/** Rows of each part; what is left is the selected node's. */
function heightsOf(props: OverviewProps) {
	const { look, width, height, moment, listed, hint } = props;
	const start = hint === undefined ? 0 : startLines(props).length + 1;
	const lines = groupLines(look, moment, width, height).length;
	const networks = Math.min(lines === 0 ? 0 : lines + 1, Math.floor(height / 3));
	const grid = listed.length + 2 > height - networks ? gridRows(listed, width, height) + 1 : 0;
	const room = height - networks - grid - start;
	const wanted = Math.max(4, listed.length + 2);
	const table = Math.min(wanted, Math.max(room - minDetailHeight, Math.ceil(room * tableShare)));
	return { start, networks, grid, table };
}

/** Rows of the table with heading and header, and the first node that it shows. */
export function nodesTableRoom(props: OverviewProps): {
	readonly height: number;
	readonly first: number;
} {
	const { table } = heightsOf(props);
	return { height: table, first: firstRow(props, table - 2) };
}

function firstRow({ listed, selected }: OverviewProps, rowCount: number): number {
	return windowStart(
		Math.max(0, selected ? listed.indexOf(selected) : -1),
		rowCount,
		listed.length,
	);
}

function NodesTable(props: ScreenProps): ReactNode {
	const { look, width, height, moment, listed, selected, view } = props;
	const { sort, window } = view;
	const rowCount = height - 2;
	const index = selected ? listed.indexOf(selected) : -1;
	const first = firstRow(props, rowCount);
	const table = useMemo(
		() => ({
			columns: columnsFor(listed),
			frame: fleetFrameOf({ look, moment, view: { window } }),
			width,
			sort,
		}),
		[look, moment, listed, width, sort, window],
	);
	const rows = useMemo(
		() => tableLines(look, { ...table, rows: listed.slice(first, first + rowCount), selected: -1 }),
		[look, table, listed, first, rowCount],
	);
	// A key that moves the cursor draws two lines anew.
	const chosen = selected && tableLines(look, { ...table, rows: [selected], selected: 0 })[1];
	const lines = chosen === undefined ? rows : rows.with(index - first + 1, chosen);
	const range = rangeNote(first, rowCount, listed.length, moment.nodes.length);
	const note = `${orderNote(sort)}${range}`;
	return (
		<Panel look={look} title="Nodes" note={note} lines={lines} width={width} height={height} />
	);
}

/** The table alone on the screen: what it leaves shows what is wrong with each node, then how the selected one moves. */
function NodesAlone(props: ScreenProps): ReactNode {
	const { look, width, height, listed, selected } = props;
	const room = Math.max(0, height - listed.length - 2);
	const troubles = troubleLines(look, listed, width, room - 1);
	const troubleRows = troubles.length === 0 ? 0 : troubles.length + 1;
	const rest = room - troubleRows;
	const chartRows = selected && rest >= leastTrendRows ? rest : 0;
	return (
		<Box flexDirection="column">
			<NodesTable {...props} height={height - troubleRows - chartRows} />
			<Panel
				look={look}
				title="What is wrong"
				lines={troubles}
				width={width}
				height={troubleRows}
			/>
			{selected && chartRows > 0 ? (
				<Trends
					{...props}
					node={selected}
					sections={shownSections}
					subject={selected.snapshot.target.name}
					height={chartRows}
				/>
			) : null}
		</Box>
	);
}

/** A cell a node, where the table cannot show them all. */
function EveryNode({ look, listed, width, height }: ScreenProps): ReactNode {
	return (
		<Panel
			look={look}
			title="Every node"
			note={look.isAscii ? '_ ok  o warning  X critical' : '▁ ok  ▄ warning  █ critical'}
			lines={height === 0 ? [] : gridLines(look, listed, width, height - 1)}
			width={width}
			height={height}
		/>
	);
}

function Groups({
	look,
	moment,
	width,
	height,
	screenHeight,
}: ScreenProps & { readonly screenHeight?: number }): ReactNode {
	// As many lines as the screen had room for, or as fill it.
	const lines = groupLines(look, moment, width, screenHeight ?? height);
	return (
		<GroupsPanel
			look={look}
			lines={lines}
			note={String(moment.groups.length)}
			width={width}
			height={height}
		/>
	);
}

const mostGridRows = 6;

/** Rows of a cell a node, where the table cannot show them all. */
function gridRows(listed: readonly NodeMoment[], width: number, height: number): number {
	return Math.min(Math.ceil(listed.length / width), mostGridRows, Math.floor(height / 6));
}

function gridLines(look: Look, listed: readonly NodeMoment[], width: number, height: number) {
	return heatGrid(
		look,
		listed.map(({ snapshot }) => levelOf(snapshot.health)),
		width,
		height,
	);
}

/** In which order the rows stand, where no heading marks it. */
function orderNote({ column, isDescending }: ScreenProps['view']['sort']): string {
	if (column === worstFirst) return isDescending ? 'worst last  ' : 'worst first  ';
	return column === 'none' ? 'as configured  ' : '';
}

function rangeNote(first: number, rows: number, listed: number, all: number): string {
	const range =
		listed > rows ? `${first + 1}–${Math.min(first + rows, listed)} of ${listed}` : `${listed}`;
	return listed === all ? range : `${range} (of ${all}, filtered)`;
}

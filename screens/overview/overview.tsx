import { Box } from 'ink';
import type { ReactNode } from 'react';
import { heatGrid } from '../../components/charts/heat-grid.ts';
import { line, wrap } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { tableLines } from '../../components/table.ts';
import { levelOf } from '../../source/sections/health/severity.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { fleetFrameOf } from '../frame.ts';
import type { ScreenProps } from '../frame.ts';
import { worstFirst } from '../view-state.ts';
import { windowStart } from '../window-start.ts';
import { columnsFor } from './fleet-columns.ts';
import { groupLines, GroupsPanel } from './groups-panel.tsx';
import { SelectedNode } from './selected-node.tsx';

const minDetailHeight = 9;

/** The fleet's table, and below it the selected node: what it is, how it moves, what troubles it. */
export function Overview(props: ScreenProps): ReactNode {
	const { look, width, height, moment, listed, selected, view } = props;
	const { nodes: all } = moment;
	if (all.length === 0) return <Welcome {...props} />;
	const networks = groupLines(look, moment, width, height);
	const networksHeight = Math.min(
		networks.length === 0 ? 0 : networks.length + 1,
		Math.floor(height / 3),
	);
	const gridHeight =
		listed.length + 2 > height - networksHeight ? gridRows(listed, width, height) + 1 : 0;
	const room = height - networksHeight - gridHeight;
	const wanted = Math.max(4, listed.length + 2);
	const tableHeight = Math.min(wanted, Math.max(room - minDetailHeight, Math.ceil(room / 2)));
	const rowCount = tableHeight - 2;
	const index = selected ? listed.indexOf(selected) : -1;
	const first = windowStart(Math.max(0, index), rowCount, listed.length);
	const table = tableLines(look, {
		columns: columnsFor(listed),
		rows: listed.slice(first, first + rowCount),
		frame: fleetFrameOf(props),
		width,
		selected: index - first,
		sort: view.sort,
	});
	const note = `${orderNote(view.sort)}${rangeNote(first, rowCount, listed.length, all.length)}`;
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title="Nodes"
				note={note}
				lines={table}
				width={width}
				height={tableHeight}
			/>
			<Panel
				look={look}
				title="Every node"
				note={look.isAscii ? '_ ok  o warning  X critical' : '▁ ok  ▄ warning  █ critical'}
				lines={gridHeight === 0 ? [] : gridLines(look, listed, width, gridHeight - 1)}
				width={width}
				height={gridHeight}
			/>
			<GroupsPanel
				look={look}
				lines={networks}
				note={String(moment.groups.length)}
				width={width}
				height={networksHeight}
			/>
			<SelectedNode {...props} height={room - tableHeight} />
		</Box>
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

/** Nothing is watched: say how to begin. */
function Welcome({ look, width, height, hint }: ScreenProps): ReactNode {
	const text = hint ?? 'no nodes are configured';
	const lines = [
		'',
		...wrap(text, width - 4).map((each) => line(look, [['plain', `  ${each}`]], width)),
	];
	return <Panel look={look} title="Nodes" lines={lines} width={width} height={height} />;
}

import { placeColumns } from '../../components/table.ts';
import type { MouseEvent } from '../../source/domain/mouse.ts';
import { screenNames } from '../../source/keys/screen-names.ts';
import type { ScreenName } from '../../source/keys/screen-names.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { countFiring, visibleRows, chosenIndex } from '../alerts/alert-list.ts';
import { alertListRoom } from '../alerts/alerts.tsx';
import { nodeAtRow } from '../consensus/consensus.tsx';
import type { ScreenProps } from '../frame.ts';
import { listWidthFor } from '../history/history.tsx';
import { drawnNodes, shownMetrics } from '../history/metric-list.ts';
import { columnsFor, sortableColumns } from '../overview/fleet-columns.ts';
import { nodesTableRoom } from '../overview/overview.tsx';
import type { ViewAction } from '../view-state.ts';
import { tabWidths } from './frame-bars.tsx';
import { scrollOverlay } from './scroll-overlay.ts';

export type PointedAt = Pick<
	ScreenProps,
	| 'look'
	| 'width'
	| 'height'
	| 'moment'
	| 'view'
	| 'listed'
	| 'selected'
	| 'alerts'
	| 'hint'
	| 'setup'
> & {
	/** How far what lies over the screen can be scrolled, in lines. */
	readonly overlayEnd: number;
};

/** Header, tabs and verdict are above the screen. */
const tabRow = 1;
const firstRow = 3;
const wheelRows = 3;

/** What a click or the wheel does: a tab, a column's header, a row. Over anything else it does nothing. */
export function pointed(event: MouseEvent, props: PointedAt): readonly ViewAction[] {
	const { view } = props;
	if (event.button !== 'left')
		return wheel(event.button === 'wheelUp' ? -wheelRows : wheelRows, props);
	if (event.row === tabRow) return tabAt(event.column, props);
	if (view.overlay.kind !== 'none' || view.isMaximised) return [];
	return rowsOfScreen[view.screen]?.(event.column, event.row - firstRow, props) ?? [];
}

type ClickRow = (column: number, row: number, props: PointedAt) => readonly ViewAction[];

/** What a click on a row does, on screens with rows that can be selected. */
const rowsOfScreen: Readonly<Partial<Record<ScreenName, ClickRow>>> = {
	overview: overviewAt,
	consensus: (_column, row, props) => selectNode(nodeAtRow(props, row)),
	alerts: (_column, row, props) => alertAt(row, props),
	history: metricAt,
};

function selectNode(node: NodeMoment | undefined): ViewAction[] {
	return node ? [{ type: 'selectNode', name: node.snapshot.target.name }] : [];
}

/** A click on a number moves the cursor to it; one on the number at the cursor draws it, or draws it no more. */
function metricAt(column: number, row: number, props: PointedAt): ViewAction[] {
	const { view, listed, selected, width, height } = props;
	const nodes = drawnNodes(view.history, listed, selected);
	const { shown, at } = shownMetrics(nodes, view.history, height);
	const index = row - 1;
	const metric = shown[index]?.name;
	if (metric === undefined || column >= listWidthFor(width)) return [];
	const action =
		index === at
			? ({ type: 'toggle', metric } as const)
			: ({ type: 'moveTo', cursor: metric } as const);
	return [{ type: 'history', action }];
}

function tabAt(column: number, { look, width, view, moment }: PointedAt): ViewAction[] {
	const widths = tabWidths({
		look,
		width,
		view,
		alertCounts: countFiring(moment.alerts),
		hasAlertProblems: moment.alerting.problems.length > 0,
	});
	let start = 0;
	for (const [index, cells] of widths.entries()) {
		const screen = screenNames[index];
		if (column >= start && column < start + cells && screen) return [{ type: 'show', screen }];
		start += cells;
	}
	return [];
}

/** The wheel moves what the arrows move: what lies over the screen, the selected alert or node. */
function wheel(by: number, props: PointedAt): ViewAction[] {
	const { view, listed, selected, alerts } = props;
	if (view.overlay.kind !== 'none') return scrollOverlay(view.overlay, by, props.overlayEnd);
	if (view.screen === 'history') {
		const { shown, at } = shownMetrics(
			drawnNodes(view.history, listed, selected),
			view.history,
			Number.POSITIVE_INFINITY,
		);
		const cursor = shown[clamp(at + by, shown.length)]?.name;
		return cursor === undefined ? [] : [{ type: 'history', action: { type: 'moveTo', cursor } }];
	}
	if (view.screen === 'alerts') {
		const index = clamp(chosenIndex(alerts, view.alert) + by, alerts.items.length);
		const item = alerts.items[index];
		return item ? [{ type: 'selectAlert', key: item.key, index }] : [];
	}
	const at = selected ? listed.indexOf(selected) : 0;
	return selectNode(listed[clamp(at + by, listed.length)]);
}

function clamp(index: number, count: number): number {
	return Math.max(0, Math.min(count - 1, index));
}

/** The table begins with its heading and its header. */
function overviewAt(column: number, row: number, props: PointedAt): ViewAction[] {
	const { height: room, first } = nodesTableRoom(props);
	if (row === 1) return sortBy(column, props);
	if (row < 2 || row >= room) return [];
	return selectNode(props.listed[first + row - 2]);
}

/** Sorts by the column; by the one that the rows are sorted by already, the other way round. */
function sortBy(column: number, { listed, width, view }: PointedAt): ViewAction[] {
	let start = 2;
	for (const { column: each, width: cells } of placeColumns(columnsFor(listed), width - 2)) {
		if (column >= start && column < start + cells) {
			if (!sortableColumns(listed).includes(each.id)) return [];
			if (view.sort.column === each.id) return [{ type: 'reverse' }];
			return [{ type: 'setSort', sort: { column: each.id, isDescending: false } }];
		}
		start += cells + 1;
	}
	return [];
}

function alertAt(row: number, props: PointedAt): ViewAction[] {
	const { alerts, view } = props;
	const { top, rows } = alertListRoom(props);
	const shown = visibleRows(alerts, chosenIndex(alerts, view.alert), rows)[row - top];
	if (row < top || row >= top + rows || !shown || !('item' in shown)) return [];
	return [{ type: 'selectAlert', key: shown.item.key, index: shown.index }];
}

import { placeColumns } from '../../components/table.ts';
import type { MouseEvent } from '../../source/domain/mouse.ts';
import { screenNames } from '../../source/keys/screen-names.ts';
import { countFiring, visibleRows, chosenIndex } from '../alerts/alert-list.ts';
import { alertListRoom } from '../alerts/alerts.tsx';
import type { ScreenProps } from '../frame.ts';
import { columnsFor, sortableColumns } from '../overview/fleet-columns.ts';
import { nodesTableRoom } from '../overview/overview.tsx';
import type { ViewAction } from '../view-state.ts';
import { tabWidths } from './frame-bars.tsx';

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
>;

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
	const row = event.row - firstRow;
	if (view.screen === 'overview') return overviewAt(event.column, row, props);
	return view.screen === 'alerts' ? alertAt(row, props) : [];
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

/** The wheel moves what the arrows move: the selected alert or node. */
function wheel(by: number, props: PointedAt): ViewAction[] {
	const { view, listed, selected, alerts } = props;
	if (view.overlay.kind !== 'none') return [];
	if (view.screen === 'alerts') {
		const index = clamp(chosenIndex(alerts, view.alert) + by, alerts.items.length);
		const item = alerts.items[index];
		return item ? [{ type: 'selectAlert', key: item.key, index }] : [];
	}
	const at = selected ? listed.indexOf(selected) : 0;
	const node = listed[clamp(at + by, listed.length)];
	return node ? [{ type: 'selectNode', name: node.snapshot.target.name }] : [];
}

function clamp(index: number, count: number): number {
	return Math.max(0, Math.min(count - 1, index));
}

/** The table begins with its heading and its header. */
function overviewAt(column: number, row: number, props: PointedAt): ViewAction[] {
	const { height: room, first } = nodesTableRoom(props);
	if (row === 1) return sortBy(column, props);
	if (row < 2 || row >= room) return [];
	const node = props.listed[first + row - 2];
	return node ? [{ type: 'selectNode', name: node.snapshot.target.name }] : [];
}

/** Sorts by the column; by the one that the rows are sorted by already, the other way round. */
function sortBy(column: number, { listed, width, view }: PointedAt): ViewAction[] {
	let start = 2;
	for (const { column: each, width: cells } of placeColumns(columnsFor(listed), width - 2)) {
		if (column >= start && column < start + cells) {
			if (!sortableColumns.includes(each.id)) return [];
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

import { Box } from 'ink';
import type { ReactNode } from 'react';
import { fit, line, wrap } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { Panel } from '../../components/panel.tsx';
import { tableLines } from '../../components/table.ts';
import { formatCount } from '../../source/domain/format.ts';
import { alertColumns, firstOf } from './alert-columns.ts';
import {
	AlertCharts,
	alertChartsBeside,
	chartedOf,
	leastChartsHeight,
	ofWholeNode,
} from './alert-charts.tsx';
import { AlertDetail, detailLines } from './alert-detail.tsx';
import { chosenIndex, visibleRows } from './alert-list.ts';
import type { AlertItem, AlertSection, ListRow } from './alert-list.ts';
import { nearestLimitLines } from './nearest-limits.ts';
import { Trends } from '../node/trends.tsx';
import { timelineHeight, timelineLines, timelineWindow } from './timeline.ts';
import { fleetFrameOf } from '../frame.ts';
import type { ScreenProps, ScreenRegion } from '../frame.ts';

/** From here on the selected alert stands beside the list, not below it. */
const sideBySideWidth = 160;
const leastListHeight = 9;
const leastDetailHeight = 11;
const mostProblems = 3;

const hasAlerts: ScreenRegion['isShown'] = ({ alerts }) => alerts.items.length > 0;

/** What Tab goes through while one of them fills the screen. */
export const alertRegions: readonly ScreenRegion[] = [
	{ id: 'list', draw: List, isShown: hasAlerts },
	{ id: 'detail', draw: Detail, isShown: hasAlerts },
	{ id: 'timeline', draw: Timeline, isShown: hasAlerts },
];

/** The list by section and rule, the selected alert in full beside or below, its numbers, and what fired in the last day. */
export function Alerts(props: ScreenProps): ReactNode {
	const { width, height, alerts, view } = props;
	const item = alerts.items[chosenIndex(alerts, view.alert)];
	if (!item) return <NoAlerts {...props} />;
	if (width >= sideBySideWidth) return <SideBySide {...props} item={item} />;
	const detailWants = wantedDetail(props);
	const timelineWants = timelineRows(props);
	const listHeight = listHeightOf(props);
	const below = height - listHeight;
	const timeline =
		below - detailWants >= leastTimeline ? Math.min(timelineWants, below - detailWants) : 0;
	const charts = chartRows(props, item, below - timeline - detailWants);
	return (
		<Box flexDirection="column">
			<List {...props} height={listHeight} />
			<Detail {...props} height={below - timeline - charts} />
			<AlertCharts {...props} alert={firstOf(item)} height={charts} />
			<Timeline {...props} height={timeline} />
		</Box>
	);
}

/** Rows of what fired in the last day with its heading; 0 where nothing did. */
function timelineRows({ moment }: ScreenProps): number {
	const rows = timelineHeight(moment.alerts);
	return rows === 0 ? 0 : rows + 1;
}

/** Rows of the charts of what nothing else needs; 0 where that is too little, or nothing is to be drawn. */
function chartRows({ moment }: ScreenProps, item: AlertItem, rows: number): number {
	return rows >= leastChartsHeight && chartedOf(firstOf(item), moment) ? rows : 0;
}

type AlertsProps = Pick<ScreenProps, 'width' | 'height' | 'alerts' | 'moment'>;

/** Rows of the list with its heading. */
function listHeightOf({ width, height, alerts, moment }: AlertsProps): number {
	if (width >= sideBySideWidth) return height;
	const most = Math.max(leastListHeight, height - Math.max(leastDetailHeight, height >> 1));
	return Math.min(wantedList({ alerts, moment }), most);
}

/** Rows that the whole list needs. */
function wantedList({ alerts, moment }: Pick<AlertsProps, 'alerts' | 'moment'>): number {
	return alerts.rows.length + 2 + problemCount(moment);
}

/** Where the rows of the list begin on the screen, and how many there are. */
export function alertListRoom(props: AlertsProps): { readonly top: number; readonly rows: number } {
	const top = 2 + problemCount(props.moment);
	return { top, rows: Math.max(1, listHeightOf(props) - top) };
}

function SideBySide(props: ScreenProps & { readonly item: AlertItem }): ReactNode {
	const { width, height, item } = props;
	const left = Math.floor(width * 0.6);
	const right = width - left - 2;
	const timeline = Math.min(timelineRows(props), Math.floor(height / 3));
	const alert = firstOf(item);
	const below = chartRows(props, item, height - wantedList(props));
	const rest = chartRows(props, item, height - timeline - wantedDetail({ ...props, width: right }));
	const beside = alertChartsBeside(props, alert, rest);
	const besideRows = below === 0 || beside > 0 ? rest : 0;
	const detailRows = height - timeline - besideRows;
	const nearest = nearestBeside(props, right, detailRows);
	return (
		<Box>
			<Box flexDirection="column">
				<List {...props} width={left} height={height - below} />
				<AlertCharts {...{ ...props, alert, beside }} width={left} height={below} />
			</Box>
			<Box width={2} flexShrink={0} />
			<Box flexDirection="column">
				<Detail {...props} width={right} height={detailRows - nearest.height} />
				<Nearest {...props} {...nearest} width={right} />
				<AlertCharts
					{...{ ...props, alert }}
					beside={below === 0 ? 0 : beside}
					isBeside={below > 0}
					width={right}
					height={besideRows}
				/>
				<Timeline {...props} width={right} height={timeline} />
			</Box>
		</Box>
	);
}

/** Where the detail and charts leave room beside the list: what else is near to an alert. */
function nearestBeside(
	props: ScreenProps,
	width: number,
	rows: number,
): { readonly lines: readonly string[]; readonly height: number } {
	const { look, listed, limitsOf } = props;
	const room = rows - wantedDetail({ ...props, width });
	if (room < leastNearest || listed.length > mostCompared) return { lines: [], height: 0 };
	const lines = nearestLimitLines(look, listed, limitsOf, { width, height: room - 1 });
	return { lines, height: lines.length === 0 ? 0 : room };
}

/** A line for each number that is nearest to a limit. */
function Nearest({
	look,
	lines,
	width,
	height,
}: Pick<ScreenProps, 'look' | 'width' | 'height'> & { readonly lines: readonly string[] }) {
	return (
		<Panel
			{...{ look, lines, width, height }}
			title="Nearest to an alert"
			note="a full bar is at the limit"
		/>
	);
}

const leastNearest = 6;
/** Beside a list of alerts a fleet of thousands is not gone through at every frame. */
const mostCompared = 400;
const leastTimeline = 3;

/** Rows that the detail needs whole. */
function wantedDetail(props: ScreenProps): number {
	const item = props.alerts.items[chosenIndex(props.alerts, props.view.alert)];
	if (!item || props.view.overlay.kind !== 'none') return leastDetailHeight;
	return detailLines(props, item).length + 1;
}

/** The selected alert, or the alerts of the selected rule. */
function Detail(props: ScreenProps): ReactNode {
	const item = props.alerts.items[chosenIndex(props.alerts, props.view.alert)];
	return item ? <AlertDetail {...props} item={item} /> : null;
}

function Timeline({ look, width, height, moment }: ScreenProps): ReactNode {
	const firing = moment.alerts.filter(({ state }) => state === 'firing').length;
	const room = { width, height: height - 1, nowMs: moment.atMs };
	return (
		<Panel
			look={look}
			title={timelineWindow(moment.alerts, moment.atMs).name}
			note={`${formatCount(firing)} firing`}
			lines={timelineLines(look, moment.alerts, room)}
			width={width}
			height={height}
		/>
	);
}

function List(props: ScreenProps): ReactNode {
	const { look, width, height, alerts, view } = props;
	const index = chosenIndex(alerts, view.alert);
	const problems = problemLines(props);
	const rows = visibleRows(alerts, index, Math.max(1, height - 2 - problems.length));
	const shown = rows.filter((row) => 'item' in row);
	const [head = '', ...drawn] = tableLines(look, {
		columns: alertColumns(width, view.marked),
		rows: shown.map(({ item }) => item),
		frame: fleetFrameOf(props),
		width,
		selected: shown.findIndex((row) => row.index === index),
	});
	return (
		<Panel
			look={look}
			title="Alerts"
			note={listNote(props)}
			lines={[...problems, head, ...withHeadings(look, rows, drawn, width)]}
			width={width}
			height={height}
		/>
	);
}

function withHeadings(
	look: Look,
	rows: readonly ListRow[],
	drawn: readonly string[],
	width: number,
): string[] {
	let next = 0;
	return rows.map((row) =>
		'section' in row ? sectionLine(look, row.section, width) : (drawn[next++] ?? ''),
	);
}

const sectionTitles: Readonly<Record<AlertSection['name'], string>> = {
	firing: 'Firing',
	muted: 'Muted: firing, but no messages are sent',
	pending: 'Pending: has not held long enough to fire',
	ended: 'Ended',
};

function sectionLine(look: Look, { name, alerts }: AlertSection, width: number): string {
	return line(
		look,
		[
			['title', sectionTitles[name]],
			['label', `  ${formatCount(alerts.length)}`],
		],
		width,
	);
}

function listNote({ alerts, moment, view }: ScreenProps): string {
	const { alerting } = moment;
	const { length } = alerts.alerts;
	const { marked } = view;
	const filtered = length < alerts.total ? ` (of ${formatCount(alerts.total)}, filtered)` : '';
	const item = alerts.items[chosenIndex(alerts, view.alert)];
	const at = item ? alerts.alerts.indexOf(firstOf(item)) + 1 : 0;
	const marks = marked.length === 0 ? '' : `${formatCount(marked.length)} marked  `;
	const where = `${marks}${formatCount(at)} of ${formatCount(length)}${filtered}`;
	if (alerting.mode === 'own') return where;
	const by = alerting.mode === 'off' ? 'built-in checks, no messages sent' : 'of the running watch';
	return `${by}  ${where}`;
}

function problemCount(moment: ScreenProps['moment']): number {
	return Math.min(moment.alerting.problems.length, mostProblems + 1);
}

/** Why alerts may not reach those they are for. */
function problemLines({ look, moment, width }: ScreenProps): string[] {
	const { problems } = moment.alerting;
	const more = problems.length - mostProblems;
	const lines = problems
		.slice(0, mostProblems)
		.map((problem) => look.paint('bad', fit(`(!) ${problem}`, width)));
	return more > 0 ? [...lines, look.paint('bad', fit(`    and ${more} more`, width))] : lines;
}

/** Rows from which on the selected node's charts fill what is left. */
const leastCalmCharts = 14;

/** That there is no alert, what that rests on, what is nearest to one, and how the selected node moves. */
function NoAlerts(props: ScreenProps): ReactNode {
	const { look, width, height, listed, selected, limitsOf } = props;
	const calm = [...problemLines(props), '', ...calmLines(props), ''];
	const room = Math.max(0, height - calm.length - 2);
	const nearest = nearestLimitLines(look, listed, limitsOf, { width, height: room });
	const rest = height - calm.length - nearest.length - 2;
	const chartsHeight = selected && nearest.length > 0 && rest >= leastCalmCharts ? rest : 0;
	const calmRows = nearest.length === 0 ? height : calm.length + 1;
	return (
		<Box flexDirection="column">
			<Panel {...{ look, width }} title="Alerts" lines={calm} height={calmRows} />
			<Nearest {...{ look, width }} lines={nearest} height={height - calmRows - chartsHeight} />
			{selected && chartsHeight > 0 ? (
				<Trends
					{...props}
					node={selected}
					sections={ofWholeNode}
					subject={selected.snapshot.target.name}
					height={chartsHeight}
				/>
			) : null}
		</Box>
	);
}

function calmLines(props: ScreenProps): string[] {
	const { look, width, moment, alerts } = props;
	const { nodes: all } = moment;
	const say = (tone: Tone, text: string, mark = ' '): string[] =>
		wrap(text, width - 5).map((part, index) =>
			line(
				look,
				[
					[tone, `  ${index === 0 ? mark : ' '} `],
					[tone === 'label' ? 'label' : 'strong', part],
				],
				width,
			),
		);
	if (alerts.total > 0) {
		const count = plural(alerts.total, 'alert');
		return say('plain', `none of ${count} matches the filter; Esc clears it`);
	}
	if (all.length === 0) return say('plain', 'no nodes are watched');
	if (all.some(({ snapshot }) => snapshot.poll.status === 'pending')) {
		return say('plain', 'waiting for the first answers…');
	}
	// A rule waits before it fires; a node may be unwell for longer than that before one speaks of it.
	const unwell = all.filter(({ snapshot }) => snapshot.health.status !== 'up').length;
	const of = `${unwell} of ${plural(all.length, 'node')} ${unwell === 1 ? 'is' : 'are'} not up`;
	const { health } = look.glyphs;
	return [
		...(unwell === 0
			? say('good', 'nothing is wrong', health.up)
			: say('warn', `no alert, but ${of}: see the Overview`, health.degraded)),
		'',
		...restLines(props).flatMap((text) => say('label', text)),
	];
}

function restLines({ moment }: ScreenProps): string[] {
	const { nodes: all, groups, alerting } = moment;
	const { mode, ruleCount } = alerting;
	const rules = ruleCount === undefined ? 'the rules' : plural(ruleCount, 'rule');
	const asked = {
		own: `${rules} ${ruleCount === 1 ? 'is' : 'are'} evaluated after every poll; an alert is pending before it fires`,
		attached: 'the watch that runs on this machine evaluates the rules; its alerts appear here',
		off: 'only the built-in checks run here: no rules are evaluated, and no messages are sent',
	};
	const networks = groups.filter(({ nodes }) => nodes.length > 1).length;
	const where = networks === 0 ? '' : ` in ${plural(networks, 'network')}`;
	return [
		`${plural(all.length, 'node')}${where} ${all.length === 1 ? 'is' : 'are'} watched`,
		asked[mode],
	];
}

function plural(count: number, noun: string): string {
	return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

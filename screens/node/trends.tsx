import { Box } from 'ink';
import type { ReactNode } from 'react';
import { lineChart } from '../../components/charts/line-chart.ts';
import type { Mark } from '../../components/charts/line-chart.ts';
import type { TimedValues } from '../../components/charts/resample.ts';
import { fit } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { KeptDrawings } from '../../components/kept-drawings.ts';
import { Panel } from '../../components/panel.tsx';
import { trendLines } from '../../components/trend-lines.ts';
import { missing } from '../../source/domain/format.ts';
import { formatNumber } from '../../source/domain/units.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import type { SectionName } from '../../source/sections/registry.ts';
import { trendsOf } from '../../source/sections/trends.ts';
import type { ShownTrend } from '../../source/sections/trends.ts';
import { windowMsOf } from '../chart-window.ts';
import { nearLimit } from './chart-limit.ts';
import type { ChartLimit } from './chart-limit.ts';
import { chartMarks } from './chart-marks.ts';
import { isSilent } from './silent.ts';
import { shownRate, shownSamples, stoodStill } from '../shown-samples.ts';
import { cursorSteps } from '../view-parts.ts';
import type { ViewState } from '../view-state.ts';
import type { ScreenProps } from '../frame.ts';

const gap = 2;
const leastChartHeight = 8;
/** Rows from which charts below something else are of use: one, and a few lines. */
export const leastTrendRows = 12;
/** Higher charts say no more: then few of them stand one below the other. */
const mostChartHeight = 24;
/** From here on charts stand side by side. */
const twoChartsWidth = 112;
/** Where everything is shown, the cursor goes through the last hour. */
const widestCursorMs = 3_600_000;

export interface TrendsProps extends Pick<ScreenProps, 'look' | 'moment' | 'view' | 'limitsOf'> {
	readonly node: NodeMoment;
	/** Whose numbers are shown. */
	readonly sections: readonly SectionName[];
	readonly width: number;
	readonly height: number;
	/** Those from this one on, up to that one; all, where absent. */
	readonly part?: readonly [from: number, to: number] | undefined;
	/** The names of the numbers that are shown; all of the sections, where absent. */
	readonly only?: readonly string[] | undefined;
	/** Whose numbers they are, in front of each heading, where nothing around says so. */
	readonly subject?: string | undefined;
}

/** A number with how it moved; of a counter its rate. */
interface Moved {
	readonly trend: ShownTrend;
	readonly data: TimedValues;
	/** Its value now, as text. */
	readonly value: string;
	/** The node does not answer any more: it is the last value. */
	readonly isOld: boolean;
	/** Drawn into the same chart, where both have one. */
	readonly second?: Moved;
}

/** How a node's numbers moved: charts of the most telling that did as there is room, a line each of the others. */
export function Trends(props: TrendsProps): ReactNode {
	const { node, sections, width, height, moment, view, part, only } = props;
	const { moving, still } = movedOf(node, sections, moment.atMs - windowMsOf(view), only);
	const own = moving.slice(...(part ?? []));
	const columns = columnsFor(own.length, width, height);
	const { charts: each, lines } = share(own, isBesideOthers(part) ? [] : still, columns, height);
	const charts = joined(each);
	const linesHeight = lines.length === 0 ? 0 : lines.length + 1;
	const rows = Math.ceil(charts.length / columns);
	const chartHeight = Math.floor((height - linesHeight) / Math.max(1, rows));
	if (height < 2) return null;
	return (
		<Box flexDirection="column">
			{Array.from({ length: rows }, (_, row) => (
				<ChartRow
					key={row}
					{...props}
					charts={charts.slice(row * columns, (row + 1) * columns)}
					height={chartHeight}
				/>
			))}
			<TrendLines
				{...props}
				moved={lines}
				isAllStill={moving.length === 0}
				height={moving.length === 0 ? height : Math.min(height, linesHeight)}
			/>
		</Box>
	);
}

/**
 * How many charts find room in so many rows, where no more than half of them may stand apart from the others: in
 * a column whose figures leave it half empty.
 */
export function chartsBeside(
	props: Pick<ScreenProps, 'selected' | 'moment' | 'view'>,
	sections: readonly SectionName[],
	rows: number,
): number {
	const count = movingCount(props, sections);
	return Math.max(0, Math.min(Math.floor(rows / leastChartHeight), Math.floor(count / 2)));
}

/** How many of a node's numbers moved, so that a chart of them would say something. */
export function movingCount(
	{ selected: node, moment, view }: Pick<ScreenProps, 'selected' | 'moment' | 'view'>,
	sections: readonly SectionName[],
): number {
	return node ? movedOf(node, sections, moment.atMs - windowMsOf(view)).moving.length : 0;
}

/** Fewer charts leave the screen to one of them. */
const fewCharts = 3;

/** The sections, and some more of whose numbers charts are shown where hardly anything of those moved. */
export function sectionsToChart(
	props: Pick<ScreenProps, 'selected' | 'moment' | 'view'>,
	sections: readonly SectionName[],
	more: readonly SectionName[],
): readonly SectionName[] {
	return movingCount(props, sections) < fewCharts ? [...sections, ...more] : sections;
}

/** The last so many of a node's charts, and the others. */
export function partOf(beside: number, isBeside: boolean): TrendsProps['part'] {
	if (isBeside) return [-beside, Number.POSITIVE_INFINITY];
	return beside === 0 ? undefined : [0, -beside];
}

function isBesideOthers(part: TrendsProps['part']): boolean {
	return (part?.[0] ?? 0) < 0;
}

/** Side by side where it is wide, but for a few that would be too high there. */
function columnsFor(count: number, width: number, height: number): number {
	if (width < twoChartsWidth) return 1;
	const isLow = Math.ceil(count / 2) * mostChartHeight >= height;
	return isLow || count * leastChartHeight > height ? 2 : 1;
}

/**
 * As many charts as have their least height when every other number has its line. What stood still has a line in any
 * case: a chart of it would say no more than its value.
 */
function share(
	moving: readonly Moved[],
	still: readonly Moved[],
	columns: number,
	height: number,
): { readonly charts: readonly Moved[]; readonly lines: readonly Moved[] } {
	for (let count = moving.length; count > 0; count--) {
		const lines = [...moving.slice(count), ...still];
		const needed =
			Math.ceil(count / columns) * leastChartHeight + (lines.length > 0 ? lines.length + 1 : 0);
		if (needed <= height) return { charts: moving.slice(0, count), lines };
	}
	const count = height >= leastChartHeight && moving.length > 0 ? 1 : 0;
	const room = Math.max(0, height - 1 - count * leastChartHeight);
	return {
		charts: moving.slice(0, count),
		lines: [...moving.slice(count), ...still].slice(0, room),
	};
}

/** In and out in one chart, with a legend: their difference is what tells something. */
function joined(charts: readonly Moved[]): readonly Moved[] {
	const out = charts.find(({ trend }) => trend.name === 'network.bytesOutPerSecond');
	const into = charts.find(({ trend }) => trend.name === 'network.bytesInPerSecond');
	if (!out || !into) return charts;
	return charts.flatMap((each) => {
		if (each === out) return [];
		return each === into ? [{ ...into, second: out }] : [each];
	});
}

/** What of the node's numbers was ever seen: what moved since a time, and what stood still. */
function movedOf(
	node: NodeMoment,
	sections: readonly SectionName[],
	fromMs: number,
	only?: readonly string[],
): { readonly moving: readonly Moved[]; readonly still: readonly Moved[] } {
	const titles = new Set<string>();
	const asked = trendsOf(sections).filter(({ name }) => only?.includes(name) ?? true);
	const all = asked.flatMap((trend): Moved[] => {
		const samples = shownSamples(node.samples, trend.name);
		const isKnown = samples.values.length > 0;
		if (!isKnown && trend.name !== 'poll.latencyMs') return [];
		// What a node reports as a rate stands for the rate of its counter.
		if (titles.has(trend.title)) return [];
		titles.add(trend.title);
		const data = trend.rate === undefined ? samples : shownRate(node.samples, trend.name);
		return [{ trend, data, value: latestText(trend, data), isOld: isSilent(node.snapshot) }];
	});
	return {
		moving: all.filter(({ data }) => !stoodStill(data, fromMs)),
		still: all.filter(({ data }) => stoodStill(data, fromMs)),
	};
}

function latestText({ unit, precision }: ShownTrend, { values }: TimedValues): string {
	const latest = values.findLast((value) => Number.isFinite(value));
	return latest === undefined ? missing : formatNumber(unit, latest, precision);
}

/** Where the cursor of the charts stands, Unix ms; undefined without one. */
function cursorOf(view: ViewState, nowMs: number): number | undefined {
	const { cursorBack } = view;
	if (cursorBack === undefined) return undefined;
	const windowMs = Math.min(windowMsOf(view), widestCursorMs);
	return nowMs - (cursorBack * windowMs) / cursorSteps;
}

/** The value now, or at the cursor with its time. */
function chartNote(
	{ trend, data, value, isOld, second }: Moved,
	cursorMs: number | undefined,
): string {
	const last = isOld ? 'last ' : '';
	if (cursorMs === undefined && second) return `${last}↓ ${value}  ↑ ${second.value}`;
	if (cursorMs === undefined) return value === missing ? '' : `${last}${value}`;
	const index = data.times.findLastIndex((at) => at <= cursorMs);
	const then = data.values[index] ?? Number.NaN;
	const text = Number.isFinite(then) ? formatNumber(trend.unit, then, trend.precision) : missing;
	return `${text} at ${new Date(cursorMs).toISOString().slice(11, 19)} UTC`;
}

function headingOf(title: string, subject: string | undefined): string {
	return subject === undefined ? title : `${subject}: ${title}`;
}

/** The same list in every frame of a moment, so that a chart that was drawn before is not drawn again. */
const keptMarks = new KeptDrawings<readonly Mark[]>();

interface ChartRowProps extends TrendsProps {
	readonly charts: readonly Moved[];
}

function ChartRow(props: ChartRowProps): ReactNode {
	const { look, moment, view, charts, node, width, height, limitsOf, subject } = props;
	const { alerts } = moment;
	const { kind } = node.snapshot.target;
	const marks = keptMarks.take(node.snapshot, [look, alerts], () =>
		chartMarks(look, node.snapshot, { alerts }),
	);
	const cursorMs = cursorOf(view, moment.atMs);
	const each = Math.floor((width - gap * (charts.length - 1)) / Math.max(1, charts.length));
	return (
		<Box>
			{charts.map((chart, index) => {
				const { trend, data, second } = chart;
				const own = index === charts.length - 1 ? width - index * (each + gap) : each;
				return (
					<Box key={trend.name} marginLeft={index === 0 ? 0 : gap}>
						<Panel
							look={look}
							title={headingOf(second ? 'Bandwidth' : trend.title, subject)}
							note={chartNote(chart, cursorMs)}
							lines={chartLines(look, chart, {
								width: own,
								height: height - 1,
								nowMs: moment.atMs,
								windowMs: windowMsOf(view),
								cursorMs,
								marks,
								// In a chart of two it would be a limit of both.
								threshold: second ? undefined : nearLimit(limitsOf(trend.name, kind), data),
							})}
							width={own}
							height={height}
						/>
					</Box>
				);
			})}
		</Box>
	);
}

interface ChartRoom {
	readonly width: number;
	readonly height: number;
	readonly nowMs: number;
	readonly windowMs: number;
	readonly cursorMs: number | undefined;
	readonly marks: readonly Mark[];
	readonly threshold: ChartLimit | undefined;
}

function chartLines(
	look: Look,
	{ trend, data, second }: Moved,
	room: ChartRoom,
): readonly string[] {
	const { title, unit, fromZero, isFilled } = trend;
	const series = [
		{ ...data, name: title, tone: 'accent' } as const,
		...(second ? [{ ...second.data, name: second.trend.title, tone: 'good' } as const] : []),
	];
	return lineChart(look, series, {
		...room,
		unit,
		fromZero,
		isFilled: second ? false : isFilled,
	});
}

/** That the window is the reason, where a longer one may show more. */
function stillNote(look: Look, { window }: ViewState, width: number): string {
	const longer = window === 'all' ? '' : '; > shows a longer time';
	const since = window === 'all' ? 'since the start' : `in the last ${window}`;
	return look.paint('dim', fit(`nothing moved ${since}${longer}`, width));
}

interface TrendLinesProps extends TrendsProps {
	readonly moved: readonly Moved[];
	/** There are no charts, because there is nothing that they could show. */
	readonly isAllStill: boolean;
}

function TrendLines(props: TrendLinesProps): ReactNode {
	const { look, moment, view, moved, width, height, subject, isAllStill } = props;
	const trends = moved.map(({ trend, data, value, isOld }) => ({
		label: trend.title,
		value,
		isOld,
		data,
		fromZero: trend.fromZero,
	}));
	const over = { width, nowMs: moment.atMs, windowMs: windowMsOf(view) };
	const note = isAllStill && moved.length > 0 ? ['', stillNote(look, view, width)] : [];
	return (
		<Panel
			look={look}
			title={headingOf('Movement', subject)}
			lines={[...trendLines(look, trends, over), ...note]}
			width={width}
			height={height}
		/>
	);
}

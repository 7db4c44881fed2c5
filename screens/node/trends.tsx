import { Box } from 'ink';
import type { ReactNode } from 'react';
import { lineChart } from '../../components/charts/line-chart.ts';
import { rateOf } from '../../components/charts/resample.ts';
import type { TimedValues } from '../../components/charts/resample.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { trendLines } from '../../components/trend-lines.ts';
import { missing } from '../../source/domain/format.ts';
import { formatNumber } from '../../source/domain/units.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import type { SectionName } from '../../source/sections/registry.ts';
import { keptSamples, timedSamples } from '../../source/sections/samples.ts';
import { trendsOf } from '../../source/sections/trends.ts';
import type { ShownTrend } from '../../source/sections/trends.ts';
import { windowMsOf } from '../chart-window.ts';
import { cursorSteps } from '../view-state.ts';
import type { ViewState } from '../view-state.ts';
import type { ScreenProps } from '../frame.ts';

const gap = 2;
const leastChartHeight = 8;
const mostChartHeight = 24;
/** From here on charts stand side by side. */
const twoChartsWidth = 112;
/** Where everything is shown, the cursor goes through the last hour. */
const widestCursorMs = 3_600_000;

export interface TrendsProps extends Pick<ScreenProps, 'look' | 'moment' | 'view'> {
	readonly node: NodeMoment;
	/** Whose numbers are shown. */
	readonly sections: readonly SectionName[];
	readonly width: number;
	readonly height: number;
}

/** A number with how it moved; of a counter its rate. */
interface Moved {
	readonly trend: ShownTrend;
	readonly data: TimedValues;
	/** Its value now, as text. */
	readonly value: string;
}

/** How a node's numbers moved: charts of the most telling as there is room, a line each of the others. */
export function Trends(props: TrendsProps): ReactNode {
	const { width, height } = props;
	const moved = movedOf(props.node, props.sections);
	const columns = width >= twoChartsWidth ? 2 : 1;
	const { charts, lines } = share(moved, columns, height);
	const linesHeight = lines.length === 0 ? 0 : lines.length + 1;
	const rows = Math.ceil(charts.length / columns);
	const chartHeight = Math.min(
		mostChartHeight,
		Math.floor((height - linesHeight) / Math.max(1, rows)),
	);
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
			<TrendLines {...props} moved={lines} height={Math.min(height, linesHeight)} />
		</Box>
	);
}

/** As many charts as have their least height when every other number has its line. */
function share(moved: readonly Moved[], columns: number, height: number) {
	for (let count = moved.length; count > 0; count--) {
		const others = moved.length - count;
		const needed = Math.ceil(count / columns) * leastChartHeight + (others > 0 ? others + 1 : 0);
		if (needed <= height) return { charts: moved.slice(0, count), lines: moved.slice(count) };
	}
	const fits = height >= leastChartHeight && moved.length > 0;
	const lineCount = Math.max(0, height - 1 - (fits ? leastChartHeight : 0));
	return fits
		? { charts: moved.slice(0, 1), lines: moved.slice(1, 1 + lineCount) }
		: { charts: [], lines: moved.slice(0, lineCount) };
}

/** What of the node's numbers was ever seen. */
function movedOf(node: NodeMoment, sections: readonly SectionName[]): Moved[] {
	const titles = new Set<string>();
	return trendsOf(sections).flatMap((trend): Moved[] => {
		const samples = timedSamples(node.samples, trend.name, keptSamples);
		const isKnown = samples.values.length > 0;
		if (!isKnown && trend.name !== 'poll.latencyMs') return [];
		// What a node reports as a rate stands for the rate of its counter.
		if (titles.has(trend.title)) return [];
		titles.add(trend.title);
		const data = trend.rate === undefined ? samples : rateOf(samples);
		return [{ trend, data, value: latestText(trend, data) }];
	});
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
function chartNote({ trend, data, value }: Moved, cursorMs: number | undefined): string {
	if (cursorMs === undefined) return value === missing ? '' : value;
	const index = data.times.findLastIndex((at) => at <= cursorMs);
	const then = data.values[index] ?? Number.NaN;
	const text = Number.isFinite(then) ? formatNumber(trend.unit, then, trend.precision) : missing;
	return `${text} at ${new Date(cursorMs).toISOString().slice(11, 19)} UTC`;
}

interface ChartRowProps extends TrendsProps {
	readonly charts: readonly Moved[];
}

function ChartRow(props: ChartRowProps): ReactNode {
	const { look, moment, view, charts, width, height } = props;
	const cursorMs = cursorOf(view, moment.atMs);
	const each = Math.floor((width - gap * (charts.length - 1)) / Math.max(1, charts.length));
	return (
		<Box>
			{charts.map(({ trend, data, value }, index) => {
				const own = index === charts.length - 1 ? width - index * (each + gap) : each;
				return (
					<Box key={trend.name} marginLeft={index === 0 ? 0 : gap}>
						<Panel
							look={look}
							title={trend.title}
							note={chartNote({ trend, data, value }, cursorMs)}
							lines={chartLines(
								look,
								{ trend, data, value },
								{
									width: own,
									height: height - 1,
									nowMs: moment.atMs,
									windowMs: windowMsOf(view),
									cursorMs,
								},
							)}
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
}

function chartLines(look: Look, { trend, data }: Moved, room: ChartRoom): string[] {
	const { title, unit, fromZero, isFilled } = trend;
	return lineChart(look, [{ ...data, name: title, tone: 'accent' }], {
		...room,
		unit,
		fromZero,
		isFilled,
	});
}

function TrendLines(props: TrendsProps & { readonly moved: readonly Moved[] }): ReactNode {
	const { look, moment, view, moved, width, height } = props;
	const trends = moved.map(({ trend, data, value }) => ({
		label: trend.title,
		value,
		data,
		fromZero: trend.fromZero,
	}));
	const over = { width, nowMs: moment.atMs, windowMs: windowMsOf(view) };
	return (
		<Panel
			look={look}
			title="Movement"
			lines={trendLines(look, trends, over)}
			width={width}
			height={height}
		/>
	);
}

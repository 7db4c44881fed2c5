import { Box } from 'ink';
import type { ReactNode } from 'react';
import { fit } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import type { HistoryMark } from '../../source/history/marks.ts';
import { recordedMetrics } from '../../source/sections/recorded-metrics.ts';
import type { ScreenProps } from '../frame.ts';
import { chartLines, shownMetric, summaryOf } from './history-chart.ts';
import { comparisons } from './history-view.ts';
import { MarkList, marksAbout } from './mark-list.tsx';
import { MetricList } from './metric-list-panel.tsx';
import { drawnNodes } from './metric-list.ts';
import { drawnSpan, mostRefreshMs, useHistory } from './use-history.ts';
import type { Drawn, HistoryAnswer, MetricCurves } from './use-history.ts';

const gap = 2;
const narrowListWidth = 22;
const wideListWidth = 34;
const wideFrom = 110;
/** Here no title is cut. */
const wholeListWidth = 44;
const wholeFrom = 160;
const leastMarksHeight = 3;
const mostMarksHeight = 10;

/** Any numbers of any nodes over any time that was recorded, with what happened meanwhile. */
export function History(props: ScreenProps): ReactNode {
	const { width, height, view, moment, listed, selected, past } = props;
	const listWidth = listWidthFor(width);
	const chartWidth = width - listWidth - gap;
	const nodes = drawnNodes(view.history, listed, selected);
	const drawn = drawnSpan(view.history, moment.atMs, chartWidth);
	const names = nodes.map(({ snapshot }) => snapshot.target.name);
	const { answer, problem } = useHistory(past, view.history, names, drawn);
	const marks = marksAbout(answer?.marks ?? [], names, moment.groups);
	// What did not happen takes no room from the charts.
	const most = Math.min(mostMarksHeight, Math.max(leastMarksHeight, Math.floor(height / 5)));
	const marksHeight = Math.min(most, 1 + Math.max(1, marks.length));
	return (
		<Box>
			<MetricList {...props} nodes={nodes} width={listWidth} />
			<Box width={gap} flexShrink={0} />
			<Box flexDirection="column">
				<Charts
					{...props}
					width={chartWidth}
					height={height - marksHeight}
					{...{ drawn, answer, problem, marks }}
				/>
				<MarkList {...props} marks={marks} names={names} width={chartWidth} height={marksHeight} />
			</Box>
		</Box>
	);
}

/** Cells of the list of numbers, at the left of the charts. */
export function listWidthFor(width: number): number {
	if (width >= wholeFrom) return wholeListWidth;
	return width < wideFrom ? narrowListWidth : wideListWidth;
}

interface ChartsProps extends ScreenProps {
	readonly drawn: Drawn;
	readonly answer: HistoryAnswer | undefined;
	readonly problem: string | undefined;
	/** What happened to what is drawn. */
	readonly marks: readonly HistoryMark[];
}

/** A chart for each chosen number, one below the other. */
function Charts(props: ChartsProps): ReactNode {
	const { look, width, height, answer, problem, view } = props;
	if (!answer) {
		const text = problem === undefined ? 'reading the history…' : `no history: ${problem}`;
		return (
			<Panel
				look={look}
				title={titleOf(props)}
				lines={[look.paint('dim', fit(text, width))]}
				width={width}
				height={height}
			/>
		);
	}
	const { metrics } = answer;
	const most = Math.max(1, Math.floor((height - 1) / leastChartHeight));
	const shown = metrics.slice(-most);
	const heights = chartHeights(shown, height - 1);
	const marks = props.marks.filter(({ kind }) => kind !== 'change');
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title={titleOf(props)}
				note={noteOf(props, metrics.length - shown.length)}
				lines={[]}
				width={width}
				height={1}
			/>
			{shown.map((found, index) => {
				const metric = recordedMetrics().get(found.metric);
				const own = heights[index] ?? 0;
				if (!metric) return null;
				return (
					<Box key={found.metric} flexDirection="column">
						<Panel
							look={look}
							title={shownMetric(metric).title}
							note={summaryOf(look, found, metric)}
							lines={chartLines(look, found, metric, {
								width,
								height: own - 1,
								...answer.span,
								marks,
								compare: view.history.compare,
								limits: limitsFor(props, found.metric),
							})}
							width={width}
							height={own}
						/>
					</Box>
				);
			})}
		</Box>
	);
}

const leastChartHeight = 5;

/** That there is nothing takes two rows, where there is a chart to take the others; the last takes what is left. */
function chartHeights(metrics: readonly MetricCurves[], height: number): readonly number[] {
	const drawn = metrics.filter((each) => !isEmpty(each)).length;
	const empty = drawn === 0 ? 0 : metrics.length - drawn;
	const each = Math.floor((height - empty * emptyHeight) / Math.max(1, metrics.length - empty));
	const heights = metrics.map((metric) => (empty > 0 && isEmpty(metric) ? emptyHeight : each));
	const rest = height - heights.reduce((sum, own) => sum + own, 0);
	const last = heights.lastIndexOf(each);
	return heights.map((own, index) => (index === last ? own + rest : own));
}

const emptyHeight = 2;

function isEmpty({ curves, before }: MetricCurves): boolean {
	return [...curves, ...before].every(({ max }) => !max.some(Number.isFinite));
}

/** The limits of rules that all drawn nodes share; a sum has none. */
function limitsFor({ view, limitsOf, listed, selected }: ChartsProps, metric: string) {
	const { nodes } = view.history;
	if (nodes === 'sum') return [];
	const drawn = drawnNodes(view.history, listed, selected);
	const [kind, another] = new Set(drawn.map(({ snapshot }) => snapshot.target.kind));
	return kind === undefined || another !== undefined ? [] : limitsOf(metric, kind);
}

/** `validator: 2026-01-02 03:00 to 04:00 UTC`. */
function titleOf({ view, drawn, answer, listed, selected }: ChartsProps): string {
	const { nodes } = view.history;
	const span = answer?.span ?? drawn.span;
	const time = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16);
	const [from, until] = [time(span.fromMs), time(span.untilMs)];
	const isOneDay = from.slice(0, 10) === until.slice(0, 10);
	const to = isOneDay ? until.slice(11) : until.replace('T', ' ');
	const subject =
		nodes === 'selected'
			? (selected?.snapshot.target.name ?? 'no node')
			: `${nodes === 'sum' ? 'sum of ' : ''}${listed.length} ${listed.length === 1 ? 'node' : 'nodes'}`;
	return `${subject}: ${from.replace('T', ' ')} to ${to} UTC`;
}

function noteOf({ view, drawn, answer }: ChartsProps, hidden: number): string {
	const { range, compare } = view.history;
	const isShort = answer && answer.span.fromMs > drawn.span.fromMs + mostRefreshMs;
	const parts = [
		isShort ? `${range} so far` : range,
		...(compare === 'none' ? [] : [`and ${comparisons[compare].title}`]),
		...(hidden > 0 ? [`${hidden} not shown`] : []),
	];
	return parts.join('  ');
}

import { Box } from 'ink';
import type { ReactNode } from 'react';
import { fit } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import { recordedMetrics } from '../../source/sections/recorded-metrics.ts';
import type { ScreenProps } from '../frame.ts';
import { chartLines, shownMetric, summaryOf } from './history-chart.ts';
import { comparisons } from './history-view.ts';
import { MarkList } from './mark-list.tsx';
import { MetricList } from './metric-list-panel.tsx';
import { drawnNodes } from './metric-list.ts';
import { drawnSpan, useHistory } from './use-history.ts';
import type { Drawn, HistoryAnswer } from './use-history.ts';

const gap = 2;
const narrowListWidth = 22;
const wideListWidth = 34;
const wideFrom = 110;
const leastMarksHeight = 3;
const mostMarksHeight = 10;

/** Any numbers of any nodes over any time that was recorded, with what happened meanwhile. */
export function History(props: ScreenProps): ReactNode {
	const { width, height, view, moment, listed, selected, past } = props;
	const listWidth = width < wideFrom ? narrowListWidth : wideListWidth;
	const chartWidth = width - listWidth - gap;
	const nodes = drawnNodes(view.history, listed, selected);
	const drawn = drawnSpan(view.history, moment.atMs, chartWidth);
	const names = nodes.map(({ snapshot }) => snapshot.target.name);
	const { answer, problem } = useHistory(past, view.history, names, drawn);
	const marksHeight = Math.min(mostMarksHeight, Math.max(leastMarksHeight, Math.floor(height / 5)));
	return (
		<Box>
			<MetricList {...props} nodes={nodes} width={listWidth} />
			<Box width={gap} flexShrink={0} />
			<Box flexDirection="column">
				<Charts
					{...props}
					width={chartWidth}
					height={height - marksHeight}
					{...{ drawn, answer, problem }}
				/>
				<MarkList
					{...props}
					marks={answer?.marks ?? []}
					names={names}
					width={chartWidth}
					height={marksHeight}
				/>
			</Box>
		</Box>
	);
}

interface ChartsProps extends ScreenProps {
	readonly drawn: Drawn;
	readonly answer: HistoryAnswer | undefined;
	readonly problem: string | undefined;
}

/** A chart for each chosen number, one below the other. */
function Charts(props: ChartsProps): ReactNode {
	const { look, width, height, answer, problem, drawn, view } = props;
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
	const each = Math.floor((height - 1) / Math.max(1, shown.length));
	const marks = answer.marks.filter(({ kind }) => kind !== 'change');
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
				const own = index === shown.length - 1 ? height - 1 - index * each : each;
				if (!metric) return null;
				return (
					<Box key={found.metric} flexDirection="column">
						<Panel
							look={look}
							title={shownMetric(metric).title}
							note={summaryOf(found, metric)}
							lines={chartLines(look, found, metric, marks, view.history.compare, {
								width,
								height: own - 1,
								...drawn.span,
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

/** `validator: 2026-01-02 03:00 to 04:00 UTC`. */
function titleOf({ view, drawn, listed, selected }: ChartsProps): string {
	const { nodes } = view.history;
	const time = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16);
	const [from, until] = [time(drawn.span.fromMs), time(drawn.span.untilMs)];
	const isOneDay = from.slice(0, 10) === until.slice(0, 10);
	const to = isOneDay ? until.slice(11) : until.replace('T', ' ');
	const subject =
		nodes === 'selected'
			? (selected?.snapshot.target.name ?? 'no node')
			: `${nodes === 'sum' ? 'sum of ' : ''}${listed.length} nodes`;
	return `${subject}: ${from.replace('T', ' ')} to ${to} UTC`;
}

function noteOf({ view }: ChartsProps, hidden: number): string {
	const { range, compare } = view.history;
	const parts = [
		range,
		...(compare === 'none' ? [] : [`and ${comparisons[compare].title}`]),
		...(hidden > 0 ? [`${hidden} not shown`] : []),
	];
	return parts.join('  ');
}

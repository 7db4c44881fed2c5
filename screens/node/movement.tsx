import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Panel } from '../../components/panel.tsx';
import { trendLines } from '../../components/trend-lines.ts';
import type { Trend } from '../../components/trend-lines.ts';
import { MetricCharts } from './metric-charts.tsx';
import type { MetricChartsProps } from './metric-charts.tsx';

export interface MovementProps extends MetricChartsProps {
	readonly trends: readonly Trend[];
}

/** How figures of a node moved: a line each, and below it charts as the height has room for. */
export function Movement({ trends, ...charts }: MovementProps): ReactNode {
	const { look, width, height } = charts;
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title="Movement"
				note="newest at the right"
				lines={trendLines(look, trends, width)}
				width={width}
				height={Math.min(height, trends.length + 1)}
			/>
			<MetricCharts {...charts} height={height - trends.length - 1} />
		</Box>
	);
}

import { Box } from 'ink';
import type { ReactNode } from 'react';
import { chart } from '../../components/chart.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { lastSamples } from '../../source/sections/samples.ts';
import { formatNumber } from '../../source/domain/units.ts';
import { metrics } from '../../source/sections/metrics.ts';
import type { MetricName } from '../../source/sections/metrics.ts';

const leastChartHeight = 7;
const mostChartHeight = 18;

export interface MetricChartsProps {
	readonly look: Look;
	readonly node: NodeMoment;
	/** The most telling first; one that the node never gave is left out. */
	readonly metrics: readonly MetricName[];
	readonly width: number;
	readonly height: number;
}

/** As many charts, one upon the other, as the height has room for. */
export function MetricCharts({
	look,
	node,
	metrics: wanted,
	width,
	height,
}: MetricChartsProps): ReactNode {
	const told = wanted
		.map((name) => ({ name, samples: lastSamples(node.samples, name, width) }))
		.filter(
			({ name, samples }, index) =>
				samples.length > 0 || (index === 0 && name === 'poll.latencyMs'),
		);
	const count = Math.min(told.length, Math.max(1, Math.floor(height / leastChartHeight)));
	const each = Math.min(mostChartHeight, Math.floor(height / Math.max(1, count)));
	if (each < 4) return null;
	return (
		<Box flexDirection="column">
			{told.slice(0, count).map(({ name, samples }) => {
				const { title, unit, precision = unit === 'count' ? 0 : undefined } = metrics[name];
				const format = (value: number) => formatNumber(unit, value, precision);
				const latest = samples.findLast((value) => Number.isFinite(value));
				return (
					<Panel
						key={name}
						look={look}
						title={title}
						note={latest === undefined ? '' : format(latest)}
						lines={chart(look, samples, { width, height: each - 1, format, min: 0 })}
						width={width}
						height={each}
					/>
				);
			})}
		</Box>
	);
}

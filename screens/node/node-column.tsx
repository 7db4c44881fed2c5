import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Panel } from '../../components/panel.tsx';
import type { SectionName } from '../../source/sections/registry.ts';
import type { ScreenProps } from '../frame.ts';
import { HealthPanel, healthPanelHeight } from './health-panel.tsx';
import { chartsBeside, partOf, Trends } from './trends.tsx';

export interface NodeColumnProps extends ScreenProps {
	readonly title: string;
	readonly note?: string | undefined;
	/** The figures, for as many rows as there are. */
	readonly lines: readonly string[];
	/** Whose charts may fill what figures and checks leave; none in a column that stands alone. */
	readonly charted: readonly SectionName[];
}

type Measured = Pick<ScreenProps, 'look' | 'width' | 'height' | 'selected' | 'moment' | 'view'>;

/** Rows of the figures, and of the checks below them; what is left is for charts. */
function rowsOf({ look, width, height, selected: node }: Measured, lines: number) {
	const checks = node ? healthPanelHeight({ look, node, width }, height - lines - 1) : 0;
	return { checks, rest: height - lines - 1 - checks };
}

/** How many charts stand below the figures and the checks. */
export function chartsInColumn(
	props: Measured,
	lines: number,
	charted: readonly SectionName[],
): number {
	return chartsBeside(props, charted, rowsOf(props, lines).rest);
}

/** A column of figures, what the health checks found, and charts where those leave room. */
export function NodeColumn(props: NodeColumnProps): ReactNode {
	const { look, width, height, title, note, lines, charted, selected: node, moment } = props;
	const { checks, rest } = rowsOf(props, lines.length);
	const charts = chartsBeside(props, charted, rest);
	const chartRows = charts === 0 ? 0 : rest;
	const figureRows = Math.min(lines.length + 1, height - checks - chartRows);
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title={title}
				note={note}
				lines={lines}
				width={width}
				height={figureRows}
			/>
			{node ? (
				<HealthPanel
					{...{ look, node, width }}
					nowMs={moment.atMs}
					height={checks === 0 ? 0 : height - figureRows - chartRows}
				/>
			) : null}
			{node && charts > 0 ? (
				<Trends
					{...props}
					node={node}
					sections={charted}
					part={partOf(charts, true)}
					height={chartRows}
				/>
			) : null}
		</Box>
	);
}

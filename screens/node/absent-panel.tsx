import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Panel } from '../../components/panel.tsx';
import type { SectionName } from '../../source/sections/registry.ts';
import type { ScreenProps } from '../frame.ts';
import { absentLines } from './absent.ts';
import { ReportingNodes, reportingRows } from './reporting-nodes.tsx';
import { leastTrendRows, Trends } from './trends.tsx';

export interface AbsentPanelProps extends ScreenProps {
	readonly section: Parameters<typeof absentLines>[1];
	/** The section as titles name it after a node. */
	readonly name: string;
	/** While no node is selected. */
	readonly title: string;
}

/** Of a node, where no node has the section. */
const others: readonly SectionName[] = ['consensus', 'network', 'resources', 'poll'];

/**
 * The whole screen of a section that the selected node does not have: why not, the nodes that do, and how the first
 * of them moves; where there is none, how the selected node moves otherwise.
 */
export function AbsentPanel({ section, name, title, ...props }: AbsentPanelProps): ReactNode {
	const { look, width, height, listed, selected } = props;
	const why = ['', ...absentLines(props, section, width), ''];
	const first = listed.find(({ snapshot }) => snapshot[section] !== undefined);
	const table = Math.min(reportingRows(props, section), height - why.length - 1);
	const charted = first ?? selected;
	const rest = height - why.length - 1 - table;
	const hasCharts = charted !== undefined && rest >= leastTrendRows;
	const tableRows = hasCharts || table <= 0 ? Math.max(0, table) : height - why.length - 1;
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title={selected ? `${selected.snapshot.target.name}: ${name}` : title}
				lines={why}
				width={width}
				height={hasCharts || tableRows > 0 ? why.length + 1 : height}
			/>
			<ReportingNodes {...props} section={section} height={tableRows} />
			{hasCharts ? (
				<Trends
					{...props}
					node={charted}
					sections={first ? [section] : others}
					subject={charted.snapshot.target.name}
					height={rest}
				/>
			) : null}
		</Box>
	);
}

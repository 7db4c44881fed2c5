import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Panel } from '../../components/panel.tsx';
import { formatCount } from '../../source/domain/format.ts';
import { sections } from '../../source/sections/registry.ts';
import type { ScreenProps } from '../frame.ts';
import { absentLines } from './absent.ts';
import { reportingLines } from './reporting-table.ts';
import { Trends } from './trends.tsx';

export interface AbsentPanelProps extends ScreenProps {
	readonly section: Parameters<typeof absentLines>[1];
	/** The section as titles name it after a node. */
	readonly name: string;
	/** While no node is selected. */
	readonly title: string;
}

/** For charts below the table. */
const leastChartRows = 12;

/** The whole screen of a section that the selected node does not have: why not, the nodes that do, and how the first moves. */
export function AbsentPanel({ section, name, title, ...props }: AbsentPanelProps): ReactNode {
	const { look, width, height, listed, selected, moment } = props;
	const why = ['', ...absentLines(props, section, width), ''];
	const table = reportingLines(props, section, height - why.length - 2);
	const having = listed.filter(({ snapshot }) => snapshot[section] !== undefined);
	const [first] = having;
	const whyRows = table.length === 0 ? height : why.length + 1;
	const rest = height - whyRows - table.length - 2;
	const chartRows = first && rest >= leastChartRows ? rest : 0;
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title={selected ? `${selected.snapshot.target.name}: ${name}` : title}
				lines={why}
				width={width}
				height={whyRows}
			/>
			<Panel
				look={look}
				title={`Nodes that report ${sections[section].subject}`}
				note={`${formatCount(having.length)} of ${formatCount(moment.nodes.length)} nodes`}
				lines={table}
				width={width}
				height={height - whyRows - chartRows}
			/>
			{first && chartRows > 0 ? (
				<Trends
					{...props}
					node={first}
					sections={[section]}
					subject={first.snapshot.target.name}
					height={chartRows}
				/>
			) : null}
		</Box>
	);
}

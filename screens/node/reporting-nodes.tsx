import type { ReactNode } from 'react';
import { Panel } from '../../components/panel.tsx';
import { sections } from '../../source/sections/registry.ts';
import type { ReadSectionName } from '../../source/sections/registry.ts';
import type { ScreenProps } from '../frame.ts';
import { reportingLines } from './reporting-table.ts';

export interface ReportingNodesProps extends ScreenProps {
	readonly section: ReadSectionName;
	/** Else that they report it. */
	readonly title?: string;
}

/** Title, heading, and a row at least. */
const leastRows = 3;

function having({ listed }: Pick<ScreenProps, 'listed'>, section: ReadSectionName) {
	return listed.filter(({ snapshot }) => snapshot[section] !== undefined);
}

/** Rows that the panel takes to show every node; 0 where none has the section. */
export function reportingRows(
	props: Pick<ScreenProps, 'listed'>,
	section: ReadSectionName,
): number {
	const { length } = having(props, section);
	return length === 0 ? 0 : length + 2;
}

/** The listed nodes that report a section, with what matters most of it; nothing where they have no room. */
export function ReportingNodes(props: ReportingNodesProps): ReactNode {
	const { look, width, height, moment, section } = props;
	const title = props.title ?? `Nodes that report ${sections[section].subject}`;
	const { length } = having(props, section);
	if (length === 0 || height < leastRows) return null;
	const shown = Math.min(length, height - 2);
	return (
		<Panel
			look={look}
			title={title}
			note={
				shown < length ? `1–${shown} of ${length}` : `${length} of ${moment.nodes.length} nodes`
			}
			lines={reportingLines(props, section, height - 1)}
			width={width}
			height={height}
		/>
	);
}

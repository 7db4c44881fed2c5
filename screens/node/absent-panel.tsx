import type { ReactNode } from 'react';
import { Panel } from '../../components/panel.tsx';
import type { ScreenProps } from '../frame.ts';
import { absentLines } from './absent.ts';

export interface AbsentPanelProps extends ScreenProps {
	readonly section: Parameters<typeof absentLines>[1];
	/** The section as titles name it after a node. */
	readonly name: string;
	/** While no node is selected. */
	readonly title: string;
}

/** The whole screen of a section that the selected node does not have: why not, and which nodes do. */
export function AbsentPanel({ section, name, title, ...props }: AbsentPanelProps): ReactNode {
	const { look, width, height, selected } = props;
	return (
		<Panel
			look={look}
			title={selected ? `${selected.snapshot.target.name}: ${name}` : title}
			lines={['', ...absentLines(props, section, width)]}
			width={width}
			height={height}
		/>
	);
}

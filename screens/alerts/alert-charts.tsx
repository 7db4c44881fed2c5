import type { ReactNode } from 'react';
import type { Alert } from '../../source/domain/alert.ts';
import type { ScreenName } from '../../source/keys/screen-names.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import type { SectionName } from '../../source/sections/registry.ts';
import type { ScreenProps } from '../frame.ts';
import { chartsBeside, partOf, Trends } from '../node/trends.tsx';
import { screenOf } from './alert-words.ts';

/** Rows from which on charts are drawn: of one with its heading. */
export const leastChartsHeight = 9;

const sectionsOfScreen: Partial<Record<ScreenName, readonly SectionName[]>> = {
	consensus: ['consensus', 'poll'],
	dag: ['dag', 'poll'],
	network: ['network', 'poll'],
	resources: ['resources', 'poll'],
	storage: ['storage', 'reputation', 'transfers', 'poll'],
};
/** What moves of a node as a whole. */
export const ofWholeNode = ['poll', 'consensus', 'network', 'resources'] as const;

interface Charted {
	readonly node: NodeMoment;
	readonly sections: readonly SectionName[];
}

/** Whose numbers belong to an alert: its node's, of its network the first node's, of this machine one's that runs on it. */
export function chartedOf(
	alert: Alert,
	{ nodes, groups }: Pick<ScreenProps['moment'], 'nodes' | 'groups'>,
): Charted | undefined {
	const named = alert.node ?? groups.find(({ name }) => name === alert.group)?.nodes[0];
	const node =
		alert.labels?.['host'] === undefined || named !== undefined
			? nodes.find(({ snapshot }) => snapshot.target.name === named)
			: nodes.find(({ snapshot }) => snapshot.resources?.source === 'host');
	return node && { node, sections: sectionsOfScreen[screenOf(alert)] ?? ofWholeNode };
}

export interface AlertChartsProps extends ScreenProps {
	readonly alert: Alert;
	/** How many of the charts stand elsewhere; the others are drawn here. */
	readonly beside?: number;
	/** Only those are drawn that stand beside the others. */
	readonly isBeside?: boolean;
}

/** How the numbers moved that an alert is about, with its limit and when it began; nothing without a node. */
export function AlertCharts(props: AlertChartsProps): ReactNode {
	const { alert, moment, height, beside = 0, isBeside = false } = props;
	const charted = chartedOf(alert, moment);
	if (!charted || height < leastChartsHeight) return null;
	const { node, sections } = charted;
	return (
		<Trends
			{...props}
			node={node}
			sections={sections}
			subject={node.snapshot.target.name}
			part={partOf(beside, isBeside)}
		/>
	);
}

/** How many of an alert's charts find room in so many rows beside the others. */
export function alertChartsBeside(props: ScreenProps, alert: Alert, rows: number): number {
	const charted = chartedOf(alert, props.moment);
	return charted ? chartsBeside({ ...props, selected: charted.node }, charted.sections, rows) : 0;
}

import { Box } from 'ink';
import type { ReactNode } from 'react';
import { fit, line, wrap } from '../components/line.ts';
import { toneOfSeverity } from '../components/look.ts';
import { Panel } from '../components/panel.tsx';
import { tableLines } from '../components/table.ts';
import type { Column } from '../components/table.ts';
import { formatAge } from '../source/domain/format.ts';
import { listAlerts } from './alert-list.ts';
import type { ListedAlert } from './alert-list.ts';
import type { FleetFrame, ScreenProps } from './frame.ts';
import { windowStart } from './node-list.ts';

const detailHeight = 8;

const columns: readonly Column<ListedAlert, FleetFrame>[] = [
	{
		id: 'severity',
		title: 'SEVERITY',
		width: 10,
		givesWay: 0,
		cell: ({ issue }, { look }) => ({
			text: `${look.glyphs.severity[issue.severity]} ${issue.severity}`,
			tone: toneOfSeverity[issue.severity],
		}),
	},
	{
		id: 'node',
		title: 'NODE',
		width: 16,
		givesWay: 0,
		cell: ({ node }) => ({ text: node.target.name, tone: 'strong' }),
	},
	{
		id: 'component',
		title: 'PART',
		width: 10,
		givesWay: 2,
		cell: ({ issue }) => ({ text: issue.component, tone: 'label' }),
	},
	{
		id: 'since',
		title: 'SINCE',
		width: 8,
		align: 'right',
		givesWay: 1,
		cell: ({ issue }, { nowMs }) => ({ text: formatAge(issue.since, nowMs) }),
	},
	{
		id: 'message',
		title: 'WHAT',
		width: 20,
		isFlex: true,
		givesWay: 0,
		cell: ({ issue }) => ({ text: issue.message }),
	},
];

/** What is wrong with any node now, the gravest first; below, the selected one in full. */
export function Alerts({ look, width, height, all, view, nowMs }: ScreenProps): ReactNode {
	const alerts = listAlerts(all);
	if (alerts.length === 0) {
		const text =
			all.length === 0
				? 'no nodes are watched'
				: `nothing is wrong with ${all.length} ${all.length === 1 ? 'node' : 'nodes'}`;
		const isWaiting = all.some(({ snapshot }) => snapshot.poll.status === 'pending');
		return (
			<Panel
				look={look}
				title="Alerts"
				lines={[
					'',
					line(
						look,
						[
							['good', `  ${look.glyphs.health.up} `],
							['plain', isWaiting ? 'waiting for the first answers…' : text],
						],
						width,
					),
				]}
				width={width}
				height={height}
			/>
		);
	}
	const rowCount = Math.max(1, height - detailHeight - 2);
	const selected = Math.min(view.alertIndex, alerts.length - 1);
	const first = windowStart(selected, rowCount, alerts.length);
	const alert = alerts[selected];
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title="Alerts"
				note={alerts.length > rowCount ? `${selected + 1} of ${alerts.length}` : `${alerts.length}`}
				lines={tableLines(look, {
					columns,
					rows: alerts.slice(first, first + rowCount),
					frame: { nowMs, look },
					width,
					selected: selected - first,
				})}
				width={width}
				height={height - detailHeight}
			/>
			{alert ? <AlertDetail look={look} alert={alert} width={width} nowMs={nowMs} /> : null}
		</Box>
	);
}

function AlertDetail({
	look,
	alert,
	width,
	nowMs,
}: {
	readonly look: ScreenProps['look'];
	readonly alert: ListedAlert;
	readonly width: number;
	readonly nowMs: number;
}): ReactNode {
	const { issue, node } = alert;
	const entries = [
		['What', issue.message],
		['Evidence', issue.evidence],
		[
			'Since',
			`${issue.since.slice(0, 19).replace('T', ' ')} UTC, ${formatAge(issue.since, nowMs)} ago`,
		],
		['Do next', issue.nextStep],
		['Node', `${node.target.name} (${node.snapshot.target.kind}, ${node.snapshot.target.url})`],
	] as const;
	const lines = entries.flatMap(([label, text]) =>
		text === undefined
			? []
			: wrap(text, width - 12).map(
					(part, index) =>
						look.paint('label', fit(index === 0 ? label : '', 10)) +
						look.paint('plain', fit(part, width - 10)),
				),
	);
	return (
		<Panel
			look={look}
			title={node.target.name}
			note={issue.code}
			lines={lines}
			width={width}
			height={detailHeight}
		/>
	);
}

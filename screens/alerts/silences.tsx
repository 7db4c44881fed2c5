import { Box } from 'ink';
import type { ReactNode } from 'react';
import { fit } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import { tableLines } from '../../components/table.ts';
import type { Column } from '../../components/table.ts';
import type { KnownSilence } from '../../source/sections/alerting/schema.ts';
import { formatCount } from '../../source/domain/format.ts';
import { clockText } from './alert-words.ts';
import type { Alert } from '../../source/domain/alert.ts';
import { fleetFrameOf } from '../frame.ts';
import type { FleetFrame, ScreenProps } from '../frame.ts';
import { alertColumns } from './alert-columns.ts';
import { listAlerts } from './alert-list.ts';
import { windowStart } from '../window-start.ts';
import { chosenSilence, matchedAlerts, matchText } from './silences-commands.ts';

interface Row {
	readonly silence: KnownSilence;
	/** Of the alerts that are there now. */
	readonly count: number;
}

const columns: readonly Column<Row, FleetFrame>[] = [
	{
		id: 'until',
		title: 'UNTIL',
		width: 19,
		priority: 0,
		cell: ({ silence: { endsAt } }, { nowMs }) => ({ text: clockText(Date.parse(endsAt), nowMs) }),
	},
	{
		id: 'alerts',
		title: 'MUTES',
		width: 5,
		align: 'right',
		priority: 1,
		cell: ({ count }) => ({ text: formatCount(count) }),
	},
	{
		id: 'match',
		title: 'OF',
		width: 24,
		isFlex: true,
		priority: 0,
		cell: ({ silence: { match } }) => ({ text: matchText(match), tone: 'strong' }),
	},
	{
		id: 'by',
		title: 'BY',
		width: 12,
		priority: 2,
		cell: ({ silence: { id, author } }) => ({
			text: author ?? (id === undefined ? 'profile' : ''),
			tone: 'label',
		}),
	},
	{
		id: 'note',
		title: 'NOTE',
		width: 20,
		isFlex: true,
		priority: 3,
		cell: ({ silence }, { nowMs }) => ({ text: noteOf(silence, nowMs), tone: 'label' }),
	},
];

function noteOf({ id, startsAt, comment = '' }: KnownSilence, nowMs: number): string {
	const startsMs = startsAt === undefined ? 0 : Date.parse(startsAt);
	const notes = [
		...(startsMs > nowMs ? [`from ${clockText(startsMs, nowMs)}`] : []),
		...(id === undefined ? ['of the profile'] : []),
		...(comment === '' ? [] : [comment]),
	];
	return notes.join('; ');
}

/** Every silence that holds or will hold, what ends first on top. */
export function Silences(props: ScreenProps): ReactNode {
	const { look, width, height, moment, view } = props;
	const { atMs: nowMs, alerts: everyAlert, alerting } = moment;
	const { silences } = alerting;
	const chosen = view.overlay.kind === 'silences' ? chosenSilence(silences, view.overlay) : -1;
	const chosenOne = silences[chosen];
	const muted = chosenOne ? mutedLines(props, matchedAlerts(everyAlert, chosenOne)) : [];
	const most = Math.max(leastRows, height - muted.length - 1);
	const rowsHeight = muted.length === 0 ? height : Math.min(most, silences.length + 3, height);
	const room = Math.max(1, rowsHeight - 2);
	const first = windowStart(chosen, room, silences.length);
	const rows = silences
		.slice(first, first + room)
		.map((silence) => ({ silence, count: matchedAlerts(everyAlert, silence).length }));
	const selected = chosen - first;
	const table = { columns, rows, frame: { nowMs, look }, width, selected };
	const list = (
		<Panel
			look={look}
			title="Silences"
			note={
				silences.length === 0
					? 'Esc closes'
					: `${formatCount(silences.length)}  Enter ends the chosen one  Esc closes`
			}
			lines={
				silences.length === 0
					? [look.paint('dim', fit('  there is none; press S on an alert to make one', width))]
					: tableLines(look, table)
			}
			width={width}
			height={rowsHeight}
		/>
	);
	return (
		<Box flexDirection="column">
			{list}
			<Panel
				look={look}
				title="What the chosen one mutes now"
				lines={muted}
				width={width}
				height={height - rowsHeight}
			/>
		</Box>
	);
}

/** Of the list of silences, beside what the chosen one mutes. */
const leastRows = 5;

/** A line for each alert that a silence is about, as on Alerts. */
function mutedLines(props: ScreenProps, alerts: readonly Alert[]): string[] {
	const { look, width } = props;
	const { items } = listAlerts(alerts, '');
	if (items.length === 0) return [look.paint('dim', fit('no alert of now', width))];
	return tableLines(look, {
		columns: alertColumns(width, []),
		rows: items,
		frame: fleetFrameOf(props),
		width,
		selected: -1,
	});
}

import type { ReactNode } from 'react';
import { fit } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import { tableLines } from '../../components/table.ts';
import type { Column } from '../../components/table.ts';
import type { KnownSilence } from '../../source/sections/alerting/schema.ts';
import { formatCount } from '../../source/domain/format.ts';
import { clockText } from './alert-words.ts';
import type { FleetFrame, ScreenProps } from '../frame.ts';
import { windowStart } from '../window-start.ts';
import { chosenSilence, countMatched, matchText } from './silences-commands.ts';

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
	const room = Math.max(1, height - 2);
	const first = windowStart(chosen, room, silences.length);
	const rows = silences
		.slice(first, first + room)
		.map((silence) => ({ silence, count: countMatched(everyAlert, silence) }));
	const selected = chosen - first;
	const table = { columns, rows, frame: { nowMs, look }, width, selected };
	return (
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
			height={height}
		/>
	);
}

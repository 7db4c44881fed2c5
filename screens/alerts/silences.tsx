import { Box } from 'ink';
import type { ReactNode } from 'react';
import { guideLines } from '../../components/guide-lines.ts';
import { fit, line } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
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
import { nearestLimitLines } from './nearest-limits.ts';
import { silencesGuide } from './silences-guide.ts';
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

/** Every silence that holds or will hold, what ends first on top; how one is made where there is none. */
export function Silences(props: ScreenProps): ReactNode {
	return props.moment.alerting.silences.length === 0 ? (
		<NoSilences {...props} />
	) : (
		<ListedSilences {...props} />
	);
}

/** How a silence is made, and what one could mute: the alerts of now, else what is nearest to one. */
function NoSilences(props: ScreenProps): ReactNode {
	const { look, width, height, moment, listed, limitsOf, setup } = props;
	const open = moment.alerts.filter(({ state }) => state !== 'resolved');
	const isCalm = open.length === 0;
	const head = ['', ...noneLines(look, width), ''];
	const room = height - head.length - 1 - (isCalm ? 0 : leastBelow + 1);
	const guide = guideLines(look, silencesGuide(moment, setup.canConfigure), width - 2, room);
	const own = [...head, ...guide.map((text) => `  ${text}`)];
	const rest = Math.max(0, height - own.length - 2);
	const below = isCalm
		? nearestLimitLines(look, listed, limitsOf, { width, height: rest - 1 })
		: alertLines(props, open);
	const belowHeight = below.length === 0 || rest < leastBelow ? 0 : rest;
	return (
		<Box flexDirection="column">
			<Panel
				{...{ look, width }}
				title="Silences"
				note="Esc closes"
				lines={own}
				height={height - belowHeight}
			/>
			<Panel
				{...{ look, width }}
				title={isCalm ? 'Nearest to an alert' : 'Alerts that a silence could mute'}
				note={isCalm ? 'a full bar is at the limit' : formatCount(open.length)}
				lines={below}
				height={belowHeight}
			/>
		</Box>
	);
}

function noneLines(look: Look, width: number): string[] {
	return [
		line(look, [['strong', '  no silence holds: every alert is told']], width),
		line(
			look,
			[['label', '  a silenced alert stays on the screen, and no messages are sent']],
			width,
		),
	];
}

/** A heading, the names of columns, and one alert. */
const leastBelow = 3;

function ListedSilences(props: ScreenProps): ReactNode {
	const { look, width, height, moment, view } = props;
	const { atMs: nowMs, alerts: everyAlert, alerting } = moment;
	const { silences } = alerting;
	const chosen = view.overlay.kind === 'silences' ? chosenSilence(silences, view.overlay) : -1;
	const chosenOne = silences[chosen];
	const muted = chosenOne ? alertLines(props, matchedAlerts(everyAlert, chosenOne)) : [];
	const most = Math.max(leastRows, height - muted.length - 1);
	const rowsHeight = muted.length === 0 ? height : Math.min(most, silences.length + 3, height);
	const room = Math.max(1, rowsHeight - 2);
	const first = windowStart(chosen, room, silences.length);
	const rows = silences
		.slice(first, first + room)
		.map((silence) => ({ silence, count: matchedAlerts(everyAlert, silence).length }));
	const table = { columns, rows, frame: { nowMs, look }, width, selected: chosen - first };
	return (
		<Box flexDirection="column">
			<Panel
				{...{ look, width }}
				title="Silences"
				note={`${formatCount(silences.length)}  Enter ends the chosen one  Esc closes`}
				lines={tableLines(look, table)}
				height={rowsHeight}
			/>
			<Panel
				{...{ look, width }}
				title="What the chosen one mutes now"
				lines={muted}
				height={height - rowsHeight}
			/>
		</Box>
	);
}

/** Of the list of silences, beside what the chosen one mutes. */
const leastRows = 5;

/** A line for each alert, as on Alerts. */
function alertLines(props: ScreenProps, alerts: readonly Alert[]): string[] {
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

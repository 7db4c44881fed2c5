import { Box } from 'ink';
import type { ReactNode } from 'react';
import { fit, line, wrap } from '../../components/line.ts';
import { toneOfSeverity } from '../../source/domain/tone.ts';
import type { Look } from '../../components/look.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { Panel } from '../../components/panel.tsx';
import { tableLines } from '../../components/table.ts';
import type { Column } from '../../components/table.ts';
import { formatAge, formatCount } from '../../source/domain/format.ts';
import type { Alert } from '../../source/domain/alert.ts';
import { AlertDetail } from './alert-detail.tsx';
import { chosenIndex, visibleRows } from './alert-list.ts';
import type { AlertSection, ListRow } from './alert-list.ts';
import { componentOf, noteOf, subjectOf, whatOf } from './alert-words.ts';
import { fleetFrameOf } from '../frame.ts';
import type { FleetFrame, ScreenProps } from '../frame.ts';

/** From here on the selected alert stands beside the list, not below it. */
const sideBySideWidth = 160;
const leastListHeight = 9;
const leastDetailHeight = 11;
const mostProblems = 3;

const subjectWidth = 16;
const wideSubjectWidth = 26;
const narrowWhatWidth = 29;

/** On a wide list there is room for whole names of networks; on a narrow one less than a sentence. */
function columnsFor(width: number): readonly Column<Alert, FleetFrame>[] {
	const widths: Readonly<Record<string, number>> =
		width < 70 ? { what: narrowWhatWidth } : width < 104 ? {} : { subject: wideSubjectWidth };
	return columns.map((column) => ({ ...column, width: widths[column.id] ?? column.width }));
}

const columns: readonly Column<Alert, FleetFrame>[] = [
	{
		id: 'severity',
		title: 'SEVERITY',
		width: 10,
		priority: 0,
		cell: (alert, { look }) => ({
			text: `${look.glyphs.severity[alert.severity]} ${alert.severity}`,
			tone: isDim(alert) ? 'dim' : toneOfSeverity[alert.severity],
		}),
	},
	{
		id: 'subject',
		title: 'NODE OR GROUP',
		width: subjectWidth,
		priority: 0,
		cell: (alert) => ({ text: subjectOf(alert), tone: isDim(alert) ? 'dim' : 'strong' }),
	},
	{
		id: 'component',
		title: 'PART',
		width: 10,
		priority: 4,
		cell: (alert) => ({ text: componentOf(alert) ?? '', tone: isDim(alert) ? 'dim' : 'label' }),
	},
	{
		id: 'since',
		title: 'AGO',
		width: 8,
		align: 'right',
		priority: 1,
		cell: (alert, { nowMs }) => ({
			text: formatAge(alert.resolvedAt ?? alert.since, nowMs),
			tone: isDim(alert) ? 'dim' : 'plain',
		}),
	},
	{
		id: 'what',
		title: 'WHAT',
		width: 40,
		isFlex: true,
		priority: 0,
		cell: (alert, { nowMs }) => {
			const note = noteOf(alert, nowMs);
			const what = whatOf(alert);
			return {
				text: note === '' ? what : `[${note}] ${what}`,
				tone: isDim(alert) ? 'dim' : 'plain',
			};
		},
	},
];

/** What nobody needs to look at first. */
function isDim({ state, muted }: Alert): boolean {
	return state === 'resolved' || muted !== undefined;
}

/** Every alert by section, the gravest first; the selected one in full beside or below. */
export function Alerts(props: ScreenProps): ReactNode {
	const { width, height, alerts, view } = props;
	const index = chosenIndex(alerts, view.alert);
	const alert = alerts.alerts[index];
	if (!alert) return <NoAlerts {...props} />;
	if (width >= sideBySideWidth) {
		const left = Math.floor(width * 0.6);
		return (
			<Box>
				<List {...props} width={left} index={index} />
				<Box width={2} flexShrink={0} />
				<AlertDetail {...props} alert={alert} width={width - left - 2} />
			</Box>
		);
	}
	const wanted = alerts.alerts.length + alerts.sections.length + 2 + problemCount(props);
	const most = Math.max(leastListHeight, height - Math.max(leastDetailHeight, height >> 1));
	const listHeight = Math.min(wanted, most);
	return (
		<Box flexDirection="column">
			<List {...props} height={listHeight} index={index} />
			<AlertDetail {...props} alert={alert} height={height - listHeight} />
		</Box>
	);
}

function List(props: ScreenProps & { readonly index: number }): ReactNode {
	const { look, width, height, alerts, index } = props;
	const problems = problemLines(props);
	const rowCount = Math.max(1, height - 2 - problems.length);
	const rows = visibleRows(alerts, index, rowCount);
	const shown = rows.filter((row) => 'alert' in row);
	const [head = '', ...drawn] = tableLines(look, {
		columns: columnsFor(width),
		rows: shown.map(({ alert }) => alert),
		frame: fleetFrameOf(props),
		width,
		selected: shown.findIndex(({ isSelected }) => isSelected),
	});
	return (
		<Panel
			look={look}
			title="Alerts"
			note={listNote(props)}
			lines={[...problems, head, ...withHeadings(look, rows, drawn, width)]}
			width={width}
			height={height}
		/>
	);
}

function withHeadings(
	look: Look,
	rows: readonly ListRow[],
	drawn: readonly string[],
	width: number,
): string[] {
	let next = 0;
	return rows.map((row) =>
		'section' in row ? sectionLine(look, row.section, width) : (drawn[next++] ?? ''),
	);
}

const sectionTitles: Readonly<Record<AlertSection['name'], string>> = {
	firing: 'Firing',
	muted: 'Muted: firing, but no messages are sent',
	pending: 'Pending: has not held long enough to fire',
	ended: 'Ended',
};

function sectionLine(look: Look, { name, alerts }: AlertSection, width: number): string {
	return line(
		look,
		[
			['title', sectionTitles[name]],
			['label', `  ${formatCount(alerts.length)}`],
		],
		width,
	);
}

function listNote({ alerts, moment, index }: ScreenProps & { readonly index: number }): string {
	const { alerting } = moment;
	const { length } = alerts.alerts;
	const filtered = length < alerts.total ? ` (of ${formatCount(alerts.total)}, filtered)` : '';
	const where = `${formatCount(index + 1)} of ${formatCount(length)}${filtered}`;
	if (alerting.mode === 'own') return where;
	const by = alerting.mode === 'off' ? 'built-in checks, no messages sent' : 'of the running watch';
	return `${by}  ${where}`;
}

function problemCount({ moment }: ScreenProps): number {
	return Math.min(moment.alerting.problems.length, mostProblems + 1);
}

/** Why alerts may not reach those they are for. */
function problemLines({ look, moment, width }: ScreenProps): string[] {
	const { problems } = moment.alerting;
	const more = problems.length - mostProblems;
	const lines = problems
		.slice(0, mostProblems)
		.map((problem) => look.paint('bad', fit(`(!) ${problem}`, width)));
	return more > 0 ? [...lines, look.paint('bad', fit(`    and ${more} more`, width))] : lines;
}

/** That there is no alert, and what that rests on. */
function NoAlerts(props: ScreenProps): ReactNode {
	const { look, width, height } = props;
	return (
		<Panel
			look={look}
			title="Alerts"
			lines={[...problemLines(props), '', ...calmLines(props)]}
			width={width}
			height={height}
		/>
	);
}

function calmLines(props: ScreenProps): string[] {
	const { look, width, moment, alerts } = props;
	const { nodes: all } = moment;
	const say = (tone: Tone, text: string, mark = ' '): string[] =>
		wrap(text, width - 5).map((part, index) =>
			line(
				look,
				[
					[tone, `  ${index === 0 ? mark : ' '} `],
					[tone === 'label' ? 'label' : 'strong', part],
				],
				width,
			),
		);
	if (alerts.total > 0) {
		const count = plural(alerts.total, 'alert');
		return say('plain', `none of ${count} matches the filter; Esc clears it`);
	}
	if (all.length === 0) return say('plain', 'no nodes are watched');
	if (all.some(({ snapshot }) => snapshot.poll.status === 'pending')) {
		return say('plain', 'waiting for the first answers…');
	}
	// A rule waits before it fires; a node may be unwell for longer than that before one speaks of it.
	const unwell = all.filter(({ snapshot }) => snapshot.health.status !== 'up').length;
	const of = `${unwell} of ${plural(all.length, 'node')} ${unwell === 1 ? 'is' : 'are'} not up`;
	const { health } = look.glyphs;
	return [
		...(unwell === 0
			? say('good', 'nothing is wrong', health.up)
			: say('warn', `no alert, but ${of}: see the Overview`, health.degraded)),
		'',
		...restLines(props).flatMap((text) => say('label', text)),
	];
}

function restLines({ moment }: ScreenProps): string[] {
	const { nodes: all, groups, alerting } = moment;
	const { mode, ruleCount } = alerting;
	const rules = ruleCount === undefined ? 'the rules' : plural(ruleCount, 'rule');
	const asked = {
		own: `${rules} ${ruleCount === 1 ? 'is' : 'are'} evaluated after every poll; an alert is pending before it fires`,
		attached: 'the watch that runs on this machine evaluates the rules; its alerts appear here',
		off: 'only the built-in checks run here: no rules are evaluated, and no messages are sent',
	};
	const networks = groups.filter(({ nodes }) => nodes.length > 1).length;
	const where = networks === 0 ? '' : ` in ${plural(networks, 'network')}`;
	return [
		`${plural(all.length, 'node')}${where} ${all.length === 1 ? 'is' : 'are'} watched`,
		asked[mode],
	];
}

function plural(count: number, noun: string): string {
	return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

import type { Column } from '../../components/table.ts';
import type { Alert } from '../../source/domain/alert.ts';
import { formatAge, formatCount, formatNames } from '../../source/domain/format.ts';
import { toneOfSeverity } from '../../source/domain/tone.ts';
import { severities } from '../../source/domain/words.ts';
import type { Severity } from '../../source/domain/words.ts';
import type { FleetFrame } from '../frame.ts';
import { alertKey, alertsOf } from './alert-list.ts';
import type { AlertItem } from './alert-list.ts';
import { componentOf, noteOf, shortNoteOf, subjectOf, whatOf } from './alert-words.ts';

type AlertColumn = Column<AlertItem, FleetFrame>;

const subjectWidth = 16;
const wideSubjectWidth = 26;
const narrowWhatWidth = 29;
/** Here the message has room beside what explains it. */
const notedFrom = 140;

/**
 * On a wide list there is room for whole names of networks; on a narrow one less than a sentence. The column of
 * the marks is there while something is marked.
 */
export function alertColumns(width: number, marked: readonly string[]): readonly AlertColumn[] {
	const widths: Readonly<Record<string, number>> =
		width < 70 ? { what: narrowWhatWidth } : width < 104 ? {} : { subject: wideSubjectWidth };
	const all = [...columns, whatColumn(width < notedFrom ? shortNoteOf : noteOf)];
	const own = all.map((column) => ({ ...column, width: widths[column.id] ?? column.width }));
	return marked.length === 0 ? own : [markColumn(new Set(marked)), ...own];
}

function markColumn(marked: ReadonlySet<string>): AlertColumn {
	return {
		id: 'mark',
		title: '',
		width: 1,
		priority: 0,
		cell: (item, { look }) => {
			const count = alertsOf(item).filter((alert) => marked.has(alertKey(alert))).length;
			const isWhole = count === alertsOf(item).length;
			return {
				text: count === 0 ? '' : isWhole ? look.glyphs.mark : look.glyphs.dot,
				tone: 'accent',
			};
		},
	};
}

const columns: readonly AlertColumn[] = [
	{
		id: 'severity',
		title: 'SEVERITY',
		width: 10,
		priority: 0,
		cell: (item, { look }) => {
			const severity = gravest(alertsOf(item));
			return {
				text: `${look.glyphs.severity[severity]} ${severity}`,
				tone: isDim(item) ? 'dim' : toneOfSeverity[severity],
			};
		},
	},
	{
		id: 'subject',
		title: 'NODE OR GROUP',
		width: subjectWidth,
		priority: 0,
		cell: (item, { look }) => {
			const tone = isDim(item) ? 'dim' : 'strong';
			if (item.kind === 'rule') {
				const fold = item.isFolded ? look.glyphs.cursor : look.glyphs.sortDown;
				return { text: `${fold} ${formatCount(item.alerts.length)} alerts`, tone };
			}
			return { text: `${item.isInGroup ? '  ' : ''}${subjectOf(item.alert)}`, tone };
		},
	},
	{
		id: 'component',
		title: 'PART',
		width: 10,
		priority: 4,
		cell: (item) => ({
			text: componentOf(firstOf(item)) ?? '',
			tone: isDim(item) ? 'dim' : 'label',
		}),
	},
	{
		id: 'since',
		title: 'AGO',
		width: 8,
		align: 'right',
		priority: 1,
		cell: (item, { nowMs }) => ({
			text: formatAge(newestOf(alertsOf(item)), nowMs),
			tone: isDim(item) ? 'dim' : 'plain',
		}),
	},
];

type NoteOf = (alert: Alert, nowMs: number) => string;

/** The message, with a note of its state before it. */
function whatColumn(note: NoteOf): AlertColumn {
	return {
		id: 'what',
		title: 'WHAT',
		width: 40,
		isFlex: true,
		priority: 0,
		cell: (item, { nowMs }) => ({
			text:
				item.kind === 'rule' ? headText(item.alerts) : textOf(item.alert, note(item.alert, nowMs)),
			tone: isDim(item) ? 'dim' : 'plain',
		}),
	};
}

/** What the alerts of one rule have in common, and of whom; where their figures differ, what the first says. */
function headText(alerts: readonly Alert[]): string {
	const texts = new Set(alerts.map(whatOf));
	const [first = ''] = texts;
	const alike = texts.size === 1 ? first : `${first}, and ${alerts.length - 1} like it`;
	return `${alike}: ${formatNames([...new Set(alerts.map(subjectOf))])}`;
}

function textOf(alert: Alert, note: string): string {
	const what = whatOf(alert);
	return note === '' ? what : `[${note}] ${what}`;
}

/** What nobody needs to look at first. */
function isDim({ section }: AlertItem): boolean {
	return section === 'ended' || section === 'muted';
}

/** An item has at least one. */
export function firstOf(item: AlertItem): Alert {
	return item.kind === 'alert' ? item.alert : (item.alerts[0] as Alert);
}

export function gravest(alerts: readonly Alert[]): Severity {
	const all = alerts.map(({ severity }) => severities.indexOf(severity));
	return severities[Math.max(0, ...all)] ?? 'info';
}

function newestOf(alerts: readonly Alert[]): string {
	return alerts
		.map(({ resolvedAt, since }) => resolvedAt ?? since)
		.reduce((a, b) => (a > b ? a : b));
}

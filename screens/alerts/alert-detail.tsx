import type { ReactNode } from 'react';
import { fit, line, wrap } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { Panel } from '../../components/panel.tsx';
import type { Alert } from '../../source/domain/alert.ts';
import { firstOf, gravest } from './alert-columns.ts';
import { alertKey, alertsOf } from './alert-list.ts';
import type { AlertItem } from './alert-list.ts';
import { countSilenced, labelsOffered, matchOf, muteTimes } from './alert-mute.ts';
import type { SilenceDraft } from './alert-mute.ts';
import { clockText, entriesOf, labelWidth, ruleEntries, subjectOf } from './alert-words.ts';
import type { ScreenProps } from '../frame.ts';
import type { Overlay } from '../overlay.ts';

/** Longer lines are hard to read, however wide the terminal. */
const mostTextWidth = 100;

const tones: Readonly<Record<string, Tone>> = {
	What: 'strong',
	Muted: 'accent',
	'Do next': 'accent',
	Show: 'accent',
	Replay: 'accent',
	Labels: 'label',
};

type DetailProps = ScreenProps & { readonly item: AlertItem };

/** The selected alert in full, or what is known of the alerts of a rule; or the snooze menu or the silence form. */
export function AlertDetail(props: DetailProps): ReactNode {
	const { look, view, width, height, item, moment } = props;
	const { overlay } = view;
	if (overlay.kind === 'snooze') return <Snooze {...props} overlay={overlay} />;
	const alert = firstOf(item);
	if (overlay.kind === 'silence') {
		const silenced = moment.alerts.find((each) => alertKey(each) === overlay.alertKey);
		return silenced ? <Silence {...props} alert={silenced} draft={overlay.draft} /> : null;
	}
	const lines = detailLines(props, item);
	const room = height - 1;
	const shown = lines.length <= room ? lines : [...lines.slice(0, room - 1), cutLine(look, width)];
	const severity = gravest(alertsOf(item));
	const isRule = item.kind === 'rule';
	return (
		<Panel
			look={look}
			title={
				isRule
					? `${alert.rule}: ${item.alerts.length} alerts`
					: `${alert.rule}: ${subjectOf(alert)}`
			}
			note={`${look.glyphs.severity[severity]} ${severity} ${isRule ? item.section : alert.state}`}
			lines={shown}
			width={width}
			height={height}
		/>
	);
}

/** Everything that the detail says of an item. */
export function detailLines({ look, width, moment }: ScreenProps, item: AlertItem): string[] {
	const { atMs: nowMs, nodes } = moment;
	const { node } = firstOf(item);
	const target = nodes.find(({ snapshot }) => snapshot.target.name === node)?.snapshot.target;
	const entries =
		item.kind === 'rule'
			? ruleEntries(item.alerts, nowMs, item.isFolded)
			: entriesOf(item.alert, nowMs, target);
	const textWidth = Math.min(mostTextWidth, width - labelWidth - 2);
	return entries.flatMap(([label, text]) =>
		wrap(text, textWidth).map((part, index) =>
			line(
				look,
				[
					['label', fit(index === 0 ? label : '', labelWidth)],
					[tones[label] ?? 'plain', part],
				],
				width,
			),
		),
	);
}

function Snooze(
	props: DetailProps & { readonly overlay: Extract<Overlay, { kind: 'snooze' }> },
): ReactNode {
	const { look, width, height, overlay, moment } = props;
	const { does, alertKeys, time } = overlay;
	const alerts = moment.alerts.filter((alert) => alertKeys.includes(alertKey(alert)));
	const [first] = alerts;
	const what =
		alerts.length === 1 && first
			? `${first.rule} on ${subjectOf(first)}`
			: `${alerts.length} alerts`;
	return (
		<Panel
			look={look}
			title={`${does === 'snooze' ? 'Snooze' : 'Silence'} ${what}`}
			note={`Enter ${does}s  Esc closes`}
			lines={snoozeLines(props, time)}
			width={width}
			height={height}
		/>
	);
}

function Silence(
	props: DetailProps & { readonly alert: Alert; readonly draft: SilenceDraft },
): ReactNode {
	const { look, width, height, draft } = props;
	return (
		<Panel
			look={look}
			title="Silence"
			note="Enter silences  Esc closes"
			lines={silenceLines(props, draft)}
			width={width}
			height={height}
		/>
	);
}

function cutLine(look: Look, width: number): string {
	return line(look, [['dim', `${' '.repeat(labelWidth)}… y copies all of it`]], width);
}

function row(look: Look, isAt: boolean, text: string, width: number): string {
	const cursor = isAt ? `${look.glyphs.cursor} ` : '  ';
	return line(
		look,
		[
			['accent', cursor],
			[isAt ? 'strong' : 'plain', text],
		],
		width,
	);
}

function snoozeLines({ look, width, moment }: ScreenProps, chosen: number): string[] {
	const { atMs: nowMs } = moment;
	return [
		line(
			look,
			[['label', 'No messages about this alert until then; if it was sent, its end is sent.']],
			width,
		),
		'',
		...muteTimes.map(({ title, end }, index) => {
			const until = title.startsWith('until')
				? `${title}, ${clockText(end(nowMs), nowMs)}`
				: `${fit(title, 8)}until ${clockText(end(nowMs), nowMs)}`;
			return row(look, index === chosen, until, width);
		}),
	];
}

function silenceLines(
	{ look, width, moment, alert }: ScreenProps & { readonly alert: Alert },
	draft: SilenceDraft,
): string[] {
	const { atMs: nowMs, alerts: everyAlert } = moment;
	const labels = labelsOffered(alert);
	const match = matchOf(alert, draft);
	const time = muteTimes[draft.time];
	const until = time ? `${time.title} (${clockText(time.end(nowMs), nowMs)})` : '';
	const count = match ? countSilenced(everyAlert, match) : 0;
	const alerts = count === 1 ? '1 alert of now' : `${count} alerts of now`;
	return [
		line(
			look,
			[['label', 'No messages about alerts with all these labels until then, new ones included.']],
			width,
		),
		'',
		...labels.map(([name, value], index) => {
			const isOn = draft.chosen.includes(name);
			return row(
				look,
				index === draft.row,
				`${isOn ? '[x]' : '[ ]'} ${fit(name, 7)}${value}`,
				width,
			);
		}),
		row(
			look,
			draft.row === labels.length,
			`${look.isAscii ? '< >' : '← →'} ${fit('for', 7)}${until}`,
			width,
		),
		'',
		match
			? line(look, [['strong', `This mutes ${alerts}.`]], width)
			: line(look, [['warn', 'Choose at least one: else everything would be silenced.']], width),
	];
}

import type { ReactNode } from 'react';
import { fit, line, wrap } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { Panel } from '../../components/panel.tsx';
import type { Alert } from '../../source/domain/alert.ts';
import { alertKey } from './alert-list.ts';
import { countSilenced, labelsOffered, matchOf, muteTimes } from './alert-mute.ts';
import type { SilenceDraft } from './alert-mute.ts';
import { clockText, entriesOf, subjectOf } from './alert-words.ts';
import type { ScreenProps } from '../frame.ts';

const labelWidth = 10;
/** Longer lines are hard to read, however wide the terminal. */
const mostTextWidth = 100;

const tones: Readonly<Record<string, Tone>> = {
	What: 'strong',
	Muted: 'accent',
	'Do next': 'accent',
	Show: 'accent',
	Labels: 'label',
};

/** The selected alert in full; or, of it, the snooze menu or the silence form. */
export function AlertDetail(props: ScreenProps & { readonly alert: Alert }): ReactNode {
	const { view, moment } = props;
	const { overlay } = view;
	if (overlay.kind !== 'snooze' && overlay.kind !== 'silence') return <Facts {...props} />;
	const alert = moment.alerts.find((each) => alertKey(each) === overlay.alertKey);
	if (!alert) return <Facts {...props} />;
	const { look, width, height } = props;
	const isSnooze = overlay.kind === 'snooze';
	const what = `${alert.rule} on ${subjectOf(alert)}`;
	return (
		<Panel
			look={look}
			title={isSnooze ? `Snooze ${what}` : 'Silence'}
			note={`Enter ${isSnooze ? 'snoozes' : 'silences'}  Esc closes`}
			lines={
				isSnooze
					? snoozeLines(props, overlay.time)
					: silenceLines({ ...props, alert }, overlay.draft)
			}
			width={width}
			height={height}
		/>
	);
}

function Facts(props: ScreenProps & { readonly alert: Alert }): ReactNode {
	const { look, alert, width, height, moment } = props;
	const { atMs: nowMs, nodes } = moment;
	const target = nodes.find(({ snapshot }) => snapshot.target.name === alert.node)?.snapshot.target;
	const textWidth = Math.min(mostTextWidth, width - labelWidth - 2);
	const lines = entriesOf(alert, nowMs, target).flatMap(([label, text]) =>
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
	const room = height - 1;
	const shown = lines.length <= room ? lines : [...lines.slice(0, room - 1), cutLine(look, width)];
	return (
		<Panel
			look={look}
			title={`${alert.rule}: ${subjectOf(alert)}`}
			note={`${look.glyphs.severity[alert.severity]} ${alert.severity} ${alert.state}`}
			lines={shown}
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

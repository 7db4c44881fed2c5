import type { Alert } from '../../source/domain/alert.ts';
import type { LabelMatch } from '../../source/domain/rule.ts';
import type { CommandName } from '../../source/keys/keymap.ts';
import { done, say } from './alert-commands.ts';
import { alertKey } from './alert-list.ts';
import { countSilenced, draftSilence, editDraft, matchOf, muteTimes } from './alert-mute.ts';
import { clockText, subjectOf } from './alert-words.ts';
import type { CommandContext } from '../shell/command-context.ts';
import { refuse } from '../shell/refuse.ts';
import type { Overlay } from '../overlay.ts';

/** Whether the key was for the snooze menu or the silence form, one of which is open. */
export function muteCommand(context: CommandContext, command: CommandName): boolean {
	const { overlay } = context.view;
	if (overlay.kind !== 'snooze' && overlay.kind !== 'silence') return false;
	if (command === 'back' || command === 'quit' || command === 'suspend') return false;
	const keys = overlay.kind === 'snooze' ? overlay.alertKeys : [overlay.alertKey];
	const alerts = context.alerts.alerts.filter((each) => keys.includes(alertKey(each)));
	const [alert] = alerts;
	if (!alert) {
		context.dispatch({ type: 'back' });
		say(context, 'warn', 'that alert is no longer in the list: nothing was changed');
	} else if (command === 'open') {
		if (overlay.kind === 'silence') silence(context, alert, overlay);
		else if (overlay.does === 'snooze') snooze(context, alerts, overlay.time);
		else silenceEach(context, alerts, overlay.time);
	} else editMute(context, alert, overlay, command);
	return true;
}

function editMute(
	{ dispatch }: CommandContext,
	alert: Alert,
	overlay: Extract<Overlay, { kind: 'snooze' | 'silence' }>,
	command: CommandName,
): void {
	const [by, isChange] = steps[command] ?? [0, false];
	if (by === 0) return;
	if (overlay.kind === 'snooze') {
		const time = Math.max(0, Math.min(muteTimes.length - 1, overlay.time + by));
		dispatch({ type: 'openMute', overlay: { ...overlay, time } });
	} else {
		const draft = editDraft(alert, overlay.draft, { type: isChange ? 'change' : 'move', by });
		dispatch({ type: 'openMute', overlay: { ...overlay, draft } });
	}
}

/** Rows by the keys that move; what a row says by left, right and Space. */
const steps: Readonly<Partial<Record<CommandName, readonly [by: number, isChange: boolean]>>> = {
	'move.up': [-1, false],
	'move.down': [1, false],
	'move.first': [-9, false],
	'move.last': [9, false],
	'page.next': [1, false],
	'screen.previous': [-1, true],
	'screen.next': [1, true],
	pause: [1, true],
};

function snooze(context: CommandContext, alerts: readonly Alert[], time: number): void {
	const { actions } = context;
	const nowMs = context.moment.atMs;
	if (!actions) {
		refuse(context, 'open');
		return;
	}
	const end = muteTimes[time]?.end(nowMs) ?? nowMs;
	const until = new Date(end).toISOString();
	for (const { fingerprint = '' } of alerts) {
		actions.actOnAlerts({ type: 'snooze', fingerprint, until });
	}
	done(context, `snoozed ${namesOf(alerts)} until ${clockText(end, nowMs)}`);
}

/** A silence for each, as narrow as one made for it alone. */
function silenceEach(context: CommandContext, alerts: readonly Alert[], time: number): void {
	const end = muteTimes[time]?.end(context.moment.atMs) ?? context.moment.atMs;
	if (!context.actions) {
		refuse(context, 'open');
		return;
	}
	for (const alert of alerts) {
		const match = matchOf(alert, draftSilence(alert));
		if (match !== undefined) actOnSilence(context, match, end);
	}
	done(context, `silenced ${namesOf(alerts)} until ${clockText(end, context.moment.atMs)}`);
}

function namesOf(alerts: readonly Alert[]): string {
	const [first] = alerts;
	return alerts.length === 1 && first
		? `${first.rule} on ${subjectOf(first)}`
		: `${alerts.length} alerts`;
}

function silence(
	context: CommandContext,
	alert: Alert,
	{ draft }: Extract<Overlay, { kind: 'silence' }>,
): void {
	const { atMs: nowMs, alerts: everyAlert } = context.moment;
	if (!context.actions) {
		refuse(context, 'open');
		return;
	}
	const match = matchOf(alert, draft);
	if (match === undefined) {
		say(
			context,
			'warn',
			'choose a rule, a node or a group; otherwise everything would be silenced',
		);
		return;
	}
	const end = muteTimes[draft.time]?.end(nowMs) ?? nowMs;
	actOnSilence(context, match, end);
	const count = countSilenced(everyAlert, match);
	const alerts = count === 1 ? '1 alert' : `${count} alerts`;
	done(context, `silenced ${alerts} of now until ${clockText(end, nowMs)}`);
}

function actOnSilence({ actions, moment }: CommandContext, match: LabelMatch, end: number): void {
	const author = actions?.person;
	actions?.actOnAlerts({
		type: 'silence',
		silence: {
			id: crypto.randomUUID(),
			match: { ...match },
			startsAt: new Date(moment.atMs).toISOString(),
			endsAt: new Date(end).toISOString(),
			...(author !== undefined && { author }),
		},
	});
}

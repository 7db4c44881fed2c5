import { isAcknowledged } from '../../source/domain/alert.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { Alert } from '../../source/domain/alert.ts';
import type { CommandName } from '../../source/keys/keymap.ts';
import type { ScreenName } from '../../source/keys/screen-names.ts';
import { alertKey, chosenIndex, nextSection } from './alert-list.ts';
import { countSilenced, draftSilence, editDraft, matchOf, muteTimes } from './alert-mute.ts';
import { alertText, clockText, noteOf, screenOf, subjectOf } from './alert-words.ts';
import type { CommandContext } from '../shell/command-context.ts';
import { refuse } from '../shell/refuse.ts';
import type { Notice, Overlay } from '../view-state.ts';

/** What keys do to the selected alert. */
export type AlertCommand = 'acknowledge' | 'snooze' | 'silence';

const whyOff = 'no rules are evaluated here: these are findings of the built-in checks';

export function alertCommand(context: CommandContext, command: AlertCommand): void {
	const { view, moment, alerts } = context;
	if (view.screen !== 'alerts') {
		say(context, 'warn', 'open the Alerts screen for that: 6');
		return;
	}
	if (!context.actions) {
		refuse(context, `alert.${command}`);
		return;
	}
	const alert = selectedAlert(context);
	if (!alert) {
		say(context, 'warn', 'there is no alert');
		return;
	}
	// What is acted upon stays selected, wherever that moves it.
	selectAlert(context, chosenIndex(alerts, view.alert));
	const { fingerprint } = alert;
	if (moment.alerting.mode === 'off' || fingerprint === undefined) say(context, 'warn', whyOff);
	else if (command === 'silence') open(context, alert, silenceOverlay);
	else if (alert.state === 'resolved')
		say(context, 'warn', 'it has ended: nodetop sends no messages about it');
	else if (command === 'snooze') open(context, alert, snoozeOverlay);
	else acknowledge(context, alert, fingerprint);
}

/** To the first alert of the next section. */
export function nextSectionOf(context: CommandContext): void {
	const { alerts, view } = context;
	selectAlert(context, nextSection(alerts, chosenIndex(alerts, view.alert)));
}

function open(context: CommandContext, alert: Alert, overlay: (alert: Alert) => Overlay): void {
	context.dispatch({ type: 'openMute', overlay: overlay(alert) });
}

function snoozeOverlay(alert: Alert): Overlay {
	return { kind: 'snooze', alertKey: alertKey(alert), time: 0 };
}

function silenceOverlay(alert: Alert): Overlay {
	return { kind: 'silence', alertKey: alertKey(alert), draft: draftSilence(alert) };
}

function acknowledge(context: CommandContext, alert: Alert, fingerprint: string): void {
	const { actions } = context;
	const nowMs = context.moment.atMs;
	if (isAcknowledged(alert)) {
		const note = noteOf(alert, nowMs);
		const who = note.startsWith('acknowledged') ? note : 'acknowledged';
		say(context, 'warn', `already ${who}; it stays so until the alert ends or becomes worse`);
		return;
	}
	if (!actions) {
		refuse(context, 'alert.acknowledge');
		return;
	}
	const by = actions.person;
	const at = new Date(nowMs).toISOString();
	const { severity } = alert;
	actions.actOnAlerts({
		type: 'acknowledge',
		fingerprint,
		at,
		severity,
		...(by !== undefined && { by }),
	});
	const until =
		alert.state === 'pending'
			? 'no message when it fires'
			: 'no more messages unless it becomes worse';
	say(context, 'good', `acknowledged ${alert.rule} on ${subjectOf(alert)}: ${until}`);
}

/** Whether the key was for the snooze menu or the silence form, one of which is open. */
export function muteCommand(context: CommandContext, command: CommandName): boolean {
	const { overlay } = context.view;
	if (overlay.kind !== 'snooze' && overlay.kind !== 'silence') return false;
	if (command === 'back' || command === 'quit' || command === 'suspend') return false;
	const alert = context.alerts.alerts.find((each) => alertKey(each) === overlay.alertKey);
	const [by, isChange] = steps[command] ?? [0, false];
	if (!alert) {
		context.dispatch({ type: 'back' });
		say(context, 'warn', 'that alert is no longer in the list: nothing was changed');
	} else if (command === 'open') {
		if (overlay.kind === 'snooze') snooze(context, alert, overlay.time);
		else silence(context, alert, overlay);
	} else if (by !== 0 && overlay.kind === 'snooze') {
		const time = Math.max(0, Math.min(muteTimes.length - 1, overlay.time + by));
		context.dispatch({ type: 'openMute', overlay: { ...overlay, time } });
	} else if (by !== 0 && overlay.kind === 'silence') {
		const edit = { type: isChange ? 'change' : 'move', by } as const;
		const draft = editDraft(alert, overlay.draft, edit);
		context.dispatch({ type: 'openMute', overlay: { ...overlay, draft } });
	}
	return true;
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

function snooze(context: CommandContext, alert: Alert, time: number): void {
	const { actions, dispatch } = context;
	const nowMs = context.moment.atMs;
	if (!actions) {
		refuse(context, 'open');
		return;
	}
	const end = muteTimes[time]?.end(nowMs) ?? nowMs;
	const { fingerprint = '' } = alert;
	actions.actOnAlerts({ type: 'snooze', fingerprint, until: new Date(end).toISOString() });
	dispatch({ type: 'back' });
	const what = `${alert.rule} on ${subjectOf(alert)}`;
	say(context, 'good', `snoozed ${what} until ${clockText(end, nowMs)}`);
}

function silence(
	context: CommandContext,
	alert: Alert,
	{ draft }: Extract<Overlay, { kind: 'silence' }>,
): void {
	const { actions, dispatch } = context;
	const { atMs: nowMs, alerts: everyAlert } = context.moment;
	if (!actions) {
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
	const author = actions.person;
	actions.actOnAlerts({
		type: 'silence',
		silence: {
			id: crypto.randomUUID(),
			match: { ...match },
			startsAt: new Date(nowMs).toISOString(),
			endsAt: new Date(end).toISOString(),
			...(author !== undefined && { author }),
		},
	});
	dispatch({ type: 'back' });
	const count = countSilenced(everyAlert, match);
	const alerts = count === 1 ? '1 alert' : `${count} alerts`;
	say(context, 'good', `silenced ${alerts} of now until ${clockText(end, nowMs)}`);
}

/** To the node of the selected alert and the screen of what it is about. */
export function visitAlert(context: CommandContext): void {
	const alert = selectedAlert(context);
	if (!alert) return;
	const node = nodeOf(context, alert);
	if (alert.node !== undefined && node === undefined) {
		say(context, 'warn', `${alert.node} is not watched here`);
		return;
	}
	visit(context, alert, node, screenOf(alert));
}

/** To the diagnosis of its node; a network as a whole is explained by what its nodes show together. */
export function explainAlert(context: CommandContext): void {
	const alert = selectedAlert(context);
	if (!alert) {
		say(context, 'warn', 'there is no alert to explain');
		return;
	}
	const node = nodeOf(context, alert);
	if (node === undefined) {
		say(context, 'warn', `${subjectOf(alert)}: not watched here`);
		return;
	}
	if (alert.node === undefined && alert.group !== undefined) {
		visit(context, alert, node, 'consensus');
		return;
	}
	visit(context, alert, node, 'alerts');
	context.dispatch({ type: 'openExplain' });
}

function visit(
	context: CommandContext,
	alert: Alert,
	node: string | undefined,
	screen: ScreenName,
): void {
	const { dispatch, listed, moment } = context;
	const isHidden =
		node !== undefined && listed.every(({ snapshot }) => snapshot.target.name !== node);
	const origin = { rule: alert.rule, at: alert.since };
	dispatch({ type: 'visit', visit: { node, screen, origin, isHidden } });
	if (screen === 'alerts') return;
	const began = clockText(Date.parse(alert.since), moment.atMs);
	say(context, 'good', `${alert.rule} on ${subjectOf(alert)} began ${began}; Esc goes back to it`);
}

/** Its node; of a group the one that stands out, of our own connection one that does not answer. */
function nodeOf({ moment }: CommandContext, alert: Alert): string | undefined {
	const { nodes, groups, witness } = moment;
	const isWatched = (name: string | undefined) =>
		nodes.some(({ snapshot }) => snapshot.target.name === name) ? name : undefined;
	if (alert.node !== undefined) return isWatched(alert.node);
	if (alert.group === undefined)
		return isWatched(witness?.failing[0] ?? nodes[0]?.snapshot.target.name);
	return isWatched(outstanding(groups.find(({ name }) => name === alert.group)));
}

function outstanding(group: Group | undefined): string | undefined {
	const inTrouble = group?.members.find(
		({ position }) => position !== 'level' && position !== 'ahead' && position !== 'unknown',
	);
	return inTrouble?.node ?? group?.nodes[0];
}

/** What `y` copies. */
export function selectedText(context: CommandContext): string | undefined {
	const alert = selectedAlert(context);
	if (!alert) return undefined;
	const { nodes, atMs } = context.moment;
	const node = nodes.find(({ snapshot }) => snapshot.target.name === alert.node);
	return alertText(alert, atMs, node?.snapshot.target);
}

function selectedAlert({ alerts, view }: CommandContext): Alert | undefined {
	return alerts.alerts[chosenIndex(alerts, view.alert)];
}

export function selectAlert({ alerts, dispatch }: CommandContext, index: number): void {
	const alert = alerts.alerts[index];
	if (alert) dispatch({ type: 'selectAlert', key: alertKey(alert), index });
}

function say({ dispatch }: CommandContext, tone: Notice['tone'], text: string): void {
	dispatch({ type: 'notify', tone, text });
}

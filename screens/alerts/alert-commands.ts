import { replayTime } from '../../source/alerts/incident.ts';
import { isAcknowledged } from '../../source/domain/alert.ts';
import type { Alert } from '../../source/domain/alert.ts';
import { alertKey, alertsOf, chosenIndex, nextSection } from './alert-list.ts';
import type { AlertItem } from './alert-list.ts';
import { draftSilence } from './alert-mute.ts';
import { alertText, noteOf, subjectOf } from './alert-words.ts';
import type { CommandContext } from '../shell/command-context.ts';
import { refuse } from '../shell/refuse.ts';
import type { Notice } from '../view-state.ts';
import type { Overlay } from '../overlay.ts';

/** What keys do to the selected alert, or to all that are marked. */
export type AlertCommand = 'acknowledge' | 'snooze' | 'silence';

const whyOff = 'no rules are evaluated here: these are findings of the built-in checks';

export function alertCommand(context: CommandContext, command: AlertCommand): void {
	const { view, moment } = context;
	if (view.screen !== 'alerts') {
		say(context, 'warn', 'open the Alerts screen for that: 6');
		return;
	}
	if (!context.actions) {
		refuse(context, `alert.${command}`);
		return;
	}
	const alerts = actedOn(context);
	const known = alerts.filter(({ fingerprint }) => fingerprint !== undefined);
	const present = known.filter(({ state }) => state !== 'resolved');
	if (alerts.length === 0) say(context, 'warn', 'there is no alert');
	else if (moment.alerting.mode === 'off' || known.length === 0) say(context, 'warn', whyOff);
	else if (command === 'silence') openSilence(context, known);
	else if (present.length === 0)
		say(context, 'warn', 'it has ended: nodetop sends no messages about it');
	else if (command === 'snooze') open(context, menuOf('snooze', present));
	else acknowledge(context, present);
}

/** The marked alerts; without marks the selected one, or those of the selected rule. */
function actedOn(context: CommandContext): readonly Alert[] {
	const { view, alerts } = context;
	const marked = alerts.alerts.filter((alert) => view.marked.includes(alertKey(alert)));
	if (marked.length > 0) return marked;
	const item = selectedItem(context);
	return item ? alertsOf(item) : [];
}

/** Marks the selected alert or the alerts of its rule, or takes the marks off, and goes to the next item. */
export function markAlert(context: CommandContext): void {
	const { dispatch, alerts, view } = context;
	const item = selectedItem(context);
	if (view.screen !== 'alerts' || !item) {
		say(context, 'warn', 'alerts are marked on the Alerts screen: 6');
		return;
	}
	dispatch({ type: 'mark', keys: alertsOf(item).map(alertKey) });
	const inside = item.kind === 'rule' && !item.isFolded ? item.alerts.length : 0;
	const index = chosenIndex(alerts, view.alert) + 1 + inside;
	if (index < alerts.items.length) selectAlert(context, index);
}

/** To the first alert of the next section. */
export function nextSectionOf(context: CommandContext): void {
	const { alerts, view } = context;
	selectAlert(context, nextSection(alerts, chosenIndex(alerts, view.alert)));
}

/** What was acted upon may leave its section: the cursor stays in its place, and the marks go. */
export function done(context: CommandContext, text: string): void {
	const { alerts, view, dispatch } = context;
	const index = chosenIndex(alerts, view.alert);
	const item = alerts.items[index];
	if (item) dispatch({ type: 'selectAlert', key: item.key, index, actedIn: item.section });
	if (view.overlay.kind !== 'none') dispatch({ type: 'back' });
	dispatch({ type: 'unmarkAll' });
	say(context, 'good', text);
}

function open(context: CommandContext, overlay: Overlay): void {
	context.dispatch({ type: 'openMute', overlay });
}

function menuOf(does: 'snooze' | 'silence', alerts: readonly Alert[]): Overlay {
	return { kind: 'snooze', does, alertKeys: alerts.map(alertKey), time: 0 };
}

/** Of one alert, or of those of one rule, the form; of several that were marked, for how long. */
function openSilence(context: CommandContext, alerts: readonly Alert[]): void {
	const [first] = alerts;
	if (!first) return;
	const item = selectedItem(context);
	const isMarked = context.view.marked.length > 0;
	if (isMarked && alerts.length > 1) {
		open(context, menuOf('silence', alerts));
		return;
	}
	const draft = draftSilence(first);
	const isRule = !isMarked && item?.kind === 'rule';
	const chosen = isRule ? ['rule'] : draft.chosen;
	open(context, { kind: 'silence', alertKey: alertKey(first), draft: { ...draft, chosen } });
}

function acknowledge(context: CommandContext, alerts: readonly Alert[]): void {
	const { actions } = context;
	const nowMs = context.moment.atMs;
	const fresh = alerts.filter((alert) => !isAcknowledged(alert));
	const [first] = alerts;
	if (!first || !actions) return;
	if (fresh.length === 0) {
		const note = noteOf(first, nowMs);
		const who = note.startsWith('acknowledged') ? note : 'acknowledged';
		say(context, 'warn', `already ${who}; it stays so until the alert ends or becomes worse`);
		return;
	}
	const by = actions.person;
	const at = new Date(nowMs).toISOString();
	for (const { fingerprint = '', severity } of fresh) {
		actions.actOnAlerts({
			type: 'acknowledge',
			fingerprint,
			at,
			severity,
			...(by !== undefined && { by }),
		});
	}
	const isPending = fresh.every(({ state }) => state === 'pending');
	const until = isPending ? 'no message when it fires' : 'no more messages unless it becomes worse';
	const [one] = fresh;
	const what =
		fresh.length === 1 && one ? `${one.rule} on ${subjectOf(one)}` : `${fresh.length} alerts`;
	done(context, `acknowledged ${what}: ${until}`);
}

/** What `y` copies. */
export function selectedText(context: CommandContext): string | undefined {
	const item = selectedItem(context);
	if (!item) return undefined;
	const { nodes, atMs } = context.moment;
	const texts = alertsOf(item).map((alert) => {
		const node = nodes.find(({ snapshot }) => snapshot.target.name === alert.node);
		return alertText(alert, atMs, node?.snapshot.target);
	});
	return texts.join('\n\n');
}

/** The moment that shows the begin of what is selected, Unix ms; undefined without an alert. */
export function beginOfSelected(context: CommandContext): number | undefined {
	const item = selectedItem(context);
	const begins = item ? alertsOf(item).map(({ since }) => Date.parse(replayTime(since))) : [];
	return begins.length === 0 ? undefined : Math.min(...begins);
}

export function selectedItem({ alerts, view }: CommandContext): AlertItem | undefined {
	return alerts.items[chosenIndex(alerts, view.alert)];
}

export function selectAlert({ alerts, dispatch }: CommandContext, index: number): void {
	const item = alerts.items[index];
	if (item) dispatch({ type: 'selectAlert', key: item.key, index });
}

export function say({ dispatch }: CommandContext, tone: Notice['tone'], text: string): void {
	dispatch({ type: 'notify', tone, text });
}

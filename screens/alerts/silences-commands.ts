import { matches } from '../../source/domain/label-match.ts';
import type { KnownSilence } from '../../source/sections/alerting/schema.ts';
import type { LabelMatch } from '../../source/domain/rule.ts';
import type { Alert } from '../../source/domain/alert.ts';
import type { CommandName } from '../../source/keys/keymap.ts';
import type { CommandContext } from '../shell/command-context.ts';
import { refuse } from '../shell/refuse.ts';
import type { Notice } from '../view-state.ts';
import type { Overlay } from '../overlay.ts';

type Choice = Pick<Extract<Overlay, { kind: 'silences' }>, 'key' | 'row'>;

/** The same silence from one picture to the next. */
export function silenceKey({ id, match, endsAt }: KnownSilence): string {
	return id ?? `${matchText(match)} ${endsAt}`;
}

export function matchText(match: LabelMatch): string {
	const words = Object.entries(match).map(([name, value]) => `${name}=${value}`);
	return words.length === 0 ? 'everything' : words.join(' ');
}

/** The alerts that are there now it is about, whatever else mutes them. */
export function matchedAlerts(alerts: readonly Alert[], { match }: KnownSilence): readonly Alert[] {
	return alerts.filter(
		({ state, labels, rule, severity }) =>
			state !== 'resolved' && matches(match, { ...labels, rule, severity }),
	);
}

/** Row of the chosen one; -1 when there is none. */
export function chosenSilence(silences: readonly KnownSilence[], { key, row }: Choice): number {
	const found = silences.findIndex((silence) => silenceKey(silence) === key);
	return found >= 0 ? found : Math.min(row, silences.length - 1);
}

/** Shows which silences there are. */
export function openSilences(context: CommandContext): void {
	const { view, moment } = context;
	if (view.screen !== 'alerts') {
		say(context, 'warn', 'open the Alerts screen for that: 6');
	} else if (moment.alerting.mode === 'off') {
		say(context, 'warn', 'no rules are evaluated here: there is nothing to silence');
	} else choose(context, 0);
}

/** Whether the key was for the list of silences, which is open. */
export function silencesCommand(context: CommandContext, command: CommandName): boolean {
	const { moment, view } = context;
	const { silences } = moment.alerting;
	if (view.overlay.kind !== 'silences') return false;
	if (command === 'back' || command === 'quit' || command === 'suspend') return false;
	const row = chosenSilence(silences, view.overlay);
	const by = steps[command];
	if (by !== undefined) choose(context, row + by);
	else if (command === 'open') end(context, silences[row]);
	else if (command === 'alert.silences') context.dispatch({ type: 'back' });
	return true;
}

const steps: Readonly<Partial<Record<CommandName, number>>> = {
	'move.up': -1,
	'move.down': 1,
	'move.halfPageUp': -5,
	'move.halfPageDown': 5,
	'move.first': Number.NEGATIVE_INFINITY,
	'move.last': Number.POSITIVE_INFINITY,
};

function choose({ moment, dispatch }: CommandContext, wanted: number): void {
	const { silences } = moment.alerting;
	const row = Math.max(0, Math.min(silences.length - 1, wanted));
	const silence = silences[row];
	const key = silence && silenceKey(silence);
	dispatch({ type: 'openMute', overlay: { kind: 'silences', key, row } });
}

function end(context: CommandContext, silence: KnownSilence | undefined): void {
	const { actions, moment, view } = context;
	if (silence === undefined) return;
	const isChosen = view.overlay.kind === 'silences' && view.overlay.key === silenceKey(silence);
	if (!isChosen) {
		say(context, 'warn', 'that silence has ended: nothing was changed');
		return;
	}
	if (silence.id === undefined) {
		say(context, 'warn', 'it belongs to the profile: remove it from the configuration to end it');
		return;
	}
	if (!actions) {
		refuse(context, 'open');
		return;
	}
	actions.actOnAlerts({ type: 'unsilence', id: silence.id });
	const count = matchedAlerts(moment.alerts, silence).length;
	const alerts = count === 1 ? '1 alert' : `${count} alerts`;
	const what = matchText(silence.match);
	say(context, 'good', `ended the silence of ${what}, which matched ${alerts} of now`);
}

function say({ dispatch }: CommandContext, tone: Notice['tone'], text: string): void {
	dispatch({ type: 'notify', tone, text });
}

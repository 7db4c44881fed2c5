import type { Group } from '../../source/sections/group/schema.ts';
import type { Alert } from '../../source/domain/alert.ts';
import type { ScreenName } from '../../source/keys/screen-names.ts';
import { say, selectedItem } from './alert-commands.ts';
import { firstOf } from './alert-columns.ts';
import { clockText, screenOf, subjectOf } from './alert-words.ts';
import type { CommandContext } from '../shell/command-context.ts';

/** To the node of the selected alert and the screen of what it is about; a rule is folded or unfolded. */
export function visitAlert(context: CommandContext): void {
	const item = selectedItem(context);
	if (!item) return;
	if (item.kind === 'rule') {
		context.dispatch({ type: 'toggleRule', key: item.key });
		return;
	}
	const { alert } = item;
	const node = nodeOf(context, alert);
	if (alert.node !== undefined && node === undefined) {
		say(context, 'warn', `${alert.node} is not watched here`);
		return;
	}
	visit(context, alert, node, screenOf(alert));
}

/** To the diagnosis of its node; a network as a whole is explained by what its nodes show together. */
export function explainAlert(context: CommandContext): void {
	const item = selectedItem(context);
	if (!item) {
		say(context, 'warn', 'there is no alert to explain');
		return;
	}
	const alert = firstOf(item);
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

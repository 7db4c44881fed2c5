import { screenCommand, screenEntries, screenNames } from './screen-names.ts';

/** The sections of the help. */
export const bindingGroups = [
	'Screens',
	'Nodes',
	'Alerts',
	'Tests',
	'Move',
	'Time',
	'General',
] as const;

export interface Binding {
	readonly command: string;
	/** Names of keys, as `keyName` gives them. The first is the one shown. */
	readonly keys: readonly string[];
	/** One or two words for the footer. */
	readonly label: string;
	/** A sentence for the help and the manual. */
	readonly help: string;
	readonly group: (typeof bindingGroups)[number];
	/** Position in the footer, lowest first. Without it, the key is only in the help. */
	readonly footer?: number;
	/** Screens whose footer shows the key; by default all on which it works. */
	readonly footerOn?: readonly string[];
	/** Screens on which the key works; by default all. */
	readonly onScreen?: readonly string[];
}

const screenBindings = screenNames.map((name, index) => {
	const { title, shows } = screenEntries[name];
	return {
		command: screenCommand(name),
		keys: [String(index + 1)],
		label: title.toLowerCase(),
		help: `${title}: ${shows}`,
		group: 'Screens',
	} as const;
});

/** Every key of the screen. Footer, help and manual are made from this table. */
export const keymap = [
	...screenBindings,
	{
		command: 'node.next',
		keys: ['n'],
		label: 'node',
		help: 'Next node',
		group: 'Nodes',
		footer: 9,
	},
	{
		command: 'node.previous',
		keys: ['N'],
		label: 'previous node',
		help: 'Previous node',
		group: 'Nodes',
	},
	{
		command: 'filter',
		keys: ['/'],
		label: 'filter',
		help: 'Filter nodes by name, kind, group, tag, version or health; !word excludes',
		group: 'Nodes',
		footer: 10,
	},
	{
		command: 'sort',
		keys: ['s'],
		label: 'sort',
		help: 'Sort: the worst first, as configured, then by each column',
		group: 'Nodes',
		footer: 11,
		footerOn: ['overview'],
	},
	{
		command: 'sort.reverse',
		keys: ['r'],
		label: 'reverse',
		help: 'Reverse the order',
		group: 'Nodes',
	},
	{
		command: 'open',
		keys: ['enter'],
		label: 'open',
		help: 'Open the selected node; on Alerts, open what the alert is about',
		group: 'Nodes',
		footer: 2,
	},
	{
		command: 'explain',
		keys: ['X'],
		label: 'why',
		help: 'Explain the selected node or alert: likely cause, evidence, next step',
		group: 'Nodes',
		footer: 8,
	},
	{
		command: 'node.add',
		keys: ['A'],
		label: 'add',
		help: 'Find nodes on this machine, and add one',
		group: 'Nodes',
	},
	{
		command: 'alert.acknowledge',
		keys: ['a'],
		label: 'ack',
		help: 'Acknowledge the alert: no more messages unless it becomes worse',
		group: 'Alerts',
		footer: 3,
		onScreen: ['alerts'],
	},
	{
		command: 'alert.snooze',
		keys: ['z'],
		label: 'snooze',
		help: 'Snooze the alert: no messages for a while',
		group: 'Alerts',
		footer: 4,
		onScreen: ['alerts'],
	},
	{
		command: 'alert.silence',
		keys: ['S'],
		label: 'silence',
		help: 'Silence the rule, node or group of the alert for a while',
		group: 'Alerts',
		footer: 5,
		onScreen: ['alerts'],
	},
	{
		command: 'alert.silences',
		keys: ['u'],
		label: 'silences',
		help: 'List the silences; Enter ends the selected one',
		group: 'Alerts',
		footer: 6,
		onScreen: ['alerts'],
	},
	{
		command: 'alert.mark',
		keys: ['m'],
		label: 'mark',
		help: 'Mark the alert or its rule: a, z and S act on all marked',
		group: 'Alerts',
		footer: 6.5,
		onScreen: ['alerts'],
	},
	{
		command: 'test.ping',
		keys: ['P'],
		label: 'ping',
		help: 'Ping the selected node; press again for another run',
		group: 'Tests',
		footer: 3,
		footerOn: ['network'],
	},
	{
		command: 'test.bandwidth',
		keys: ['B'],
		label: 'bandwidth',
		help: 'Measure the bandwidth to the node, if it supports that',
		group: 'Tests',
		footer: 4,
		footerOn: ['network'],
	},
	{
		command: 'test.traceroute',
		keys: ['T'],
		label: 'trace',
		help: 'Trace the route to the node',
		group: 'Tests',
		footer: 5,
		footerOn: ['network'],
	},
	{
		command: 'test.connectivity',
		keys: ['C'],
		label: 'connect',
		help: 'Connect to every peer that the node lists',
		group: 'Tests',
		footer: 6,
		footerOn: ['network'],
	},
	{
		command: 'page.next',
		keys: ['tab'],
		label: 'page',
		help: 'Next panel, page or section',
		group: 'Screens',
		footer: 7,
		footerOn: ['network', 'alerts'],
	},
	{
		command: 'maximise',
		keys: ['e'],
		label: 'maximise',
		help: 'Maximise the panel; ← → move its cursor',
		group: 'Screens',
		footer: 8.5,
	},
	{
		command: 'back',
		keys: ['escape'],
		label: 'back',
		help: 'Close the dialog, go back to the alert, or clear the filter; never quits',
		group: 'General',
	},
	{ command: 'move.down', keys: ['down', 'j'], label: 'down', help: 'Down one row', group: 'Move' },
	{ command: 'move.up', keys: ['up', 'k'], label: 'up', help: 'Up one row', group: 'Move' },
	{
		command: 'move.halfPageDown',
		keys: ['ctrl+d', 'pagedown'],
		label: 'page down',
		help: 'Down half a page',
		group: 'Move',
	},
	{
		command: 'move.halfPageUp',
		keys: ['ctrl+u', 'pageup'],
		label: 'page up',
		help: 'Up half a page',
		group: 'Move',
	},
	{ command: 'move.first', keys: ['g', 'home'], label: 'first', help: 'First row', group: 'Move' },
	{ command: 'move.last', keys: ['G', 'end'], label: 'last', help: 'Last row', group: 'Move' },
	{
		command: 'screen.previous',
		keys: ['left', 'h'],
		label: 'previous screen',
		help: 'Previous screen',
		group: 'Screens',
	},
	{
		command: 'screen.next',
		keys: ['right', 'l'],
		label: 'next screen',
		help: 'Next screen',
		group: 'Screens',
	},
	{
		command: 'pause',
		keys: ['p', 'space'],
		label: 'pause',
		help: 'Hold the picture while polling goes on; in a replay, play or pause',
		group: 'Time',
		footer: 13,
	},
	{
		command: 'time.back',
		keys: ['['],
		label: 'back in time',
		help: 'The moment recorded before; :at 03:12 or :at -2h goes to a time',
		group: 'Time',
		footer: 13.1,
	},
	{
		command: 'time.forward',
		keys: [']'],
		label: 'forward',
		help: 'The moment recorded next',
		group: 'Time',
	},
	{
		command: 'time.backTen',
		keys: ['{'],
		label: 'back ten',
		help: 'Ten recorded moments back',
		group: 'Time',
	},
	{
		command: 'time.forwardTen',
		keys: ['}'],
		label: 'forward ten',
		help: 'Ten recorded moments forward',
		group: 'Time',
	},
	{
		command: 'time.live',
		keys: ['L'],
		label: 'live',
		help: 'Back to the present, from a replay',
		group: 'Time',
	},
	{
		command: 'interval.shorter',
		keys: ['+', '='],
		label: 'faster',
		help: 'Poll more often; in a replay, play faster',
		group: 'Time',
		footer: 14,
	},
	{
		command: 'interval.longer',
		keys: ['-'],
		label: 'slower',
		help: 'Poll less often; in a replay, play slower',
		group: 'Time',
		footer: 15,
	},
	{
		command: 'window.narrow',
		keys: ['<', ','],
		label: 'narrow',
		help: 'Charts over a shorter time: all, 1h, 15m, 2m',
		group: 'Time',
		footer: 17,
	},
	{
		command: 'window.widen',
		keys: ['>', '.'],
		label: 'widen',
		help: 'Charts over a longer time, as far as samples reach',
		group: 'Time',
		footer: 18,
	},
	{
		command: 'pollNow',
		keys: ['ctrl+r'],
		label: 'poll now',
		help: 'Poll every node now',
		group: 'Time',
		footer: 16,
	},
	{
		command: 'help',
		keys: ['?'],
		label: 'help',
		help: 'Show this help',
		group: 'General',
		footer: 1,
	},
	{
		command: 'palette',
		keys: [':'],
		label: 'commands',
		help: 'Run a command by its name',
		group: 'General',
		footer: 12,
	},
	{
		command: 'copy',
		keys: ['y'],
		label: 'copy',
		help: 'Copy the address of the selected node, on Alerts the alert, to the clipboard',
		group: 'Nodes',
	},
	{
		command: 'suspend',
		keys: ['ctrl+z'],
		label: 'suspend',
		help: 'Suspend to the shell; fg returns',
		group: 'General',
	},
	{
		command: 'quit',
		keys: ['q', 'ctrl+c'],
		label: 'quit',
		help: 'Quit',
		group: 'General',
		footer: 0,
	},
] as const satisfies readonly Binding[];

export type CommandName = (typeof keymap)[number]['command'];

const commandOfKey = new Map<string, CommandName>(
	keymap.flatMap(({ command, keys }) => keys.map((key) => [key, command] as const)),
);

export function commandFor(key: string): CommandName | undefined {
	return commandOfKey.get(key);
}

const shownNames: Readonly<Record<string, string>> = {
	enter: 'Enter',
	escape: 'Esc',
	tab: 'Tab',
	space: 'Space',
	up: '↑',
	down: '↓',
	left: '←',
	right: '→',
	home: 'Home',
	end: 'End',
	pageup: 'PgUp',
	pagedown: 'PgDn',
};

/** A key as it is shown: `Ctrl-R`, `Enter`, `q`. */
export function showKey(key: string): string {
	const control = /^ctrl\+(.)$/.exec(key)?.[1];
	if (control !== undefined) return `Ctrl-${control.toUpperCase()}`;
	return shownNames[key] ?? key;
}

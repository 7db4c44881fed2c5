import type { Binding } from './binding.ts';

/** Keys that only work on the History screen. */
export const historyBindings = [
	{
		command: 'history.earlier',
		keys: ['b'],
		label: 'earlier',
		help: 'On History, half a screen back in time',
		group: 'Time',
		footer: 4,
		onScreen: ['history'],
	},
	{
		command: 'history.later',
		keys: ['f'],
		label: 'later',
		help: 'On History, half a screen forward in time',
		group: 'Time',
		footer: 5,
		onScreen: ['history'],
	},
	{
		command: 'history.compare',
		keys: ['c'],
		label: 'compare',
		help: 'On History, compare with the same time yesterday, last week, or not at all',
		group: 'Time',
		footer: 6,
		onScreen: ['history'],
	},
] as const satisfies readonly Binding[];

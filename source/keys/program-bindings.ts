import type { Binding } from './binding.ts';

/** What is changed of the program itself. */
export const programBindings = [
	{
		command: 'mouse',
		keys: ['M'],
		label: 'mouse',
		help: 'Mouse on or off: wheel, rows, headers, tabs',
		group: 'General',
	},
	{
		command: 'config',
		keys: ['E'],
		label: 'configuration',
		help: 'Edit the configuration, with a diff first',
		group: 'General',
	},
	{
		command: 'tutorial',
		keys: [],
		label: 'tutorial',
		help: 'Tutorial on the demo networks, in six steps',
		group: 'General',
	},
] as const satisfies readonly Binding[];

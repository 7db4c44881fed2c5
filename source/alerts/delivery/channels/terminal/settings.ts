import * as z from 'zod';
import { defineSettings } from '../../../../domain/channel.ts';

export const terminalSettings = defineSettings({
	keys: {
		bell: z.boolean().optional().describe('default true'),
		notification: z
			.enum(['osc9', 'osc777', 'none'])
			.optional()
			.describe(
				'escape sequence of a desktop notification: `osc9`, `osc777` or `none`; default `osc9`',
			),
	},
	secrets: {},
	delivered: 'only where standard output is a terminal',
	settle: ({ bell = true, notification = 'osc9' }) => ({ bell, notification }),
});

export type TerminalSettings = ReturnType<typeof terminalSettings.settle>;

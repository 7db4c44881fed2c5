import * as z from 'zod';
import { defineSettings } from '../../../../domain/channel.ts';

export const commandSettings = defineSettings({
	keys: {
		argv: z
			.array(z.string().min(1))
			.min(1)
			.describe('the program and its arguments, run without a shell'),
	},
	secrets: {},
	delivered:
		'exit code 0: delivered; 64, 65, 66, 78, 126, 127: final failure; any other: nodetop tries again',
	settle: ({ argv }): { readonly argv: readonly string[] } => ({ argv }),
});

export type CommandSettings = ReturnType<typeof commandSettings.settle>;

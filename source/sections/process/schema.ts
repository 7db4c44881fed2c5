import * as z from 'zod';
import { count, text, time } from '../../domain/scalars.ts';
import { processStates } from '../../domain/words.ts';

export const processSchema = z.strictObject({
	state: z.enum(processStates),
	pid: count.optional(),
	restarts: count.optional(),
	startedAt: time.optional(),
	exitReason: text.optional(),
	/** What its supervisor cannot do, such as keep its log on a full disk. */
	problem: text.optional(),
	/** What runs it. `nodetop`: on this machine, and its state is known while the node does not answer. */
	supervisor: text.optional(),
});

export type Process = z.infer<typeof processSchema>;

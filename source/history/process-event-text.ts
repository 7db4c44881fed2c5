import * as z from 'zod';
import { processChangeText } from '../domain/process-change.ts';
import { processStates } from '../domain/words.ts';

const changeSchema = z.object({
	from: z.enum(processStates),
	to: z.enum(processStates),
	reason: z.string().optional(),
	restarts: z.number(),
});

/** What a process did; undefined for a step between, and for an event that is damaged. */
export function processEventText(data: string): string | undefined {
	try {
		const change = changeSchema.safeParse(JSON.parse(data)).data;
		return change && processChangeText(change);
	} catch {
		return undefined;
	}
}

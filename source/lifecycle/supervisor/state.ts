import * as z from 'zod';
import { processStates } from '../../domain/words.ts';
import type { Machine } from '../machine.ts';
import type { ProcessPlace } from '../paths.ts';
import { readSmall, writeSmall } from '../small-file.ts';

/** What outlives a supervisor, beside the record of the process. */
export const savedSchema = z.object({
	state: z.enum(processStates),
	restarts: z.int(),
	attempts: z.int(),
	/** What follows when it has ended, while it is stopping. */
	afterStop: z.enum(['stop', 'start']).optional(),
	reason: z.string().optional(),
	version: z.string().optional(),
	network: z.string().optional(),
	/** Who wrote it. */
	supervisorPid: z.int(),
});

export type Saved = z.infer<typeof savedSchema>;

export function readSaved(place: ProcessPlace): Saved | undefined {
	return readSmall(place.machine, savedSchema);
}

export function save(
	place: ProcessPlace,
	{ state, restarts, attempts, afterStop, reason }: Machine,
	known: { readonly version: string | undefined; readonly network: string | undefined },
): void {
	const { version, network } = known;
	const saved: Saved = {
		state,
		restarts,
		attempts,
		...(state === 'stopping' && { afterStop }),
		supervisorPid: process.pid,
		...(reason !== undefined && { reason }),
		...(version !== undefined && { version }),
		...(network !== undefined && { network }),
	};
	writeSmall(place.machine, saved);
}

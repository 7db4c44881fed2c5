import { join } from 'node:path';
import * as z from 'zod';
import { incidentSchema } from './delivery/message.ts';
import { historyName, readIfThere } from './state-file.ts';

const transitionSchema = z.object({
	at: z.iso.datetime(),
	event: z.enum(['pending', 'fired', 'raised', 'lowered', 'resolved', 'dropped']),
	incident: incidentSchema,
});

/** One change of one alert, as stored in the history. */
export type PastTransition = z.infer<typeof transitionSchema>;

/**
 * The changes since a time, oldest first, and the number of unreadable lines: a killed process may leave
 * half a line. Throws system errors when the files cannot be read.
 */
export async function readHistory(
	directory: string,
	sinceMs: number,
): Promise<{ readonly transitions: readonly PastTransition[]; readonly badLines: number }> {
	const texts: string[] = [];
	for (const name of [`${historyName}.1`, historyName]) {
		texts.push((await readIfThere(join(directory, name))) ?? '');
	}
	const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line !== '');
	const read = lines.map((line) => transitionSchema.safeParse(parseLine(line)).data);
	const known = read.filter((transition) => transition !== undefined);
	return {
		transitions: known.filter(({ at }) => Date.parse(at) >= sinceMs),
		badLines: read.length - known.length,
	};
}

function parseLine(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		// The schema then rejects `undefined`, and the line is counted.
		return undefined;
	}
}

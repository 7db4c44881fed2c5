import * as z from 'zod';
import { markOf } from './platform.ts';
import type { ProcessMark } from './platform.ts';

export const markSchema = z.object({
	pid: z.int().positive(),
	startedAt: z.string(),
	bootId: z.string(),
	executable: z.string().optional(),
	/** When it was started, Unix ms. */
	atMs: z.number(),
	/** Whether the gate was opened for it. */
	isOpen: z.boolean(),
});

/** What is written down of a node's process. */
export type NodeRecord = z.infer<typeof markSchema>;

export type Likeness =
	| { readonly is: 'same' }
	/** It has ended, with the machine or before. */
	| { readonly is: 'gone'; readonly because: string }
	/** A process with its pid that is not it. */
	| { readonly is: 'other'; readonly because: string };

/** Whether the process that has the pid now is the one that was written down. Pure. */
export function compareMarks(record: NodeRecord, found: ProcessMark | undefined): Likeness {
	if (found === undefined) return { is: 'gone', because: `process ${record.pid} has ended` };
	if (found.bootId !== record.bootId)
		return { is: 'gone', because: 'the machine was started again since' };
	if (found.startedAt !== record.startedAt)
		return {
			is: 'other',
			because: `process ${record.pid} is another one: it started at another time`,
		};
	// In front of the gate it still executes the shell.
	const known = record.isOpen ? record.executable : undefined;
	if (known !== undefined && found.executable !== undefined && known !== found.executable)
		return {
			is: 'other',
			because: `process ${record.pid} executes ${found.executable} now, not ${known}`,
		};
	return { is: 'same' };
}

export async function lookAt(record: NodeRecord): Promise<Likeness> {
	return compareMarks(record, await markOf(record.pid));
}

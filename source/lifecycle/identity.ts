import * as z from 'zod';
import { markOf, membersOf } from './platform.ts';
import type { ProcessMark } from './platform.ts';

export const markSchema = z.object({
	pid: z.int().positive(),
	startedAt: z.string(),
	bootId: z.string(),
	executable: z.string().optional(),
	/** The process group that it belongs to, when the process that led it has ended before it. */
	group: z.int().positive().optional(),
	/** When it was started, Unix ms. */
	atMs: z.number(),
	/** Whether the gate was opened for it. */
	isOpen: z.boolean(),
});

/** What is written down of a node's process. */
export type NodeRecord = z.infer<typeof markSchema>;

export type Likeness =
	| { readonly is: 'same'; readonly executable: string | undefined }
	/** It has ended, with the machine or before. */
	| { readonly is: 'gone'; readonly because: string }
	/** A process with its pid that is not it. */
	| { readonly is: 'other'; readonly because: string };

/**
 * Whether the process that has the pid now is the one that was written down. Pid, start and boot say it for certain. What
 * it executes may have changed since: a script that ends with `exec` becomes its node without becoming another process.
 */
export function compareMarks(record: NodeRecord, found: ProcessMark | undefined): Likeness {
	if (found === undefined) return { is: 'gone', because: `process ${record.pid} has ended` };
	if (found.bootId !== record.bootId)
		return { is: 'gone', because: 'the machine was started again since' };
	if (found.startedAt !== record.startedAt)
		return {
			is: 'other',
			because: `process ${record.pid} is another one: it started at another time`,
		};
	return { is: 'same', executable: found.executable };
}

export async function lookAt(record: NodeRecord): Promise<Likeness> {
	return compareMarks(record, await markOf(record.pid));
}

/**
 * What of a node still runs: its process as it was written down, else what that process left in its group, the oldest
 * first to stand for it. The number of a group is given to no other process while somebody is in the group.
 */
export async function livingPart(record: NodeRecord): Promise<NodeRecord | undefined> {
	const look = await lookAt(record);
	if (look.is === 'same') return { ...record, ...executes(look.executable) };
	if (look.is === 'other') return undefined;
	const group = record.group ?? record.pid;
	const [oldest] = await membersOf(group);
	if (oldest?.bootId !== record.bootId) return undefined;
	const { pid, startedAt, bootId, executable } = oldest;
	const { atMs, isOpen } = record;
	return { pid, startedAt, bootId, atMs, isOpen, group, ...executes(executable) };
}

function executes(executable: string | undefined): Pick<NodeRecord, 'executable'> {
	return executable === undefined ? {} : { executable };
}

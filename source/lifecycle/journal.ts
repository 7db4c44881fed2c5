import { appendFileSync, renameSync, statSync, truncateSync } from 'node:fs';
import { open } from 'node:fs/promises';
import * as z from 'zod';
import { processStates } from '../domain/words.ts';

const entrySchema = z.object({
	at: z.string(),
	from: z.enum(processStates),
	to: z.enum(processStates),
	reason: z.string().optional(),
	pid: z.int().optional(),
	exitCode: z.int().optional(),
	signal: z.string().optional(),
	restarts: z.int(),
	/** What the node wrote last, before an end that nobody wanted. */
	lastLines: z.array(z.string()).optional(),
});

/** One change of state. */
export type JournalEntry = z.infer<typeof entrySchema>;

const mostBytes = 4_000_000;
const tailBytes = 256_000;

/** Appends a change of state. Past 4 MB the file becomes `journal.jsonl.1`. Synchronous, so that none is lost. */
export function appendJournal(path: string, entry: JournalEntry): void {
	const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
	const isFull = size > mostBytes;
	if (isFull) renameSync(path, `${path}.1`);
	try {
		appendFileSync(path, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
	} catch (error) {
		// A disk that becomes full takes a part of the line.
		if (statSync(path, { throwIfNoEntry: false })) truncateSync(path, isFull ? 0 : size);
		throw error;
	}
}

/** The last changes, oldest first. A line that a crash cut off is left out. */
export async function readJournal(path: string, count: number): Promise<readonly JournalEntry[]> {
	const text = await readTail(path);
	return text
		.split('\n')
		.flatMap((line) => parse(line) ?? [])
		.slice(-count);
}

function parse(line: string): JournalEntry | undefined {
	if (line === '') return undefined;
	try {
		return entrySchema.safeParse(JSON.parse(line)).data;
	} catch {
		return undefined;
	}
}

async function readTail(path: string): Promise<string> {
	try {
		const file = await open(path, 'r');
		try {
			const { size } = await file.stat();
			const length = Math.min(size, tailBytes);
			const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
			return buffer.toString('utf8', 0, bytesRead);
		} finally {
			await file.close();
		}
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
		throw error;
	}
}

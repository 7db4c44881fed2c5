import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { clean } from '../domain/clean.ts';
import { annotationInbox } from './annotation-inbox.ts';
import { noteKind } from './marks.ts';
import type { StoredEvent } from './tables.ts';

/** What a person writes about a time: a maintenance, a change of the network, the cause of an incident. */
const annotationSchema = z.strictObject({
	id: z.uuid(),
	atMs: z.number().int().nonnegative().max(8.64e15),
	node: z.string().max(300).optional(),
	text: z.string().min(1).max(2000),
});
export type Annotation = Omit<z.infer<typeof annotationSchema>, 'id'>;

const mostBytes = 16 * 1024;
const mostCells = 500;
const directoryMode = 0o700;
const fileMode = 0o600;

/** An annotation as an event of the history; its text is safe to print. */
export function annotationEvent(
	{ atMs, node, text }: Annotation,
	id: string = randomUUID(),
): StoredEvent {
	const data = JSON.stringify({ id, text: clean(text, mostCells) });
	return { atMs, kind: noteKind, ...(node !== undefined && { node }), data };
}

/** Leaves an annotation for the process that writes the history in this directory. Throws system errors. */
export function fileAnnotation(directory: string, annotation: Annotation): void {
	const inbox = annotationInbox(directory);
	mkdirSync(inbox, { recursive: true, mode: directoryMode });
	const id = randomUUID();
	const file = join(inbox, `${id}.json`);
	writeFileSync(`${file}.new`, JSON.stringify({ id, ...annotation }), {
		mode: fileMode,
		flag: 'wx',
	});
	renameSync(`${file}.new`, file);
}

export interface FiledAnnotation {
	readonly id: string;
	readonly event: StoredEvent;
	/** Once it is in the history. */
	readonly remove: () => void;
}

/** The annotations in these files of the inbox; what is none of ours is removed. */
export function readAnnotations(directory: string, names: readonly string[]): FiledAnnotation[] {
	return names.flatMap((name) => {
		const file = join(annotationInbox(directory), name);
		const remove = (): void => {
			rmSync(file, { force: true });
		};
		const found = read(file);
		if (!found) {
			remove();
			return [];
		}
		const { id, ...annotation } = found;
		return [{ id, event: annotationEvent(annotation, id), remove }];
	});
}

function read(file: string): z.infer<typeof annotationSchema> | undefined {
	try {
		if (statSync(file).size > mostBytes) return undefined;
		return annotationSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
	} catch {
		return undefined;
	}
}

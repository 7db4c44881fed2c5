import { constants } from 'node:fs';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { journalFileName } from '../../alerts/delivery/journal.ts';
import { stateFileName } from '../../alerts/state-file.ts';

/** The files of an alert directory from which another process can go on. */
export interface MirroredFiles {
	readonly state: string;
	readonly journal: string;
}

/** Empty texts for files that are not there. */
export async function readMirrored(directory: string): Promise<MirroredFiles> {
	const [state, journal] = await Promise.all(
		[stateFileName, journalFileName].map((name) => readIfThere(join(directory, name))),
	);
	return { state: state ?? '', journal: wholeLines(journal ?? '') };
}

/** Without the room behind the last record. */
function wholeLines(text: string): string {
	return text.slice(0, text.lastIndexOf('\n') + 1);
}

/** Replaces both files; each is whole at any time. The journal comes first: it says what was sent. */
export async function writeMirrored(directory: string, files: MirroredFiles): Promise<void> {
	await mkdir(directory, { recursive: true, mode: 0o700 });
	if (files.journal !== '') await replace(join(directory, journalFileName), files.journal);
	if (files.state !== '') await replace(join(directory, stateFileName), files.state);
}

async function replace(path: string, text: string): Promise<void> {
	const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
	const temporary = `${path}.mirror`;
	const file = await open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
	try {
		await file.writeFile(text);
		await file.datasync();
	} finally {
		await file.close();
	}
	await rename(temporary, path);
}

async function readIfThere(path: string): Promise<string> {
	try {
		return await readFile(path, {
			encoding: 'utf8',
			flag: constants.O_RDONLY | constants.O_NOFOLLOW,
		});
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
		throw error;
	}
}

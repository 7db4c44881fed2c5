import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exitCodes, UserError, isReadOnly } from '../domain/errors.ts';
import { actionSchema, alertStateSchema, emptyAlertState } from './alert-state.ts';
import type { Action, AlertState } from './alert-state.ts';
import { checkOwnDirectory } from '../domain/own-directory.ts';
import type { Transition } from './evaluation.ts';
import { withReserve } from './reserve.ts';

/** Files of one profile's alerts, in one directory with mode 0700; each with mode 0600. */

const fileMode = 0o600;
const directoryMode = 0o700;
export const stateFileName = 'state.json';
export const historyName = 'history.jsonl';
const actionsName = 'actions';
const maxHistoryBytes = 4 * 1024 * 1024;
const maxActionBytes = 16 * 1024;

/**
 * Reads the alert state; an empty one when the file is missing. A damaged file is renamed to
 * `PATH.damaged`, with a warning. Throws system errors when the file cannot be read.
 */
export async function readAlertState(
	path: string,
	warn: (message: string) => void,
): Promise<AlertState> {
	const state = await peekAlertState(path);
	if (state) return state;
	await rename(path, `${path}.damaged`);
	warn(`${path} is damaged; it was renamed to ${path}.damaged, and the alerts start empty`);
	return emptyAlertState();
}

/** Reads the state without changing any file; `undefined` when it is damaged. */
export async function peekAlertState(path: string): Promise<AlertState | undefined> {
	const text = await readIfThere(path);
	return text === undefined ? emptyAlertState() : alertStateSchema.safeParse(parseJson(text)).data;
}

/** Writes the state so that at each moment the whole old or the whole new one is on disk. */
export async function writeAlertState(path: string, state: AlertState): Promise<void> {
	await mkdir(dirname(path), { recursive: true, mode: directoryMode });
	const temporary = `${path}.${process.pid}.new`;
	await withReserve(dirname(path), async () => {
		// A killed process may have left its temporary file. A link at that path is not followed.
		await rm(temporary, { force: true });
		await writeNew(temporary, JSON.stringify(state));
	});
	await rename(temporary, path);
	await syncDirectory(dirname(path));
}

async function writeNew(path: string, text: string): Promise<void> {
	const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
	const file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, fileMode);
	try {
		await file.writeFile(text);
		await file.sync();
	} catch (error) {
		// Half a file on a full disk only takes room.
		await rm(path, { force: true });
		throw error;
	} finally {
		await file.close();
	}
}

async function syncDirectory(path: string): Promise<void> {
	const directory = await open(path, 'r');
	try {
		await directory.sync();
	} finally {
		await directory.close();
	}
}

/** A transition as a line of the history. */
export function historyLine(transition: Transition): string {
	return JSON.stringify(transition);
}

/** The lines that are not in the history yet: the last process was killed before it appended them. */
export async function linesNotInHistory(
	directory: string,
	lines: readonly string[],
): Promise<readonly string[]> {
	if (lines.length === 0) return [];
	const path = join(directory, historyName);
	const texts = await Promise.all([`${path}.1`, path].map(readIfThere));
	const known = new Set(texts.flatMap((text = '') => text.split('\n')));
	return lines.filter((line) => !known.has(line));
}

/** Appends lines to the history. Past 4 MB the file becomes `history.jsonl.1` and a new one begins. */
export async function appendHistory(directory: string, lines: readonly string[]): Promise<void> {
	if (lines.length === 0) return;
	const path = join(directory, historyName);
	const { size, isCut } = await endOf(path);
	if (size > maxHistoryBytes) await rename(path, `${path}.1`);
	// Appended to half a line, the first new line would be unreadable too.
	const text = `${isCut ? '\n' : ''}${lines.join('\n')}\n`;
	await withReserve(directory, () => append(path, text));
}

/** Appends the whole text or nothing: what a full disk cut off is appended again later. */
async function append(path: string, text: string): Promise<void> {
	const { O_WRONLY, O_CREAT, O_APPEND, O_NOFOLLOW } = constants;
	const file = await open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, fileMode);
	try {
		const { size } = await file.stat();
		try {
			await file.writeFile(text);
			await file.datasync();
		} catch (error) {
			await file.truncate(size);
			throw error;
		}
	} finally {
		await file.close();
	}
}

/** Size, and whether the last line is incomplete: the process was killed, or its disk was full. */
async function endOf(path: string): Promise<{ readonly size: number; readonly isCut: boolean }> {
	try {
		const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
		try {
			const { size } = await file.stat();
			const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
			return { size, isCut: size > 0 && buffer.toString() !== '\n' };
		} finally {
			await file.close();
		}
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return { size: 0, isCut: false };
		throw error;
	}
}

export interface FiledAction {
	readonly name: string;
	readonly action: Action;
}

/**
 * Files an action for the process that evaluates the alerts of the directory; it applies it within a
 * second. Returns the name under which the state then lists the action.
 */
export async function fileAction(
	directory: string,
	action: Action,
	nowMs: number,
): Promise<string> {
	await checkOwnDirectory(directory);
	const inbox = join(directory, actionsName);
	await mkdir(inbox, { recursive: true, mode: directoryMode });
	await refuseLink(inbox);
	const name = `${String(nowMs).padStart(15, '0')}-${randomBytes(6).toString('hex')}.json`;
	await withReserve(directory, () => writeNew(join(inbox, `${name}.new`), JSON.stringify(action)));
	await rename(join(inbox, `${name}.new`), join(inbox, name));
	return name;
}

/** The filed actions, oldest first. Removes files that are not valid actions. */
export async function readActions(directory: string): Promise<readonly FiledAction[]> {
	const inbox = join(directory, actionsName);
	const names = (await namesIn(inbox)).filter((each) => each.endsWith('.json'));
	// Nearly always nothing is filed, and this is called some times a second.
	if (names.length === 0) return [];
	await refuseLink(inbox);
	const actions: FiledAction[] = [];
	for (const name of names.toSorted()) {
		const action = await readAction(join(inbox, name));
		if (action) actions.push({ name, action });
		else await rm(join(inbox, name), { force: true });
	}
	return actions;
}

async function refuseLink(path: string): Promise<void> {
	const isLink = await lstat(path).then(
		(found) => found.isSymbolicLink(),
		() => false,
	);
	if (!isLink) return;
	throw new UserError(`${path} is a link: nodetop does not follow links to its state`, {
		nextSteps: [`remove it: rm '${path}'`],
		exitCode: exitCodes.config,
	});
}

async function readAction(path: string): Promise<Action | undefined> {
	const text = await readIfThere(path);
	if (text === undefined || text.length > maxActionBytes) return undefined;
	return actionSchema.safeParse(parseJson(text)).data;
}

/** Removes actions that the state on disk contains. */
export async function removeActions(directory: string, names: readonly string[]): Promise<void> {
	await Promise.all(names.map((name) => rm(join(directory, actionsName, name), { force: true })));
}

/** Younger files may still be being written. */
const litterAfterMs = 60_000;
const litter = /^(lock-\d+-[\da-f]+|state\.json\.\d+\.new)$/;

/** Removes temporary files of killed processes. Call it only while holding the directory's lock. */
export async function removeLitter(directory: string, nowMs: number): Promise<void> {
	for (const name of await namesIn(directory)) {
		if (!litter.test(name)) continue;
		const path = join(directory, name);
		// Another process that tries to take the lock removes its own file.
		const found = await orNothing(stat(path));
		if (!found || nowMs - found.mtimeMs <= litterAfterMs) continue;
		await rm(path, { force: true }).catch((error: unknown) => {
			if (!isReadOnly(error)) throw error;
		});
	}
}

/** The names in a directory; none where a full disk left no room to make it. */
async function namesIn(directory: string): Promise<readonly string[]> {
	return (await orNothing(readdir(directory))) ?? [];
}

/** What was read; `undefined` where it is not there. */
function orNothing<Read>(reading: Promise<Read>): Promise<Read | undefined> {
	return reading.catch((error: unknown) =>
		codeOf(error) === 'ENOENT' ? undefined : Promise.reject(error),
	);
}

/** A file's text, links not followed; `undefined` where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
	try {
		const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
		try {
			return await readFile(file, 'utf8');
		} finally {
			await file.close();
		}
	} catch (error) {
		if (codeOf(error) === 'ENOENT') return undefined;
		throw error;
	}
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		// The schema then rejects `undefined` with its own message.
		return undefined;
	}
}

function codeOf(error: unknown): unknown {
	return error instanceof Error && 'code' in error ? error.code : undefined;
}

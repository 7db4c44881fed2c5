import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exitCodes, UserError } from '../domain/errors.ts';
import { isWritableByOthers, modeText } from '../domain/file-mode.ts';

/** Prints one line for the person at the terminal; the line end is added. */
export type Warn = (message: string) => void;

/** Warns when a file that may hold secrets is open to group or others. POSIX only. */
export async function warnIfOpenToOthers(path: string, warn: Warn): Promise<void> {
	if (process.platform === 'win32') return;
	const { mode } = await stat(path);
	if ((mode & 0o077) === 0) return;
	const shown = (mode & 0o777).toString(8).padStart(4, '0');
	warn(`${path} is open to other users (mode ${shown}); run: chmod 600 '${path}'`);
}

/**
 * Throws `UserError` when others may write in the directory of a configuration file, and so replace it: it
 * names programs to run and addresses to send to. A link and the file it leads to are both looked at. POSIX
 * only.
 */
export async function refuseIfReplaceable(path: string): Promise<void> {
	if (process.platform === 'win32') return;
	for (const directory of new Set([dirname(path), dirname(await realpath(path))])) {
		const found = await stat(directory);
		if (!isWritableByOthers(found)) continue;
		throw new UserError(
			`${directory} is writable by other users (mode ${modeText(found)}): they could replace ${path}`,
			{ nextSteps: [`chmod go-w '${directory}'`], exitCode: exitCodes.config },
		);
	}
}

const fixes: Readonly<Record<string, string>> = {
	EACCES: 'run nodetop as the user who owns it, or change its owner or mode',
	EPERM: 'run nodetop as the user who owns it, or change its owner or mode',
	ENOENT: 'a link or a directory of the path leads nowhere: check the path',
	EISDIR: 'this is a directory: name the file in it',
	ENOTDIR: 'a part of the path is a file, not a directory: check the path',
	ELOOP: 'its links lead in a circle: remove one of them',
	EROFS: 'the file system is read-only: name another file with --config',
	ENOSPC: 'the disk is full: make room',
};

/** A file system error as `UserError`; any other error is given back as it is. */
export function fileError(
	error: unknown,
	path: string,
	verb: 'read' | 'written',
	exitCode: number,
): unknown {
	const code = codeOf(error);
	if (code === undefined) return error;
	return new UserError(`${path} cannot be ${verb}: ${code}`, {
		nextSteps: [fixes[code] ?? 'check the path and its file system'],
		exitCode,
		cause: error,
	});
}

/** The system's error code, if it is an error of the system. */
export function codeOf(error: unknown): string | undefined {
	const isSystemError = error instanceof Error && 'code' in error && 'syscall' in error;
	return isSystemError && typeof error.code === 'string' ? error.code : undefined;
}

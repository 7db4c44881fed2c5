import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exitCodes, UserError } from './errors.ts';
import { isWritableByOthers, modeText } from './file-mode.ts';

/**
 * Throws `UserError` when others could put files into a directory of state, or put another directory in
 * its place: it is a link, or others may write in it or beside it. Files of it hold what is sent and what a
 * person did. Fine where there is no such directory yet. POSIX only.
 */
export async function checkOwnDirectory(directory: string): Promise<void> {
	if (process.platform === 'win32') return;
	for (const path of [directory, dirname(directory)]) {
		const found = await lstat(path).catch(ignoreAbsent);
		if (!found) continue;
		if (path === directory && found.isSymbolicLink()) {
			throw refusal(`${path} is a link: nodetop does not follow links to its state`, [
				'put the directory itself there, or set XDG_STATE_HOME',
			]);
		}
		if (!isWritableByOthers(found)) continue;
		throw refusal(`${path} is writable by other users (mode ${modeText(found)})`, [
			`see what others left in it, then: chmod go-w '${path}'`,
		]);
	}
}

function refusal(message: string, nextSteps: string[]): UserError {
	return new UserError(message, { nextSteps, exitCode: exitCodes.config });
}

function ignoreAbsent(error: unknown): undefined {
	if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
	throw error;
}

import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * A fresh directory, removed after the test. Not by a hook of this file: files that share a process would
 * have it only in the first of them.
 */
export async function temporaryDirectory(): Promise<string> {
	const directory = await mkdtemp(join(tmpdir(), 'nodetop-config-'));
	onTestFinished(() => rm(directory, { recursive: true, force: true }));
	return directory;
}

/** Writes a file with an exact mode, whatever the umask. */
export async function writeWithMode(path: string, text: string, mode = 0o600): Promise<string> {
	await writeFile(path, text);
	await chmod(path, mode);
	return path;
}

/** The permission bits, as `600`. */
export async function modeOf(path: string): Promise<string> {
	return ((await stat(path)).mode & 0o777).toString(8);
}

/** What a function throws or rejects with. */
export async function failureOf(act: () => unknown): Promise<unknown> {
	try {
		await act();
	} catch (error) {
		return error;
	}
	return undefined;
}

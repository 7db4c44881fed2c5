import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { savedViewSchema } from '../domain/saved-view.ts';
import type { SavedView } from '../domain/saved-view.ts';
import { stateDirectory } from './paths.ts';
import type { Surroundings } from './paths.ts';

/** Where a profile's view is kept. Touches no disk. The profile's name must have passed the schema. */
export function savedViewPath(profile: string, surroundings: Surroundings): string {
	return join(stateDirectory(surroundings), 'views', `${profile}.json`);
}

/** An empty view where none was saved, or where what was saved cannot be read: a view is worth no error. */
export async function readSavedView(path: string): Promise<SavedView> {
	try {
		return savedViewSchema.parse(JSON.parse(await readFile(path, 'utf8')));
	} catch {
		return {};
	}
}

/** Replaces the saved view at once: a reader sees the one before or this one. */
export async function writeSavedView(path: string, view: SavedView): Promise<void> {
	await mkdir(dirname(path), { recursive: true, mode: 0o700 });
	const draft = `${path}.${process.pid}.new`;
	await writeFile(draft, `${JSON.stringify(view)}\n`, { mode: 0o600 });
	await rename(draft, path);
}

import { readSavedView, savedViewPath, writeSavedView } from '../config/saved-view.ts';
import type { SavedView } from '../domain/saved-view.ts';
import type { Surroundings } from './surroundings.ts';

export interface SavedViewFile {
	/** As the screen was left. */
	readonly view: SavedView;
	/** Writes in the background, the newest view only. A disk that refuses is no reason to disturb anybody. */
	readonly save: (view: SavedView) => void;
	/** Resolves when the newest view is written, or cannot be. */
	readonly settled: () => Promise<void>;
}

/** The view of a profile's screen, kept between runs. */
export async function openSavedView(
	profile: string,
	{ env }: Pick<Surroundings, 'env'>,
): Promise<SavedViewFile> {
	const path = savedViewPath(profile, { env });
	let next: SavedView | undefined;
	let writing: Promise<void> | undefined;

	async function writeAll(): Promise<void> {
		while (next !== undefined) {
			const view = next;
			next = undefined;
			await writeSavedView(path, view).catch(() => undefined);
		}
		writing = undefined;
	}

	return {
		view: await readSavedView(path),
		save(view) {
			next = view;
			writing ??= writeAll();
		},
		settled: () => writing ?? Promise.resolve(),
	};
}

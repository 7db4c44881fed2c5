import { open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogFeed, LogState } from './feed.ts';
import {
	beginsAlike,
	compressionOf,
	contentBytes,
	idOf,
	olderFiles,
	openLog,
	readOlder,
	readToEnd,
} from './log-files.ts';
import type { OlderFile, OpenLog } from './log-files.ts';
import { createPace } from './pace.ts';
import type { Pace } from './pace.ts';

/** How often an idle file is looked at. */
const lookMs = 300;

/**
 * Follows a log through rotation (the path names another file), truncation (it is shorter than what was
 * read, or begins with other bytes) and absence. It begins with the files that were rotated before,
 * compressed or not. A file that was renamed is read to its end before the new one is begun; so are files
 * that came and went between two looks, and what a copy holds that was made before a truncation.
 */
export function followFile(path: string, feed: LogFeed): { readonly close: () => void } {
	const stopped = new AbortController();
	const { signal } = stopped;
	const reader = createReader(path, feed, signal);

	async function watch(): Promise<void> {
		while (!signal.aborted) {
			try {
				await reader.look();
			} catch (error) {
				if (signal.aborted) break;
				await reader.drain();
				feed.state(stateOf(error));
			}
			await sleep(lookMs, undefined, { signal, ref: false }).catch(() => undefined);
		}
		await reader.leave();
	}
	void watch();
	return {
		close: () => {
			stopped.abort();
		},
	};
}

interface Reader {
	readonly path: string;
	readonly feed: LogFeed;
	readonly pace: Pace;
	/** Files that were read, or hold what was read. */
	readonly done: Set<string>;
	opened: OpenLog | undefined;
	isBegun: boolean;
}

function createReader(path: string, feed: LogFeed, signal: AbortSignal) {
	const reader: Reader = {
		path,
		feed,
		pace: createPace(signal),
		done: new Set(),
		opened: undefined,
		isBegun: false,
	};
	return {
		leave: () => leave(reader),
		look: () => (compressionOf(path) === undefined ? look(reader) : lookAtArchive(reader)),
		/** A renamed file may still be written to until the new one exists. */
		async drain() {
			if (reader.opened) await readToEnd(reader.opened, feed, reader.pace).catch(() => undefined);
		},
	};
}

async function look(reader: Reader): Promise<void> {
	const { path, feed, pace, done, opened: before } = reader;
	const found = await stat(path);
	if (!found.isFile()) throw new Error('it is no file');
	if (before && before.id !== idOf(found)) await finish(reader, before);
	else if (before && found.size < before.position) await finishCut(reader, before);
	reader.opened ??= await openLog(path);
	const { opened } = reader;
	done.add(opened.id);
	if (!reader.isBegun) {
		reader.isBegun = true;
		await readHistory(reader, opened.id, found.size);
	}
	feed.state({ status: 'reading', leftBytes: Math.max(0, found.size - opened.position) });
	if (await readToEnd(opened, feed, pace)) feed.state({ status: 'following', leftBytes: 0 });
	else await finishCut(reader, opened);
}

/** A compressed file that is the log itself: no one writes to it. */
async function lookAtArchive(reader: Reader): Promise<void> {
	const { path, feed, done } = reader;
	const found = await stat(path);
	const id = idOf(found);
	if (!done.has(id)) {
		done.add(id);
		await readAll(reader, [{ path, id, sizeBytes: found.size, writtenMs: found.mtimeMs }], 0);
	}
	feed.state({ status: 'following', leftBytes: 0 });
}

async function leave(reader: Reader): Promise<void> {
	const left = reader.opened;
	reader.opened = undefined;
	reader.feed.end();
	await left?.handle.close();
}

/** Everything that was rotated before the first look. */
async function readHistory(reader: Reader, liveId: string, liveBytes: number): Promise<void> {
	const older = (await olderFiles(reader.path)).filter(({ id }) => id !== liveId);
	for (const { id } of older) reader.done.add(id);
	await readAll(reader, older, liveBytes);
}

async function readAll(
	{ feed, pace }: Reader,
	files: readonly OlderFile[],
	behindBytes: number,
): Promise<void> {
	let leftBytes = files.reduce((sum, file) => sum + contentBytes(file), behindBytes);
	for (const file of files) {
		feed.state({ status: 'reading', leftBytes });
		await readOlder(file.path, feed, pace).catch(unlessGone);
		leftBytes -= contentBytes(file);
	}
}

/** The log was rotated: reads its rest, and what was rotated since. */
async function finish(reader: Reader, file: OpenLog): Promise<void> {
	const { path, feed, pace, done } = reader;
	await readToEnd(file, feed, pace);
	const { mtimeMs } = await file.handle.stat();
	await leave(reader);
	const between = (await olderFiles(path)).filter(
		(each) =>
			!done.has(each.id) && each.writtenMs >= mtimeMs && compressionOf(each.path) === undefined,
	);
	for (const { id } of between) done.add(id);
	await readAll(reader, between, 0);
}

/** The log was cut: its copy, if there is one, holds what was written since the last look. */
async function finishCut(reader: Reader, file: OpenLog): Promise<void> {
	const { path, feed, pace, done } = reader;
	for (const { id, path: place, sizeBytes } of await olderFiles(path)) {
		if (done.has(id) || compressionOf(place) !== undefined) continue;
		const handle = await open(place, 'r').catch(() => undefined);
		if (!handle) continue;
		try {
			if (!(await beginsAlike(file, handle))) continue;
			done.add(id);
			if (sizeBytes > file.position) await readToEnd({ ...file, handle }, feed, pace);
		} finally {
			await handle.close();
		}
	}
	await leave(reader);
}

function unlessGone(error: unknown): void {
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	// Removed, or not to be read by this user: the newer ones can still be read.
	if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'EPERM') throw error;
}

function stateOf(error: unknown): LogState {
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	if (code === 'ENOENT') return { status: 'missing', problem: 'there is no such file yet' };
	if (code === 'EACCES' || code === 'EPERM')
		return { status: 'failed', problem: 'it may not be read by this user' };
	return {
		status: 'failed',
		problem: error instanceof Error ? error.message : 'it cannot be read',
	};
}

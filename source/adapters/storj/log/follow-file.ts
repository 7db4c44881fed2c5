import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { LogFeed, LogState } from './feed.ts';

const chunkBytes = 64 * 1024;
/** How often an idle file is looked at. */
const lookMs = 300;
/** While an old log is read, others get their turn after this much work, and as much time again. */
const workMs = 8;
/** The first bytes of a file: when they change, another log has taken its place. */
const headBytes = 256;

interface Opened {
	readonly handle: FileHandle;
	readonly id: string;
	position: number;
	head: Buffer;
	readonly buffer: Buffer;
}

/**
 * Follows a log through rotation (the path names another file), truncation (it is shorter than what was
 * read, or begins with other bytes) and absence. A file that was renamed is read to its end before the
 * new one is begun, so no line is lost. It begins with the file's first line.
 */
export function followFile(path: string, feed: LogFeed): { readonly close: () => void } {
	const stopped = new AbortController();
	const { signal } = stopped;
	let opened: Opened | undefined;

	async function look(): Promise<void> {
		const found = await stat(path);
		if (!found.isFile()) throw new Error('it is no file');
		const id = `${found.dev}:${found.ino}`;
		if (opened && (opened.id !== id || found.size < opened.position)) {
			if (opened.id !== id) await readToEnd(opened, feed, signal);
			await leave();
		}
		opened ??= { handle: await open(path, 'r'), id, position: 0, ...newBuffers() };
		feed.state({ status: 'reading', leftBytes: found.size - opened.position });
		if (await readToEnd(opened, feed, signal)) feed.state({ status: 'following', leftBytes: 0 });
		else await leave();
	}

	async function leave(): Promise<void> {
		const left = opened;
		opened = undefined;
		feed.end();
		await left?.handle.close();
	}

	async function watch(): Promise<void> {
		while (!signal.aborted) {
			try {
				await look();
			} catch (error) {
				if (signal.aborted) break;
				// A renamed file may still be written to until the new one exists.
				if (opened) await readToEnd(opened, feed, signal).catch(() => undefined);
				feed.state(stateOf(error));
			}
			await sleep(lookMs, undefined, { signal, ref: false }).catch(() => undefined);
		}
		await leave();
	}
	void watch();
	return {
		close: () => {
			stopped.abort();
		},
	};
}

const newBuffers = () => ({ head: Buffer.alloc(0), buffer: Buffer.alloc(chunkBytes) });

/** Reads what there is, in slices, and hands it on. `false` where another log stands there now. */
async function readToEnd(file: Opened, feed: LogFeed, signal: AbortSignal): Promise<boolean> {
	const { handle, buffer } = file;
	let since = performance.now();
	let isFirst = file.position > 0;
	for (;;) {
		const { bytesRead } = await handle.read(buffer, 0, chunkBytes, file.position);
		if (bytesRead === 0 || signal.aborted) return true;
		// Looked at after reading: what was written anew before is seen.
		if (isFirst && (await isReplaced(file))) return false;
		isFirst = false;
		if (file.position === file.head.length && file.position < headBytes)
			file.head = Buffer.concat([file.head, buffer.subarray(0, bytesRead)]).subarray(0, headBytes);
		file.position += bytesRead;
		feed.bytes(buffer.subarray(0, bytesRead));
		const worked = performance.now() - since;
		if (worked < workMs) await turn();
		else {
			await sleep(worked, undefined, { signal });
			since = performance.now();
		}
	}
}

/** Written anew under the same inode: it begins with other bytes. */
async function isReplaced({ handle, head }: Opened): Promise<boolean> {
	const { buffer, bytesRead } = await handle.read(Buffer.alloc(head.length), 0, head.length, 0);
	return !buffer.subarray(0, bytesRead).equals(head);
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

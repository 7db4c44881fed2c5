import { appendFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

export interface OutputFile {
	/** Adds one text to the file, or replaces what it holds. Throws the error of the file system. */
	readonly write: (text: string) => void;
}

export interface AppendOptions {
	/** A file that would become larger is renamed to `FILE.1` first, and `FILE.1` to `FILE.2`. */
	readonly maxBytes: number;
	/** How many old files are kept. */
	readonly keep: number;
	/** The first line of each text is a heading: a file has it once. */
	readonly hasHeading: boolean;
}

/** A file that grows by each text, and begins anew at a size. No text is split over two files. */
export function createAppendedFile(
	path: string,
	{ maxBytes, keep, hasHeading }: AppendOptions,
): OutputFile {
	return {
		write(text) {
			const size = sizeOf(path);
			const more = size > 0 && hasHeading ? text.slice(text.indexOf('\n') + 1) : text;
			const isFull = size > 0 && size + Buffer.byteLength(more) > maxBytes;
			if (isFull) rotate(path, keep);
			appendFileSync(path, isFull ? text : more);
		},
	};
}

/** A file that always holds the newest text whole: a reader never sees a part of it. */
export function createReplacedFile(path: string): OutputFile {
	return {
		write(text) {
			const next = `${path}.${process.pid}.tmp`;
			try {
				writeFileSync(next, text);
				renameSync(next, path);
			} catch (error) {
				rmSync(next, { force: true });
				throw error;
			}
		},
	};
}

function rotate(path: string, keep: number): void {
	if (keep === 0) {
		rmSync(path);
		return;
	}
	for (let index = keep - 1; index >= 1; index -= 1) {
		if (sizeOf(`${path}.${index}`) >= 0) renameSync(`${path}.${index}`, `${path}.${index + 1}`);
	}
	renameSync(path, `${path}.1`);
}

/** -1 where there is no file. */
function sizeOf(path: string): number {
	return statSync(path, { throwIfNoEntry: false })?.size ?? -1;
}

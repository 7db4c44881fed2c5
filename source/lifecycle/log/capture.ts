import { closeSync, constants, fstatSync, openSync, readSync, truncateSync } from 'node:fs';
import type { Stream } from './line.ts';

/** The file that a node writes one of its streams to, as the supervisor reads it. */
export interface Capture {
	readonly stream: Stream;
	readonly path: string;
	/** Up to here it is in the log. */
	offset: number;
	/** Up to here its disk space was given back. */
	punched: number;
	/** The last piece was cut within a line. */
	isWithinLine: boolean;
}

export function openCapture(
	stream: Stream,
	path: string,
	offset: number,
	isWithinLine: boolean,
): Capture {
	// Made if absent, so that reading never has to ask.
	closeSync(openSync(path, constants.O_RDONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o600));
	return { stream, path, offset, punched: 0, isWithinLine };
}

/** A descriptor for the node: it only ever appends. */
export function openForNode(path: string): number {
	const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
	return openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
}

export function sizeOf(capture: Capture): number {
	const file = openSync(capture.path, constants.O_RDONLY | constants.O_NOFOLLOW);
	try {
		return fstatSync(file).size;
	} finally {
		closeSync(file);
	}
}

/** Reads into the buffer from where the capture stands; gives how many bytes. */
export function readNext(capture: Capture, buffer: Buffer): number {
	const file = openSync(capture.path, constants.O_RDONLY | constants.O_NOFOLLOW);
	try {
		return readSync(file, buffer, 0, buffer.length, capture.offset);
	} finally {
		closeSync(file);
	}
}

/** Empties a file that nobody writes to. */
export function emptyCapture(capture: Capture): void {
	truncateSync(capture.path);
	capture.offset = 0;
	capture.punched = 0;
	capture.isWithinLine = false;
}

import { constants } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDiskShut, isReadOnly } from '../../domain/errors.ts';
import { withReserve } from '../reserve.ts';
import type { Ledger, LedgerRecord } from './ledger.ts';

const fileMode = 0o600;
const directoryMode = 0o700;
/** Refuses a symbolic link in place of the file. */
const noFollow = constants.O_NOFOLLOW;
/** Spaces behind the last record: a line without an end, which readers drop. */
const roomBytes = 64 * 1024;
const leastRoomBytes = roomBytes / 2;

/** The journal's file, and where its records end: behind them there is room that a full disk cannot take. */
export interface JournalFile {
	readonly handle: FileHandle;
	readonly endBytes: number;
	readonly roomUntilBytes: number;
}

export interface Opened {
	/** Absent where the ledger is kept in memory, for the reason in `problem`. */
	readonly file: JournalFile | undefined;
	readonly problem: string | undefined;
}

export function problemOf(path: string, error: unknown): string {
	const why = error instanceof Error && 'code' in error ? error.code : error;
	return `${path} cannot be written: ${String(why)}`;
}

/**
 * The compacted file. On a full disk the present one, whose room is used up first; without any, and on a disk that
 * is read-only, the ledger is kept in memory until it can be written.
 */
export async function openFile(path: string, ledger: Ledger): Promise<Opened> {
	try {
		return { file: await compact(path, ledger), problem: undefined };
	} catch (error) {
		if (!isDiskShut(error)) throw error;
		const file = isReadOnly(error) ? undefined : await openPresent(path);
		return { file, problem: file ? undefined : problemOf(path, error) };
	}
}

async function openPresent(path: string): Promise<JournalFile | undefined> {
	try {
		const handle = await open(path, constants.O_RDWR | noFollow);
		const bytes = await handle.readFile();
		// What follows the last line end is room, or a record that was cut short.
		return { handle, endBytes: bytes.lastIndexOf('\n') + 1, roomUntilBytes: bytes.length };
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
		throw error;
	}
}

/** Writes where the last records end, over what a write that failed half-way left there. */
export async function writeBehind(
	{ handle, endBytes, roomUntilBytes }: JournalFile,
	bytes: Buffer,
	path: string,
): Promise<JournalFile> {
	await withReserve(dirname(path), () => writeWhole(handle, bytes, endBytes));
	await handle.datasync();
	const end = endBytes + bytes.length;
	const roomUntil = Math.max(roomUntilBytes, end);
	return withRoom({ handle, endBytes: end, roomUntilBytes: roomUntil });
}

/** Adds room where little is left; on a full disk there is none to add. */
async function withRoom(file: JournalFile): Promise<JournalFile> {
	const { handle, endBytes, roomUntilBytes } = file;
	if (roomUntilBytes - endBytes >= leastRoomBytes) return file;
	try {
		await writeWhole(handle, Buffer.alloc(roomBytes, ' '), roomUntilBytes);
		return { ...file, roomUntilBytes: roomUntilBytes + roomBytes };
	} catch {
		return file;
	}
}

/** A disk that gets full writes a part, and fails only at the attempt to write the rest. */
async function writeWhole(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
	let at = 0;
	while (at < bytes.length) {
		const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
		at += bytesWritten;
	}
}

/**
 * Replaces the file by one line with the whole ledger, and room behind it that a full disk cannot take: written
 * beside it, synced, renamed.
 */
export async function compact(path: string, ledger: Ledger): Promise<JournalFile> {
	const record: LedgerRecord = { type: 'ledger', ledger };
	const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
	const temporary = `${path}.new`;
	const directory = dirname(path);
	await mkdir(directory, { recursive: true, mode: directoryMode });
	const handle = await withReserve(directory, () => writeFile(temporary, bytes));
	try {
		await rename(temporary, path);
		await syncDirectory(directory);
	} catch (error) {
		await handle.close();
		throw error;
	}
	return withRoom({ handle, endBytes: bytes.length, roomUntilBytes: bytes.length });
}

/** Leaves nothing where it fails: half a file on a full disk only takes room. */
async function writeFile(path: string, bytes: Buffer): Promise<FileHandle> {
	const flags = constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | noFollow;
	const file = await open(path, flags, fileMode);
	try {
		await file.chmod(fileMode);
		await writeWhole(file, bytes, 0);
		await file.sync();
		return file;
	} catch (error) {
		await file.close();
		await rm(path, { force: true });
		throw error;
	}
}

/** Without it a power cut may forget the rename. Windows has no such call. */
async function syncDirectory(directory: string): Promise<void> {
	if (process.platform === 'win32') return;
	const handle = await open(directory, constants.O_RDONLY);
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

import { constants } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { applyRecord, emptyLedger, prune, recordSchema } from './ledger.ts';
import type { Ledger, LedgerRecord } from './ledger.ts';
import { alertLockWords } from './lock-words.ts';
import { acquireLock } from '../../domain/lock.ts';
import type { Lock } from '../../domain/lock.ts';

export interface Journal {
	/** The ledger as recorded in the journal; `append` changes both. */
	readonly ledger: Ledger;
	/**
	 * Applies changes to the ledger at once, and resolves when they are on disk. Never rejects: records that
	 * cannot be written are kept and written before the next ones; `problem` has the reason meanwhile.
	 */
	append(records: readonly LedgerRecord[]): Promise<void>;
	/** Why the journal is behind the ledger; `undefined` when all is on disk. */
	problem(): string | undefined;
	close(): Promise<void>;
}

export const journalFileName = 'delivery.jsonl';
const compactAboveBytes = 256 * 1024;
const fileMode = 0o600;
/** Refuses a symbolic link in place of the file. */
const noFollow = constants.O_NOFOLLOW;

/**
 * Opens the journal, the one file in which the ledger is kept: `delivery.jsonl` in `directory`, one change
 * per line. The directory is made with mode 0700 and locked unless its `lock` is given. A last line that a
 * crash cut short is dropped; an unreadable line is skipped with a warning, and the file is kept aside.
 * Throws `UserError` when another process has it, and system errors when it cannot be read or written.
 */
export async function openJournal(
	directory: string,
	{
		warn,
		now,
		lock: given,
		afterWrite,
	}: {
		readonly warn: (message: string) => void;
		readonly now: () => number;
		readonly lock?: Lock | undefined;
		/** Awaited after each write. */
		readonly afterWrite?: (() => Promise<void>) | undefined;
	},
): Promise<Journal> {
	const lock = given ?? (await acquireLock(directory, { words: alertLockWords }));
	const path = join(directory, journalFileName);
	try {
		const { ledger, badLines } = readJournal(await readIfThere(path));
		if (badLines > 0) {
			await rename(path, `${path}.damaged`);
			warn(`${path}: ${badLines} unreadable lines; the file is kept as ${path}.damaged`);
		}
		const writer = await openWriter(path, ledger, { now, afterWrite });
		return {
			ledger,
			append: (records) => {
				for (const record of records) applyRecord(ledger, record);
				return writer.write(records);
			},
			problem: writer.problem,
			async close() {
				await writer.close();
				if (!given) await lock.release();
			},
		};
	} catch (error) {
		if (!given) await lock.release();
		throw error;
	}
}

/** Reads a journal that another process has open; unreadable lines are skipped. */
export async function peekLedger(directory: string): Promise<Ledger> {
	return readJournal(await readIfThere(join(directory, journalFileName))).ledger;
}

function readJournal(text: string): { readonly ledger: Ledger; readonly badLines: number } {
	const ledger = emptyLedger();
	const lines = text.split('\n');
	// The text after the last line end is empty, or an unfinished line.
	lines.pop();
	let badLines = 0;
	for (const line of lines) {
		const record = readRecord(line);
		if (record === undefined) badLines += 1;
		else applyRecord(ledger, record);
	}
	return { ledger, badLines };
}

function readRecord(line: string): LedgerRecord | undefined {
	try {
		return recordSchema.safeParse(JSON.parse(line)).data;
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}

async function readIfThere(path: string): Promise<string> {
	try {
		return await readFile(path, { encoding: 'utf8', flag: constants.O_RDONLY | noFollow });
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
		throw error;
	}
}

interface Writer {
	write(records: readonly LedgerRecord[]): Promise<void>;
	problem(): string | undefined;
	close(): Promise<void>;
}

/** Starts with a compacted file, so that a start costs one write and no growth. */
async function openWriter(
	path: string,
	ledger: Ledger,
	given: { readonly now: () => number; readonly afterWrite: (() => Promise<void>) | undefined },
): Promise<Writer> {
	const { now, afterWrite } = given;
	prune(ledger, now());
	let { file, sizeBytes } = await compact(path, ledger);
	let compactedBytes = sizeBytes;
	let unwritten = '';
	let problem: string | undefined;
	let last: Promise<void> = Promise.resolve();
	const shrink = async (): Promise<void> => {
		// The ledger that is written holds these records already; later ones are not in it.
		prune(ledger, now());
		const held = unwritten;
		unwritten = '';
		try {
			const old = file;
			({ file, sizeBytes } = await compact(path, ledger));
			compactedBytes = sizeBytes;
			await old.close();
		} catch (error) {
			unwritten = held + unwritten;
			throw error;
		}
	};
	const flush = async (): Promise<void> => {
		if (unwritten === '') return;
		const text = unwritten;
		const bytes = Buffer.from(text);
		try {
			// Over what a write that failed half-way left: these bytes begin with the same ones.
			await writeWhole(file, bytes, sizeBytes);
			await file.datasync();
			sizeBytes += bytes.length;
			unwritten = unwritten.slice(text.length);
			problem = undefined;
			await afterWrite?.();
			if (sizeBytes >= Math.max(compactAboveBytes, compactedBytes * 4)) await shrink();
		} catch (error) {
			problem = `${path} cannot be written: ${String(error instanceof Error && 'code' in error ? error.code : error)}`;
		}
	};
	return {
		write(records) {
			unwritten += records.map((record) => `${JSON.stringify(record)}\n`).join('');
			last = last.then(flush);
			return last;
		},
		problem: () => problem,
		async close() {
			await last;
			await file.close();
		},
	};
}

/** A disk that gets full writes a part, and fails only at the attempt to write the rest. */
async function writeWhole(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
	let at = 0;
	while (at < bytes.length) {
		const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
		at += bytesWritten;
	}
}

/** Replaces the file by one line with the whole ledger: written beside it, synced, renamed. */
async function compact(
	path: string,
	ledger: Ledger,
): Promise<{ file: FileHandle; sizeBytes: number }> {
	const record: LedgerRecord = { type: 'ledger', ledger };
	const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
	const temporary = `${path}.new`;
	const flags = constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC | noFollow;
	const file = await open(temporary, flags, fileMode);
	try {
		await file.chmod(fileMode);
		await writeWhole(file, bytes, 0);
		await file.sync();
		await rename(temporary, path);
		await syncDirectory(dirname(path));
		return { file, sizeBytes: bytes.length };
	} catch (error) {
		await file.close();
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

import { constants } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { compact, openFile, problemOf, writeBehind } from './journal-file.ts';
import type { JournalFile, Opened } from './journal-file.ts';
import { applyRecord, emptyLedger, endAttempts, prune, recordSchema } from './ledger.ts';
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
/** Refuses a symbolic link in place of the file. */
const noFollow = constants.O_NOFOLLOW;

/**
 * Opens the journal, the one file in which the ledger is kept: `delivery.jsonl` in `directory`, one change
 * per line. The directory is made with mode 0700 and locked unless its `lock` is given. A last line that a
 * crash cut short is dropped; an unreadable line is skipped with a warning, and the file is kept aside.
 * On a full disk the ledger is kept in memory until there is room. Throws `UserError` when another process
 * has it, and other system errors when it cannot be read or written.
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
		endAttempts(ledger);
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

/** What is not written is counted in UTF-16 units; beyond this the ledger itself is written instead. */
const maxUnwritten = 1024 * 1024;

interface WriterOptions {
	readonly now: () => number;
	readonly afterWrite: (() => Promise<void>) | undefined;
}

/** Starts with a compacted file, so that a start costs one write and no growth. */
async function openWriter(path: string, ledger: Ledger, options: WriterOptions): Promise<Writer> {
	prune(ledger, options.now());
	const { file, problem } = await openFile(path, ledger);
	return new Writer({ path, ledger, ...options, file, problem });
}

class Writer {
	readonly #given: WriterOptions & { readonly path: string; readonly ledger: Ledger };
	#file: JournalFile | undefined;
	#compactedBytes: number;
	#problem: string | undefined;
	#unwritten = '';
	#last: Promise<void> = Promise.resolve();

	constructor(given: WriterOptions & { readonly path: string; readonly ledger: Ledger } & Opened) {
		this.#given = given;
		this.#file = given.file;
		this.#problem = given.problem;
		this.#compactedBytes = given.file?.endBytes ?? 0;
	}

	write(records: readonly LedgerRecord[]): Promise<void> {
		this.#unwritten += records.map((record) => `${JSON.stringify(record)}\n`).join('');
		this.#last = this.#last.then(() => this.#flush());
		return this.#last;
	}

	readonly problem = (): string | undefined => this.#problem;

	async close(): Promise<void> {
		await this.#last;
		await this.#file?.handle.close();
	}

	async #flush(): Promise<void> {
		const file = this.#file;
		if (file && this.#unwritten === '') return;
		const { path, afterWrite } = this.#given;
		try {
			await (file ? this.#append(file) : this.#shrink());
			this.#problem = undefined;
			await afterWrite?.();
			const { endBytes = 0 } = this.#file ?? {};
			if (endBytes >= Math.max(compactAboveBytes, this.#compactedBytes * 4)) await this.#shrink();
		} catch (error) {
			this.#problem = problemOf(path, error);
			if (this.#unwritten.length > maxUnwritten) await this.#giveUpFile();
		}
	}

	async #append(file: JournalFile): Promise<void> {
		const text = this.#unwritten;
		this.#file = await writeBehind(file, Buffer.from(text), this.#given.path);
		this.#unwritten = this.#unwritten.slice(text.length);
	}

	async #shrink(): Promise<void> {
		const { path, ledger, now } = this.#given;
		// The ledger that is written holds these records already; later ones are not in it.
		prune(ledger, now());
		const held = this.#unwritten;
		this.#unwritten = '';
		const old = this.#file;
		try {
			this.#file = await compact(path, ledger);
		} catch (error) {
			this.#unwritten = held + this.#unwritten;
			throw error;
		}
		this.#compactedBytes = this.#file.endBytes;
		await old?.handle.close();
	}

	/** From now on the whole ledger is written, which holds these records. */
	async #giveUpFile(): Promise<void> {
		this.#unwritten = '';
		const old = this.#file;
		this.#file = undefined;
		await old?.handle.close();
	}
}

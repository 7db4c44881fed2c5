import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { migrations, schemaVersion } from './migrations.ts';
import { SqliteTables } from './sqlite-tables.ts';

/** Older ones can damage a WAL file that several connections use. */
const firstShareable = [3, 51, 3] as const;
const busyTimeoutMs = 2000;
const directoryMode = 0o700;
const fileMode = 0o600;

/** Why a history cannot be opened. */
export type Unusable = 'newer' | 'damaged' | 'unwritable' | 'missing' | 'unshareable';

export class UnusableHistoryError extends Error {
	override readonly name = 'UnusableHistoryError';
	readonly why: Unusable;

	constructor(why: Unusable, message: string, cause?: unknown) {
		super(message, cause === undefined ? undefined : { cause });
		this.why = why;
	}
}

export interface OpenedHistory {
	readonly tables: SqliteTables;
	/** Where a damaged file was put aside. */
	readonly keptAside?: string | undefined;
}

/**
 * Opens a file to write it, and makes it and its directory where there is none. A damaged file is put aside
 * under another name, and a new one begun. Throws `UnusableHistoryError`.
 */
export async function openToWrite(file: string, nowMs: number): Promise<OpenedHistory> {
	try {
		mkdirSync(dirname(file), { recursive: true, mode: directoryMode });
		return { tables: await prepare(file) };
	} catch (error) {
		const known = toUnusable(error, file);
		if (known.why !== 'damaged') throw known;
		const keptAside = putAside(file, nowMs);
		return { tables: await prepare(file), keptAside };
	}
}

/**
 * Opens a file to read it, also while another process writes it; `isShared` says that one does. Throws
 * `UnusableHistoryError`.
 */
export async function openToRead(file: string, isShared: boolean): Promise<SqliteTables> {
	if (!existsSync(file)) throw new UnusableHistoryError('missing', `there is no ${file}`);
	try {
		const db = await connect(file, true);
		const version = sqliteVersion(db);
		if (isShared && !isShareable(version)) {
			db.close();
			throw new UnusableHistoryError(
				'unshareable',
				`another nodetop writes ${file}, and SQLite ${version} of this Node.js cannot share it safely`,
			);
		}
		requireVersion(db, file);
		return new SqliteTables(db);
	} catch (error) {
		throw toUnusable(error, file);
	}
}

async function prepare(file: string): Promise<SqliteTables> {
	const db = await connect(file, false);
	try {
		// Has an effect only before the first table is made.
		db.exec('PRAGMA auto_vacuum = INCREMENTAL');
		db.exec('PRAGMA journal_mode = WAL');
		// What a killed process committed is in the system's hands; only a lost machine loses a second.
		db.exec('PRAGMA synchronous = NORMAL');
		db.exec('PRAGMA journal_size_limit = 16777216');
		db.exec('PRAGMA cache_size = -4096');
		const version = numberPragma(db, 'user_version');
		if (version > schemaVersion) throw newer(file, version);
		if (version > 0) requireIntact(db);
		migrate(db, file, version);
		chmodSync(file, fileMode);
		return new SqliteTables(db);
	} catch (error) {
		db.close();
		throw error;
	}
}

/** Each step in a transaction of its own; the file as it was before is kept beside it. */
function migrate(db: DatabaseSync, file: string, version: number): void {
	if (version === schemaVersion) return;
	if (version > 0) {
		const backup = `${file}.before-${schemaVersion}`;
		rmSync(backup, { force: true });
		db.prepare('VACUUM INTO ?').run(backup);
	}
	for (const [index, sql] of migrations.entries()) {
		if (index < version) continue;
		db.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`);
	}
}

/** A look at the file's first pages and its schema; the whole of it would take seconds. */
function requireIntact(db: DatabaseSync): void {
	db.prepare('SELECT count(*) FROM sqlite_schema').all();
	db.prepare('SELECT * FROM tracks LIMIT 1').all();
	db.prepare('SELECT max(id) FROM events').all();
}

async function connect(file: string, readOnly: boolean): Promise<DatabaseSync> {
	const { DatabaseSync } = await loadSqlite();
	const db = new DatabaseSync(file, { readOnly, timeout: busyTimeoutMs });
	if (readOnly) db.exec('PRAGMA query_only = 1');
	db.exec('PRAGMA trusted_schema = 0');
	return db;
}

/** Node 22 warns that the module is experimental; a line on a screen would break the picture. */
async function loadSqlite(): Promise<typeof import('node:sqlite')> {
	const { emitWarning } = process;
	process.emitWarning = () => undefined;
	try {
		return await import('node:sqlite');
	} finally {
		process.emitWarning = emitWarning;
	}
}

function requireVersion(db: DatabaseSync, file: string): void {
	const version = numberPragma(db, 'user_version');
	if (version > schemaVersion) throw newer(file, version);
	if (version < schemaVersion) {
		const message = `${file} is of an older nodetop: a run that records brings it up to date`;
		throw new UnusableHistoryError('unwritable', message);
	}
}

function newer(file: string, version: number): UnusableHistoryError {
	const message = `${file} is of a newer nodetop: its schema is ${version}, and this one knows ${schemaVersion}`;
	return new UnusableHistoryError('newer', message);
}

function numberPragma(db: DatabaseSync, name: string): number {
	return Number(db.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
}

function sqliteVersion(db: DatabaseSync): string {
	return String(db.prepare('SELECT sqlite_version() AS version').get()?.['version']);
}

/** Whether several connections may use one file at a time, by SQLite's version. */
export function isShareable(version: string): boolean {
	const parts = version.split('.').map(Number);
	for (const [index, least] of firstShareable.entries()) {
		const part = parts[index] ?? 0;
		if (part !== least) return part > least;
	}
	return true;
}

/** SQLite's result codes, the low byte of the extended ones (sqlite.org/rescode.html). */
const damageCodes = new Set([11, 26]);
const resultCodes = 256;

/** Whether an error of SQLite says that the file is no sound database. */
export function isDamage(error: unknown): boolean {
	if (error instanceof Error && error.name === 'DamagedDataError') return true;
	return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
		? damageCodes.has(error.errcode % resultCodes)
		: false;
}

function toUnusable(error: unknown, file: string): UnusableHistoryError {
	if (error instanceof UnusableHistoryError) return error;
	const message = error instanceof Error ? error.message : String(error);
	if (isDamage(error)) return new UnusableHistoryError('damaged', `${file}: ${message}`, error);
	return new UnusableHistoryError('unwritable', `${file}: ${message}`, error);
}

/** Gives a damaged file, with what belongs to it, another name; returns that. */
export function putAside(file: string, nowMs: number): string {
	const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-');
	const aside = `${file}.damaged-${stamp}`;
	for (const suffix of ['', '-wal', '-shm']) {
		if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
	}
	return aside;
}

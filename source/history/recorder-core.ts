import { dirname } from 'node:path';
import { waitingAnnotations } from './annotation-inbox.ts';
import type { FiledAnnotation } from './annotations.ts';
import { FrameMaker } from './frame-maker.ts';
import { MemoryTables } from './memory-tables.ts';
import type { Batch, WorkerOptions } from './protocol.ts';
import { pruneStep } from './prune.ts';
import { HistoryReader } from './reader.ts';
import { isDamage, openToRead, openToWrite, putAside } from './sqlite/open.ts';
import type { HistoryTables } from './tables.ts';
import { HistoryWriter } from './writer.ts';

const retryMs = 10_000;
/** On a disk that is nearly full some batches fit and some do not: it is well when all did for so long. */
const wellAfterMs = 10_000;

/** An open history with what writes and reads it. */
interface Open {
	readonly tables: HistoryTables;
	readonly writer: HistoryWriter;
	readonly reader: HistoryReader;
}

/**
 * A history that is written while the watch goes on. Nothing here rejects: what is wrong is reported once, as a
 * problem, and again when it is over.
 */
export class RecorderCore {
	readonly #options: WorkerOptions;
	readonly #tell: (problem: string | undefined) => void;
	#open: Open | undefined;
	#retryAtMs = 0;
	readonly #maker: FrameMaker;
	#problem: string | undefined;
	#failedAtMs = Number.NEGATIVE_INFINITY;
	/** Stays when all is well again: a file was put aside. */
	#note: string | undefined;

	constructor(options: WorkerOptions, tell: (problem: string | undefined) => void) {
		this.#options = options;
		this.#tell = tell;
		this.#maker = new FrameMaker(options.framePaths);
	}

	async open(nowMs: number): Promise<void> {
		this.#retryAtMs = nowMs + retryMs;
		try {
			this.#open = opened(await this.#openTables(nowMs));
			this.#say(undefined);
		} catch (error) {
			this.#say(`history: not recorded: ${textOf(error)}`);
		}
	}

	/** What answers questions; throws the problem that there is none. */
	reader(): HistoryReader {
		if (!this.#open) throw new Error(this.#problem ?? 'there is no history');
		return this.#open.reader;
	}

	async write(batch: Batch, nowMs: number): Promise<void> {
		// Taken also while nothing can be written: the next batch builds on it.
		const frame = this.#maker.make(batch);
		await this.#try(nowMs, ({ tables, writer }) => {
			tables.atomically(() => {
				if (batch.past) writer.fillWith(batch.past);
				writer.addRows(batch.rows);
				writer.addEvents(batch.events);
				if (!frame) return;
				writer.addFrame(frame);
				writer.addRows(this.#maker.rowsOf(frame));
			});
		});
	}

	/** Seals and prunes a little; true while there is more to do. */
	async tend(nowMs: number): Promise<boolean> {
		let hasMore = false;
		const filed = await this.#filedAnnotations();
		await this.#try(nowMs, ({ tables, writer }) => {
			takeAnnotations(tables, filed);
			hasMore = writer.sealOne(nowMs) || pruneStep(tables, this.#options.retention, nowMs);
		});
		return hasMore;
	}

	async tidy(nowMs: number): Promise<void> {
		await this.#try(nowMs, ({ tables }) => {
			tables.tidy();
		});
	}

	close(): void {
		this.#open?.tables.close();
		this.#open = undefined;
	}

	async #try(nowMs: number, work: (open: Open) => void): Promise<void> {
		// A disk that was full or read-only may be well again.
		if (!this.#open && nowMs >= this.#retryAtMs) await this.open(nowMs);
		if (!this.#open) return;
		try {
			work(this.#open);
			if (nowMs - this.#failedAtMs >= wellAfterMs) this.#say(undefined);
		} catch (error) {
			this.#failedAtMs = nowMs;
			this.#open.writer.reset();
			if (isDamage(error)) await this.#startAnew(nowMs, error);
			else this.#say(`history: not recorded: ${textOf(error)}`);
		}
	}

	/** What another process left for the history. The schema of an annotation is loaded when there is one. */
	async #filedAnnotations(): Promise<readonly FiledAnnotation[]> {
		const { file } = this.#options;
		const directory = file === undefined ? undefined : dirname(file);
		const names = directory === undefined ? [] : waitingAnnotations(directory);
		if (directory === undefined || names.length === 0) return [];
		const { readAnnotations } = await import('./annotations.ts');
		return readAnnotations(directory, names);
	}

	async #startAnew(nowMs: number, error: unknown): Promise<void> {
		const { file } = this.#options;
		this.close();
		if (file === undefined) throw error;
		try {
			this.#note = keptAsideNote(file, putAside(file, nowMs));
		} catch (renameError) {
			this.#say(`history: ${file} is damaged and cannot be put aside: ${textOf(renameError)}`);
			return;
		}
		await this.open(nowMs);
	}

	async #openTables(nowMs: number): Promise<HistoryTables> {
		const { file, mode } = this.#options;
		if (file === undefined) return new MemoryTables();
		if (mode === 'read') return openToRead(file, true);
		const { tables, keptAside } = await openToWrite(file, nowMs);
		if (keptAside !== undefined) this.#note = keptAsideNote(file, keptAside);
		return tables;
	}

	#say(problem: string | undefined): void {
		const told = problem ?? this.#note;
		if (told === this.#problem) return;
		this.#problem = told;
		this.#tell(told);
	}
}

function opened(tables: HistoryTables): Open {
	return { tables, writer: new HistoryWriter(tables), reader: new HistoryReader(tables) };
}

function keptAsideNote(file: string, aside: string): string {
	return `history: ${file} was damaged; it is kept as ${aside}, and a new one has begun`;
}

function textOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** One that a killed run took already is not taken again. */
function takeAnnotations(tables: HistoryTables, filed: readonly FiledAnnotation[]): void {
	for (const { id, event, remove } of filed) {
		const span = { fromMs: event.atMs, untilMs: event.atMs + 1 };
		const isTaken = tables.events(span, [event.kind]).some(({ data }) => data.includes(id));
		if (!isTaken) tables.addEvent(event);
		remove();
	}
}

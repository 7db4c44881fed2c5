import { clean } from '../../../domain/clean.ts';
import { createDurations } from './durations.ts';
import type { Durations } from './durations.ts';
import { createLineReader, isTransferLogger } from './line.ts';
import { emptyLine } from './log-line.ts';
import type { LogLine } from './log-line.ts';
import { createPairs, forgetOldest } from './pairs.ts';
import type { Pairs } from './pairs.ts';
import { createRecent } from './recent.ts';
import { createErrorGroups } from './signature.ts';
import type { ErrorGroup, ErrorGroups } from './signature.ts';
import type { Recent } from './recent.ts';

export const actions = ['GET', 'PUT', 'GET_AUDIT', 'GET_REPAIR', 'PUT_REPAIR', 'DELETE'] as const;
const outcomes = ['succeeded', 'canceled', 'failed'] as const;
type Outcome = (typeof outcomes)[number];

/** The counts of one action at one satellite. */
export interface Row {
	readonly action: string;
	/** Its id, as in the log. */
	readonly satelliteId: string;
	succeeded: number;
	canceled: number;
	failed: number;
	/** Of the transfers that succeeded. */
	bytes: number;
}

export interface SlowTransfer {
	readonly action: string;
	readonly satelliteId: string;
	readonly atMs: number;
	readonly durationMs: number;
	readonly sizeBytes: number | undefined;
	readonly remoteAddress: string | undefined;
}

export interface LostPiece {
	readonly satelliteId: string;
	readonly piece: string;
	readonly atMs: number;
}

/** Counts everything in a log. */
export interface Transfers {
	/** One line, as Latin-1. `arrivedAtMs` is when a forwarder sent it, finer than the line's own time. */
	readonly addLine: (text: string, arrivedAtMs?: number) => void;
	/** What was counted so far. */
	readonly counted: Readonly<Counted>;
	readonly rows: () => readonly Row[];
	readonly errors: () => readonly ErrorGroup[];
}

interface Counted {
	lines: number;
	/** Lines that are none of the log, such as a stack. */
	unread: number;
	firstAtMs: number | undefined;
	lastAtMs: number | undefined;
	readonly durations: Durations;
	readonly durationsByAction: ReadonlyMap<string, Durations>;
	/** Whole seconds are all that the times of this log show. */
	isCoarse: boolean;
	readonly slowest: readonly SlowTransfer[];
	/** Newest last. */
	readonly lostPieces: readonly LostPiece[];
	lostPieceCount: number;
	fatal: { readonly text: string; readonly atMs: number } | undefined;
	readonly recent: Recent;
}

const mostSatellites = 64;
const mostSlowest = 10;
/** Lines of other transfers that stand between two of one. */
const mostCanceled = 64;
const mostLost = 20;
export const slowMs = 10_000;
const textCells = 100;

/** Messages of `piecestore`, and what they say about a transfer; several versions' words. */
const starts: ReadonlySet<string> = new Set(['upload started', 'download started']);
const outcomeOf: ReadonlyMap<string, Outcome> = new Map([
	['uploaded', 'succeeded'],
	['downloaded', 'succeeded'],
	['deleted', 'succeeded'],
	['upload canceled', 'canceled'],
	['download canceled', 'canceled'],
	['upload canceled (race lost or node shutdown)', 'canceled'],
	['download canceled (race lost or node shutdown)', 'canceled'],
	['upload failed', 'failed'],
	['download failed', 'failed'],
	['delete failed', 'failed'],
]);
/** What a missing piece is called when a satellite asks for it. */
const lostPiece = /file does not exist|no such file|piece not found|not exist/i;

/** What is counted while lines come in. */
interface Counting extends Counted {
	readonly rowsOf: Map<string, Map<string, Row>>;
	readonly durationsByAction: Map<string, Durations>;
	readonly slowest: SlowTransfer[];
	readonly lostPieces: LostPiece[];
	readonly pairs: Pairs;
	/** Transfers that were cancelled last: their reason may follow. */
	readonly canceled: Set<string>;
	readonly errorGroups: ErrorGroups;
}

export function createTransfers(): Transfers {
	const readLine = createLineReader();
	const line = emptyLine();
	const counting: Counting = {
		lines: 0,
		unread: 0,
		firstAtMs: undefined,
		lastAtMs: undefined,
		isCoarse: true,
		lostPieceCount: 0,
		fatal: undefined,
		rowsOf: new Map(),
		durations: createDurations(),
		durationsByAction: new Map(),
		slowest: [],
		lostPieces: [],
		recent: createRecent(),
		pairs: createPairs(),
		canceled: new Set(),
		errorGroups: createErrorGroups(),
	};
	return {
		counted: counting,
		addLine(text, arrivedAtMs) {
			counting.lines += 1;
			if (readLine(text, line)) addRead(counting, line, arrivedAtMs);
			else counting.unread += 1;
		},
		rows: () => [...counting.rowsOf.values()].flatMap((each) => [...each.values()]),
		errors: counting.errorGroups.list,
	};
}

function addRead(counting: Counting, line: LogLine, arrivedAtMs: number | undefined): void {
	const { timeMs, message, logger } = line;
	if (!Number.isNaN(timeMs)) {
		counting.firstAtMs ??= timeMs;
		if (timeMs > (counting.lastAtMs ?? 0)) counting.lastAtMs = timeMs;
	}
	const isTransfer = logger === '' || isTransferLogger(logger);
	const outcome = isTransfer ? outcomeIn(counting, line) : undefined;
	if (outcome === 'again') return;
	if (outcome !== undefined) addTransfer(counting, line, outcome, arrivedAtMs);
	else if (starts.has(message)) counting.pairs.start(keyOf(line), arrivedAtMs ?? timeMs);
	addError(counting, line, outcome);
}

/**
 * How a transfer ended. Where a customer left, some versions write a second line of level DEBUG with the
 * error: the transfer was counted already. Alone, such a line is a failure, as in the node's own counters.
 */
function outcomeIn({ canceled }: Counting, line: LogLine): Outcome | 'again' | undefined {
	const outcome = outcomeOf.get(line.message);
	if (outcome === undefined || outcome === 'succeeded') return outcome;
	if (line.level === 'D' && canceled.delete(keyOf(line))) return 'again';
	if (outcome === 'canceled') {
		canceled.add(keyOf(line));
		if (canceled.size > mostCanceled) forgetOldest(canceled);
	}
	return outcome;
}

function addTransfer(
	counting: Counting,
	line: LogLine,
	outcome: Outcome,
	arrivedAtMs: number | undefined,
): void {
	const row = rowOf(counting.rowsOf, line);
	row[outcome] += 1;
	if (outcome === 'succeeded' && line.sizeBytes >= 0) row.bytes += line.sizeBytes;
	counting.recent.add(outcome, line.timeMs);
	if (outcome === 'failed' && row.action === 'GET_AUDIT' && lostPiece.test(line.error))
		addLost(counting, line, row);
	const { pairs } = counting;
	const ms = pairs.isEmpty ? undefined : pairs.finish(keyOf(line), arrivedAtMs ?? line.timeMs);
	if (ms === undefined) return;
	const isFine = arrivedAtMs !== undefined || line.isFine;
	if (isFine) counting.isCoarse = false;
	counting.durations.add(ms);
	durationsOf(counting, row.action).add(ms);
	counting.recent.add('timed', line.timeMs);
	// Of two whole seconds ten apart, more than ten may lie between.
	if (isFine ? ms > slowMs : ms >= slowMs) counting.recent.add('slow', line.timeMs);
	addSlowest(counting.slowest, line, row, ms);
}

function durationsOf({ durationsByAction }: Counting, action: string): Durations {
	const known = durationsByAction.get(action) ?? createDurations();
	durationsByAction.set(action, known);
	return known;
}

function addSlowest(slowest: SlowTransfer[], line: LogLine, row: Row, durationMs: number): void {
	const least = slowest.at(-1);
	if (slowest.length === mostSlowest && least && durationMs <= least.durationMs) return;
	slowest.push({
		action: row.action,
		satelliteId: row.satelliteId,
		atMs: line.timeMs,
		durationMs,
		sizeBytes: line.sizeBytes >= 0 ? line.sizeBytes : undefined,
		remoteAddress: line.remoteAddress === '' ? undefined : copy(line.remoteAddress, 64),
	});
	slowest.sort((a, b) => b.durationMs - a.durationMs);
	slowest.length = Math.min(slowest.length, mostSlowest);
}

function addLost(counting: Counting, { piece, timeMs }: LogLine, { satelliteId }: Row): void {
	counting.lostPieceCount += 1;
	counting.lostPieces.push({ satelliteId, piece: copy(piece, 64), atMs: timeMs });
	if (counting.lostPieces.length > mostLost) counting.lostPieces.shift();
}

/** A transfer that was cancelled is no error. */
function addError(counting: Counting, line: LogLine, outcome: Outcome | undefined): void {
	const { level, message, error, timeMs } = line;
	if (level === 'F')
		counting.fatal = { text: copy(error === '' ? message : error, 160), atMs: timeMs };
	if (level === 'E' || level === 'F' || level === 'P' || outcome === 'failed')
		counting.errorGroups.add(message, error, level, timeMs);
}

/** The place of a transfer; the remote address tells apart several that read one piece. */
function keyOf({ piece, action, remoteAddress }: LogLine): string {
	return `${piece} ${action} ${remoteAddress}`;
}

function rowOf(rows: Map<string, Map<string, Row>>, { satellite, action }: LogLine): Row {
	const id = rows.has(satellite) || rows.size < mostSatellites ? satellite : '';
	let ofSatellite = rows.get(id);
	if (!ofSatellite) rows.set(copy(id, 64), (ofSatellite = new Map()));
	const known = ofSatellite.get(action);
	if (known) return known;
	const name = actions.find((each) => each === action) ?? 'OTHER';
	const row = ofSatellite.get(name) ?? {
		action: name,
		satelliteId: copy(id, 64),
		succeeded: 0,
		canceled: 0,
		failed: 0,
		bytes: 0,
	};
	ofSatellite.set(name, row);
	return row;
}

/** Clean, and a text of its own: a slice keeps the piece of the log that it was cut from. */
function copy(text: string, cells = textCells): string {
	return clean(Buffer.from(text.slice(0, cells * 4), 'latin1').toString('utf8'), cells);
}

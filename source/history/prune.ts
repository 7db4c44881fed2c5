import { levels } from './tables.ts';
import type { HistoryTables } from './tables.ts';
import { hourMs, levelSpans, windowMs } from './spans.ts';

/** How long what is kept, and how much of it. */
export interface Retention {
	/** Every poll's numbers. */
	readonly rawMs: number;
	/** Numbers by the minute. */
	readonly minutesMs: number;
	/** Numbers by the hour, and events. */
	readonly hoursMs: number;
	/** Whole moments. */
	readonly momentsMs: number;
	/** All of it together. */
	readonly maxBytes: number;
}

/** So few are removed in some milliseconds, between which the next polls are written. */
const mostChunks = 60;
const mostSegments = 1;
/** Room is made before there is none. */
const fullShare = 0.98;

/** Removes a little of what is too old, or of the oldest where all is too much; false when nothing was. */
export function pruneStep(tables: HistoryTables, retention: Retention, nowMs: number): boolean {
	let removed = 0;
	tables.atomically(() => {
		removed = dropOld(tables, retention, nowMs);
		if (removed === 0 && tables.size() > retention.maxBytes * fullShare) {
			removed = dropOldest(tables, nowMs);
		}
	});
	return removed > 0;
}

/** A chunk goes when all of it is too old. */
function dropOld(tables: HistoryTables, retention: Retention, nowMs: number): number {
	const { rawMs, minutesMs, hoursMs, momentsMs } = retention;
	const { [levels.minute]: minutes, [levels.hour]: hours } = levelSpans;
	return (
		tables.dropSegments(nowMs - momentsMs - windowMs, mostSegments) +
		tables.dropChunks(levels.raw, nowMs - rawMs - windowMs, mostChunks) +
		tables.dropChunks(levels.minute, nowMs - minutesMs - minutes.chunkMs, mostChunks) +
		tables.dropChunks(levels.hour, nowMs - hoursMs - hours.chunkMs, mostChunks) +
		tables.dropEvents(nowMs - hoursMs, mostChunks)
	);
}

/** What is largest goes first: moments and polls, from their older end; then minutes, then hours. */
function dropOldest(tables: HistoryTables, nowMs: number): number {
	const keepMs = nowMs - hourMs;
	const oldest = Math.min(
		tables.segmentSpan()?.fromMs ?? Number.POSITIVE_INFINITY,
		tables.oldestChunk(levels.raw) ?? Number.POSITIVE_INFINITY,
	);
	if (oldest < keepMs) {
		const beforeMs = Math.min(oldest + hourMs, keepMs);
		return (
			tables.dropSegments(beforeMs, mostSegments) +
			tables.dropChunks(levels.raw, beforeMs, mostChunks)
		);
	}
	return (
		tables.dropChunks(levels.minute, keepMs, mostChunks) ||
		tables.dropChunks(levels.hour, keepMs, mostChunks)
	);
}

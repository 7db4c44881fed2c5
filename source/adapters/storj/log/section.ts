import { defined, definedOrNone } from '../../../domain/defined.ts';
import type { TransferSection } from '../../../sections/transfers/schema.ts';
import { toTime } from '../../quantity.ts';
import { nameOf } from '../satellite-name.ts';
import type { LogSource } from './log-source.ts';
import type { Row, Transfers } from './transfers.ts';

const mostErrors = 20;
const noStarts =
	'not available: the log has no start lines at INFO; log.level=debug or the debug port shows it';

/** What a log says, as a section of the snapshot. `names` are satellites by id, as the console calls them. */
export function readTransfers(
	source: LogSource,
	names: ReadonlyMap<string, string>,
	nowMs: number,
): TransferSection {
	const { transfers } = source;
	const { counted } = transfers;
	const { lostPieces, fatal } = counted;
	const rows = transfers.rows();
	const satellite = (id: string) => names.get(id) ?? nameOf(id, undefined);
	const succeeded = sumOf(rows, 'succeeded');
	const canceled = sumOf(rows, 'canceled');
	const failed = sumOf(rows, 'failed');
	const ended = succeeded + canceled + failed;
	return {
		log: logOf(source),
		succeeded,
		canceled,
		failed,
		lostPieces: transfers.counted.lostPieceCount,
		...defined({
			since: toTime(transfers.counted.firstAtMs),
			successRatio: ended === 0 ? undefined : succeeded / ended,
			lostPieceAt: toTime(lostPieces.at(-1)?.atMs),
			fatalAt: toTime(fatal?.atMs),
			fatal: fatal?.text,
		}),
		uploadedBytes: bytesOf(rows, (action) => action.startsWith('PUT')),
		downloadedBytes: bytesOf(rows, (action) => action.startsWith('GET')),
		...latencyOf(counted, ended),
		recent: transfers.counted.recent.since(nowMs),
		actions: rows.map(({ satelliteId, ...row }) => ({ ...row, satellite: satellite(satelliteId) })),
		slowest: transfers.counted.slowest.flatMap(
			({ action, satelliteId, atMs, durationMs, ...more }) => {
				const at = toTime(atMs);
				if (at === undefined) return [];
				return [{ action, satellite: satellite(satelliteId), at, durationMs, ...defined(more) }];
			},
		),
		errors: transfers
			.errors()
			.slice(0, mostErrors)
			.map(({ signature, count, lastAtMs, level }) => ({
				signature,
				count,
				isError: level !== 'D' && level !== 'I',
				...defined({ lastAt: toTime(lastAtMs) }),
			})),
		lost: lostPieces.flatMap(({ satelliteId, piece, atMs }) => {
			const at = toTime(atMs);
			return at === undefined ? [] : [{ satellite: satellite(satelliteId), piece, at }];
		}),
	};
}

function logOf({ place, state, transfers, bytes, skipped }: LogSource): TransferSection['log'] {
	const { leftBytes = 0 } = state;
	const isReading = state.status === 'reading' && leftBytes > 0;
	return {
		place,
		status: state.status,
		lines: transfers.counted.lines + skipped,
		unreadLines: transfers.counted.unread + skipped,
		bytes,
		...defined({ problem: state.problem, lastLineAt: toTime(transfers.counted.lastAtMs) }),
		...(isReading && { progressRatio: bytes / (bytes + leftBytes) }),
	};
}

function latencyOf(counted: Transfers['counted'], ended: number) {
	const latencyMs = counted.durations.summary();
	if (!latencyMs) return ended === 0 ? {} : { latencyAbsent: noStarts };
	return {
		latencyFrom: 'log' as const,
		latencyMs,
		latencyStepMs: counted.isCoarse ? 1000 : 1,
		latencies: [...counted.durationsByAction].map(([action, durations]) => {
			const [below1s, below5s, below10s, above10s] = durations.levels;
			const { avg, p50, p95, p99 } = durations.summary() ?? {};
			const quantiles = definedOrNone({ avgMs: avg, p50Ms: p50, p95Ms: p95, p99Ms: p99 });
			return { action, below1s, below5s, below10s, above10s, ...quantiles };
		}),
	};
}

function sumOf(rows: readonly Row[], name: 'succeeded' | 'canceled' | 'failed'): number {
	return rows.reduce((sum, row) => sum + row[name], 0);
}

function bytesOf(rows: readonly Row[], isChosen: (action: string) => boolean): number {
	return rows.reduce((sum, { action, bytes }) => sum + (isChosen(action) ? bytes : 0), 0);
}

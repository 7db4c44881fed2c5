import type { Reading } from '../../sections/snapshot.ts';
import { defined, definedOrNone } from '../../domain/defined.ts';
import type { NamedMapping } from './detection.ts';
import type { Exposition } from './exposition.ts';
import { createMetricsReader } from './metrics-reader.ts';
import type { MetricsReading } from './metrics-reader.ts';
import { createProgressWatch } from './progress.ts';
import type { ProgressVerdict } from './progress.ts';

export interface TargetReading {
	readonly reading: Reading;
	readonly metrics: MetricsReading;
}

/** Reads one node from its metrics, scrape after scrape: its sections, its status and its own verdict. */
export function createTargetReader(
	mappings: readonly NamedMapping[],
	intervalMs: number,
	mine?: readonly string[],
): (exposition: Exposition, atMs: number) => TargetReading {
	const read = createMetricsReader(mappings, mine);
	const judge = createProgressWatch(intervalMs);
	return (exposition, atMs) => {
		const metrics = read(exposition, atMs);
		const verdict = metrics.mapping && judgeStatus(metrics, judge, atMs);
		return { metrics, reading: compose(metrics, verdict) };
	};
}

function compose(reading: MetricsReading, verdict: ProgressVerdict | undefined): Reading {
	const { sections, signs } = reading;
	const notes = [...(verdict?.note === undefined ? [] : [verdict.note]), ...reading.notes];
	return {
		...sections,
		...defined({
			consensus: definedOrNone({ status: verdict?.status, ...sections.consensus }),
			selfReport:
				signs.isHealthy === undefined
					? undefined
					: signs.isHealthy
						? { status: 'up' as const, reasons: [] }
						: { status: 'degraded' as const, reasons: ['its health metric is 0'] },
		}),
		...(notes.length > 0 && { notes }),
	};
}

/** What the node says of itself first, as far as it can know; else what moves. */
function judgeStatus(
	{ sections: { consensus = {} }, signs, committedView }: MetricsReading,
	judge: ReturnType<typeof createProgressWatch>,
	nowMs: number,
): ProgressVerdict {
	const verdict = judge({
		committed: consensus.height ?? consensus.finalized ?? committedView,
		attempted: consensus.view ?? consensus.round,
		committedAtMs:
			consensus.lastFinalizedAt === undefined ? undefined : Date.parse(consensus.lastFinalizedAt),
		nowMs,
	});
	if (signs.hasLeader === false) return { status: 'stalled', note: 'it has no leader' };
	if (signs.isSyncing === true) return { status: 'syncing' };
	// A replicated log stands still while nobody writes.
	if (signs.hasLeader === true) return { status: 'active' };
	return verdict;
}

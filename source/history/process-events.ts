import type { HistoryTables, StoredEvent } from './tables.ts';

/** The kind of an event from the journal of a supervisor. */
export const processKind = 'process';

/** Each run reads the journal from its begin, so that nothing is missing that happened while none watched. */
export function isKnownEvent(tables: Pick<HistoryTables, 'events'>, event: StoredEvent): boolean {
	if (event.kind !== processKind) return false;
	const { atMs, node, data } = event;
	const atThatTime = tables.events({ fromMs: atMs, untilMs: atMs + 1 }, [processKind]);
	return atThatTime.some((known) => known.node === node && known.data === data);
}

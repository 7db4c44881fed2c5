import type { Change } from './changes.ts';
import type { HistoryReader } from './reader.ts';
import { textIn } from './report/incidents.ts';
import type { Span } from './tables.ts';

/** What tells one change from others: when it last happened is looked up by it. */
export function changeKey({ kind, node, group, what }: Omit<Change, 'from' | 'to'>): string {
	return [kind, node ?? '', group ?? '', what ?? ''].join('\n');
}

/** The kinds of events that the recorder makes of changes and that moments do not date. */
const kinds = ['node', 'health', 'finding', 'version', 'network', 'consensus', 'connection'];

/** When each thing last changed in a span, Unix ms: one entry for each, however often it did. */
export function changeTimesOf(
	reader: Pick<HistoryReader, 'events'>,
	span: Span,
): (readonly [key: string, atMs: number])[] {
	const times = new Map<string, number>();
	for (const { atMs, kind, node, group, data } of reader.events(span, kinds)) {
		const what = textIn(data, 'what');
		const about = {
			...(node !== undefined && { node }),
			...(group !== undefined && { group }),
			...(what !== undefined && { what }),
		};
		// Only the kinds that were asked for.
		times.set(changeKey({ kind: kind as Change['kind'], ...about }), atMs);
	}
	return [...times];
}

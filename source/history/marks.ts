import { severities } from '../domain/words.ts';
import type { Severity } from '../domain/words.ts';
import { clean } from '../domain/clean.ts';
import { processKind } from './process-events.ts';
import { changeOf, incidentsOf, isChange, textIn } from './report/incidents.ts';
import type { HistoryReader } from './reader.ts';
import type { Span, StoredEvent } from './tables.ts';

/** Something that happened, for charts and lists over time. */
export interface HistoryMark {
	readonly kind: 'incident' | 'change' | 'note';
	/** When it began, Unix ms. */
	readonly atMs: number;
	/** When an incident ended; undefined while it lasts, and for everything that has no length. */
	readonly untilMs: number | undefined;
	/** Of an incident. */
	readonly severity: Severity | undefined;
	/** The node or the group; empty for the whole fleet. */
	readonly about: string;
	readonly text: string;
}

/** The kind of an event that a person wrote. */
export const noteKind = 'annotation';
const changeKinds = [processKind, 'restart', 'version', 'network', 'connection'];
const mostMarks = 500;
const mostCells = 200;
/** Incidents that began so long before the span are still shown in it. */
const reachMs = 7 * 86_400_000;

/** Incidents that overlap the span, with the changes and annotations in it, oldest first; the newest if many. */
export function marksOf(reader: Pick<HistoryReader, 'events'>, span: Span): HistoryMark[] {
	const reach = { fromMs: span.fromMs - reachMs, untilMs: span.untilMs };
	const incidents = incidentsOf(reader.events(reach, ['alert']))
		.filter(({ untilMs = span.untilMs }) => untilMs >= span.fromMs)
		.map((incident): HistoryMark => ({
			kind: 'incident',
			atMs: incident.fromMs,
			untilMs: incident.untilMs,
			severity: severities.find((name) => name === incident.severity),
			about: clean(incident.about, mostCells),
			text: clean(incident.message, mostCells),
		}));
	const others = reader
		.events(span, [noteKind, ...changeKinds])
		.filter((event) => event.kind === noteKind || isChange(event))
		.map(markOf);
	return [...incidents, ...others].toSorted((a, b) => a.atMs - b.atMs).slice(-mostMarks);
}

function markOf(event: StoredEvent): HistoryMark {
	const isNote = event.kind === noteKind;
	const { atMs, about, text } = changeOf(event);
	return {
		kind: isNote ? 'note' : 'change',
		atMs,
		untilMs: undefined,
		severity: undefined,
		about: clean(about, mostCells),
		text: clean(isNote ? (textIn(event.data, 'text') ?? '') : text, mostCells),
	};
}

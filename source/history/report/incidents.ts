import { processEventText } from '../process-event-text.ts';
import { processKind } from '../process-events.ts';
import type { StoredEvent } from '../tables.ts';

export interface Incident {
	readonly rule: string;
	readonly severity: string;
	readonly about: string;
	readonly message: string;
	readonly fromMs: number;
	/** Undefined while it lasts. */
	readonly untilMs: number | undefined;
	/** Another alert explained it when it fired or soon after, and at each change of its severity: no message was sent. */
	readonly isExplained: boolean;
}

export interface ReportedChange {
	readonly atMs: number;
	readonly about: string;
	readonly text: string;
}

/** One entry for each alert that fired or ended within these events, in the order in which they fired. */
export function incidentsOf(events: readonly StoredEvent[]): Incident[] {
	const incidents = new Map<string, Incident>();
	for (const { atMs, kind, node, group, data } of events) {
		if (kind !== 'alert') continue;
		const transition = parse(data);
		const event = child(transition, 'event');
		const incident = child(transition, 'incident');
		const id = String(child(incident, 'id'));
		const known = incidents.get(id);
		// Its cause fired after it.
		if (event === 'explained' && known) incidents.set(id, { ...known, isExplained: true });
		if (event !== 'fired' && event !== 'raised' && event !== 'resolved') continue;
		// Of one that fired before the first event, the time at which it began.
		const sinceMs = Date.parse(String(child(incident, 'since')));
		const firedMs = event === 'fired' || Number.isNaN(sinceMs) ? atMs : sinceMs;
		incidents.set(id, {
			rule: String(child(incident, 'rule')),
			severity: String(child(incident, 'severity')),
			about: node ?? group ?? '',
			message: String(child(incident, 'message')),
			fromMs: known?.fromMs ?? firedMs,
			untilMs: event === 'resolved' ? atMs : undefined,
			isExplained:
				event === 'resolved'
					? known?.isExplained === true
					: child(incident, 'muted') === 'inhibited' && known?.isExplained !== false,
		});
	}
	return [...incidents.values()];
}

export function changeOf({ atMs, kind, node, group, data }: StoredEvent): ReportedChange {
	if (kind === processKind)
		return { atMs, about: node ?? '', text: processEventText(data) ?? 'process' };
	const [what, from, to] = ['what', 'from', 'to'].map((key) => textIn(data, key));
	const arrow = [from, to].filter((each) => each !== undefined).join(' → ');
	return { atMs, about: node ?? group ?? '', text: `${what ?? kind}: ${arrow}` };
}

/** Whether an event is worth a line: what a node reports for the first time did not change. */
export function isChange({ kind, data }: StoredEvent): boolean {
	if (kind === processKind) return processEventText(data) !== undefined;
	return textIn(data, 'from') !== undefined;
}

export function textIn(data: string, key: string): string | undefined {
	const value = child(parse(data), key);
	return typeof value === 'string' ? value : undefined;
}

function parse(data: string): unknown {
	try {
		return JSON.parse(data);
	} catch {
		// A damaged event says nothing.
		return undefined;
	}
}

export function child(value: unknown, key: string): unknown {
	if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
	return Reflect.get(value, key);
}

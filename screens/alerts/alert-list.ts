import type { Alert } from '../../source/domain/alert.ts';
import { severities } from '../../source/domain/words.ts';
import type { Severity } from '../../source/domain/words.ts';
import { filterWords, hasWords } from '../filter-words.ts';
import { windowStart } from '../window-start.ts';

/** In which order alerts are shown: what is told, what is not, what may come, what was. */
const sectionNames = ['firing', 'muted', 'pending', 'ended'] as const;
export type SectionName = (typeof sectionNames)[number];

export interface AlertSection {
	readonly name: SectionName;
	readonly alerts: readonly Alert[];
}

/** The alerts in the order of the screen. */
export interface AlertList {
	/** Those that have alerts. */
	readonly sections: readonly AlertSection[];
	/** All sections' alerts, one after another. */
	readonly alerts: readonly Alert[];
	/** How many there are without the filter. */
	readonly total: number;
}

/** Which alert is selected: by its key, or where it stood when it is there no more. */
export interface AlertChoice {
	readonly key: string | undefined;
	readonly index: number;
}

/** One occurrence of one alert; the same while it lasts, and when it has ended. */
export function alertKey({ fingerprint, rule, node, group, since }: Alert): string {
	return `${fingerprint ?? `${rule} ${node ?? group ?? ''}`}/${since}`;
}

/**
 * Sections of alerts: those present the gravest first, among equals the newest; those that ended the
 * latest first. The filter's words are looked for in everything that an alert says.
 */
export function listAlerts(all: readonly Alert[], filter: string): AlertList {
	const words = filterWords(filter);
	const shown = words.length === 0 ? all : all.filter((alert) => hasWords(textOf(alert), words));
	const sections = sectionNames
		.map((name): AlertSection => ({
			name,
			alerts: shown
				.filter((alert) => sectionOf(alert) === name)
				.toSorted(name === 'ended' ? byEnd : byGravity),
		}))
		.filter(({ alerts }) => alerts.length > 0);
	return { sections, alerts: sections.flatMap(({ alerts }) => alerts), total: all.length };
}

function sectionOf({ state, muted }: Alert): SectionName {
	if (state === 'resolved') return 'ended';
	if (state === 'pending') return 'pending';
	return muted === undefined ? 'firing' : 'muted';
}

function byGravity(a: Alert, b: Alert): number {
	return (
		severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
		order(b.firedAt ?? b.since, a.firedAt ?? a.since) ||
		order(alertKey(a), alertKey(b))
	);
}

function byEnd(a: Alert, b: Alert): number {
	return order(b.resolvedAt ?? b.since, a.resolvedAt ?? a.since) || order(alertKey(a), alertKey(b));
}

function order(a: string, b: string): number {
	return a < b ? -1 : Number(a > b);
}

function textOf(alert: Alert): string {
	const { node, group, rule, severity, state, muted, message, labels = {} } = alert;
	return [node, group, rule, severity, state, muted, message, ...Object.values(labels)].join(' ');
}

/** Row of the selected alert; -1 when there is none. */
export function chosenIndex({ alerts }: AlertList, { key, index }: AlertChoice): number {
	const found = key === undefined ? -1 : alerts.findIndex((alert) => alertKey(alert) === key);
	return found >= 0 ? found : Math.min(index, alerts.length - 1);
}

/** First row of the section after the one that a row is in; of the first section after the last. */
export function nextSection({ sections }: AlertList, index: number): number {
	let start = 0;
	for (const { alerts } of sections) {
		if (start > index) return start;
		start += alerts.length;
	}
	return 0;
}

/** A line of the list: the heading of a section, or an alert. */
export type ListRow =
	| { readonly section: AlertSection }
	| { readonly alert: Alert; readonly isSelected: boolean };

/** As many rows as there is room for, around the selected one; only those that show are looked at. */
export function visibleRows({ sections, alerts }: AlertList, selected: number, height: number) {
	const rows: ListRow[] = [];
	const before = headingsBefore(sections, selected);
	const first = windowStart(selected + before, height, alerts.length + sections.length);
	let at = 0;
	let index = 0;
	for (const section of sections) {
		if (at >= first && rows.length < height) rows.push({ section });
		at += 1;
		const skipped = Math.min(section.alerts.length, Math.max(0, first - at));
		const room = Math.max(0, height - rows.length);
		for (const [offset, alert] of section.alerts.slice(skipped, skipped + room).entries()) {
			rows.push({ alert, isSelected: index + skipped + offset === selected });
		}
		at += section.alerts.length;
		index += section.alerts.length;
	}
	return rows;
}

function headingsBefore(sections: readonly AlertSection[], index: number): number {
	let end = 0;
	let headings = 0;
	for (const { alerts } of sections) {
		if (end > index) break;
		headings += 1;
		end += alerts.length;
	}
	return headings;
}

/** How many alerts fire, by severity. */
export interface AlertCounts {
	readonly counts: Readonly<Record<Severity, number>>;
	/** Whether nobody needs to be told of any: all of them are muted. */
	readonly isQuiet: boolean;
}

/** Those that are told; when none is, those that are muted. `undefined` when none fires. */
export function countFiring(alerts: readonly Alert[]): AlertCounts | undefined {
	const firing = alerts.filter(({ state }) => state === 'firing');
	const told = firing.filter(({ muted }) => muted === undefined);
	const counted = told.length > 0 ? told : firing;
	if (counted.length === 0) return undefined;
	const counts = { info: 0, warning: 0, critical: 0 };
	for (const { severity } of counted) counts[severity]++;
	return { counts, isQuiet: told.length === 0 };
}

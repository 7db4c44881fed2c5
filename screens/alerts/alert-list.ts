import type { Alert } from '../../source/domain/alert.ts';
import { severities } from '../../source/domain/words.ts';
import type { Severity } from '../../source/domain/words.ts';
import { filterWords, hasWords } from '../filter-words.ts';
import { windowStart } from '../window-start.ts';

/** In which order alerts are shown: what is sent, what is muted, what may come, what was. */
const sectionNames = ['firing', 'muted', 'pending', 'ended'] as const;
export type SectionName = (typeof sectionNames)[number];

export interface AlertSection {
	readonly name: SectionName;
	readonly alerts: readonly Alert[];
}

/** Something that can be selected: an alert, or the head of the alerts of one rule. */
export type AlertItem =
	| {
			readonly kind: 'alert';
			readonly key: string;
			readonly section: SectionName;
			readonly alert: Alert;
			/** Below the head of its rule. */
			readonly isInGroup: boolean;
	  }
	| {
			readonly kind: 'rule';
			readonly key: string;
			readonly section: SectionName;
			readonly rule: string;
			/** In their order. */
			readonly alerts: readonly Alert[];
			readonly isFolded: boolean;
	  };

/** A line of the list: the heading of a section, or an item with its place among the items. */
export type ListRow =
	| { readonly section: AlertSection }
	| { readonly item: AlertItem; readonly index: number };

/** The alerts in the order of the screen. */
export interface AlertList {
	/** Those that have alerts. */
	readonly sections: readonly AlertSection[];
	/** All sections' alerts, one after another. */
	readonly alerts: readonly Alert[];
	/** What can be selected. */
	readonly items: readonly AlertItem[];
	/** Every line of the list. */
	readonly rows: readonly ListRow[];
	/** How many there are without the filter. */
	readonly total: number;
}

/** Which item is selected: by its key, or where it stood when it is there no more. */
export interface AlertChoice {
	readonly key: string | undefined;
	readonly index: number;
	/** The section in which a key acted on it: in another one it is left to go, and the cursor stays. */
	readonly actedIn?: SectionName | undefined;
}

/** From two alerts on, those of one rule stand together; from so many on they are folded. */
const leastInGroup = 2;
const foldedFrom = 6;

/** One occurrence of one alert; the same while it lasts, and when it has ended. */
export function alertKey({ fingerprint, rule, node, group, since }: Alert): string {
	return `${fingerprint ?? `${rule} ${node ?? group ?? ''}`}/${since}`;
}

/**
 * Sections of alerts, in each of them the alerts of one rule together: those present the gravest first, among
 * equals the newest; those that ended the latest first. The filter's words are looked for in everything that
 * an alert says. `toggled` has the keys of rules that are folded where they usually are not, and the
 * other way round.
 */
export function listAlerts(
	all: readonly Alert[],
	filter: string,
	toggled: readonly string[] = [],
): AlertList {
	const words = filterWords(filter);
	const shown = words.length === 0 ? all : all.filter((alert) => hasWords(textOf(alert), words));
	const sections: AlertSection[] = [];
	const items: AlertItem[] = [];
	const rows: ListRow[] = [];
	for (const name of sectionNames) {
		const own = shown.filter((alert) => sectionOf(alert) === name);
		if (own.length === 0) continue;
		const groups = byRule(own.toSorted(name === 'ended' ? byEnd : byGravity));
		const section = { name, alerts: groups.flat() };
		sections.push(section);
		rows.push({ section });
		for (const item of groups.flatMap((group) => itemsOf(name, group, toggled))) {
			rows.push({ item, index: items.length });
			items.push(item);
		}
	}
	const alerts = sections.flatMap((section) => section.alerts);
	return { sections, alerts, items, rows, total: all.length };
}

/** Alerts of one rule together, where the first of them stands. */
function byRule(alerts: readonly Alert[]): Alert[][] {
	return [...Map.groupBy(alerts, ({ rule }) => rule).values()];
}

function itemsOf(
	section: SectionName,
	alerts: readonly Alert[],
	toggled: readonly string[],
): AlertItem[] {
	const [first] = alerts;
	if (!first) return [];
	const isGroup = alerts.length >= leastInGroup;
	const rows = alerts.map((alert): AlertItem => ({
		kind: 'alert',
		key: alertKey(alert),
		section,
		alert,
		isInGroup: isGroup,
	}));
	if (!isGroup) return rows;
	const key = `rule ${section} ${first.rule}`;
	const isFolded = alerts.length >= foldedFrom !== toggled.includes(key);
	const head: AlertItem = { kind: 'rule', key, section, rule: first.rule, alerts, isFolded };
	return isFolded ? [head] : [head, ...rows];
}

/** The alerts that an item stands for. */
export function alertsOf(item: AlertItem): readonly Alert[] {
	return item.kind === 'rule' ? item.alerts : [item.alert];
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

/** Place of the selected item; -1 when there is none. An alert that is folded away is at the head of its rule. */
export function chosenIndex({ items }: AlertList, { key, index, actedIn }: AlertChoice): number {
	const own = key === undefined ? -1 : items.findIndex((item) => item.key === key);
	const found = own >= 0 || key === undefined ? own : items.findIndex((item) => holds(item, key));
	const hasGone = actedIn !== undefined && items[found]?.section !== actedIn;
	return found >= 0 && !hasGone ? found : Math.min(index, items.length - 1);
}

function holds(item: AlertItem, key: string): boolean {
	return (
		item.kind === 'rule' && item.isFolded && item.alerts.some((alert) => alertKey(alert) === key)
	);
}

/** First item of the section after the one that an item is in; of the first section after the last. */
export function nextSection({ items }: AlertList, index: number): number {
	const here = items[index]?.section;
	const next = items.findIndex((item, at) => at > index && item.section !== here);
	return Math.max(0, next);
}

/** As many rows as there is room for, around the selected one. */
export function visibleRows({ rows, items }: AlertList, selected: number, height: number) {
	const item = items[selected];
	const at = rows.findIndex((row) => 'item' in row && row.item === item);
	const first = windowStart(Math.max(0, at), height, rows.length);
	return rows.slice(first, first + height);
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

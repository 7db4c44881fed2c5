import type { MaintenanceEntry, Rule, SilenceEntry } from '../domain/rule.ts';
import { weekdays } from '../domain/rule.ts';
import { severities } from '../domain/words.ts';
import type { Severity } from '../domain/words.ts';
import type { KnownSilence } from '../sections/alerting/schema.ts';
import type { Labels } from './fingerprint.ts';
import { matches } from '../domain/label-match.ts';

/** Silences and maintenance windows: they stop notifications, not alerts. */
export interface Quiet {
	readonly silences: readonly SilenceEntry[];
	readonly maintenance: Readonly<Record<string, MaintenanceEntry>>;
}

/** Silences that hold now or later, in the order in which they end. */
export function presentSilences(
	byHand: readonly KnownSilence[],
	ofProfile: readonly SilenceEntry[],
	nowMs: number,
): readonly KnownSilence[] {
	return [...byHand, ...ofProfile]
		.filter(({ endsAt }) => Date.parse(endsAt) > nowMs)
		.toSorted((a, b) => Date.parse(a.endsAt) - Date.parse(b.endsAt));
}

/** The part of an alert that decides whether it is muted. */
export interface Mutable {
	readonly rule: string;
	readonly severity: Severity;
	readonly labels: Labels;
}

/** The silence that mutes the alert now. It ends just before `endsAt`. */
export function silencedBy(
	alert: Mutable,
	silences: readonly SilenceEntry[],
	nowMs: number,
): SilenceEntry | undefined {
	return silences.find(
		({ match, startsAt, endsAt }) =>
			(startsAt === undefined || Date.parse(startsAt) <= nowMs) &&
			nowMs < Date.parse(endsAt) &&
			matches(match, matchable(alert)),
	);
}

/** The name of the maintenance window that mutes the alert now. */
export function maintainedBy(
	alert: Mutable,
	maintenance: Quiet['maintenance'],
	nowMs: number,
): string | undefined {
	return Object.entries(maintenance).find(([, entry]) => {
		const upTo = severities.indexOf(entry.upTo ?? 'critical');
		return (
			severities.indexOf(alert.severity) <= upTo &&
			matches(entry.match ?? {}, matchable(alert)) &&
			isWithin(entry, nowMs)
		);
	})?.[0];
}

function matchable({ rule, severity, labels }: Mutable): Labels {
	return { ...labels, rule, severity };
}

function isWithin(entry: MaintenanceEntry, nowMs: number): boolean {
	const { startsAt, endsAt, from, to, days = weekdays, timeZone = 'UTC' } = entry;
	if (startsAt !== undefined && nowMs < Date.parse(startsAt)) return false;
	if (endsAt !== undefined && nowMs >= Date.parse(endsAt)) return false;
	if (from === undefined || to === undefined) return true;
	const { day, time } = localTime(nowMs, timeZone);
	const yesterday = weekdays[(weekdays.indexOf(day) + 6) % 7] ?? day;
	if (from < to) return days.includes(day) && from <= time && time < to;
	return (days.includes(day) && from <= time) || (days.includes(yesterday) && time < to);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Day and local time in a time zone, daylight saving time included. */
function localTime(nowMs: number, timeZone: string) {
	const format =
		formats.get(timeZone) ??
		new Intl.DateTimeFormat('en-GB', {
			timeZone,
			weekday: 'short',
			hour: '2-digit',
			minute: '2-digit',
			hourCycle: 'h23',
		});
	formats.set(timeZone, format);
	const parts = Object.fromEntries(
		format.formatToParts(nowMs).map(({ type, value }) => [type, value]),
	);
	const word = (parts['weekday'] ?? '').toLowerCase();
	const day = weekdays.find((each) => each === word) ?? 'sun';
	return { day, time: `${parts['hour']}:${parts['minute']}` };
}

/** Returns the name of the rule whose alert explains the given alert. */
export type Inhibitions = (alert: Mutable) => string | undefined;

/**
 * Which alerts these alerts explain. A less severe alert explains nothing: a disk that is merely low must
 * not hide a node that stopped.
 */
export function inhibitionsOf(
	sourcesNow: readonly Mutable[],
	rules: ReadonlyMap<string, Rule>,
): Inhibitions {
	const sources = new Map<string, Mutable[]>();
	for (const source of sourcesNow) {
		const by = rules.get(source.rule)?.mutes?.by;
		if (by === undefined) continue;
		const place = placeOf(by, source);
		const there = sources.get(place);
		if (there) there.push(source);
		else sources.set(place, [source]);
	}
	return (alert) => {
		for (const by of ['node', 'group', 'fleet'] as const) {
			const found = sources.get(placeOf(by, alert))?.find((source) => {
				if (source === alert || source.rule === alert.rule) return false;
				if (severities.indexOf(source.severity) < severities.indexOf(alert.severity)) return false;
				const muted = rules.get(source.rule)?.mutes?.rules ?? [];
				return covers(muted, alert.rule, source.rule, rules);
			});
			if (found) return found.rule;
		}
		return undefined;
	};
}

function placeOf(by: 'node' | 'group' | 'fleet', { labels }: Mutable): string {
	return by === 'fleet' ? 'fleet' : `${by} ${labels[by] ?? ''}`;
}

/** `*` covers every rule except those that mute the source: two rules never mute each other. */
function covers(
	muted: readonly string[],
	rule: string,
	source: string,
	rules: ReadonlyMap<string, Rule>,
): boolean {
	if (muted.includes(rule)) return true;
	return muted.includes('*') && rules.get(rule)?.mutes?.rules.includes(source) !== true;
}

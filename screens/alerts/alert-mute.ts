import type { LabelMatch } from '../../source/domain/rule.ts';
import type { Alert } from '../../source/domain/alert.ts';
import { silencedBy } from '../../source/alerts/mutes.ts';

/** For how long something is not told. */
export interface MuteTime {
	readonly title: string;
	/** Unix ms of its end. */
	readonly end: (nowMs: number) => number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const muteTimes: readonly MuteTime[] = [
	{ title: '15 min', end: (nowMs) => nowMs + 15 * minuteMs },
	{ title: '1 h', end: (nowMs) => nowMs + hourMs },
	{ title: '4 h', end: (nowMs) => nowMs + 4 * hourMs },
	{ title: 'until tomorrow 09:00 local time', end: tomorrowMorning },
];

/** By the calendar of the terminal's user: the night may have 23 or 25 hours. */
function tomorrowMorning(nowMs: number): number {
	const morning = new Date(nowMs);
	morning.setDate(morning.getDate() + 1);
	return morning.setHours(9, 0, 0, 0);
}

/** A silence that is being put together from an alert. */
export interface SilenceDraft {
	/** Labels that must be as they are in the alert. */
	readonly chosen: readonly string[];
	/** Index in `muteTimes`. */
	readonly time: number;
	/** Row of the form: its labels, then the time. */
	readonly row: number;
}

const offered = ['rule', 'node', 'group'] as const;

/** What a silence can be bound to, of those that this alert has. */
export function labelsOffered(alert: Alert): readonly (readonly [name: string, value: string])[] {
	const labels: Readonly<Record<string, string | undefined>> = {
		...alert.labels,
		rule: alert.rule,
	};
	return offered.flatMap((name) => {
		const value = labels[name];
		return value === undefined ? [] : [[name, value] as const];
	});
}

/** The narrowest one: this rule on this node, or on this group where no node is meant. */
export function draftSilence(alert: Alert): SilenceDraft {
	const names = labelsOffered(alert).map(([name]) => name);
	const chosen = names.includes('node') ? names.filter((name) => name !== 'group') : names;
	return { chosen, time: 1, row: 0 };
}

/** Another row, another time, or a label in or out. */
export function editDraft(alert: Alert, draft: SilenceDraft, edit: DraftEdit): SilenceDraft {
	const labels = labelsOffered(alert);
	if (edit.type === 'move')
		return { ...draft, row: within(draft.row + edit.by, labels.length + 1) };
	const name = labels[draft.row]?.[0];
	if (name === undefined) return { ...draft, time: within(draft.time + edit.by, muteTimes.length) };
	const { chosen } = draft;
	const isChosen = chosen.includes(name);
	return {
		...draft,
		chosen: isChosen ? chosen.filter((each) => each !== name) : [...chosen, name],
	};
}

export interface DraftEdit {
	readonly type: 'move' | 'change';
	readonly by: number;
}

function within(index: number, count: number): number {
	return Math.max(0, Math.min(count - 1, index));
}

/** `undefined` while nothing is chosen: that would silence everything. */
export function matchOf(alert: Alert, { chosen }: SilenceDraft): LabelMatch | undefined {
	const entries = labelsOffered(alert).filter(([name]) => chosen.includes(name));
	return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** How many alerts of now, pending ones too, a silence would keep from being told. */
export function countSilenced(alerts: readonly Alert[], match: LabelMatch): number {
	const silence = { match, endsAt: '9999-01-01T00:00:00Z' };
	return alerts.filter(
		({ state, rule, severity, labels = {} }) =>
			state !== 'resolved' && silencedBy({ rule, severity, labels }, [silence], 0) !== undefined,
	).length;
}

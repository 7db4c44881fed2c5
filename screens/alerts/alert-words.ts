import { replayCommand, replayTime, showCommand } from '../../source/alerts/incident.ts';
import { findingOf } from '../../source/sections/findings.ts';
import { formatValue } from '../../source/domain/rule-message.ts';
import { isAcknowledged } from '../../source/domain/alert.ts';
import { formatAge, formatMs } from '../../source/domain/format.ts';
import { ruleUnits } from '../../source/domain/rule.ts';
import { stripControls } from '../../source/domain/clean.ts';
import type { Alert } from '../../source/domain/alert.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';

import { screenNames } from '../../source/keys/screen-names.ts';
import type { ScreenName } from '../../source/keys/screen-names.ts';

/** What an alert is about. */
export function subjectOf({ node, group, labels }: Alert): string {
	return node ?? labels?.['host'] ?? group ?? 'all nodes';
}

/** Its message, without the name that stands beside it anyway. */
export function whatOf(alert: Alert): string {
	const { message } = alert;
	const subject = subjectOf(alert);
	if (!message.startsWith(subject)) return message;
	return /^:? (.+)$/su.exec(message.slice(subject.length))?.[1] ?? message;
}

/** What is to be known of its state beside its section, in few words; empty when it just fires. */
export function shortNoteOf(alert: Alert, nowMs: number): string {
	const isExplained = alert.state !== 'resolved' && alert.muted === 'inhibited';
	return isExplained ? 'explained' : noteOf(alert, nowMs);
}

/** The same, and by what it is explained. */
export function noteOf(alert: Alert, nowMs: number): string {
	const { state, resolvedAt, reason = 'ended', isStale, isFlapping } = alert;
	if (state === 'resolved') {
		return resolvedAt === undefined ? reason : `${reason} after ${lastedOf(alert, resolvedAt)}`;
	}
	const muted = mutedWords(alert, nowMs);
	if (muted !== undefined) return muted;
	const held = heldText(alert);
	if (held !== undefined) return isStale === true ? `${held}, no data now` : held;
	if (isStale === true) return 'last known';
	return isFlapping === true ? 'changes too often' : '';
}

/** How long a pending alert has held, and how long it must before it fires. */
function heldText({ heldSeconds, holdSeconds }: Alert): string | undefined {
	if (heldSeconds === undefined || holdSeconds === undefined) return undefined;
	return `held ${formatMs(heldSeconds * 1000)} of ${formatMs(holdSeconds * 1000)}`;
}

function mutedWords(alert: Alert, nowMs: number): string | undefined {
	const { muted, ackedBy, explainedBy = 'another alert', silencedUntil } = alert;
	switch (muted) {
		case 'acknowledged':
			return ackedBy === undefined ? 'acknowledged' : `acknowledged by ${ackedBy}`;
		case 'silenced':
			return silencedUntil === undefined
				? 'silenced'
				: `silenced until ${clockText(Date.parse(silencedUntil), nowMs)}`;
		case 'inhibited':
			return `explained by ${explainedBy}`;
		case 'maintenance':
			return 'maintenance';
		case 'flapping':
			return 'changes too often';
		case undefined:
			return undefined;
	}
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** A time as the header's clock tells it: with its day where that is not today. */
export function clockText(atMs: number, nowMs: number): string {
	const at = new Date(atMs);
	const iso = at.toISOString();
	const time = `${iso.slice(11, 16)} UTC`;
	const isToday = iso.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10);
	return isToday ? time : `${weekdays[at.getUTCDay()] ?? ''} ${iso.slice(5, 10)} ${time}`;
}

/** Part of the node that it is about, where its rule says so. */
export function componentOf({ labels, rule }: Alert): string | undefined {
	return labels?.['component'] ?? findingOf(rule)?.component;
}

/** Components that have no screen of their own. */
const screenOfComponent: Readonly<Record<string, ScreenName | undefined>> = {
	chain: 'consensus',
	group: 'consensus',
	process: 'resources',
};

/** The screen that shows more of it. */
export function screenOf(alert: Alert): ScreenName {
	const component = componentOf(alert);
	// A scheduled check looks at the disk itself: its result stands on Resources.
	if (component === 'storage' && 'check' in (findingOf(alert.rule) ?? {})) return 'resources';
	const own = screenNames.find((name) => name === component);
	return own ?? screenOfComponent[component ?? ''] ?? 'overview';
}

export type Entry = readonly [label: string, text: string];

/** Of the column of labels; each label leaves a blank behind it. */
export const labelWidth = 10;

/** All that is known of an alert, what helps most first. */
export function entriesOf(
	alert: Alert,
	nowMs: number,
	target: NodeSnapshot['target'] | undefined,
): readonly Entry[] {
	const { node, rule, evidence, nextStep, labels = {}, isStale } = alert;
	const value = valueText(alert);
	const meaning = findingOf(rule)?.meaning;
	const note = mutedWords(alert, nowMs);
	const isEnded = alert.state === 'resolved';
	const times = timesText(alert, nowMs);
	const others = Object.entries(labels).filter(([name]) => name !== 'node' && name !== 'component');
	const entries: readonly (readonly [string, string | undefined])[] = [
		['What', whatOf(alert)],
		['Ended', isEnded ? times : undefined],
		['Muted', note],
		['Seen', isEnded ? undefined : outgrownWords(alert)],
		[
			'Now',
			isStale === true && !isEnded ? 'there is no data: this is what was last known' : undefined,
		],
		['Value', value],
		// Of a rule with a value the evidence says no more than that.
		['Evidence', alert.value === undefined ? evidence : undefined],
		['Means', meaning],
		['Do next', isEnded ? undefined : nextStep],
		['Show', node === undefined ? undefined : showCommand(node)],
		['Since', isEnded ? undefined : times],
		['Replay', replayWords(alert)],
		['Node', target && `${target.name}, ${target.kind} at ${target.url}`],
		['Labels', others.map(([name, text]) => `${name}=${text}`).join('  ') || undefined],
	];
	return entries.filter((entry): entry is Entry => entry[1] !== undefined);
}

/** What is known of all alerts of a rule together. */
export function ruleEntries(
	alerts: readonly Alert[],
	nowMs: number,
	isFolded: boolean,
): readonly Entry[] {
	const [first] = alerts;
	if (!first) return [];
	const begun = alerts.map(({ since }) => since).toSorted();
	const [oldest = first.since] = begun;
	const newest = begun.at(-1) ?? oldest;
	const steps = new Set(alerts.flatMap(({ nextStep }) => nextStep ?? []));
	const entries: readonly (readonly [string, string | undefined])[] = [
		['What', `${alerts.length} alerts of the rule ${first.rule}`],
		['On', alerts.map(subjectOf).join(', ')],
		['Means', findingOf(first.rule)?.meaning],
		['Do next', steps.size === 1 ? [...steps].join('') : undefined],
		[
			'Since',
			`the first ${formatAge(oldest, nowMs)} ago, the last ${formatAge(newest, nowMs)} ago`,
		],
		['Keys', `Enter ${isFolded ? 'unfolds' : 'folds'} them; a, z and S act on all of them`],
	];
	return entries.filter((entry): entry is Entry => entry[1] !== undefined);
}

/** How to see the moment at which it began: on this screen, and in another terminal. */
function replayWords({ since }: Alert): string {
	const time = replayTime(since).replace('T', ' ').replace('Z', '');
	return `:at ${time}, or ${replayCommand(since)}`;
}

/** Of one that became worse than what a person acknowledged. */
function outgrownWords(alert: Alert): string | undefined {
	const { ackedAt, ackedBy, ackedSeverity } = alert;
	if (ackedAt === undefined || isAcknowledged(alert)) return undefined;
	const who = ackedBy === undefined ? '' : ` by ${ackedBy}`;
	return `acknowledged${who} when it was ${ackedSeverity ?? 'less severe'}; it is sent again because it became worse`;
}

function valueText({ value, threshold, unit }: Alert): string | undefined {
	if (value === undefined) return undefined;
	// How long ago something happened that is bad at once: when it began says the same.
	if (unit === 'seconds' && threshold === 0) return undefined;
	const known = ruleUnits.find((each) => each === unit);
	const against = threshold === undefined ? '' : `, threshold ${formatValue(threshold, known)}`;
	return formatValue(value, known) + against;
}

/** When it began, fired and ended; with the day once. */
function timesText(alert: Alert, nowMs: number): string {
	const { since, firedAt, resolvedAt, reason, state } = alert;
	const begun = `${since.slice(0, 10)} ${timeOf(since)} UTC`;
	if (state === 'resolved' && resolvedAt !== undefined) {
		const why = reason === undefined ? '' : `: ${reason}`;
		return `${timeOf(resolvedAt)} after ${lastedOf(alert, resolvedAt)}${why}; began ${begun}`;
	}
	const ago = `${begun}, ${formatAge(since, nowMs)} ago`;
	if (state === 'pending')
		return `${ago}; ${heldText(alert) ?? 'has not lasted long enough to fire'}`;
	return firedAt === undefined ? ago : `${ago}, fired ${timeOf(firedAt)}`;
}

function timeOf(iso: string): string {
	return iso.slice(11, 19);
}

function lastedOf({ since }: Alert, resolvedAt: string): string {
	return formatMs(Math.max(0, Date.parse(resolvedAt) - Date.parse(since)));
}

/** The alert as plain text, for a message or a ticket. */
export function alertText(
	alert: Alert,
	nowMs: number,
	target: NodeSnapshot['target'] | undefined,
): string {
	const title = `${alert.severity} ${alert.state}: ${alert.rule} (${subjectOf(alert)})`;
	const lines = entriesOf(alert, nowMs, target).map(([label, text]) => `${label}: ${text}`);
	return [title, ...lines].map(stripControls).join('\n');
}

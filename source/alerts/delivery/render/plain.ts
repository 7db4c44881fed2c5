import { stripControls } from '../../../domain/clean.ts';
import { formatMs } from '../../../domain/format.ts';
import { isOver, severityOf, sortEntries, statusOf } from '../message.ts';
import type { Entry, Message } from '../message.ts';

/** Text from a node must not break one line of a message into two. */
const oneLine = (text: string): string => stripControls(text).trim();

/** A message in one line: `[FIRING] critical: node-down, 3 nodes (mainnet)`. */
export function titleOf(message: Message): string {
	const entries = sortEntries(message.entries);
	const status = statusOf(message);
	const shown = entries.filter(({ event }) => status === 'resolved' || !isOver(event));
	const rules = [...new Set(shown.map(({ incident }) => incident.rule))];
	const rule = rules.length === 1 ? (rules[0] ?? '') : `${rules.length} rules`;
	const [event] = new Set(shown.map((entry) => entry.event));
	const isAlike = shown.every((entry) => entry.event === event);
	const isOwn = isAlike && (event === 'reminder' || event === 'ended');
	const word = isOwn && event !== undefined ? words[event] : status.toUpperCase();
	const names = [...new Set(shown.map(({ incident }) => subjectOf(incident.labels)))];
	const subject = names.length === 1 ? (names[0] ?? '') : `${names.length} nodes`;
	const groups = [...new Set(shown.map(({ incident }) => incident.labels['group'] ?? ''))];
	const [group = ''] = groups;
	const where = groups.length === 1 && group !== '' && group !== subject ? ` (${group})` : '';
	const test = message.isTest ? '[TEST] ' : '';
	return oneLine(`${test}[${word}] ${severityOf(message)}: ${rule}, ${subject}${where}`);
}

/** The subject of an incident: its node, else its host or group, else nodetop as a whole. */
function subjectOf(labels: Readonly<Record<string, string>>): string {
	return labels['node'] ?? labels['host'] ?? labels['group'] ?? 'nodetop';
}

const words: Readonly<Record<Entry['event'], string>> = {
	fired: 'FIRING',
	raised: 'RAISED',
	reminder: 'STILL FIRING',
	ended: 'FIRED AND ENDED',
	resolved: 'RESOLVED',
};

/** A text at least so long is not shown twice. */
const leastRepeated = 24;

export interface Fact {
	readonly name: string;
	readonly text: string;
}

/** The first line of an incident: event, severity, rule and subject. */
export function headlineOf({ incident, event, previousSeverity }: Entry): string {
	const before = previousSeverity === undefined ? '' : ` (was ${previousSeverity})`;
	const { rule, severity, labels } = incident;
	return oneLine(`${words[event]} ${severity}${before}: ${rule} on ${subjectOf(labels)}`);
}

/** The other facts of an incident as name and text, for any format; unknown facts are left out. */
export function factsOf({ incident }: Entry): readonly Fact[] {
	const { value, threshold, unit, since, resolvedAt, evidence, nextStep, reason } = incident;
	const withUnit = (quantity: number | string): string =>
		unit === undefined ? String(quantity) : `${quantity} ${unit}`;
	const others = Object.entries(incident.labels).filter(([name]) => name !== 'node');
	const facts: readonly (readonly [string, string | undefined])[] = [
		['message', incident.message],
		['value', value === undefined ? undefined : withUnit(value)],
		['threshold', threshold === undefined ? undefined : withUnit(threshold)],
		['since', since],
		['until', resolvedAt === undefined ? undefined : untilText(since, resolvedAt)],
		['reason', reason],
		['evidence', evidence],
		['next step', nextStep],
		['show', incident.show],
		['replay', incident.replay],
		['labels', others.map(([name, text]) => `${name}=${text}`).join(' ')],
	];
	const all = facts.flatMap(([name, text]) => {
		const shown = oneLine(text ?? '');
		return shown === '' ? [] : [{ name, text: shown }];
	});
	// An error message of a node stands in the message, the evidence and the reason alike: once is enough.
	return all.filter(
		({ text }, index) =>
			text.length < leastRepeated ||
			!all.slice(0, index).some((earlier) => earlier.text.includes(text)),
	);
}

function untilText(since: string, resolvedAt: string): string {
	const seconds = (Date.parse(resolvedAt) - Date.parse(since)) / 1000;
	return seconds >= 0 ? `${resolvedAt}, after ${formatMs(seconds * 1000)}` : resolvedAt;
}

/** An incident as lines of text. */
export function blockOf(entry: Entry): string {
	const lines = factsOf(entry).map(({ name, text }) =>
		name === 'message' ? text : `${name}: ${text}`,
	);
	return [headlineOf(entry), ...lines].join('\n');
}

/** From so many incidents on, all names come before the details of each: a channel may cut the rest. */
const leastNamed = 4;
/** Half of what the shortest of the long messages holds: the gravest are shown in full beside the names. */
const maxNamesUnits = 1500;

/** All incidents as text, the most severe first; of many, the names first. */
export function blocksOf(message: Message): readonly string[] {
	const entries = sortEntries(message.entries);
	const blocks = entries.map((entry) => blockOf(entry));
	return entries.length < leastNamed ? blocks : [namesOf(entries), ...blocks];
}

/** `FIRING critical node-down (100): a, b, …`, a line for each event, severity and rule. */
function namesOf(entries: readonly Entry[]): string {
	const alike = Map.groupBy(entries, ({ event, incident: { severity, rule } }) =>
		oneLine(`${words[event]} ${severity} ${rule}`),
	);
	let left = maxNamesUnits;
	const lines = [...alike].map(([what, those]) => {
		const names = those.map(({ incident }) => oneLine(subjectOf(incident.labels)));
		const shown = names.filter((name) => (left -= name.length + 2) >= 0);
		const rest = names.length - shown.length;
		const more = rest === 0 ? [] : [`and ${rest} more`];
		return `${what} (${names.length}): ${[...shown, ...more].join(', ')}`;
	});
	return lines.join('\n');
}

/** The line below the incidents. */
export function footerOf(message: Message): string {
	const still =
		message.stillFiring > 0 ? `${message.stillFiring} sent earlier still firing · ` : '';
	const test = message.isTest ? 'TEST of the channel: nothing is wrong · ' : '';
	return `${test}${still}message ${message.id}`;
}

/** `@` before a word calls people in most chats; a look-alike calls nobody. */
export function withoutMentions(text: string): string {
	return text.replaceAll('@', '＠');
}

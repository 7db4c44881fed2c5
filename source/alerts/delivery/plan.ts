import type { Channel } from '../../domain/channel.ts';
import type { Incident } from '../incident.ts';
import { dueAt, waitingKey } from './due.ts';
import type { Waiting } from './due.ts';
import { refusalKey } from './ledger.ts';
import type { NotificationGroup, Ledger, LedgerRecord, Queued } from './ledger.ts';
import { compareSeverity, isOver, messageId, restId, sortEntries } from './message.ts';
import type { Entry, Message } from './message.ts';

export interface Plan {
	/** To be queued now. */
	readonly messages: readonly Message[];
	/** Changes of the ledger without a message. */
	readonly records: readonly LedgerRecord[];
	/** When to plan again if no new evaluation comes before, in Unix ms. */
	readonly nextAtMs: number | undefined;
}

interface Draft {
	readonly labels: Readonly<Record<string, string>>;
	readonly news: Entry[];
	/** What fired and ended since a message about it was queued that could not be sent. */
	readonly missed: Entry[];
	readonly reminders: Entry[];
	readonly ended: string[];
	/** Whether something new is muted. */
	hasMutedNews: boolean;
	isReminderDue: boolean;
	stillFiring: number;
}

/** What was delivered to a channel, and what is queued for it. */
interface Known {
	readonly groups: Readonly<Record<string, NotificationGroup>>;
	readonly queued: readonly Queued[];
	/** Ids of incidents whose firing is due at the receivers. */
	readonly untold: ReadonlySet<string>;
}

/** A resolve that is refused for so long is dropped. */
const dropResolveAfterMs = 24 * 3_600_000;

/**
 * Decides which messages one channel gets now, by comparing all incidents that fire or ended lately with
 * what was delivered before; so a lost evaluation loses nothing. A group with a message in the queue waits
 * for that one; after a failed attempt the message is revised, so that it says what is so when it arrives.
 * Changes `waiting`, and corrects times of the ledger that lie in the future.
 */
export function plan(
	channel: Channel,
	incidents: readonly Incident[],
	ledger: Ledger,
	waiting: Waiting,
	nowMs: number,
): Plan {
	const groups = ledger.groups[channel.name] ?? {};
	for (const group of Object.values(groups)) mendClock(group, nowMs);
	const queued = Object.values(ledger.queue).filter(
		({ message }) => message.channel === channel.name,
	);
	const whole = queued.filter(({ message }) => message.recipients === undefined);
	const rests = queued.filter(({ message }) => message.recipients !== undefined);
	const byGroup = new Map(whole.map((each) => [each.message.groupKey, each]));
	const known = { groups, queued: whole, untold: untoldIn(whole) };
	const messages: Message[] = [];
	const records: LedgerRecord[] = reviseRests(rests, incidents, nowMs);
	let nextAtMs: number | undefined;
	for (const [groupKey, draft] of draftGroups(channel, incidents, known, nowMs)) {
		const group = groups[groupKey];
		const waitingMessage = byGroup.get(groupKey);
		if (waitingMessage) {
			const revised = revise(waitingMessage, channel, draft, group);
			if (revised) records.push(revised);
			continue;
		}
		if (draft.ended.length > 0) {
			records.push({ type: 'forgotten', channel: channel.name, groupKey, ids: draft.ended });
		}
		const dueAtMs = dueAt(channel, groupKey, draft, group, waiting, nowMs);
		if (dueAtMs === undefined) continue;
		if (dueAtMs > nowMs) {
			nextAtMs = Math.min(nextAtMs ?? dueAtMs, dueAtMs);
			continue;
		}
		waiting.delete(waitingKey(channel, groupKey));
		messages.push(toMessage(channel, groupKey, draft, group, nowMs));
	}
	return { messages, records, nextAtMs };
}

/** Incidents whose firing waits in the queue. */
function untoldIn(queued: readonly Queued[]): ReadonlySet<string> {
	return new Set(
		queued.flatMap(({ message }) =>
			message.entries
				.filter(({ event }) => event === 'fired' || event === 'ended')
				.map(({ incident }) => incident.id),
		),
	);
}

/**
 * What a message says now that could not be sent; `undefined` when that is what it says already. One that
 * may have arrived keeps its id and its words, so that the receiver knows the repeat.
 */
function revise(
	{ message, attempts, isTrying = false, mayHaveArrived = false }: Queued,
	channel: Channel,
	draft: Draft,
	group: NotificationGroup | undefined,
): LedgerRecord | undefined {
	if (attempts === 0 || isTrying) return undefined;
	const said = mayHaveArrived ? endsOf(draft, message) : draft;
	if (!said) return undefined;
	const next = toMessage(channel, message.groupKey, said, group, message.createdAtMs);
	if (next.entries.length === 0) return { type: 'revised', id: message.id };
	return next.id === message.id ? undefined : { type: 'revised', id: message.id, message: next };
}

/**
 * The ends of all that a message says is firing, where all of it has ended: a receiver that has that message learns
 * the end, one that lacks it learns both. `undefined` when there is something else to say.
 */
function endsOf(draft: Draft, { entries }: Message): Draft | undefined {
	const ids = new Set(entries.map(({ incident }) => incident.id));
	const isItsEnd = ({ incident, event }: Entry): boolean => isOver(event) && ids.has(incident.id);
	const [news, missed] = [draft.news.filter(isItsEnd), draft.missed.filter(isItsEnd)];
	const isAllOver = news.length + missed.length === ids.size;
	if (!isAllOver || entries.some(({ event }) => isOver(event))) return undefined;
	return { ...draft, news, missed, isReminderDue: false };
}

/** Messages for some recipients only must not say that something fires which has ended. */
function reviseRests(
	rests: readonly Queued[],
	incidents: readonly Incident[],
	nowMs: number,
): LedgerRecord[] {
	if (rests.length === 0) return [];
	const present = new Map(incidents.map((incident) => [incident.id, incident]));
	return rests.flatMap(({ message, isTrying, mayHaveArrived }): LedgerRecord[] => {
		const entries = message.entries.map((entry) => {
			const incident = present.get(entry.incident.id) ?? endedUnseen(entry.incident, nowMs);
			const hasEnded = incident.state === 'resolved' && !isOver(entry.event);
			return hasEnded ? missedEntry(incident) : entry;
		});
		const isSame = entries.every((entry, index) => entry === message.entries[index]);
		const isWhollyOver = entries.every(({ event }) => isOver(event));
		if (isSame || isTrying === true || (mayHaveArrived === true && !isWhollyOver)) return [];
		const id = restId(
			message.id,
			entries.map(({ incident, event }) => `${incident.id} ${event}`),
		);
		return [
			{
				type: 'revised',
				id: message.id,
				message: { ...message, id, entries: sortEntries(entries) },
			},
		];
	});
}

/** A clock that was set back must not silence a group until it has caught up. */
function mendClock(group: NotificationGroup, nowMs: number): void {
	if ((group.lastAtMs ?? 0) > nowMs) group.lastAtMs = nowMs;
	if ((group.lastUrgentAtMs ?? 0) > nowMs) group.lastUrgentAtMs = nowMs;
	for (const delivered of Object.values(group.delivered))
		delivered.deliveredAtMs = Math.min(delivered.deliveredAtMs, nowMs);
	for (const refusal of Object.values(group.refused)) refusal.atMs = Math.min(refusal.atMs, nowMs);
}

function draftGroups(
	channel: Channel,
	incidents: readonly Incident[],
	{ groups, queued, untold }: Known,
	nowMs: number,
): Map<string, Draft> {
	// An incident stays in the group in which it was delivered or queued, even when `groupBy` or its labels change.
	const homeOf = new Map<string, string>();
	for (const { message } of queued) {
		for (const { incident } of message.entries) homeOf.set(incident.id, message.groupKey);
	}
	for (const [groupKey, { delivered }] of Object.entries(groups)) {
		for (const id of Object.keys(delivered)) homeOf.set(id, groupKey);
	}
	const drafts = new Map<string, Draft>();
	const known = new Set<string>();
	for (const incident of incidents) {
		known.add(incident.id);
		const labels = groupLabels(channel, incident);
		const groupKey = homeOf.get(incident.id) ?? JSON.stringify(labels);
		const draft = draftOf(drafts, groupKey, labels);
		if (isMissed(incident, untold, groups[groupKey])) draft.missed.push(missedEntry(incident));
		else takeIn(channel, incident, draft, groups[groupKey], nowMs);
	}
	for (const { message } of queued) {
		for (const { incident } of message.entries) {
			if (known.has(incident.id) || groups[message.groupKey]?.delivered[incident.id]) continue;
			known.add(incident.id);
			const draft = draftOf(drafts, message.groupKey, message.groupLabels);
			draft.missed.push(missedEntry(endedUnseen(incident, nowMs)));
		}
	}
	for (const [id, groupKey] of homeOf) {
		const group = groups[groupKey];
		const delivered = group?.delivered[id];
		if (known.has(id) || group === undefined || delivered === undefined) continue;
		const draft = draftOf(drafts, groupKey, group.labels);
		takeIn(channel, endedUnseen(delivered.incident, nowMs), draft, group, nowMs);
	}
	return drafts;
}

/** Whether it fired and ended while a message about it waited. */
function isMissed(
	{ id, state }: Incident,
	untold: Known['untold'],
	group?: NotificationGroup,
): boolean {
	return state === 'resolved' && untold.has(id) && group?.delivered[id] === undefined;
}

function missedEntry(incident: Incident): Entry {
	return { incident, event: 'ended' };
}

/** Was sent, and is no longer among the incidents: its node is not watched any more, so it ends. */
function endedUnseen(incident: Incident, nowMs: number): Incident {
	if (incident.state === 'resolved') return incident;
	const resolvedAt = new Date(nowMs).toISOString();
	return { ...incident, state: 'resolved', resolvedAt, reason: 'no longer watched' };
}

function draftOf(
	drafts: Map<string, Draft>,
	groupKey: string,
	labels: Readonly<Record<string, string>>,
): Draft {
	const draft = drafts.get(groupKey) ?? {
		labels,
		news: [],
		missed: [],
		reminders: [],
		ended: [],
		hasMutedNews: false,
		isReminderDue: false,
		stillFiring: 0,
	};
	drafts.set(groupKey, draft);
	return draft;
}

function groupLabels(channel: Channel, incident: Incident): Record<string, string> {
	const all: Readonly<Record<string, string>> = {
		...incident.labels,
		rule: incident.rule,
		severity: incident.severity,
	};
	const chosen = channel.groupBy.map((name): [string, string] => [name, all[name] ?? '']);
	return Object.fromEntries(chosen);
}

function takeIn(
	channel: Channel,
	incident: Incident,
	draft: Draft,
	group: NotificationGroup | undefined,
	nowMs: number,
): void {
	const delivered = group?.delivered[incident.id];
	const previous = delivered?.incident.severity;
	const changed = previous !== undefined && previous !== incident.severity;
	const { isInGrace = false, ...sent } = incident;
	const entry = (event: Entry['event']): Entry => ({
		incident: sent,
		event,
		...(changed && { previousSeverity: previous }),
	});
	if (incident.state === 'resolved') {
		if (delivered === undefined) return;
		const refusal = group?.refused[refusalKey(entry('resolved'))];
		const isHopeless = refusal !== undefined && nowMs - refusal.firstAtMs > dropResolveAfterMs;
		if (channel.sendResolved && !isHopeless) draft.news.push(entry('resolved'));
		else draft.ended.push(incident.id);
		return;
	}
	if (delivered === undefined || previous === undefined) {
		if (compareSeverity(incident.severity, channel.minSeverity) < 0) return;
		if (incident.muted === undefined && !isInGrace) draft.news.push(entry('fired'));
		else draft.hasMutedNews = true;
		return;
	}
	if (compareSeverity(incident.severity, previous) > 0 && incident.muted === undefined) {
		draft.news.push(entry('raised'));
		return;
	}
	draft.stillFiring += 1;
	// A receiver that takes silence for the end must not take a mute for one.
	if (incident.muted !== undefined && !channel.remindsWhileMuted) return;
	draft.reminders.push(entry('reminder'));
	const repeatMs =
		incident.severity === 'critical' ? channel.criticalRepeatIntervalMs : channel.repeatIntervalMs;
	const refusedAtMs = group?.refused[refusalKey(entry('reminder'))]?.atMs ?? 0;
	if (nowMs - Math.max(delivered.deliveredAtMs, refusedAtMs) >= repeatMs)
		draft.isReminderDue = true;
}

function toMessage(
	channel: Channel,
	groupKey: string,
	draft: Draft,
	group: NotificationGroup | undefined,
	nowMs: number,
): Message {
	const entries = sortEntries([
		...draft.news,
		...draft.missed,
		...(draft.isReminderDue ? draft.reminders : []),
	]);
	return {
		id: messageId(channel.name, groupKey, entries, group?.sentCount ?? 0),
		channel: channel.name,
		groupKey,
		groupLabels: { ...draft.labels },
		createdAtMs: nowMs,
		isTest: false,
		entries,
		stillFiring: draft.isReminderDue
			? draft.stillFiring - draft.reminders.length
			: draft.stillFiring,
	};
}

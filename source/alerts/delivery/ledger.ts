import * as z from 'zod';
import { incidentSchema, isOver, messageSchema } from './message.ts';
import type { Entry, Message } from './message.ts';

const deliveredSchema = z.object({ incident: incidentSchema, deliveredAtMs: z.number() });

const groupSchema = z.object({
	labels: z.record(z.string(), z.string()),
	/** Alerts that the receiver takes for firing, by incident id, as they were last delivered. */
	delivered: z.record(z.string(), deliveredSchema),
	/** When the last message was made. */
	lastAtMs: z.number().optional(),
	/** When the last message with something new and critical was made. */
	lastUrgentAtMs: z.number().optional(),
	/** What the receiver refused, or did not take in time, by `refusalKey`. */
	refused: z.record(z.string(), z.object({ firstAtMs: z.number(), atMs: z.number() })),
	sentCount: z.number(),
});
export type NotificationGroup = z.infer<typeof groupSchema>;

const queuedSchema = z.object({
	message: messageSchema,
	attempts: z.number(),
	nextAtMs: z.number(),
	/** Why the last attempt failed. */
	reason: z.string().optional(),
	/** An attempt is under way; in a journal that is opened, it was when the process ended. */
	isTrying: z.boolean().optional(),
	/** The receiver may have it from an attempt whose outcome is not known. */
	mayHaveArrived: z.boolean().optional(),
});
export type Queued = z.infer<typeof queuedSchema>;

const undeliveredSchema = z.object({
	message: messageSchema,
	atMs: z.number(),
	reason: z.string(),
});
export type Undelivered = z.infer<typeof undeliveredSchema>;

/** The record of delivery: for every channel what was delivered, what was refused, and what is queued. */
export const ledgerSchema = z.object({
	/** By channel, then by group key. */
	groups: z.record(z.string(), z.record(z.string(), groupSchema)),
	/** By message id. */
	queue: z.record(z.string(), queuedSchema),
	/** The latest, oldest first. */
	undelivered: z.array(undeliveredSchema),
});
export type Ledger = z.infer<typeof ledgerSchema>;

/** One change of the ledger: a line of the journal. */
export const recordSchema = z.discriminatedUnion('type', [
	z.object({ type: z.literal('ledger'), ledger: ledgerSchema }),
	z.object({ type: z.literal('queued'), message: messageSchema }),
	/** An attempt begins: from now on the receiver may have it. */
	z.object({ type: z.literal('trying'), id: z.string() }),
	z.object({
		type: z.literal('delayed'),
		id: z.string(),
		nextAtMs: z.number(),
		reason: z.string(),
		mayHaveArrived: z.boolean().optional(),
	}),
	/** A message that could not be sent says what is so now; without one nothing is left to say. */
	z.object({ type: z.literal('revised'), id: z.string(), message: messageSchema.optional() }),
	z.object({ type: z.literal('sent'), id: z.string(), atMs: z.number() }),
	z.object({
		type: z.literal('undelivered'),
		id: z.string(),
		atMs: z.number(),
		reason: z.string(),
	}),
	z.object({
		type: z.literal('forgotten'),
		channel: z.string(),
		groupKey: z.string(),
		ids: z.array(z.string()),
	}),
]);
export type LedgerRecord = z.infer<typeof recordSchema>;

const maxUndelivered = 100;
/** Groups and refusals older than this are removed. */
const keptMs = 7 * 24 * 3_600_000;

export function emptyLedger(): Ledger {
	return { groups: {}, queue: {}, undelivered: [] };
}

/** Applies one change to the ledger, in place. A record of a message that is not queued changes nothing. */
export function applyRecord(ledger: Ledger, record: LedgerRecord): void {
	switch (record.type) {
		case 'ledger':
			Object.assign(ledger, structuredClone(record.ledger));
			return;
		case 'queued': {
			const { message } = record;
			ledger.queue[message.id] = { message, attempts: 0, nextAtMs: message.createdAtMs };
			return;
		}
		case 'trying': {
			const queued = ledger.queue[record.id];
			if (queued) ledger.queue[record.id] = { ...queued, isTrying: true };
			return;
		}
		case 'delayed': {
			const queued = ledger.queue[record.id];
			if (queued === undefined) return;
			const { nextAtMs, reason } = record;
			const mayHaveArrived = queued.mayHaveArrived === true || record.mayHaveArrived === true;
			const attempts = queued.attempts + 1;
			const { isTrying: _ended, ...rest } = queued;
			ledger.queue[record.id] = { ...rest, attempts, nextAtMs, reason, mayHaveArrived };
			return;
		}
		case 'revised': {
			const queued = takeQueued(ledger, record.id);
			const { message } = record;
			if (queued && message) {
				const { attempts, nextAtMs, reason } = queued;
				ledger.queue[message.id] = { message, attempts, nextAtMs, reason };
			}
			return;
		}
		case 'sent': {
			const queued = takeQueued(ledger, record.id);
			// What is for some recipients only was counted when the others got it.
			if (queued && queued.message.recipients === undefined)
				learn(groupOf(ledger, queued.message), queued.message, record.atMs);
			return;
		}
		case 'undelivered': {
			const queued = takeQueued(ledger, record.id);
			if (queued) giveUp(ledger, queued.message, record.atMs, record.reason);
			return;
		}
		case 'forgotten': {
			const group = ledger.groups[record.channel]?.[record.groupKey];
			for (const id of record.ids) if (group) forget(group, id);
		}
	}
}

/** After the process that wrote it: an attempt that was under way may have succeeded. */
export function endAttempts({ queue }: Ledger): void {
	for (const [id, { isTrying, ...queued }] of Object.entries(queue)) {
		if (isTrying === true) queue[id] = { ...queued, mayHaveArrived: true };
	}
}

/** Removes, in place, groups and refusals that are too old to matter. Alerts that fire for a receiver stay. */
export function prune(ledger: Ledger, nowMs: number): void {
	for (const [channel, groups] of Object.entries(ledger.groups)) {
		for (const [groupKey, group] of Object.entries(groups)) {
			for (const [key, refusal] of Object.entries(group.refused)) {
				if (nowMs - refusal.atMs > keptMs) delete group.refused[key];
			}
			const isIdle = Object.keys(group.delivered).length + Object.keys(group.refused).length === 0;
			if (isIdle && nowMs - (group.lastAtMs ?? 0) > keptMs) delete groups[groupKey];
		}
		if (Object.keys(groups).length === 0) delete ledger.groups[channel];
	}
}

function takeQueued(ledger: Ledger, id: string): Queued | undefined {
	const queued = ledger.queue[id];
	delete ledger.queue[id];
	return queued;
}

function groupOf(ledger: Ledger, { channel, groupKey, groupLabels }: Message): NotificationGroup {
	const groups = (ledger.groups[channel] ??= {});
	return (groups[groupKey] ??= { labels: groupLabels, delivered: {}, refused: {}, sentCount: 0 });
}

/** The receiver has the message: records what it now takes for firing. */
function learn(group: NotificationGroup, message: Message, atMs: number): void {
	for (const { incident, event } of message.entries) {
		if (isOver(event)) forget(group, incident.id);
		else {
			group.delivered[incident.id] = { incident, deliveredAtMs: atMs };
			delete group.refused[refusalKey({ incident, event })];
		}
	}
	group.sentCount += 1;
	mark(group, message);
}

function forget(group: NotificationGroup, id: string): void {
	delete group.delivered[id];
	for (const key of Object.keys(group.refused)) {
		if (key.startsWith(`${id} `)) delete group.refused[key];
	}
}

function giveUp(ledger: Ledger, message: Message, atMs: number, reason: string): void {
	ledger.undelivered = [...ledger.undelivered, { message, atMs, reason }].slice(-maxUndelivered);
	if (message.recipients !== undefined) return;
	const group = groupOf(ledger, message);
	for (const entry of message.entries) {
		const key = refusalKey(entry);
		group.refused[key] = { firstAtMs: group.refused[key]?.firstAtMs ?? atMs, atMs };
	}
	mark(group, message);
}

/** Times count from when a message was made: one that was late does not delay the next. */
function mark(group: NotificationGroup, message: Message): void {
	group.lastAtMs = message.createdAtMs;
	if (message.entries.some((entry) => isUrgent(entry))) group.lastUrgentAtMs = message.createdAtMs;
}

/** What is new and critical, in either direction. */
export function isUrgent({ incident, event, previousSeverity }: Entry): boolean {
	if (event === 'reminder') return false;
	return incident.severity === 'critical' || previousSeverity === 'critical';
}

export function refusalKey({ incident, event }: Pick<Entry, 'incident' | 'event'>): string {
	return `${incident.id} ${event} ${incident.severity}`;
}

import { createHash } from 'node:crypto';
import * as z from 'zod';
import { severities } from '../../domain/words.ts';
import type { Severity } from '../../domain/words.ts';

const number = z.union([z.number(), z.string()]);

const incidentSchema = z.object({
	id: z.string(),
	fingerprint: z.string(),
	rule: z.string(),
	labels: z.record(z.string(), z.string()),
	severity: z.enum(severities),
	state: z.enum(['firing', 'resolved']),
	muted: z.enum(['silenced', 'inhibited', 'maintenance', 'acknowledged', 'flapping']).optional(),
	message: z.string(),
	value: number.optional(),
	threshold: number.optional(),
	unit: z.string().optional(),
	since: z.string(),
	resolvedAt: z.string().optional(),
	evidence: z.string().optional(),
	nextStep: z.string().optional(),
	reason: z.string().optional(),
	show: z.string().optional(),
	replay: z.string().optional(),
});

/** Why an incident is in a message. `ended`: it fired and ended before a message reached the receiver. */
const events = ['fired', 'raised', 'reminder', 'ended', 'resolved'] as const;
export type Event = (typeof events)[number];

/** Whether the incident does not fire any more. */
export function isOver(event: Event): boolean {
	return event === 'resolved' || event === 'ended';
}

const entrySchema = z.object({
	incident: incidentSchema,
	event: z.enum(events),
	/** The severity that was last delivered, where it differs. */
	previousSeverity: z.enum(severities).optional(),
});
export type Entry = z.infer<typeof entrySchema>;

/** One message to one channel, as it is queued: the same content and id at each attempt. */
export const messageSchema = z.object({
	/** The same over retries and restarts, so that a receiver recognises a repeat. */
	id: z.string(),
	channel: z.string(),
	/** The recipients for whom it is, where the others have it already. */
	recipients: z.array(z.string()).optional(),
	groupKey: z.string(),
	groupLabels: z.record(z.string(), z.string()),
	createdAtMs: z.number(),
	/** Sent by `alerts test`. */
	isTest: z.boolean(),
	/** Firing alerts before ended ones, then the most severe first. Never empty. */
	entries: z.array(entrySchema),
	/** Further alerts of the group, of earlier messages, that still fire. */
	stillFiring: z.number(),
});
export type Message = z.infer<typeof messageSchema>;
export { incidentSchema };

const severityRank: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/** Positive when `a` is more severe. */
export function compareSeverity(a: Severity, b: Severity): number {
	return severityRank[a] - severityRank[b];
}

/** Firing alerts before ended ones, then the most severe, then the oldest. */
export function sortEntries(entries: readonly Entry[]): Entry[] {
	const ended = ({ event }: Entry): number => Number(isOver(event));
	return entries.toSorted(
		(a, b) =>
			ended(a) - ended(b) ||
			compareSeverity(b.incident.severity, a.incident.severity) ||
			a.incident.since.localeCompare(b.incident.since) ||
			a.incident.id.localeCompare(b.incident.id),
	);
}

/** `firing` when any alert in the message fires, `resolved` when all have ended. */
export function statusOf(message: Message): 'firing' | 'resolved' {
	return message.entries.some(({ event }) => !isOver(event)) ? 'firing' : 'resolved';
}

/** The highest severity among firing alerts; among all alerts when none fires. */
export function severityOf(message: Message): Severity {
	return sortEntries(message.entries)[0]?.incident.severity ?? 'info';
}

/**
 * A message's id: made from its content and the number of messages that the group got before, so
 * that even after a lost journal the same message has the same id.
 */
export function messageId(
	channel: string,
	groupKey: string,
	entries: readonly Entry[],
	sentBefore: number,
): string {
	const contents = entries.map(
		({ incident, event }) => `${incident.id} ${event} ${incident.severity}`,
	);
	return createHash('sha256')
		.update(JSON.stringify([channel, groupKey, contents.toSorted(), sentBefore]))
		.digest('hex')
		.slice(0, 32);
}

/** The id of a message for those recipients who missed the one with that id. */
export function restId(id: string, recipients: readonly string[]): string {
	return createHash('sha256')
		.update(JSON.stringify([id, ...recipients]))
		.digest('hex')
		.slice(0, 32);
}

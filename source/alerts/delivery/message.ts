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
});

/** What a message says of one incident. */
const events = ['fired', 'raised', 'reminder', 'resolved'] as const;
export type Event = (typeof events)[number];

const entrySchema = z.object({
	incident: incidentSchema,
	event: z.enum(events),
	/** What the receiver was told last, where it differs. */
	previousSeverity: z.enum(severities).optional(),
});
export type Entry = z.infer<typeof entrySchema>;

/** One message to one channel, as it is queued: the same content and id at each attempt. */
export const messageSchema = z.object({
	/** The same over retries and restarts, so that a receiver recognises a repeat. */
	id: z.string(),
	channel: z.string(),
	groupKey: z.string(),
	groupLabels: z.record(z.string(), z.string()),
	createdAtMs: z.number(),
	/** Sent by `alerts test`. */
	isTest: z.boolean(),
	/** The most severe first, what fires before what ended. Never empty. */
	entries: z.array(entrySchema),
	/** Others of the group that the receiver knows of and that still fire. */
	stillFiring: z.number(),
});
export type Message = z.infer<typeof messageSchema>;
export { incidentSchema };

const severityRank: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/** Positive when `a` is more severe. */
export function compareSeverity(a: Severity, b: Severity): number {
	return severityRank[a] - severityRank[b];
}

/** What fires before what ended, then the most severe, then the oldest. */
export function sortEntries(entries: readonly Entry[]): Entry[] {
	const ended = ({ event }: Entry): number => (event === 'resolved' ? 1 : 0);
	return entries.toSorted(
		(a, b) =>
			ended(a) - ended(b) ||
			compareSeverity(b.incident.severity, a.incident.severity) ||
			a.incident.since.localeCompare(b.incident.since) ||
			a.incident.id.localeCompare(b.incident.id),
	);
}

/** Whether the message as a whole is about something that fires, or only about ends. */
export function statusOf(message: Message): 'firing' | 'resolved' {
	return message.entries.some(({ event }) => event !== 'resolved') ? 'firing' : 'resolved';
}

/** The worst of what fires; of everything when nothing does. */
export function severityOf(message: Message): Severity {
	return sortEntries(message.entries)[0]?.incident.severity ?? 'info';
}

/**
 * A message's id: from what it says and how many the group was sent before, so that even a lost
 * journal gives the same message the same id.
 */
export function messageId(
	channel: string,
	groupKey: string,
	entries: readonly Entry[],
	sentBefore: number,
): string {
	const said = entries.map(({ incident, event }) => `${incident.id} ${event} ${incident.severity}`);
	return createHash('sha256')
		.update(JSON.stringify([channel, groupKey, said.toSorted(), sentBefore]))
		.digest('hex')
		.slice(0, 32);
}

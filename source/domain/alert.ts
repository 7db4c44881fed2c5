import * as z from 'zod';
import { text, time } from './scalars.ts';
import { alertStates, mutedBy, severities } from './words.ts';

/** A value that a rule asked for, as it is told. */
const scalar = z.union([z.number(), z.string()]);

/** One alert of the document: of a node, of a group as a whole, or of our own connection. */
export const alertSchema = z.strictObject({
	fingerprint: text.optional().describe('Of the rule and what it is about; absent without a watch'),
	node: text.optional().describe('Absent when it is about a group or our own connection'),
	group: text.optional().describe('Present when it is about a group as a whole'),
	rule: text,
	state: z.enum(alertStates),
	severity: z.enum(severities),
	message: text,
	labels: z.record(text, text).optional(),
	value: scalar.optional(),
	threshold: scalar.optional(),
	unit: text.optional(),
	evidence: text.optional(),
	since: time.describe('When it was first so; it fires `for` later'),
	firedAt: time.optional(),
	resolvedAt: time.optional(),
	reason: text.optional().describe('Why it ended: recovered, rule removed, node removed, …'),
	muted: z.enum(mutedBy).optional().describe('Why it is not told'),
	silencedUntil: time.optional(),
	ackedAt: time.optional(),
	ackedBy: text.optional(),
	ackedSeverity: z
		.enum(severities)
		.optional()
		.describe('How bad it was when it was acknowledged; one that is worse now is told'),
	isStale: z.boolean().optional().describe('Kept as it was, for nothing can be said now'),
	isFlapping: z.boolean().optional().describe('Kept firing, for it changes too often'),
	nextStep: text.optional(),
});

export type Alert = z.infer<typeof alertSchema>;

type Acknowledgeable = Pick<Alert, 'ackedAt' | 'ackedSeverity' | 'severity'>;

/** Whether a person has seen it as bad as it is. One that became worse since was seen by nobody. */
export function isAcknowledged({ ackedAt, ackedSeverity, severity }: Acknowledgeable): boolean {
	if (ackedAt === undefined) return false;
	return severities.indexOf(severity) <= severities.indexOf(ackedSeverity ?? severity);
}

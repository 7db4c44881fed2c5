import * as z from 'zod';
import { text, time } from './scalars.ts';
import { alertStates, mutedBy, severities } from './words.ts';

/** The value that a rule measured, as shown in the alert. */
const scalar = z.union([z.number(), z.string()]);

/** One alert of the document: of a node, of a group as a whole, or of our own connection. */
export const alertSchema = z.strictObject({
	fingerprint: text
		.optional()
		.describe('Identifies the alert by rule and labels; absent while no rules are evaluated'),
	node: text
		.optional()
		.describe('Absent if the alert is about a group or nodetop’s own connection'),
	group: text.optional().describe('Present if the alert is about a whole group'),
	rule: text,
	state: z.enum(alertStates),
	severity: z.enum(severities),
	message: text,
	labels: z.record(text, text).optional(),
	value: scalar.optional(),
	threshold: scalar.optional(),
	unit: text.optional(),
	evidence: text.optional(),
	since: time.describe('When the condition began; the alert fires after the hold time'),
	firedAt: time.optional(),
	heldSeconds: z
		.number()
		.optional()
		.describe('While pending: how long its condition has held; gaps without data do not count'),
	holdSeconds: z
		.number()
		.optional()
		.describe('While pending: how long it must hold before it fires'),
	resolvedAt: time.optional(),
	reason: text.optional().describe('Why it resolved: recovered, rule removed, node removed, …'),
	muted: z.enum(mutedBy).optional().describe('Why nodetop sends no messages about it'),
	explainedBy: text.optional().describe('Rule of the alert that explains it, while that one fires'),
	silencedUntil: time.optional(),
	ackedAt: time.optional(),
	ackedBy: text.optional(),
	ackedSeverity: z
		.enum(severities)
		.optional()
		.describe('Severity when it was acknowledged; nodetop sends it again if it becomes worse'),
	isStale: z.boolean().optional().describe('There is no data now: the alert stays as it was'),
	isFlapping: z.boolean().optional().describe('It changes too often, and therefore keeps firing'),
	nextStep: text.optional(),
});

export type Alert = z.infer<typeof alertSchema>;

type Acknowledgeable = Pick<Alert, 'ackedAt' | 'ackedSeverity' | 'severity'>;

/** Whether a person has seen it as bad as it is. One that became worse since was seen by nobody. */
export function isAcknowledged({ ackedAt, ackedSeverity, severity }: Acknowledgeable): boolean {
	if (ackedAt === undefined) return false;
	return severities.indexOf(severity) <= severities.indexOf(ackedSeverity ?? severity);
}

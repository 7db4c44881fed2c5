import * as z from 'zod';
import { silenceEntrySchema } from '../domain/rule.ts';
import { severities } from '../domain/words.ts';
import { incidentSchema } from './delivery/message.ts';

/** What outlives the process: as it stands in the state file. */

const labels = z.record(z.string(), z.string());
const scalar = z.union([z.number(), z.string()]);

const alertRecordFields = z.object({
	rule: z.string(),
	identity: labels,
	labels,
	phase: z.enum(['pending', 'firing']),
	severity: z.enum(severities),
	held: z.object({
		info: z.number().optional(),
		warning: z.number().optional(),
		critical: z.number().optional(),
	}),
	badLooks: z.number(),
	goodMs: z.number().optional(),
	last: z.enum(['bad', 'between', 'good', 'noData']),
	/** The `for` under which it stands; another one is asked anew. */
	forMs: z.number(),
	since: z.string(),
	firedAt: z.string().optional(),
	message: z.string(),
	value: scalar.optional(),
	threshold: scalar.optional(),
	unit: z.string().optional(),
	evidence: z.string().optional(),
	nextStep: z.string().optional(),
	ackedAt: z.string().optional(),
	ackedBy: z.string().optional(),
	/** How bad it was then. */
	ackedSeverity: z.enum(severities).optional(),
	snoozedUntil: z.string().optional(),
	isFlapping: z.boolean().optional(),
	/** Fields that are not told any more, of the alert about missing data. */
	missing: z.array(z.string()).optional(),
	/** What explained it lately is gone: for so long yet it must be bad by itself. */
	graceMs: z.number().optional(),
	/** How long the node has answered without reporting it. */
	notReportedMs: z.number().optional(),
});
/** Of a state that does not know yet how bad it was when acknowledged: as bad as it stands there. */
export const alertRecordSchema = alertRecordFields.transform((record) =>
	record.ackedAt === undefined
		? record
		: { ...record, ackedSeverity: record.ackedSeverity ?? record.severity },
);
export type AlertRecord = z.infer<typeof alertRecordSchema>;

const silenceSchema = z.object({ id: z.string(), ...silenceEntrySchema.shape });
export type Silence = z.infer<typeof silenceSchema>;

export const alertStateSchema = z.object({
	schema: z.literal('nodetop-alerts/1'),
	savedAt: z.string(),
	/** Time watched, of a clock that stands while nobody watches. */
	steadyMs: z.number(),
	/** By fingerprint. */
	alerts: z.record(z.string(), alertRecordSchema),
	/** What ended lately, newest last. */
	closed: z.array(incidentSchema),
	/** When each alert changed lately, on the steady clock; by fingerprint. */
	changes: z.record(z.string(), z.array(z.number())),
	silences: z.array(silenceSchema),
	/** Actions that are in this state already. */
	applied: z.array(z.string()),
});
export type AlertState = z.infer<typeof alertStateSchema>;

export function emptyAlertState(): AlertState {
	return {
		schema: 'nodetop-alerts/1',
		savedAt: new Date(0).toISOString(),
		steadyMs: 0,
		alerts: {},
		closed: [],
		changes: {},
		silences: [],
		applied: [],
	};
}

export const actionSchema = z.discriminatedUnion('type', [
	z.object({
		type: z.literal('acknowledge'),
		fingerprint: z.string(),
		by: z.string().optional(),
		at: z.string(),
		/** As the person saw it; without it, as it stands when this is applied. */
		severity: z.enum(severities).optional(),
	}),
	z.object({ type: z.literal('snooze'), fingerprint: z.string(), until: z.string() }),
	z.object({ type: z.literal('silence'), silence: silenceSchema }),
	z.object({ type: z.literal('unsilence'), id: z.string() }),
]);
/** What a person does to alerts; takes effect however often it is applied. */
export type Action = z.infer<typeof actionSchema>;

/** Applies an action, in place. One about an alert that is gone changes nothing. */
export function applyAction(state: AlertState, action: Action): void {
	switch (action.type) {
		case 'acknowledge': {
			const record = state.alerts[action.fingerprint];
			if (!record) return;
			Object.assign(record, {
				ackedAt: action.at,
				ackedBy: action.by,
				ackedSeverity: action.severity ?? record.severity,
			});
			return;
		}
		case 'snooze': {
			const record = state.alerts[action.fingerprint];
			if (record) record.snoozedUntil = action.until;
			return;
		}
		case 'silence':
			state.silences = [
				...state.silences.filter(({ id }) => id !== action.silence.id),
				action.silence,
			];
			return;
		case 'unsilence':
			state.silences = state.silences.filter(({ id }) => id !== action.id);
	}
}

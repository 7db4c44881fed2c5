import * as z from 'zod';
import { silenceEntrySchema } from '../domain/rule.ts';
import { severities } from '../domain/words.ts';
import { incidentSchema } from './delivery/message.ts';

/** The alert state as it is stored in the state file. */

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
	gapMs: z.number().optional(),
	frozenMs: z.number().optional(),
	/** The rule's `for` when the alert was last evaluated. */
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
	/** The severity at that time. */
	ackedSeverity: z.enum(severities).optional(),
	snoozedUntil: z.string().optional(),
	isFlapping: z.boolean().optional(),
	/** In an alert about missing data: the fields that are no longer reported. */
	missing: z.array(z.string()).optional(),
	/** Once another alert has explained it: how long it must still last by itself; 0 when it has. */
	graceMs: z.number().optional(),
	/** How long the node has answered without reporting it. */
	notReportedMs: z.number().optional(),
});
/** A state file without `ackedSeverity` was acknowledged at the severity that it holds. */
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
	/** Watched time: this clock stops while no process evaluates. */
	steadyMs: z.number(),
	/** By fingerprint. */
	alerts: z.record(z.string(), alertRecordSchema),
	/** Recently ended alerts, newest last. */
	closed: z.array(incidentSchema),
	/** Recent changes of each alert, in watched time; by fingerprint. */
	changes: z.record(z.string(), z.array(z.number())),
	silences: z.array(silenceSchema),
	/** Names of filed actions that were already applied. */
	applied: z.array(z.string()),
	/** Lines of the history that belong to this state: a kill may come before they are appended. */
	historyLines: z.array(z.string()).optional(),
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
		/** The severity that the person saw; by default the severity when the action is applied. */
		severity: z.enum(severities).optional(),
	}),
	z.object({ type: z.literal('snooze'), fingerprint: z.string(), until: z.string() }),
	z.object({ type: z.literal('silence'), silence: silenceSchema }),
	z.object({ type: z.literal('unsilence'), id: z.string() }),
]);
/** What a person does to alerts. Applying it twice has the same effect as once. */
export type Action = z.infer<typeof actionSchema>;

/** Applies an action to the state, in place. An action on an alert that is gone changes nothing. */
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

/** A pending alert is kept over a gap in watching no longer than this. */
const pendingKeptMs = 3_600_000;

/** Drops, in place, pending alerts that were saved too long ago to go on. */
export function dropOldPending(state: AlertState, nowMs: number): void {
	if (nowMs - Date.parse(state.savedAt) < pendingKeptMs) return;
	for (const [fingerprint, { phase }] of Object.entries(state.alerts)) {
		if (phase === 'pending') delete state.alerts[fingerprint];
	}
}

import * as z from 'zod';
import { actionSchema } from '../../alerts/alert-state.ts';

export const pairStates = ['starting', 'standby', 'active'] as const;
export type PairState = (typeof pairStates)[number];

/** Alerts that a standby sees. */
export const mostSeen = 10_000;

/** 0 from a watch that knows no terms. */
const term = z.number().int().nonnegative().default(0);

/** What one watch says of itself to the other. */
export const helloSchema = z.object({
	state: z.enum(pairStates),
	/** Random name of the running program. */
	instance: z.string().min(1).max(100),
	/** Of the watch that is active, as far as this one knows; a takeover begins the next one. */
	term,
	/** Unix ms of its newest alert state; 0 when it has none. */
	savedAtMs: z.number(),
});
export type Hello = z.infer<typeof helloSchema>;

/** What the active watch sends: that it is well, and its files when they changed. */
export const pushSchema = z.object({
	instance: z.string().min(1).max(100),
	term,
	/** Whether the active one waits for this standby before it sends a message. */
	isAwaited: z.boolean().default(true),
	files: z.object({ state: z.string(), journal: z.string() }).optional(),
});
export type Push = z.infer<typeof pushSchema>;

export const pushAnswerSchema = z.object({
	/** False when the other one is active too. */
	accepted: z.boolean(),
	instance: z.string().max(100),
	term,
	/** Whether the files have to be sent whole: the standby has none yet. */
	wantsFiles: z.boolean(),
	/** Fingerprints of the alerts that the standby sees itself, where it looks. */
	sees: z.array(z.string().max(100)).max(mostSeen).readonly().optional(),
	/** What people did to alerts at the standby. */
	actions: z.array(actionSchema).max(1000),
});
export type PushAnswer = z.infer<typeof pushAnswerSchema>;

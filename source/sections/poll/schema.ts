import * as z from 'zod';
import { amount, count, text, time } from '../../domain/scalars.ts';
import { pollErrorCodes, pollStatuses } from '../../domain/words.ts';

export const pollErrorSchema = z.strictObject({
	code: z.enum(pollErrorCodes),
	message: text,
	nextStep: text.optional(),
	httpStatus: count.optional().describe('Present if an HTTP status is the reason'),
});

export const endpointSchema = z.strictObject({
	name: text.describe('The request: a method or a path'),
	status: z
		.enum(['ok', 'failed', 'unavailable', 'unmeasured'])
		.describe(
			'unavailable: the node does not offer it; unmeasured: this machine could not ask, or was too late to hear the answer',
		),
	latencyMs: amount.optional(),
	message: text.optional(),
});

export const pollSchema = z.strictObject({
	status: z.enum(pollStatuses).describe('pending: not polled yet'),
	at: time.optional().describe('When the last poll ended'),
	latencyMs: amount.optional().describe('Time from the main request to its complete answer'),
	steadyLatencyMs: amount
		.optional()
		.describe(
			'The lowest latency of the last three polls, because a single slow poll proves nothing',
		),
	error: pollErrorSchema.optional(),
	failures: count.describe('Failed polls in a row'),
	lastGoodAt: time.optional().describe('When the sections below were last refreshed'),
	missedSlots: count.optional().describe('Poll slots that passed while a poll was still running'),
	endpoints: z.array(endpointSchema).optional(),
	certificateDaysLeft: z
		.number()
		.optional()
		.describe('Days until the certificate of its address ends; of the last good poll'),
	cachedBy: text
		.optional()
		.describe('What showed that answers came from a cache in front of the node, and are old'),
	figuresAt: time
		.optional()
		.describe(
			'When the figures are from, where that is more than a minute ago: by an Age header, by the timestamps of samples, or by the last scrape',
		),
});

export type PollReport = z.infer<typeof pollSchema>;
export type Endpoint = z.infer<typeof endpointSchema>;

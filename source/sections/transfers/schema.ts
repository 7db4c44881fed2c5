import * as z from 'zod';
import { amount, count, ratio, text, time } from '../../domain/scalars.ts';
import { distributionSchema } from '../distribution.ts';

export const logStatuses = ['reading', 'following', 'missing', 'connecting', 'failed'] as const;

const logSchema = z.strictObject({
	place: text.describe('Path of the log, or address of the program that forwards it'),
	status: z.enum(logStatuses),
	problem: text.optional().describe('Why nothing is read'),
	lastLineAt: time.optional().describe('When the newest line was written'),
	lines: count,
	unreadLines: count.describe('Lines that do not belong to the log, such as stacks'),
	bytes: count,
	progressRatio: ratio.optional().describe('While an old log is read: how much of it'),
});

const countsSchema = { succeeded: count, canceled: count, failed: count };

export const transfersSchema = z
	.strictObject({
		log: logSchema.optional(),
		since: time.optional().describe('Time of the first line'),
		...countsSchema,
		successRatio: ratio.optional().describe('Of all that ended, cancelled ones included'),
		uploadedBytes: count.optional().describe('Received by the node, in transfers that succeeded'),
		downloadedBytes: count.optional().describe('Sent by the node, in transfers that succeeded'),
		lostPieces: count
			.optional()
			.describe('Audits of pieces that the node no longer has, by its log'),
		lostPieceAt: time.optional(),
		fatalAt: time.optional(),
		fatal: text.optional().describe('The newest error that ended the node'),
		latencyFrom: z.enum(['log', 'debugPort']).optional(),
		latencyAbsent: text.optional().describe('Why no latency is known'),
		latencyMs: distributionSchema.optional().describe('From the start of a transfer to its end'),
		latencyStepMs: count.optional().describe('Smallest difference that the times of the log show'),
		recent: z
			.strictObject({ ...countsSchema, timed: count, slow: count })
			.optional()
			.describe('The last hour; slow is more than 10 s'),
		actions: z
			.array(z.strictObject({ action: text, satellite: text, ...countsSchema, bytes: count }))
			.optional(),
		latencies: z
			.array(
				z.strictObject({
					action: text,
					below1s: count.optional(),
					below5s: count.optional(),
					below10s: count.optional(),
					above10s: count.optional(),
					avgMs: amount.optional(),
					p50Ms: amount.optional(),
					p95Ms: amount.optional(),
					p99Ms: amount.optional(),
				}),
			)
			.optional()
			.describe('How long transfers took, by action'),
		slowest: z
			.array(
				z.strictObject({
					action: text,
					satellite: text,
					at: time,
					durationMs: amount,
					sizeBytes: count.optional(),
					remoteAddress: text.optional(),
				}),
			)
			.optional(),
		errors: z
			.array(
				z.strictObject({ signature: text, count, lastAt: time.optional(), isError: z.boolean() }),
			)
			.optional()
			.describe('Errors without what differs from one to the next, the most frequent first'),
		lost: z
			.array(z.strictObject({ satellite: text, piece: text, at: time }))
			.optional()
			.describe('The newest lost pieces'),
	})
	.describe('What a storage node’s log or debug port says about its transfers');

export type TransferSection = z.infer<typeof transfersSchema>;

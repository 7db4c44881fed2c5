import * as z from 'zod';
import { amount, count, text, time } from '../../domain/scalars.ts';

export const unusualShapes = [
	'spike',
	'levelShift',
	'drift',
	'flatLine',
	'missingSeasonality',
] as const;
export type UnusualShape = (typeof unusualShapes)[number];

export const unusualClasses = ['traffic', 'latency', 'peers', 'other'] as const;
export type UnusualClass = (typeof unusualClasses)[number];

const unusualSchema = z.strictObject({
	metric: text.describe('Path of the field, or name of the derived number'),
	class: z.enum(unusualClasses),
	shape: z.enum(unusualShapes),
	since: time,
	value: z.number(),
	usual: z.number().describe('What the history of this hour of the week lets expect'),
	confidence: z.enum(['possible', 'likely', 'certain']),
	reason: text,
});

/** A forecast in days, with the band in which it lies in nine cases of ten. */
const forecastSchema = z.strictObject({
	expected: amount,
	low: amount.optional(),
	high: amount.optional().describe('Absent if it may never happen'),
});

/** What the recorded history says of the node. Absent while nothing is recorded, or too little. */
export const outlookSchema = z.strictObject({
	at: time.describe('When the history was last analysed'),
	unusual: z.array(unusualSchema).describe('Numbers that move as they usually do not'),
	unusualTraffic: count.describe('How many numbers of its traffic are unusual'),
	unusualLatency: count,
	unusualPeers: count,
	unusualOther: count,
	daysUntilDiskFull: forecastSchema.optional(),
	daysUntilSynced: forecastSchema.optional(),
	isSyncSlowing: z.boolean().optional().describe('The sync rate of the last hours is falling'),
	trafficPerDayBytes: amount.optional().describe('Expected for the next day, both directions'),
});

export type Outlook = z.infer<typeof outlookSchema>;
export type Unusual = Outlook['unusual'][number];

import * as z from 'zod';
import { amount, count, ratio, text, time } from '../../domain/scalars.ts';

/** How far the other end of a path is, and whether that has moved. */
const level = {
	connectMs: amount.optional().describe('Newest TCP handshake; absent when it failed'),
	error: text.optional().describe('Why the newest failed: ECONNREFUSED, ETIMEDOUT'),
	lossRatio: ratio.optional().describe('Of the last 60 probes, once there are 20'),
	levelMs: amount.optional().describe('Median of the last 20 that were answered'),
	usualMs: amount.optional().describe('Median of those before; absent while it is learnt'),
	shiftMs: z
		.number()
		.optional()
		.describe('levelMs less usualMs while the level has moved, else 0; absent while it is learnt'),
	shiftedAt: time.optional().describe('When it was found to have moved; absent while it has not'),
};

const routeSchema = z.strictObject({
	at: time.describe('When it was last traced'),
	hops: z.array(text).describe('Addresses in order; * where nobody answered'),
	changes: count.describe('How often it moved while watched'),
	changedAt: time.optional(),
	previous: z.array(text).optional().describe('The way before the last change'),
});

const peerSchema = z.strictObject({ peer: text, address: text, at: time, ...level });

/** What nodetop itself measures of the path to a node, on a schedule; the node tells none of it. */
export const probesSchema = z.strictObject({
	at: time.describe('When the newest probe ended'),
	address: text.describe('host:port that was connected to'),
	sent: count.describe('While watched'),
	...level,
	routeChanges: count.optional().describe('As route.changes; absent while the way is learnt'),
	route: routeSchema.optional(),
	peers: z.array(peerSchema).optional().describe('Peers of the node, where the profile allows it'),
});

export type Probes = z.infer<typeof probesSchema>;

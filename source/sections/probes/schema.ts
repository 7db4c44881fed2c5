import * as z from 'zod';
import { amount, count, ratio, text, time } from '../../domain/scalars.ts';

/** How far the other end of a path is, and whether that has moved. */
const level = {
	connectMs: amount.optional().describe('Newest TCP handshake; absent when it failed'),
	error: text.optional().describe('Why the newest handshake failed: ECONNREFUSED, ETIMEDOUT'),
	lossRatio: ratio
		.optional()
		.describe('Lost share of the last 60 probes; absent until there are 20'),
	levelMs: amount.optional().describe('Median of the last 20 handshakes that were answered'),
	usualMs: amount
		.optional()
		.describe('Median of the handshakes before those; absent until there are enough'),
	shiftMs: z
		.number()
		.optional()
		.describe(
			'levelMs minus usualMs while the level has shifted, else 0; absent until usualMs is known',
		),
	shiftedAt: time.optional().describe('When the shift was found; absent if there is none'),
};

const routeSchema = z.strictObject({
	at: time.describe('Time of the last trace'),
	hops: z.array(text).describe('Addresses in order; * where nobody answered'),
	changes: count.describe('How often the route changed since nodetop started'),
	changedAt: time.optional(),
	previous: z.array(text).optional().describe('The route before the last change'),
});

const peerSchema = z.strictObject({ peer: text, address: text, at: time, ...level });

/** What nodetop itself measures of the path to a node, on a schedule; none of it comes from the node. */
export const probesSchema = z.strictObject({
	at: time.describe('When the newest probe ended'),
	address: text.describe('host:port that was probed'),
	sent: count.describe('While watched'),
	...level,
	routeChanges: count
		.optional()
		.describe('Same as route.changes; absent until the usual route is known'),
	route: routeSchema.optional(),
	peers: z.array(peerSchema).optional().describe('Peers of the node, if the profile enables them'),
});

export type Probes = z.infer<typeof probesSchema>;

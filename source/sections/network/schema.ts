import * as z from 'zod';
import { amount, count, integer, text, time } from '../../domain/scalars.ts';
import { distributionSchema } from '../distribution.ts';

const messageCountSchema = z.strictObject({
	type: text,
	sent: integer.optional(),
	received: integer.optional(),
	dropped: integer.optional(),
	failed: integer.optional(),
});

const peerSchema = z.strictObject({
	id: text,
	address: text.optional(),
	direction: z.enum(['inbound', 'outbound']).optional(),
	latencyMs: amount.optional(),
	client: text.optional(),
	version: text.optional(),
	connectedSeconds: amount.optional(),
	lastSeenAt: time.optional(),
	messagesSent: integer.optional(),
	messagesReceived: integer.optional(),
});

export const networkSchema = z.strictObject({
	peers: count.optional(),
	inbound: count.optional(),
	outbound: count.optional(),
	bytesInPerSecond: amount.optional(),
	bytesOutPerSecond: amount.optional(),
	messages: z.array(messageCountSchema).optional(),
	latencyMs: distributionSchema.optional(),
	protocolVersions: z.record(text, count).optional().describe('Peers by protocol version'),
	clients: z.record(text, count).optional().describe('Peers by client'),
	peerList: z.array(peerSchema).optional(),
	lastContactAt: time.optional().describe('When a satellite last reached a storage node'),
});

export type Network = z.infer<typeof networkSchema>;
export type Peer = z.infer<typeof peerSchema>;

import * as z from 'zod';
import { amount, count, integer, ratio, text, time } from '../../domain/scalars.ts';
import { distributionSchema } from '../distribution.ts';

const messageCountSchema = z.strictObject({
	type: text,
	sent: integer.optional(),
	received: integer.optional(),
	dropped: integer.optional(),
	failed: integer.optional(),
	processed: integer.optional().describe('Received and handled without an error'),
	bytes: distributionSchema.optional().describe('Sizes of the messages received'),
	processingMs: distributionSchema.optional(),
	propagationMs: distributionSchema.optional().describe('From sender to this node'),
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
	messagesPerSecond: amount.optional().describe('Sent and received, of all types'),
	deliveryRatio: ratio.optional().describe('Share of the messages sent that were not lost'),
	queuedMessages: integer.optional().describe('Received messages that wait to be handled'),
	messageBytes: distributionSchema.optional().describe('Sizes of the messages received'),
	processingMs: distributionSchema.optional().describe('Time to handle one message'),
	propagationMs: distributionSchema.optional().describe('From the sender of a message to here'),
	connectionsOpened: integer.optional(),
	connectionsClosed: integer.optional(),
	connectionsFailed: integer.optional(),
	connectionsBy: z.record(text, integer).optional().describe('Connections opened by type'),
	disconnectionsBy: z.record(text, integer).optional().describe('Connections closed by reason'),
	connectionFailuresBy: z
		.record(text, integer)
		.optional()
		.describe('Connections that failed by kind of error'),
	connectionSeconds: distributionSchema.optional().describe('Durations of closed connections'),
	protocolVersions: z.record(text, count).optional().describe('Peers by protocol version'),
	clients: z.record(text, count).optional().describe('Peers by client'),
	peerList: z.array(peerSchema).optional(),
	quicStatus: text
		.optional()
		.describe('Whether satellites reach a storage node by QUIC, in its own word'),
	lastContactAt: time.optional().describe('When a satellite last reached a storage node'),
});

export type Network = z.infer<typeof networkSchema>;
export type Peer = z.infer<typeof peerSchema>;

import * as z from 'zod';
import { amount, count, text } from '../../domain/scalars.ts';
import { keptLatencies } from './memory.ts';
import type { LatencyWindow, NetworkMemory } from './memory.ts';

const mostTypes = 1000;
const mostPeers = 2000;

/** Rates by type and latencies by peer are lists: a name from outside is never a key. */
export const networkMemoryJsonSchema = z.strictObject({
	sinceMs: count,
	peakBytesInPerSecond: amount.optional(),
	peakBytesOutPerSecond: amount.optional(),
	messageRates: z
		.array(
			z.strictObject({
				type: text,
				sentPerSecond: amount.optional(),
				receivedPerSecond: amount.optional(),
				droppedPerSecond: amount.optional(),
				failedPerSecond: amount.optional(),
				peakPerSecond: amount.optional(),
			}),
		)
		.max(mostTypes),
	churn: z.strictObject({ joined: count, left: count, perMinute: amount.optional() }).optional(),
	propagation: z
		.strictObject({ lastMs: amount, averageMs: amount, resolutionMs: amount, n: count })
		.optional(),
	peerLatencies: z
		.array(z.strictObject({ id: text, latenciesMs: z.array(amount).max(keptLatencies) }))
		.max(mostPeers),
});

export type NetworkMemoryJson = z.infer<typeof networkMemoryJsonSchema>;

export function writeNetworkMemory(memory: NetworkMemory): NetworkMemoryJson {
	return {
		...memory,
		messageRates: [...memory.messageRates].map(([type, rates]) => ({ type, ...rates })),
		peerLatencies: [...memory.peerLatencies].map(([id, window]) => ({
			id,
			latenciesMs: Array.from(newest(window)),
		})),
	};
}

export function readNetworkMemory(json: NetworkMemoryJson): NetworkMemory {
	const { messageRates, peerLatencies, ...figures } = json;
	const rates = messageRates.map(({ type, ...each }) => [type, each] as const);
	const windows = peerLatencies.map(({ id, latenciesMs }) => {
		const values = Float32Array.from(latenciesMs);
		return [id, { values, length: values.length }] as const;
	});
	return {
		...figures,
		messageRates: new Map(rates),
		peerLatencies: new Map(windows),
	};
}

function newest({ values, length }: LatencyWindow): Float32Array {
	return values.subarray(Math.max(0, length - keptLatencies), length);
}

import { PollError } from '../../domain/errors.ts';
import type { Endpoint } from '../../sections/poll/schema.ts';
import type { PollContext } from '../adapter.ts';
import { parsePrometheusTextInSlices } from '../prometheus-text.ts';
import { atPath } from '../rest-client.ts';
import { beginSecondary, statusOf } from '../secondary.ts';
import { isDebugMetric, readDebugMetrics } from './debug-metrics.ts';
import type { DebugReading } from './debug-metrics.ts';

const name = 'debug port';
const maxBodyBytes = 16 * 1024 * 1024;
/** The page lists every function of the node. */
const everyMs = 15_000;

/** What the debug port last said; `reading` is absent where it says nothing about transfers. */
export interface DebugScrape {
	readonly endpoint: Endpoint;
	readonly reading?: DebugReading;
}

export interface DebugPort {
	/** Never rejects: without it a node is poorer, not dead. */
	read(context: PollContext, timeoutMs: number): Promise<DebugScrape>;
}

/**
 * The metrics at `debug.addr` of a storage node. The node keeps changes for each `output-id`: with one of
 * our own, another scraper is not disturbed.
 */
export function createDebugPort(metricsUrl: string): DebugPort {
	let known: DebugScrape | undefined;
	let dueAtMs = Number.NEGATIVE_INFINITY;
	return {
		async read(context, timeoutMs) {
			if (known && context.now() < dueAtMs) return known;
			known = await scrape(metricsUrl, context, timeoutMs, known);
			dueAtMs = context.now() + everyMs;
			return known;
		},
	};
}

async function scrape(
	metricsUrl: string,
	context: PollContext,
	timeoutMs: number,
	before: DebugScrape | undefined,
): Promise<DebugScrape> {
	const secondary = beginSecondary(context, timeoutMs);
	const { signal } = secondary;
	try {
		const reply = await context.http.request({
			url: addressOf(metricsUrl),
			signal,
			accept: 'text/plain',
			maxBodyBytes,
		});
		const { samples } = await parsePrometheusTextInSlices(reply.body, {
			signal,
			wants: isDebugMetric,
		});
		const { latencyMs } = reply;
		if (samples.length === 0) {
			const message = 'what answers there has none of a storage node’s metrics';
			return { endpoint: { name, status: 'unavailable', latencyMs, message } };
		}
		return { endpoint: { name, status: 'ok', latencyMs }, reading: readDebugMetrics(samples) };
	} catch (error) {
		if (!(error instanceof PollError) || context.signal.aborted) throw error;
		const endpoint = secondary.endpoint(name, error, statusOf(error));
		return { endpoint, ...(before?.reading && { reading: before.reading }) };
	} finally {
		secondary.end();
	}
}

function addressOf(metricsUrl: string): string {
	const url = new URL(atPath(metricsUrl, '/metrics'));
	if (!url.searchParams.has('output-id')) url.searchParams.set('output-id', 'nodetop');
	return url.href;
}

import type { Clock } from '../sections/clock/schema.ts';
import type { Reply } from './http.ts';

/** RFC 9110 §5.6.7: the `Date` header has whole seconds. */
const secondMs = 1000;

/**
 * The node's clock against ours, from the `Date` header of a reply that was complete at `nowMs`. The
 * header is cut to whole seconds and was written at some time between request and reply: the middle
 * of both is taken, so the uncertainty is half a second and half the latency. Absent without a header.
 */
export function clockFrom(
	reply: Pick<Reply, 'serverTimeMs' | 'latencyMs'>,
	nowMs: number,
): Clock | undefined {
	if (reply.serverTimeMs === undefined) return undefined;
	const askedMiddleMs = nowMs - reply.latencyMs / 2;
	return {
		offsetMs: Math.round(reply.serverTimeMs + secondMs / 2 - askedMiddleMs),
		uncertaintyMs: Math.ceil((secondMs + reply.latencyMs) / 2),
		source: 'httpDate',
	};
}

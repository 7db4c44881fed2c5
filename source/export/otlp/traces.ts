import { createHash } from 'node:crypto';
import type { Endpoint } from '../../sections/poll/schema.ts';
import type { NodeSnapshot, SnapshotDocument } from '../../sections/snapshot.ts';
import { attributes, resourceOf, scopeOf, toNanos } from './attributes.ts';
import type { Attribute } from './attributes.ts';

const clientSpan = 3;
const statusCodes = { unset: 0, error: 2 } as const;

/**
 * An `ExportTraceServiceRequest` of opentelemetry-proto 1 in its JSON form, for `POST /v1/traces`: the newest
 * poll of each node as a trace, one span for each request. Durations are measured; the further requests are
 * drawn as if they began when the main one was answered, for that is when adapters send them. Ids follow from
 * node and time, so that a poll that is exported twice is one trace.
 */
export function toOtlpTraces(document: SnapshotDocument): string {
	const spans = document.nodes.flatMap(spansOf);
	const scopeSpans = [{ scope: scopeOf(document), spans }];
	return `${JSON.stringify({ resourceSpans: [{ resource: resourceOf(document), scopeSpans }] })}\n`;
}

interface Span {
	readonly traceId: string;
	readonly spanId: string;
	readonly parentSpanId?: string;
	readonly name: string;
	readonly kind: number;
	readonly startTimeUnixNano: string;
	readonly endTimeUnixNano: string;
	readonly attributes: readonly Attribute[];
	readonly status: { readonly code: number; readonly message?: string };
}

function spansOf({ target, poll }: NodeSnapshot): Span[] {
	if (poll.at === undefined) return [];
	const { endpoints = [], error, latencyMs = 0 } = poll;
	const id = (part: string, length: number) =>
		createHash('sha256')
			.update(JSON.stringify([target.url, target.name, poll.at, part]))
			.digest('hex')
			.slice(0, length);
	const traceId = id('trace', 32);
	const rootId = id('poll', 16);
	const steps = timedSteps(endpoints);
	const tookMs = Math.max(latencyMs, ...steps.map(({ endMs }) => endMs));
	const startMs = Date.parse(poll.at) - tookMs;
	const root: Span = {
		traceId,
		spanId: rootId,
		name: `poll ${target.name}`,
		kind: clientSpan,
		startTimeUnixNano: toNanos(startMs),
		endTimeUnixNano: toNanos(startMs + tookMs),
		attributes: attributes({
			'nodetop.node': target.name,
			'nodetop.kind': target.kind,
			'nodetop.group': target.group,
			'nodetop.poll.status': poll.status,
			'url.full': target.url,
			'error.type': error?.code,
		}),
		status: error
			? { code: statusCodes.error, message: error.message }
			: { code: statusCodes.unset },
	};
	const children = steps.map(({ endpoint, beginMs, endMs }, index): Span => {
		const { name, status, message } = endpoint;
		return {
			traceId,
			spanId: id(`step ${index}`, 16),
			parentSpanId: rootId,
			name,
			kind: clientSpan,
			startTimeUnixNano: toNanos(startMs + beginMs),
			endTimeUnixNano: toNanos(startMs + endMs),
			attributes: attributes({ 'nodetop.node': target.name, 'nodetop.endpoint.status': status }),
			status: {
				code: status === 'failed' ? statusCodes.error : statusCodes.unset,
				...(message !== undefined && { message }),
			},
		};
	});
	return [root, ...children];
}

interface Step {
	readonly endpoint: Endpoint;
	readonly beginMs: number;
	readonly endMs: number;
}

/** The first request is the main one. */
function timedSteps(endpoints: readonly Endpoint[]): Step[] {
	const mainMs = endpoints[0]?.latencyMs ?? 0;
	return endpoints.map((endpoint, index) => {
		const beginMs = index === 0 ? 0 : mainMs;
		return { endpoint, beginMs, endMs: beginMs + (endpoint.latencyMs ?? 0) };
	});
}

import { describe, expect, it } from 'vitest';
import { toOtlpMetrics } from '../../../source/export/otlp/metrics.ts';
import { toOtlpTraces } from '../../../source/export/otlp/traces.ts';
import { documentOf, downNode, evmNode, partialNode, qudagNode, takenAtMs } from '../nodes.ts';
import { labelsOf, receive } from './receiver.ts';

const document = documentOf(
	[
		qudagNode({ consensus: { safetyViolations: 2 }, network: { bytesInPerSecond: 5 } }),
		evmNode(),
		partialNode(),
		downNode(),
	],
	{ nodetop: { version: '0.1.0', instance: 'abc' } },
);

describe('metrics', () => {
	const { resourceMetrics } = receive('/v1/metrics', toOtlpMetrics(document));
	const metrics = resourceMetrics.flatMap(({ scopeMetrics }) =>
		scopeMetrics.flatMap((scope) => scope.metrics),
	);
	const named = (name: string) => metrics.find((metric) => metric.name === name);

	it('say who sends them', () => {
		expect(resourceMetrics.map(({ resource }) => labelsOf(resource))).toEqual([
			{ 'service.name': 'nodetop', 'service.version': '0.1.0', 'service.instance.id': 'abc' },
		]);
	});

	it('are gauges, and cumulative sums for counters, with units of UCUM', () => {
		expect(named('nodetop_chain_block_interval_seconds')).toMatchObject({
			unit: 's',
			gauge: {
				dataPoints: [{ asDouble: 12, timeUnixNano: `${takenAtMs}000000` }],
			},
		});
		expect(named('nodetop_consensus_safety_violations_total')).toMatchObject({
			sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ asDouble: 2 }] },
		});
		expect(named('nodetop_network_in_bytes_per_second')).toMatchObject({ unit: 'By/s' });
		expect(named('nodetop_resources_memory_resident_bytes')).toMatchObject({ unit: 'By' });
		expect(named('nodetop_network_peers')).toMatchObject({ unit: '1' });
	});
});

describe('traces', () => {
	const spansOf = (text: string) =>
		receive('/v1/traces', text).resourceSpans.flatMap(({ scopeSpans }) =>
			scopeSpans.flatMap((scope) => scope.spans),
		);
	const spans = spansOf(toOtlpTraces(document));
	const ofNode = (name: string) => {
		const root = spans.find((span) => span.name === `poll ${name}`);
		return { root, steps: spans.filter(({ parentSpanId }) => parentSpanId === root?.spanId) };
	};

	it('have one span for each poll, and below it one for each request', () => {
		const { root, steps } = ofNode('partial');
		expect(steps.map(({ name, status }) => [name, status.code])).toEqual([
			['eth_getBlockByNumber', 0],
			['txpool_status', 2],
		]);
		expect(new Set(steps.map(({ traceId }) => traceId))).toEqual(new Set([root?.traceId]));
		expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
	});

	it('end when the poll ended, and last as long as it did', () => {
		const { root } = ofNode('geth');
		const span = BigInt(root?.endTimeUnixNano ?? 0) - BigInt(root?.startTimeUnixNano ?? 0);
		expect(span).toBe(12_300_000n);
		expect(root?.endTimeUnixNano).toBe(`${takenAtMs - 1000}000000`);
	});

	it('keep every step within its poll', () => {
		const { root, steps } = ofNode('partial');
		for (const step of steps) {
			expect(BigInt(step.startTimeUnixNano)).toBeGreaterThanOrEqual(
				BigInt(root?.startTimeUnixNano ?? 0),
			);
			expect(BigInt(step.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(root?.endTimeUnixNano ?? 0));
			expect(BigInt(step.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(step.startTimeUnixNano));
		}
	});

	it('mark a failed poll, and are the same trace when exported twice', () => {
		expect(ofNode('anvil').root?.status).toEqual({ code: 2, message: 'connection refused' });
		expect(spansOf(toOtlpTraces(document))).toEqual(spans);
		const later = documentOf([evmNode({ poll: { at: new Date(takenAtMs).toISOString() } })]);
		expect(spansOf(toOtlpTraces(later))[0]?.traceId).not.toBe(ofNode('geth').root?.traceId);
	});
});

describe('the receiver of these tests', () => {
	interface Request {
		resourceSpans: { scopeSpans: { spans: Record<string, unknown>[] }[] }[];
	}
	const changed = (change: (span: Record<string, unknown>) => void) => {
		const request = JSON.parse(toOtlpTraces(document)) as Request;
		const span = request.resourceSpans[0]?.scopeSpans[0]?.spans[0];
		if (span) change(span);
		return JSON.stringify(request);
	};

	it.each<[string, (span: Record<string, unknown>) => void, RegExp]>([
		[
			'an unknown field',
			(span) => (span['colour'] = 'red'),
			/spans\[0\]\.colour is unknown to Span/,
		],
		['a name of the .proto', (span) => (span['trace_id'] = span['traceId']), /trace_id is unknown/],
		[
			'64 bits as a number',
			(span) => (span['endTimeUnixNano'] = 12),
			/endTimeUnixNano is no fixed64/,
		],
		['an id in base64', (span) => (span['spanId'] = 'YWJjZGVmZ2g='), /spanId is no id of 8 bytes/],
		[
			'an id of zeros',
			(span) => (span['traceId'] = '0'.repeat(32)),
			/traceId is the id of nothing/,
		],
		['a kind by its name', (span) => (span['kind'] = 'SPAN_KIND_CLIENT'), /no number of SpanKind/],
		['a list that is none', (span) => (span['attributes'] = {}), /attributes is no list/],
		[
			'two values of one attribute',
			(span) => (span['attributes'] = [{ key: 'a', value: { stringValue: 'b', intValue: '1' } }]),
			/value has more than one value/,
		],
	])('refuses %s', (_, change, message) => {
		expect(() => receive('/v1/traces', changed(change))).toThrow(message);
	});
});

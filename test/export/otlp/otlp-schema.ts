import * as z from 'zod';

/**
 * What a receiver accepts, after opentelemetry-proto 1.7 (`collector/{metrics,trace}/v1`, `metrics/v1`,
 * `trace/v1`, `common/v1`, `resource/v1`) in the JSON form that the OTLP specification gives: 64-bit numbers
 * are decimal text, ids are hex, enumerations are numbers, and unknown keys are errors here.
 */
const fixed64 = z.string().regex(/^\d{1,20}$/);
const anyValue = z.union([
	z.strictObject({ stringValue: z.string() }),
	z.strictObject({ intValue: fixed64 }),
]);
const keyValues = z.array(z.strictObject({ key: z.string().min(1), value: anyValue }));
const resource = z.strictObject({ attributes: keyValues });
const scope = z.strictObject({ name: z.string(), version: z.string().optional() });

const numberDataPoint = z.strictObject({
	attributes: keyValues,
	timeUnixNano: fixed64,
	asDouble: z.number(),
});
const described = { name: z.string().min(1), description: z.string(), unit: z.string() };
const metric = z.union([
	z.strictObject({ ...described, gauge: z.strictObject({ dataPoints: z.array(numberDataPoint) }) }),
	z.strictObject({
		...described,
		sum: z.strictObject({
			aggregationTemporality: z.union([z.literal(1), z.literal(2)]),
			isMonotonic: z.boolean(),
			dataPoints: z.array(numberDataPoint),
		}),
	}),
]);

export const metricsRequest = z.strictObject({
	resourceMetrics: z.array(
		z.strictObject({
			resource,
			scopeMetrics: z.array(z.strictObject({ scope, metrics: z.array(metric) })),
		}),
	),
});

const span = z.strictObject({
	traceId: z.string().regex(/^[\da-f]{32}$/),
	spanId: z.string().regex(/^[\da-f]{16}$/),
	parentSpanId: z
		.string()
		.regex(/^[\da-f]{16}$/)
		.optional(),
	name: z.string().min(1),
	kind: z.int().min(0).max(5),
	startTimeUnixNano: fixed64,
	endTimeUnixNano: fixed64,
	attributes: keyValues,
	status: z.strictObject({ code: z.int().min(0).max(2), message: z.string().optional() }),
});

export const tracesRequest = z.strictObject({
	resourceSpans: z.array(
		z.strictObject({
			resource,
			scopeSpans: z.array(z.strictObject({ scope, spans: z.array(span) })),
		}),
	),
});

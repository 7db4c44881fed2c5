import * as z from 'zod';

/**
 * The results of the network tests, one JSON object a line (ndjson): samples as they are measured, then one
 * summary.
 *
 * Rules: times end in `Ms`, shares in `Ratio` (0–1), rates in `…PerSecond`; `at` is ISO 8601 in UTC;
 * a value that was not measured is absent, never 0. `seq` counts from 0 within one test of one target.
 */
export const nettestSchemaId = 'nodetop-nettest/1' as const;

const text = z.string();
const amount = z.number().nonnegative();
const count = z.int().nonnegative();

export const testNames = [
	'ping',
	'bandwidth',
	'traceroute',
	'routing',
	'latency',
	'connectivity',
	'stress',
] as const;
export type TestName = (typeof testNames)[number];

/** Milliseconds, of `n` measurements. */
export const spreadSchema = z.strictObject({
	min: amount,
	avg: amount,
	p50: amount,
	p95: amount,
	p99: amount,
	p999: amount,
	max: amount,
	n: count,
});

/** Measurements up to `upToMs`, and above the bucket before. */
const bucketSchema = z.strictObject({ upToMs: amount, count });

const base = { schema: z.literal(nettestSchemaId), target: text, at: z.iso.datetime() };
const sample = { ...base, record: z.literal('sample'), seq: count };

const pingSample = z.strictObject({
	...sample,
	test: z.literal('ping'),
	connectMs: amount.optional().describe('TCP handshake, without the name’s resolution'),
	tlsMs: amount.optional().describe('TLS handshake'),
	firstByteMs: amount.optional().describe('From the request’s end to the first byte of the reply'),
	totalMs: amount.optional().describe('From connecting to the last byte of the reply'),
	lost: z.boolean().describe('No answer in time, or only after a packet was sent again'),
	error: text.optional().describe('Code of the system: ECONNREFUSED, ETIMEDOUT'),
});

const latencySample = z.strictObject({
	...sample,
	test: z.literal('latency'),
	totalMs: amount.optional().describe('From request to the last byte on a connection that stood'),
	error: text.optional(),
});

const bandwidthSample = z.strictObject({
	...sample,
	test: z.literal('bandwidth'),
	direction: z.enum(['download', 'upload']),
	bytes: count.describe('So far'),
	elapsedMs: amount,
	bytesPerSecond: amount.describe('Since the sample before'),
});

const tracerouteSample = z.strictObject({
	...sample,
	test: z.literal('traceroute'),
	hop: count.describe('Time to live of the packets, from 1'),
	address: text.optional().describe('Absent when nobody answered'),
	rttMs: z.array(amount),
	lostProbes: count,
});

const routingSample = z.strictObject({
	...sample,
	test: z.literal('routing'),
	hop: count.describe('From 1'),
	from: text,
	to: text,
	rttMs: amount.optional().describe('Round trip between the two as `from` measured it'),
});

const connectivitySample = z.strictObject({
	...sample,
	test: z.literal('connectivity'),
	peer: text,
	address: text.optional(),
	isReachable: z.boolean().optional().describe('Absent when it was not dialled'),
	connectMs: amount.optional(),
	reason: text.optional().describe('Why it was not reached or not dialled'),
});

const stressSample = z.strictObject({
	...sample,
	test: z.literal('stress'),
	elapsedMs: amount,
	sent: count,
	completed: count,
	failed: count,
	late: count.optional().describe('Not timed: this machine was too busy'),
	inFlight: count,
	p99Ms: amount.optional().describe('Since the start, corrected for coordinated omission'),
});

export const outcomes = ['measured', 'cannot', 'cancelled'] as const;

const summary = {
	...base,
	record: z.literal('summary'),
	outcome: z.enum(outcomes).describe('cancelled: what was measured until then'),
	reason: text.optional().describe('Why it could not be measured'),
	endedEarly: text.optional().describe('Why fewer were sent than asked for'),
	startedAt: z.iso.datetime(),
	address: text.optional().describe('What was tested, as host:port'),
};

const transferSchema = z.union([
	z.strictObject({
		bytes: count,
		elapsedMs: amount.describe('From the first byte to the last'),
		bytesPerSecond: amount.describe(
			'Downloads of some length: of the second half of the bytes, as TCP starts slowly',
		),
		peakBytesPerSecond: amount.optional().describe('The fastest sample'),
	}),
	z.strictObject({ cannot: text }),
]);

const pingSummary = z.strictObject({
	...summary,
	test: z.literal('ping'),
	sent: count.optional(),
	lost: count.optional(),
	retransmitted: count.optional().describe('Of the lost, those that came after a second packet'),
	refused: count.optional(),
	late: count.optional().describe('Not counted: this machine was too busy to time them'),
	lossRatio: amount.optional(),
	dnsMs: amount.optional(),
	connectMs: spreadSchema.optional(),
	tlsMs: spreadSchema.optional(),
	firstByteMs: spreadSchema.optional(),
	totalMs: spreadSchema.optional(),
	jitterMs: amount.optional().describe('Mean difference of one connect time to the next'),
	histogram: z.array(bucketSchema).optional().describe('Of the connect times'),
});

const latencySummary = z.strictObject({
	...summary,
	test: z.literal('latency'),
	connectMs: amount.optional(),
	totalMs: spreadSchema.optional(),
	jitterMs: amount.optional(),
	failed: count.optional(),
	late: count.optional().describe('Not counted: this machine was too busy to time them'),
	histogram: z.array(bucketSchema).optional(),
});

const bandwidthSummary = z.strictObject({
	...summary,
	test: z.literal('bandwidth'),
	download: transferSchema.optional(),
	upload: transferSchema.optional(),
});

const tracerouteSummary = z.strictObject({
	...summary,
	test: z.literal('traceroute'),
	tool: z.enum(['traceroute', 'tracepath', 'mtr']).optional(),
	hops: count.optional(),
	isReached: z.boolean().optional(),
	route: z.array(text).optional().describe('Addresses in order; * where nobody answered'),
});

const routingSummary = z.strictObject({
	...summary,
	test: z.literal('routing'),
	to: text.optional(),
	hops: count.optional(),
	totalRttMs: amount.optional().describe('Sum over the hops; absent when one is not known'),
	route: z.array(text).optional(),
});

const connectivitySummary = z.strictObject({
	...summary,
	test: z.literal('connectivity'),
	peers: count.optional(),
	dialled: count.optional(),
	reachable: count.optional(),
	unreachable: count.optional(),
	notDialled: count.optional(),
	connectMs: spreadSchema.optional(),
	reasons: z.record(text, count).optional(),
});

const stressSummary = z.strictObject({
	...summary,
	test: z.literal('stress'),
	ratePerSecond: amount.optional().describe('As asked for'),
	achievedPerSecond: amount
		.optional()
		.describe('Completed; absent where this machine was too busy to send so many'),
	sent: count.optional(),
	completed: count.optional(),
	failed: count.optional(),
	errors: z.record(text, count).optional(),
	late: count
		.optional()
		.describe('Not in the times, nor in `failed`: this machine was too busy to time them'),
	mostInFlight: count.optional(),
	latencyMs: spreadSchema.optional().describe('From when a request was due'),
	serviceMs: spreadSchema.optional().describe('From when it was really sent'),
	histogram: z.array(bucketSchema).optional().describe('Of latencyMs'),
});

export const sampleSchema = z.discriminatedUnion('test', [
	pingSample,
	latencySample,
	bandwidthSample,
	tracerouteSample,
	routingSample,
	connectivitySample,
	stressSample,
]);
export const summarySchema = z.discriminatedUnion('test', [
	pingSummary,
	latencySummary,
	bandwidthSummary,
	tracerouteSummary,
	routingSummary,
	connectivitySummary,
	stressSummary,
]);
/** One line of `nodetop network test … --json`. */
export const resultSchema = z.union([sampleSchema, summarySchema]);

export type Sample = z.infer<typeof sampleSchema>;
export type Summary = z.infer<typeof summarySchema>;
export type ResultRecord = Sample | Summary;
export type SampleOf<Test extends TestName> = Extract<Sample, { test: Test }>;
export type SummaryOf<Test extends TestName> = Extract<Summary, { test: Test }>;
export type Spread = z.infer<typeof spreadSchema>;
export type Bucket = z.infer<typeof bucketSchema>;

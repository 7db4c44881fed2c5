import * as z from 'zod';

/**
 * How a node's Prometheus metrics fill the snapshot: the metrics by which a node of this kind is recognised,
 * and for each field the names that its metric has had, newest first. Built-in mappings and those of the
 * configuration have the same shape. A mapping contains no code.
 */

/** What a field holds, and how the series of one metric become one value by default. */
export interface MetricTraits {
	readonly holds:
		| 'integer'
		| 'count'
		| 'amount'
		| 'flag'
		/** Unix time. */
		| 'time'
		| 'milliseconds'
		| 'seconds'
		/** From a counter, unless the mapping says `gauge`. */
		| 'perSecond'
		/** Of a label. */
		| 'text';
	readonly aggregate: Aggregate;
	/** The field's name in mappings, where that is not its path. */
	readonly as?: string;
}

const aggregates = ['sum', 'max', 'min', 'first', 'mean'] as const;
type Aggregate = (typeof aggregates)[number];

/** Traits that many fields have. */
export const traits = {
	/** A place that only moves forward, such as a height. */
	position: { holds: 'integer', aggregate: 'max' },
	total: { holds: 'integer', aggregate: 'sum' },
	amount: { holds: 'amount', aggregate: 'sum' },
	members: { holds: 'count', aggregate: 'sum' },
	flag: { holds: 'flag', aggregate: 'max' },
	time: { holds: 'time', aggregate: 'max' },
	speed: { holds: 'perSecond', aggregate: 'sum' },
	text: { holds: 'text', aggregate: 'first' },
} as const satisfies Record<string, MetricTraits>;

const messageFates = ['sent', 'received', 'dropped', 'failed', 'processed'] as const;
export type MessageFate = (typeof messageFates)[number];

/** A metric's or a label's name, in the characters that Prometheus 2 allows. */
const metricName = z
	.string()
	.regex(/^[A-Za-z_:][\w:]{0,254}$/, { error: 'is not the name of a metric' });
const labelName = z.string().regex(/^[A-Za-z_]\w{0,254}$/, { error: 'is not the name of a label' });

const metrics = z
	.array(metricName)
	.min(1)
	.max(20)
	.describe('Names of the metric; nodetop reads the first that the node has');
const match = z
	.record(labelName, z.string())
	.optional()
	.describe('Reads only series with these labels');
const unit = z
	.enum(['s', 'ms', 'us', 'ns'])
	.optional()
	.describe('Unit of a metric that holds a time or a duration; default s');

const valueSource = z.strictObject({
	metrics,
	match,
	unit,
	aggregate: z
		.enum(aggregates)
		.optional()
		.describe(
			'How several series become one value; mean divides the sum of a histogram by its count',
		),
	kind: z
		.enum(['counter', 'gauge'])
		.optional()
		.describe(
			'For a field per second: gauge, if the metric is a speed already; for consensus.finalized: counter, if it counts since the start of the program',
		),
	zeroIsAbsent: z.boolean().optional().describe('0 means that the node does not measure the value'),
});

const labelSource = z.strictObject({
	metrics,
	match,
	label: labelName.describe('The text of this label in the first series that is not 0'),
	atZero: z.boolean().optional().describe('The series may be 0: its labels alone tell'),
});

const splitSource = z.strictObject({
	metrics,
	match,
	label: labelName.describe('One value for each text of this label'),
});

const peerListSource = z.strictObject({
	metrics,
	match,
	label: labelName.describe('One peer, by its id, for each text of this label that is not 0'),
});

const latencySource = z.strictObject({
	metrics: metrics.describe('Names of a histogram, without _bucket'),
	match,
	unit,
});

function keyed<Name extends string, Value extends z.ZodType>(
	names: readonly Name[],
	value: Value,
): z.ZodObject<Record<Name, z.ZodOptional<Value>>, z.core.$strict> {
	const entries = names.map((name) => [name, value.optional()] as const);
	// Entries lose the names' types; each name was given this one schema.
	return z.strictObject(Object.fromEntries(entries) as Record<Name, z.ZodOptional<Value>>);
}

/** In bytes, for a distribution of sizes; then a unit means nothing. */
const splitLatencySource = z.strictObject({
	metrics: metrics.describe('Names of a histogram, without _bucket'),
	match,
	unit,
	label: labelName.describe('One distribution for each text of this label'),
});

export const messageMeasures = ['bytes', 'processingMs', 'propagationMs'] as const;
export type MessageMeasure = (typeof messageMeasures)[number];

const validatorFacts = [
	'power',
	'votes',
	'missed',
	'missedInRow',
	'proposals',
	'proposalsMissed',
	'lastSeenAt',
	'byzantine',
	'jailed',
	'active',
] as const;
export type ValidatorFact = (typeof validatorFacts)[number];

const validatorsSource = z.strictObject({
	label: labelName.describe('One validator, by its id, for each text of this label'),
	nameLabel: labelName.optional().describe('Its name, in the same series'),
	typeLabel: labelName.optional().describe('The type of a Byzantine act'),
	facts: keyed(validatorFacts, z.strictObject({ metrics, match, unit })),
});

const phase = z.string().regex(/^[a-z][A-Za-z\d]{0,39}$/, {
	error: 'must be a word in camelCase, such as commit or diskSync',
});

/** The schema of a mapping that may fill these fields. The return type is inferred: it is the schema. */
export function createMappingSchema<
	Field extends string,
	Text extends string,
	Percentiles extends string,
	Split extends string,
>(names: {
	readonly fields: readonly Field[];
	readonly texts: readonly Text[];
	readonly distributions: readonly Percentiles[];
	readonly splits: readonly Split[];
}) {
	return z.strictObject({
		title: z.string().min(1).max(80).optional().describe('Name of the kind of node'),
		detect: z
			.array(metricName)
			.min(1)
			.max(20)
			.describe('The mapping applies if the node has all of these metrics'),
		paths: z
			.array(z.string().regex(/^\/[^\s#]*$/, { error: 'must begin with /' }))
			.max(10)
			.optional()
			.describe('Paths to try if the address has none; /metrics is always tried'),
		fields: keyed(names.fields, valueSource).optional(),
		texts: keyed(names.texts, labelSource).optional(),
		latencies: z
			.record(phase, latencySource)
			.optional()
			.describe('Phases of agreement, such as propose, vote, commit, diskSync, roundTrip'),
		peerLatency: latencySource.optional(),
		peerList: peerListSource
			.optional()
			.describe('Peers that the node is connected to, by the ids that they use for themselves'),
		distributions: keyed(names.distributions, latencySource)
			.optional()
			.describe('Percentiles of the last minute'),
		splits: keyed(names.splits, splitSource)
			.optional()
			.describe('Counts by the text of a label, such as view changes by reason'),
		messages: keyed(messageFates, splitSource).optional().describe('Messages by type'),
		messageMeasures: keyed(messageMeasures, splitLatencySource)
			.optional()
			.describe('Sizes and times of messages by type'),
		validators: validatorsSource.optional(),
	});
}

export const mappingName = z
	.string()
	.regex(/^[A-Za-z0-9][\w.-]{0,63}$/, { error: 'must be letters, digits, ".", "_" and "-"' });

/** A mapping, whichever fields there are. */
export type MetricMapping = z.infer<
	ReturnType<typeof createMappingSchema<string, string, string, string>>
>;
/** By name; a name that is built in replaces the built-in mapping. */
export type MetricMappings = Readonly<Record<string, MetricMapping>>;
export type ValueSource = z.infer<typeof valueSource>;
export type LabelSource = z.infer<typeof labelSource>;
export type SplitSource = z.infer<typeof splitSource>;
export type PeerListSource = z.infer<typeof peerListSource>;
export type SplitLatencySource = z.infer<typeof splitLatencySource>;
export type ValidatorsSource = z.infer<typeof validatorsSource>;
export type LatencySource = z.infer<typeof latencySource>;

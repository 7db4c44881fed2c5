import * as z from 'zod';

/**
 * How a node's Prometheus metrics fill the snapshot: which metrics tell that it is a node of this kind,
 * and for each field the names that its value has had, newest first. Built-in mappings and those of
 * the configuration have this one shape. No part transforms.
 */

/** What a field holds, and how the series of one metric become one value unless said otherwise. */
interface FieldTraits {
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
		| 'perSecond';
	readonly aggregate: Aggregate;
}

const aggregates = ['sum', 'max', 'min', 'first', 'mean'] as const;
type Aggregate = (typeof aggregates)[number];

const position = { holds: 'integer', aggregate: 'max' } as const;
const total = { holds: 'integer', aggregate: 'sum' } as const;
const amount = { holds: 'amount', aggregate: 'sum' } as const;
const members = { holds: 'count', aggregate: 'sum' } as const;
const flag = { holds: 'flag', aggregate: 'max' } as const;
const time = { holds: 'time', aggregate: 'max' } as const;
const speed = { holds: 'perSecond', aggregate: 'sum' } as const;

/**
 * The fields by their place in the snapshot. Four are no fields of it: `committedView` is the newest
 * final view or round, of which `finalityLag` is reckoned; `hasLeader` and `isSyncing` decide on
 * `status`; `isHealthy` is the node's own verdict.
 */
export const mappedFields = {
	'consensus.round': position,
	'consensus.view': position,
	'consensus.committedView': position,
	'consensus.height': position,
	'consensus.epoch': position,
	'consensus.isLeader': flag,
	'consensus.hasLeader': flag,
	'consensus.isSyncing': flag,
	'consensus.isHealthy': flag,
	'consensus.validators': { holds: 'count', aggregate: 'max' },
	'consensus.finalized': position,
	'consensus.pending': total,
	'consensus.finalityLag': position,
	'consensus.lastFinalizedAt': time,
	'consensus.averageFinalityMs': { holds: 'milliseconds', aggregate: 'mean' },
	'consensus.votingPower': { holds: 'amount', aggregate: 'max' },
	'consensus.proposals': total,
	'consensus.votes': total,
	'consensus.quorumCertificates': total,
	'consensus.timeouts': total,
	'consensus.viewChanges': total,
	'consensus.applied': position,
	'consensus.failed': total,
	'consensus.safetyViolations': total,
	'consensus.equivocations': total,
	'dag.vertices': total,
	'dag.edges': total,
	'dag.tips': total,
	'dag.depth': position,
	'dag.branchingFactor': { holds: 'amount', aggregate: 'mean' },
	'dag.growthPerSecond': speed,
	'dag.pending': total,
	'dag.orphaned': total,
	'dag.missing': total,
	'dag.storageBytes': total,
	'chain.head': position,
	'chain.finalized': position,
	'chain.highestKnown': position,
	'chain.txPool.pending': total,
	'chain.txPool.queued': total,
	'network.peers': members,
	'network.inbound': members,
	'network.outbound': members,
	'network.bytesInPerSecond': speed,
	'network.bytesOutPerSecond': speed,
	'identity.startedAt': time,
	'identity.uptimeSeconds': { holds: 'seconds', aggregate: 'max' },
	'resources.databaseBytes': total,
	'resources.logBytes': total,
	'resources.cpuRatio': amount,
} as const satisfies Record<string, FieldTraits>;

export type MappedField = keyof typeof mappedFields;

export const mappedTexts = [
	'identity.nodeId',
	'identity.client',
	'identity.version',
	'identity.chainId',
	'identity.networkId',
	'identity.genesisHash',
	'consensus.leader',
] as const;
export type MappedText = (typeof mappedTexts)[number];

const messageFates = ['sent', 'received', 'dropped', 'failed'] as const;
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
	.describe('Candidates: the first that the node has is read');
const match = z
	.record(labelName, z.string())
	.optional()
	.describe('Only series with these labels are read');
const unit = z
	.enum(['s', 'ms', 'us', 'ns'])
	.optional()
	.describe('Unit of a metric that tells a time; seconds unless given');

const valueSource = z.strictObject({
	metrics,
	match,
	unit,
	aggregate: z
		.enum(aggregates)
		.optional()
		.describe('How several series become one value; mean is of a histogram: its sum by its count'),
	kind: z
		.enum(['counter', 'gauge'])
		.optional()
		.describe('For a field per second: gauge, if the metric is a speed already'),
	zeroIsAbsent: z.boolean().optional().describe('The node says 0 where it does not measure'),
});

const labelSource = z.strictObject({
	metrics,
	match,
	label: labelName.describe('Its text is taken from the first series that is not 0'),
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

const phase = z.string().regex(/^[a-z][A-Za-z\d]{0,39}$/, {
	error: 'must be a word in camelCase, such as commit or diskSync',
});

function keyed<Name extends string, Value extends z.ZodType>(
	names: readonly Name[],
	value: Value,
): z.ZodObject<Record<Name, z.ZodOptional<Value>>, z.core.$strict> {
	const entries = names.map((name) => [name, value.optional()] as const);
	// Entries lose the names' types; each name was given this one schema.
	return z.strictObject(Object.fromEntries(entries) as Record<Name, z.ZodOptional<Value>>);
}

// keys() of a literal object are its names.
const fieldNames = Object.keys(mappedFields) as MappedField[];

export const metricMappingSchema = z.strictObject({
	title: z.string().min(1).max(80).optional().describe('The kind of node in words'),
	detect: z.array(metricName).min(1).max(20).describe('All of these metrics are there'),
	paths: z
		.array(z.string().regex(/^\/[^\s#]*$/, { error: 'must begin with /' }))
		.max(10)
		.optional()
		.describe('Where metrics may be, for an address without a path; /metrics is always tried'),
	fields: keyed(fieldNames, valueSource).optional(),
	texts: keyed(mappedTexts, labelSource).optional(),
	latencies: z
		.record(phase, latencySource)
		.optional()
		.describe('Phases of agreement, such as propose, vote, commit, diskSync, roundTrip'),
	peerLatency: latencySource.optional(),
	peerList: peerListSource
		.optional()
		.describe('Whom the node is connected to, by the ids that those nodes give themselves'),
	viewChangeReasons: splitSource.optional(),
	messages: keyed(messageFates, splitSource).optional().describe('Messages by type'),
});

export const mappingName = z
	.string()
	.regex(/^[A-Za-z0-9][\w.-]{0,63}$/, { error: 'must be letters, digits, ".", "_" and "-"' });

export type MetricMapping = z.infer<typeof metricMappingSchema>;
/** By name; a name that is built in replaces the built-in mapping. */
export type MetricMappings = Readonly<Record<string, MetricMapping>>;
export type ValueSource = z.infer<typeof valueSource>;
export type LabelSource = z.infer<typeof labelSource>;
export type SplitSource = z.infer<typeof splitSource>;
export type PeerListSource = z.infer<typeof peerListSource>;
export type LatencySource = z.infer<typeof latencySource>;

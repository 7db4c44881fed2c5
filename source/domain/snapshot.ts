import * as z from 'zod';
import { alertSchema } from './alert.ts';
import { componentHealthSchema } from './component-health.ts';
import { groupSchema, witnessSchema } from './group.ts';
import { probesSchema } from './probes.ts';
import { amount, count, identifier, integer, kind, ratio, text, time } from './scalars.ts';
import {
	components,
	consensusStatuses,
	finalityUnits,
	healthStatuses,
	pollErrorCodes,
	processStates,
	severities,
} from './words.ts';

/**
 * The one document of nodetop, as printed by `--once --json` and as held in memory.
 *
 * Rules: names are camelCase and end in their unit (`latencyMs`, `cpuRatio` 0–1, `…Bytes`,
 * `…PerSecond`, `…Seconds`); a time is an ISO 8601 string in UTC and its name ends in `at` or
 * `since`; what a node did not say is absent, never 0; a whole number past 2^53 is a decimal
 * string. The JSON Schema in `docs/snapshot.schema.json` is generated from this file.
 */
export const schemaId = 'nodetop/1';

const targetSchema = z.strictObject({
	name: text.describe('Name of the node, unique in the profile'),
	kind: kind.describe('Kind of node: evm, qudag, host, …'),
	url: text.describe('Address polled, credentials masked'),
	group: text.optional(),
	tags: z.array(text).optional(),
});

const pollErrorSchema = z.strictObject({
	code: z.enum(pollErrorCodes),
	message: text,
	nextStep: text.optional(),
});

const endpointSchema = z.strictObject({
	name: text.describe('What was asked: a method, a path'),
	status: z
		.enum(['ok', 'failed', 'unavailable'])
		.describe('unavailable: the node does not offer it'),
	latencyMs: amount.optional(),
	message: text.optional(),
});

const pollSchema = z.strictObject({
	status: z.enum(['pending', 'ok', 'partial', 'failed']).describe('pending: not polled yet'),
	at: time.optional().describe('When the last poll ended'),
	latencyMs: amount.optional().describe('Time from request to complete reply of the main question'),
	error: pollErrorSchema.optional(),
	failures: count.describe('Failed polls in a row'),
	lastGoodAt: time.optional().describe('When the sections below were last refreshed'),
	missedSlots: count.optional().describe('Poll slots that passed while a poll was still running'),
	endpoints: z.array(endpointSchema).optional(),
});

const identitySchema = z.strictObject({
	nodeId: text.optional(),
	client: text.optional().describe('Name of the program, without version'),
	version: text.optional().describe('Version of the program, without a leading v'),
	userAgent: text.optional().describe("The program's own full version text"),
	chainId: identifier.optional(),
	networkId: identifier.optional(),
	genesisHash: text.optional(),
	startedAt: time.optional(),
	uptimeSeconds: amount.optional(),
});

const distributionSchema = z.strictObject({
	min: amount.optional(),
	avg: amount.optional(),
	p50: amount.optional(),
	p95: amount.optional(),
	p99: amount.optional(),
	max: amount.optional(),
	n: count.optional(),
});

const consensusSchema = z.strictObject({
	status: z.enum(consensusStatuses).optional(),
	round: integer.optional(),
	view: integer.optional(),
	height: integer.optional(),
	epoch: integer.optional(),
	leader: text.optional(),
	isLeader: z.boolean().optional(),
	validators: count.optional().describe('Members that may vote'),
	finalized: integer.optional().describe('Vertices or blocks that are final'),
	pending: integer.optional().describe('Vertices or blocks seen but not final'),
	finalityLag: integer.optional().describe('Newest minus newest final, in `finalityUnit`'),
	finalityUnit: z.enum(finalityUnits).optional().describe('Absent where it is not known'),
	lastFinalizedAt: time.optional(),
	averageFinalityMs: amount.optional(),
	votingPower: amount.optional(),
	proposals: integer.optional(),
	votes: integer.optional(),
	quorumCertificates: integer.optional(),
	timeouts: integer.optional(),
	viewChanges: integer.optional(),
	viewChangeReasons: z.record(text, integer).optional().describe('View changes by their reason'),
	applied: integer.optional().describe('Committed entries that the state machine has applied'),
	failed: integer.optional().describe('Proposals that failed'),
	safetyViolations: integer.optional(),
	equivocations: integer.optional(),
	latenciesMs: z
		.record(text, distributionSchema)
		.optional()
		.describe('Phases of agreement by name, such as commit, propose, diskSync, roundTrip'),
});

const vertexSchema = z.strictObject({
	id: text,
	parents: z.array(text),
	layer: count.optional(),
	author: text.optional(),
	sequence: integer
		.optional()
		.describe('Number that its author gave it; two with one number of one author conflict'),
	at: time.optional(),
	finalized: z.boolean().optional(),
});

const dagSchema = z.strictObject({
	vertices: integer.optional(),
	edges: integer.optional(),
	tips: integer.optional(),
	depth: integer.optional(),
	branchingFactor: amount.optional(),
	growthPerSecond: amount.optional().describe('New vertices per second'),
	pending: integer.optional(),
	orphaned: integer.optional(),
	missing: integer.optional().describe('Vertices referred to but not received yet'),
	storageBytes: integer.optional(),
	recent: z.array(vertexSchema).optional().describe('Newest vertices, oldest first'),
});

const blockSchema = z.strictObject({
	number: integer,
	hash: text.optional(),
	at: time.optional().describe("The block's own timestamp"),
});

const reorgsSchema = z.strictObject({
	count: count.describe('Seen while watching'),
	lastDepth: count.optional().describe('Blocks that the newest one replaced'),
	lastForkNumber: integer.optional().describe('Last block that both branches share'),
	lastAt: time.optional(),
});

const chainSchema = z.strictObject({
	name: text.optional().describe('Which of its chains these figures are of, where it has several'),
	head: blockSchema.optional(),
	safe: blockSchema.optional(),
	finalized: blockSchema.optional(),
	recent: z
		.array(blockSchema)
		.optional()
		.describe('Newest blocks of the chain that the node follows now, oldest first'),
	reorgs: reorgsSchema.optional(),
	highestKnown: integer.optional().describe('Highest block that the node heard of'),
	syncing: z.boolean().optional().describe("The node's own flag; false does not prove synced"),
	syncStages: z.record(text, integer).optional(),
	blockIntervalMs: amount.optional().describe('Mean over the blocks seen while watching'),
	txPool: z.strictObject({ pending: integer.optional(), queued: integer.optional() }).optional(),
});

const messageCountSchema = z.strictObject({
	type: text,
	sent: integer.optional(),
	received: integer.optional(),
	dropped: integer.optional(),
	failed: integer.optional(),
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

const networkSchema = z.strictObject({
	peers: count.optional(),
	inbound: count.optional(),
	outbound: count.optional(),
	bytesInPerSecond: amount.optional(),
	bytesOutPerSecond: amount.optional(),
	messages: z.array(messageCountSchema).optional(),
	latencyMs: distributionSchema.optional(),
	protocolVersions: z.record(text, count).optional().describe('Peers by protocol version'),
	clients: z.record(text, count).optional().describe('Peers by client'),
	peerList: z.array(peerSchema).optional(),
});

const resourcesSchema = z.strictObject({
	source: z.enum(['node', 'host']).describe('Who measured: the node of itself, or its host'),
	cpuRatio: ratio.optional().describe('1 is one core for a node, all cores for a host'),
	memoryResidentBytes: integer.optional(),
	memoryVirtualBytes: integer.optional(),
	memoryTotalBytes: integer.optional(),
	memoryAvailableBytes: integer.optional(),
	heapUsedBytes: integer.optional(),
	heapTotalBytes: integer.optional(),
	databaseBytes: integer.optional(),
	logBytes: integer.optional(),
	diskTotalBytes: integer.optional(),
	diskAvailableBytes: integer.optional(),
	diskReadsPerSecond: amount.optional(),
	diskWritesPerSecond: amount.optional(),
	threads: count.optional(),
	openFiles: count.optional(),
	openFilesLimit: integer.optional(),
});

const clockSchema = z.strictObject({
	offsetMs: z.number().describe("The node's clock minus ours; negative when it is behind"),
	uncertaintyMs: amount.describe('How far off the offset may be, either way'),
	source: z.enum(['node', 'httpDate']).describe('Who told: the node, or the Date header'),
});

const storageSchema = z.strictObject({
	capacityBytes: integer.optional(),
	usedBytes: integer.optional(),
	trashBytes: integer.optional(),
	freeBytes: integer.optional(),
	overusedBytes: integer.optional(),
	growthBytesPerDay: z.number().optional(),
	daysUntilFull: z
		.strictObject({ expected: amount, low: amount.optional(), high: amount.optional() })
		.optional(),
	satellites: z
		.array(z.strictObject({ satellite: text, usedBytes: integer.optional() }))
		.optional(),
});

const satelliteReputationSchema = z.strictObject({
	satellite: text,
	auditScore: ratio.optional(),
	suspensionScore: ratio.optional(),
	onlineScore: ratio.optional(),
	vettedAt: time.optional(),
	disqualifiedAt: time.optional(),
	suspendedAt: time.optional(),
	failuresLeft: count.optional().describe('Audits that may fail before disqualification'),
});

const reputationSchema = z.strictObject({ satellites: z.array(satelliteReputationSchema) });

const processSchema = z.strictObject({
	state: z.enum(processStates),
	pid: count.optional(),
	restarts: count.optional(),
	startedAt: time.optional(),
	exitReason: text.optional(),
});

const issueSchema = z.strictObject({
	code: text.describe('Stable name of the finding'),
	component: z.enum(components),
	severity: z.enum(severities),
	message: text,
	evidence: text.optional(),
	since: time,
	nextStep: text.optional(),
});

const healthSchema = z.strictObject({
	status: z.enum(healthStatuses),
	issues: z.array(issueSchema),
	components: z.array(componentHealthSchema).optional(),
});

const selfReportSchema = z.strictObject({
	status: z.enum(healthStatuses),
	reasons: z.array(text),
});

/** What a node tells, each part absent where it does not. */
const sections = {
	identity: identitySchema.optional(),
	consensus: consensusSchema.optional(),
	dag: dagSchema.optional(),
	chain: chainSchema.optional(),
	network: networkSchema.optional(),
	resources: resourcesSchema.optional(),
	clock: clockSchema.optional(),
	storage: storageSchema.optional(),
	reputation: reputationSchema.optional(),
	process: processSchema.optional(),
};

export const nodeSchema = z.strictObject({
	target: targetSchema,
	poll: pollSchema,
	...sections,
	selfReport: selfReportSchema.optional(),
	notes: z.array(text).optional(),
	probes: probesSchema.optional(),
	lastProgressAt: time
		.optional()
		.describe('When head, height, round, view or finalized last moved while watched'),
	health: healthSchema,
});

/** What one poll of one node yields: the sections, before anyone judges them. */
export const readingSchema = z.strictObject({
	latencyMs: amount.optional(),
	endpoints: z.array(endpointSchema).optional(),
	...sections,
	selfReport: selfReportSchema.optional().describe("The node's own verdict on its health"),
	notes: z.array(text).optional().describe('Facts about this node that no section holds'),
	members: z.array(nodeSchema).optional().describe('The nodes of a site, as the site judges them'),
});

const summarySchema = z.strictObject({
	status: z.enum(healthStatuses).describe('The worst of the nodes'),
	nodes: count,
	up: count,
	degraded: count,
	down: count,
	unknown: count,
	hint: text.optional().describe('What to do next, where nothing was configured'),
});

export const documentSchema = z.strictObject({
	schema: z.literal(schemaId),
	takenAt: time,
	nodetop: z.strictObject({
		version: text,
		instance: text.optional().describe('Random name of the running program'),
	}),
	summary: summarySchema,
	nodes: z.array(nodeSchema),
	groups: z.array(groupSchema),
	witness: witnessSchema.optional(),
	alerts: z.array(alertSchema),
});

export type Reading = z.infer<typeof readingSchema>;
export type NodeSnapshot = z.infer<typeof nodeSchema>;
export type SnapshotDocument = z.infer<typeof documentSchema>;
export type Alert = z.infer<typeof alertSchema>;
export type Summary = z.infer<typeof summarySchema>;
export type Issue = z.infer<typeof issueSchema>;
export type HealthReport = z.infer<typeof healthSchema>;
export type PollReport = z.infer<typeof pollSchema>;
export type Endpoint = z.infer<typeof endpointSchema>;
export type Identity = z.infer<typeof identitySchema>;
export type Consensus = z.infer<typeof consensusSchema>;
export type Dag = z.infer<typeof dagSchema>;
export type Vertex = z.infer<typeof vertexSchema>;
export type Chain = z.infer<typeof chainSchema>;
export type Block = z.infer<typeof blockSchema>;
export type Network = z.infer<typeof networkSchema>;
export type Peer = z.infer<typeof peerSchema>;
export type Distribution = z.infer<typeof distributionSchema>;
export type Clock = z.infer<typeof clockSchema>;
export type Storage = z.infer<typeof storageSchema>;
export type Reputation = z.infer<typeof reputationSchema>;
export type Process = z.infer<typeof processSchema>;
export type Resources = z.infer<typeof resourcesSchema>;
/** A whole number; a decimal string past 2^53. */
export type Integer = z.infer<typeof integer>;

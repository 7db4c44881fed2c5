import * as z from 'zod';
import { alertSchema } from '../domain/alert.ts';
import { chainSchema } from './chain/schema.ts';
import { clockSchema } from './clock/schema.ts';
import { consensusSchema } from './consensus/schema.ts';
import { dagSchema } from './dag/schema.ts';
import { groupSchema, witnessSchema } from './group/schema.ts';
import { healthSchema, selfReportSchema } from './health/schema.ts';
import { identitySchema } from './identity/schema.ts';
import { networkSchema } from './network/schema.ts';
import { endpointSchema, pollErrorSchema, pollSchema } from './poll/schema.ts';
import { probesSchema } from './probes/schema.ts';
import { processSchema } from './process/schema.ts';
import { reputationSchema } from './reputation/schema.ts';
import { resourcesSchema } from './resources/schema.ts';
import { storageSchema } from './storage/schema.ts';
import { targetSchema } from './target/schema.ts';
import { amount, count, text, time } from '../domain/scalars.ts';
import { healthStatuses } from '../domain/words.ts';

/**
 * The one document of nodetop, as printed by `--once --json` and as held in memory.
 *
 * Rules: names are camelCase and end in their unit (`latencyMs`, `cpuRatio` 0–1, `…Bytes`,
 * `…PerSecond`, `…Seconds`); a time is an ISO 8601 string in UTC and its name ends in `at` or
 * `since`; what a node did not say is absent, never 0; a whole number past 2^53 is a decimal
 * string. The JSON Schema in `docs/snapshot.schema.json` is generated from this file.
 */
export const schemaId = 'nodetop/1';

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

const readingFields = {
	latencyMs: amount.optional(),
	endpoints: z.array(endpointSchema).optional(),
	...sections,
	selfReport: selfReportSchema.optional().describe("The node's own verdict on its health"),
	notes: z.array(text).optional().describe('Facts about this node that no section holds'),
};

/** One node of a source that reports many: judged by that source, or for nodetop to judge. */
const memberSchema = z.union([
	z.strictObject({ snapshot: nodeSchema }),
	z.strictObject({
		target: targetSchema,
		reading: z.strictObject(readingFields),
	}),
	z.strictObject({
		target: targetSchema,
		error: pollErrorSchema.describe('Why the source could not read it'),
	}),
]);

/** What one poll yields: the sections of the node, before they are judged, and the nodes it reports. */
export const readingSchema = z.strictObject({
	...readingFields,
	members: z.array(memberSchema).optional(),
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
export type Member = z.infer<typeof memberSchema>;
export type NodeSnapshot = z.infer<typeof nodeSchema>;
export type SnapshotDocument = z.infer<typeof documentSchema>;
export type Summary = z.infer<typeof summarySchema>;

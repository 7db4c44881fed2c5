import * as z from 'zod';
import { alertSchema } from '../domain/alert.ts';
import { amount, count, text, time } from '../domain/scalars.ts';
import { healthStatuses } from '../domain/words.ts';
import { groupSchema, connectionVerdictSchema } from './group/schema.ts';
import { endpointSchema, pollErrorSchema } from './poll/schema.ts';
import { sectionEntries } from './registry.ts';
import type { ReadSectionName, SectionName, sections } from './registry.ts';
import { schemaId } from './schema-id.ts';
import type { Section } from './section.ts';
import { targetSchema } from './target/schema.ts';

type Sections = typeof sections;

/** The schemas of the sections that `Name` chooses; those that not every node has are optional. */
type Schemas<Name extends SectionName> = {
	[Each in Name]: Sections[Each] extends { readonly isRequired: true }
		? Sections[Each]['schema']
		: z.ZodOptional<Sections[Each]['schema']>;
};

function schemasOf<Name extends SectionName>(
	isChosen: (section: Section) => boolean,
): Schemas<Name> {
	const chosen = sectionEntries
		.filter(([, section]) => isChosen(section))
		.map(([name, { schema, isRequired }]) => [name, isRequired ? schema : schema.optional()]);
	// Entries lose the names' types; `Schemas` says of each name what was done here.
	return Object.fromEntries(chosen) as Schemas<Name>;
}

const unrecognisedSchema = z
	.strictObject({ seems: text, nextStep: text.optional() })
	.describe('What answers at the address instead of a node of this kind');

export const nodeSchema = z.strictObject({
	...schemasOf<SectionName>(() => true),
	notes: z.array(text).optional().describe('Notes about this node that belong to no section'),
	unrecognised: unrecognisedSchema.optional(),
	lastProgressAt: time
		.optional()
		.describe('When head, height, round, view or finalized last changed'),
	lastFinalAt: time.optional().describe('When something last became final'),
});

const readingFields = {
	latencyMs: amount.optional(),
	endpoints: z.array(endpointSchema).optional(),
	certificateDaysLeft: z.number().optional(),
	cachedBy: text.optional(),
	figuresAt: time.optional(),
	...schemasOf<ReadSectionName>(({ filledBy }) => filledBy === 'node'),
	notes: z.array(text).optional().describe('Notes about this node that belong to no section'),
	unrecognised: unrecognisedSchema.optional(),
};

/** One node of a source that reports many: judged by that source, or for nodetop to judge. */
const memberSchema = z.union([
	z.strictObject({ snapshot: nodeSchema }),
	z.strictObject({
		target: targetSchema,
		reading: z.strictObject(readingFields),
		past: z
			.array(z.strictObject({ atMs: z.number(), reading: z.strictObject(readingFields) }))
			.optional()
			.describe('What it showed before the first poll, oldest first'),
	}),
	z.strictObject({
		target: targetSchema,
		error: pollErrorSchema.describe('Why the site could not read the node'),
	}),
]);

/** What one poll yields: the sections of the node, before they are judged, and the nodes it reports. */
export const readingSchema = z.strictObject({
	...readingFields,
	members: z.array(memberSchema).optional(),
});

const summarySchema = z.strictObject({
	status: z.enum(healthStatuses).describe('The worst state of the nodes'),
	nodes: count,
	up: count,
	degraded: count,
	down: count,
	unknown: count,
	hint: text.optional().describe('What to do next if no node is configured'),
});

/**
 * The one document of nodetop, as printed by `--once --json` and as held in memory.
 *
 * Rules: names are camelCase and end in their unit (`latencyMs`, `cpuRatio` 0–1, `…Bytes`,
 * `…PerSecond`, `…Seconds`); a time is an ISO 8601 string in UTC and its name ends in `at` or
 * `since`; what a node did not say is absent, never 0; a whole number past 2^53 is a decimal
 * string. The JSON Schema in `docs/snapshot.schema.json` is generated from this file.
 */
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
	witness: connectionVerdictSchema.optional(),
	alerts: z.array(alertSchema),
});

export type Reading = z.infer<typeof readingSchema>;
export type Member = z.infer<typeof memberSchema>;
export type NodeSnapshot = z.infer<typeof nodeSchema>;
export type SnapshotDocument = z.infer<typeof documentSchema>;
export type Summary = z.infer<typeof summarySchema>;

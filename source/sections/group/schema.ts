import * as z from 'zod';
import {
	amount,
	count,
	identifier,
	integer,
	kind,
	ratio,
	text,
	time,
} from '../../domain/scalars.ts';
import { groupPositions, groupStates, connectionFaults } from '../../domain/words.ts';

const memberSchema = z.strictObject({
	node: text,
	position: z.enum(groupPositions),
	behindBy: count.optional().describe('Blocks, views or rounds behind the other nodes'),
	side: count.optional().describe('Index in `sides`, while partitioned'),
	branch: count.optional().describe('Index in `fork.branches`, while forked'),
	sameAs: text.optional().describe('Another name of this node, under which it is counted'),
});

const commonSchema = z.strictObject({
	height: integer.describe('Highest block, or layer of a vertex, that they have in common'),
	hash: text,
	by: count.describe('Nodes that have it'),
});

const forkSchema = z.strictObject({
	number: integer.optional().describe('Last block, or layer of vertices, that the branches share'),
	atOrBefore: integer
		.optional()
		.describe(
			'The last shared block is older than the reported blocks: `number` is an upper bound',
		),
	mayResolve: z
		.boolean()
		.optional()
		.describe(
			'Seen in one poll of its nodes so far, and no deeper than reorganisations that resolve by themselves',
		),
	branches: z.array(
		z
			.strictObject({ hash: text, height: integer, nodes: z.array(text) })
			.describe('Identified by its head, or in a DAG by the first final vertex in conflict'),
	),
});

/**
 * The nodes of one network, and what only their comparison can show. What the nodes' answers do not
 * suffice for is absent, or `unknown`.
 */
export const groupSchema = z.strictObject({
	name: text.describe('Network that the nodes share, as kind:id'),
	kind: kind.describe('The most frequent kind of the nodes'),
	networkId: identifier.optional(),
	genesisHash: text.optional(),
	nodes: z.array(text),
	state: z.enum(groupStates),
	since: time.describe('When this state was first seen'),
	message: text,
	evidence: text.optional(),
	nextStep: text.optional(),
	common: commonSchema.optional(),
	heights: z.strictObject({ lowest: integer, highest: integer }).optional(),
	members: z.array(memberSchema),
	fork: forkSchema.optional(),
	sides: z
		.array(z.array(text))
		.optional()
		.describe('Nodes that hear each other, while partitioned'),
	clock: z
		.strictObject({
			maxSkewMs: amount.describe('Largest distance from the median clock of the group'),
			outliers: z.array(text).describe('Nodes whose clock is surely more than 1 s off the median'),
		})
		.optional(),
	versions: z.record(text, count).optional().describe('Nodes by version'),
	clients: z.record(text, count).optional().describe('Nodes by client'),
	peers: z
		.strictObject({
			distinct: count.describe('Different peer ids in the lists of all nodes'),
			inCommon: count.describe('Peer ids that two or more of the nodes list'),
			commonestClient: z
				.strictObject({
					client: text,
					ratio: ratio.describe('Share of each client among the peers whose client is known'),
				})
				.optional(),
		})
		.optional(),
	hearsay: z
		.array(text)
		.optional()
		.describe(
			'Nodes reported by a watched site; they never outvote a node that nodetop polls itself',
		),
	notes: z.array(text).optional(),
});

/** Whose fault it is when several nodes on several hosts stop answering in the same moment. */
export const connectionVerdictSchema = z.strictObject({
	verdict: z.enum(connectionFaults).describe('us: nodetop itself has lost its connection'),
	at: time,
	since: time.describe('When this verdict was first reached'),
	message: text,
	evidence: z.array(text),
	failing: z.array(text).describe('Nodes that stopped answering'),
});

export type Group = z.infer<typeof groupSchema>;
export type GroupMember = z.infer<typeof memberSchema>;
export type Fork = z.infer<typeof forkSchema>;
export type ConnectionVerdict = z.infer<typeof connectionVerdictSchema>;

import * as z from 'zod';
import { amount, count, integer, text, time } from '../../domain/scalars.ts';
import { consensusStatuses, finalityUnits } from '../../domain/words.ts';
import { distributionSchema } from '../distribution.ts';

export const consensusSchema = z.strictObject({
	status: z.enum(consensusStatuses).optional(),
	round: integer.optional(),
	view: integer.optional(),
	height: integer.optional(),
	epoch: integer.optional(),
	leader: text.optional(),
	isLeader: z.boolean().optional(),
	validators: count.optional().describe('Members that may vote'),
	finalized: integer.optional().describe('Vertices or blocks that are final'),
	finalizedSinceStart: z
		.boolean()
		.optional()
		.describe('`finalized` counts since the program started, and is no height'),
	pending: integer.optional().describe('Vertices or blocks seen but not final'),
	finalityLag: integer.optional().describe('Newest minus newest final, in `finalityUnit`'),
	finalityUnit: z.enum(finalityUnits).optional().describe('Absent if it is not known'),
	lastFinalizedAt: time.optional(),
	averageFinalityMs: amount.optional(),
	votingPower: amount.optional(),
	proposals: integer.optional(),
	votes: integer.optional().describe('Votes that this node sent'),
	votesReceived: integer.optional(),
	votesByType: z.record(text, integer).optional().describe('Votes received by type'),
	quorumCertificates: integer.optional(),
	timeoutCertificates: integer.optional(),
	timeouts: integer.optional(),
	viewChanges: integer.optional(),
	viewsInRowTimedOut: integer.optional().describe('Views in a row that timed out until now'),
	lastViewChange: z
		.strictObject({
			from: integer.optional().describe('The view that was left'),
			to: integer.optional().describe('The view that was entered'),
			reason: text.optional(),
		})
		.optional()
		.describe('The newest view change'),
	viewChangeReasons: z.record(text, integer).optional().describe('View changes by reason'),
	applied: integer.optional().describe('Committed entries that the state machine has applied'),
	failed: integer.optional().describe('Proposals that failed'),
	safetyViolations: integer.optional(),
	equivocations: integer.optional(),
	equivocationsBy: z.record(text, integer).optional().describe('Equivocations by the signer'),
	safetyViolationsBy: z.record(text, integer).optional().describe('Safety violations by type'),
	byzantine: integer.optional().describe('Byzantine acts that this node has seen'),
	byzantineByType: z.record(text, integer).optional().describe('The same by type'),
	latenciesMs: z
		.record(text, distributionSchema)
		.optional()
		.describe('Phases of agreement by name, such as commit, propose, diskSync, roundTrip'),
});

export type Consensus = z.infer<typeof consensusSchema>;

import * as z from 'zod';
import { amount, count, integer, ratio, text, time } from '../../domain/scalars.ts';

/** Slots of time of which a validator's score is kept. */
export const keptScores = 30;

const validatorSchema = z.strictObject({
	validator: text.describe('The id by which the network names it'),
	name: text.optional(),
	mine: z.boolean().describe('Whether the profile names it as its own'),
	active: z.boolean().optional().describe('Whether it is in the present set'),
	power: amount.optional(),
	votes: integer.optional().describe('Votes of it that were seen; duties that it did'),
	missed: integer.optional().describe('Votes or duties that it missed'),
	missedInRow: count.optional(),
	proposals: integer.optional(),
	proposalsMissed: integer.optional(),
	lastSeenAt: time.optional(),
	inSyncCommittee: z.boolean().optional(),
	syncMissed: integer.optional().describe('Blocks that lack its sync committee message'),
	syncMissedInRow: count.optional(),
	prevoted: z.boolean().optional().describe('Whether its prevote of the present round was seen'),
	precommitted: z.boolean().optional().describe('The same of its precommit'),
	score: ratio.optional().describe('Share of its duties that it did in the last ten minutes'),
	scores: z
		.array(ratio.nullable())
		.max(keptScores)
		.optional()
		.describe('The same in each slot of 20 s, oldest first; null: no duty'),
	byzantine: integer.optional().describe('Byzantine acts of it that were seen'),
	byzantineBy: z.record(text, integer).optional().describe('The same by type'),
	jailed: z.boolean().optional(),
	jailedUntil: time.optional(),
	tombstoned: z.boolean().optional().describe('Excluded for good'),
	slashed: z.boolean().optional(),
});

export const validatorsSchema = z.strictObject({ list: z.array(validatorSchema) });

export type Validators = z.infer<typeof validatorsSchema>;
export type Validator = z.infer<typeof validatorSchema>;

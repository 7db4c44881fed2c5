import * as z from 'zod';
import { silenceEntrySchema } from '../../domain/rule.ts';
import { count, text } from '../../domain/scalars.ts';

/** A silence made by hand has an id, by which it is ended; those of the profile are ended in the profile. */
export const knownSilenceSchema = z.strictObject({
	id: text.optional(),
	...silenceEntrySchema.shape,
});

/** What is known of the alerting beside the alerts themselves. */
export const alertingStatusSchema = z.strictObject({
	mode: z
		.enum(['own', 'attached', 'off'])
		.describe(
			'own: this process evaluates the rules; attached: another process does, and its alerts are shown; off: no rules, the findings of the built-in checks are shown',
		),
	problems: z
		.array(text)
		.describe('Why alerts may not reach their receivers, a line each: the channel first'),
	silences: z
		.array(knownSilenceSchema)
		.describe('Silences made by hand and those of the profile, at the last evaluation'),
	channels: z
		.array(text)
		.optional()
		.describe('Names of the channels in use; absent if not known here'),
	ruleCount: count.optional().describe('Number of rules in use; absent if it is not known here'),
});

export type KnownSilence = Readonly<z.infer<typeof knownSilenceSchema>>;

export interface AlertingStatus extends Readonly<
	Omit<z.infer<typeof alertingStatusSchema>, 'problems' | 'silences' | 'channels'>
> {
	readonly problems: readonly string[];
	readonly silences: readonly KnownSilence[];
	readonly channels?: readonly string[] | undefined;
}

/** Why nodetop cannot keep what it knows of alerts. */
export interface OwnState {
	readonly message: string;
	readonly evidence?: string | undefined;
}

/** No process evaluates rules. */
export const alertingOff: AlertingStatus = { mode: 'off', problems: [], silences: [] };

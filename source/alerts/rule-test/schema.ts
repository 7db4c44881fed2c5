import * as z from 'zod';
import {
	maintenanceEntrySchema,
	ruleEntrySchema,
	ruleName,
	silenceEntrySchema,
} from '../../domain/rule.ts';
import { alertStates, mutedBy, severities } from '../../domain/words.ts';
import { spanPattern } from './series.ts';

/** A file of `nodetop alerts test-rules`; docs/rule-tests.md describes it. */

const span = z.string().regex(spanPattern, { error: 'must be a span such as 90s or 1h30m' });
const forwards = span.regex(/^[^-]/, { error: 'must not be negative' });
const atSpan = forwards.describe('Time since the test began');
const series = z
	.string()
	.max(10_000)
	.describe('One sample for each poll: 0+10x5 _x3 stale, activex3');
const facts = z
	.record(z.string(), z.unknown())
	.describe('Sections as in the snapshot; a time may be given as seconds since the test began');
const scalar = z.union([z.number(), z.string()]);
const labels = z
	.record(z.string(), z.string())
	.describe('The alert has at least these labels; * matches any text');
const rules = z.record(ruleName, ruleEntrySchema);

const nodeSchema = z.strictObject({
	kind: z.string().optional().describe('Default: evm'),
	url: z.string().optional(),
	group: z.string().optional(),
	tags: z.array(z.string()).optional(),
	facts: facts.optional().describe('What the node reports at every poll'),
	series: z
		.record(z.string(), series)
		.optional()
		.describe('What the node reports, by path of the field'),
	checks: z
		.record(z.string(), series)
		.optional()
		.describe('Results of scheduled checks, such as storage.space: up, unknown, warning, critical'),
	poll: series
		.optional()
		.describe('ok, none for no poll, or an error: unreachable, timeout, badResponse, …'),
	changes: z
		.array(z.strictObject({ at: atSpan, set: facts }))
		.optional()
		.describe('Changes to `facts` from that time on; null removes a field (RFC 7386)'),
	from: atSpan.optional().describe('Watched from this time on'),
	until: atSpan.optional().describe('No longer watched from this time on'),
});

const groupSchema = z.strictObject({
	nodes: z.array(z.string()).min(1),
	state: series.describe('agreed, lagging, forked, partitioned, stalled or unknown'),
	facts: facts.optional(),
});

const line = z.string().regex(/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+ \S/, {
	error: 'must begin with a time, such as "10s fired node-down a"',
});
const which = { rule: ruleName, labels: labels.optional() };

const expectationSchema = z.strictObject({
	at: atSpan,
	...which,
	state: z.enum(alertStates).optional().describe('Default: firing'),
	severity: z.enum(severities).optional(),
	value: scalar.optional(),
	threshold: scalar.optional(),
	message: z.string().optional(),
	muted: z.union([z.enum(mutedBy), z.literal(false)]).optional(),
	isStale: z.boolean().optional(),
	isFlapping: z.boolean().optional(),
	reason: z.string().optional().describe('Why the alert ended'),
});

const testSchema = z.strictObject({
	name: z.string().min(1),
	rules: rules.optional().describe('Added to the rules of the file; the same name replaces'),
	interval: forwards.optional().describe('Time between two polls and evaluations'),
	start: z.iso.datetime({ offset: true }).optional().describe('Default: 2026-01-01T00:00:00Z'),
	until: atSpan
		.optional()
		.describe('When the test ends. Default: the last time that it expects something'),
	nodes: z.record(z.string().min(1), nodeSchema).optional(),
	groups: z
		.record(z.string(), groupSchema)
		.optional()
		.describe('Replaces the groups that nodetop finds by comparing the nodes'),
	connection: series.optional().describe('The connection of nodetop itself: up or lost'),
	ownState: series
		.optional()
		.describe('Whether nodetop can write its own alert state: kept or lost'),
	outages: z
		.array(z.strictObject({ at: atSpan, for: forwards }))
		.optional()
		.describe('nodetop is killed at this time and starts again after this span'),
	clock: z
		.array(z.strictObject({ at: atSpan, by: span }))
		.optional()
		.describe('The wall clock is set forward or back; measured spans are not affected'),
	reloads: z
		.array(
			z.strictObject({
				at: atSpan,
				rules: z.record(z.string(), z.unknown()),
				refused: z
					.boolean()
					.optional()
					.describe('Whether the rules must be refused, so that the old ones stay'),
			}),
		)
		.optional(),
	silences: z
		.array(
			z.strictObject({
				match: silenceEntrySchema.shape.match,
				at: atSpan.optional(),
				for: forwards,
			}),
		)
		.optional(),
	maintenance: z.record(z.string(), maintenanceEntrySchema).optional(),
	acks: z.array(z.strictObject({ at: atSpan, ...which, by: z.string().optional() })).optional(),
	snoozes: z.array(z.strictObject({ at: atSpan, for: forwards, ...which })).optional(),
	channel: z
		.strictObject({
			minSeverity: z.enum(severities).optional(),
			sendResolved: z.boolean().optional(),
			groupBy: z.array(z.string()).optional(),
			groupWaitMs: z.int().min(0).optional(),
			criticalGroupWaitMs: z.int().min(0).optional(),
			groupIntervalMs: z.int().min(0).optional(),
			repeatIntervalMs: z.int().min(1000).optional(),
			criticalRepeatIntervalMs: z.int().min(1000).optional(),
		})
		.optional()
		.describe('The channel that receives messages, as in a profile'),
	receiver: series
		.optional()
		.describe('The answer of the receiver at each evaluation: ok, failed, refused'),
	expect: z.array(expectationSchema).optional(),
	expectNone: z
		.array(
			z.strictObject({
				at: atSpan,
				rule: ruleName.optional(),
				labels: labels.optional(),
				state: z.enum(alertStates).optional().describe('Default: pending or firing'),
			}),
		)
		.optional(),
	expectEvents: z.array(line).optional().describe('All events of alerts: "10s fired node-down a"'),
	expectMessages: z
		.array(line)
		.optional()
		.describe('All messages: "10s fired critical node-down a"'),
});

export const ruleTestFileSchema = z.strictObject({
	$schema: z.string().optional(),
	builtIn: z
		.boolean()
		.optional()
		.describe('Whether the rules of nodetop and of the profile apply too'),
	rules: rules.optional(),
	interval: forwards.optional().describe('Default: 5s'),
	tests: z.array(testSchema).min(1),
});

export type RuleTestFile = z.infer<typeof ruleTestFileSchema>;
export type RuleTest = z.infer<typeof testSchema>;
export type TestedNode = z.infer<typeof nodeSchema>;
export type TestedGroup = z.infer<typeof groupSchema>;
export type Expectation = z.infer<typeof expectationSchema>;

/** The JSON Schema of a file of rule tests. */
export function ruleTestJsonSchema(): object {
	return { ...z.toJSONSchema(ruleTestFileSchema), title: 'nodetop rule tests' };
}

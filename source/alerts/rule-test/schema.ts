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

const span = z.string().regex(spanPattern, { error: 'is no span such as 90s or 1h30m' });
const forwards = span.regex(/^[^-]/, { error: 'must not be negative' });
const atSpan = forwards.describe('Time since the beginning of the test');
const series = z.string().max(10_000).describe('One sample a poll: 0+10x5 _x3 stale, activex3');
const facts = z
	.record(z.string(), z.unknown())
	.describe('Sections as in the snapshot; a time may be seconds since the beginning');
const scalar = z.union([z.number(), z.string()]);
const labels = z.record(z.string(), z.string()).describe('These and maybe others; * is any text');
const rules = z.record(ruleName, ruleEntrySchema);

const nodeSchema = z.strictObject({
	kind: z.string().optional().describe('evm unless told'),
	url: z.string().optional(),
	group: z.string().optional(),
	tags: z.array(z.string()).optional(),
	facts: facts.optional().describe('What it tells at every poll'),
	series: z.record(z.string(), series).optional().describe('What it tells, by path of the field'),
	checks: z
		.record(z.string(), series)
		.optional()
		.describe(
			'What its scheduled checks say, such as storage.space: up, unknown, warning, critical',
		),
	poll: series
		.optional()
		.describe('ok, none for no poll, or an error: unreachable, timeout, badResponse, …'),
	changes: z
		.array(z.strictObject({ at: atSpan, set: facts }))
		.optional()
		.describe('From then on it tells this instead; null takes away (RFC 7386)'),
	from: atSpan.optional().describe('Watched from then on'),
	until: atSpan.optional().describe('Not watched any more from then on'),
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
	state: z.enum(alertStates).optional().describe('firing unless told'),
	severity: z.enum(severities).optional(),
	value: scalar.optional(),
	threshold: scalar.optional(),
	message: z.string().optional(),
	muted: z.union([z.enum(mutedBy), z.literal(false)]).optional(),
	isStale: z.boolean().optional(),
	isFlapping: z.boolean().optional(),
	reason: z.string().optional().describe('Why it ended'),
});

const testSchema = z.strictObject({
	name: z.string().min(1),
	rules: rules.optional().describe('Beside, or over, those of the file'),
	interval: forwards.optional().describe('Between two polls and evaluations'),
	start: z.iso.datetime({ offset: true }).optional().describe('2026-01-01T00:00:00Z unless told'),
	until: atSpan.optional().describe('The latest time that is expected of, unless told'),
	nodes: z.record(z.string().min(1), nodeSchema).optional(),
	groups: z
		.record(z.string(), groupSchema)
		.optional()
		.describe('Instead of what nodetop finds by comparing the nodes'),
	connection: series.optional().describe('Of the monitor itself: up or lost'),
	outages: z
		.array(z.strictObject({ at: atSpan, for: forwards }))
		.optional()
		.describe('Killed then, and started again so much later'),
	clock: z
		.array(z.strictObject({ at: atSpan, by: span }))
		.optional()
		.describe('The clock on the wall is set; what is measured goes on'),
	reloads: z
		.array(
			z.strictObject({
				at: atSpan,
				rules: z.record(z.string(), z.unknown()),
				refused: z.boolean().optional().describe('Whether they are wrong and the old ones stay'),
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
		.describe('To whom messages go, as channels of the profile'),
	receiver: series.optional().describe('What it answers at each evaluation: ok, failed, refused'),
	expect: z.array(expectationSchema).optional(),
	expectNone: z
		.array(
			z.strictObject({
				at: atSpan,
				rule: ruleName.optional(),
				labels: labels.optional(),
				state: z.enum(alertStates).optional().describe('pending or firing unless told'),
			}),
		)
		.optional(),
	expectEvents: z
		.array(line)
		.optional()
		.describe('All that fires, rises, falls and ends: "10s fired node-down a"'),
	expectMessages: z
		.array(line)
		.optional()
		.describe('All messages: "10s fired critical node-down a"'),
});

export const ruleTestFileSchema = z.strictObject({
	$schema: z.string().optional(),
	builtIn: z.boolean().optional().describe('Whether those of nodetop and of the profile count'),
	rules: rules.optional(),
	interval: forwards.optional().describe('5s unless told'),
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

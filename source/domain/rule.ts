import * as z from 'zod';
import { components, severities } from './words.ts';
import type { Component, Severity } from './words.ts';

/**
 * An alert rule as data: the same form in the configuration and in the built-in rules. docs/alerts.md
 * describes it. Durations are whole milliseconds.
 */

/** What a rule is evaluated for, each one separately. */
export const ruleScopes = ['node', 'group', 'peer', 'satellite', 'validator', 'fleet'] as const;
export type RuleScope = (typeof ruleScopes)[number];

/** How a value is written in a message. */
export const ruleUnits = ['ratio', 'ms', 'seconds', 'bytes', 'count', 'perSecond', 'days'] as const;
export type RuleUnit = (typeof ruleUnits)[number];

const dayMs = 24 * 3_600_000;
const duration = z.int().min(0).max(dayMs);
const window = z.int().min(1000).max(dayMs);

const path = z
	.string()
	.max(200)
	.regex(/^\w+(\[\])?(\.\w+(\[\])?)*(\|\w+(\[\])?(\.\w+(\[\])?)*)*$/, {
		error:
			'is not a path of fields, such as resources.cpuRatio or chain.head.number|consensus.height',
	});

const measures = ['field', 'age', 'count', 'rate', 'increase', 'changes', 'average'] as const;
const windowed: ReadonlySet<string> = new Set(['rate', 'increase', 'changes', 'average']);

/** A number of the snapshot: as it is, or over a window of time. */
const valueSchema = z
	.strictObject({
		field: path.optional().describe('The value itself; values of a list, as in a[].b, are added'),
		age: path.optional().describe('Seconds since the time in this field'),
		count: path.optional().describe('Number of entries of this list or record'),
		rate: path.optional().describe('Growth of a counter per second'),
		increase: path
			.optional()
			.describe('Growth of a counter; never negative when the counter restarts'),
		changes: path.optional().describe('How often the value changed'),
		average: path.optional(),
		overMs: window.optional().describe('The window of rate, increase, changes and average'),
		per: path
			.optional()
			.describe('Divides by this field, measured in the same way; division by 0 gives no value'),
		baselineMs: window.optional().describe('Divides by the average over this longer window'),
	})
	.superRefine((value, context) => {
		const given = measures.filter((name) => value[name] !== undefined);
		const [measure] = given;
		const isWindowed = measure !== undefined && windowed.has(measure);
		const problem = (message: string): void => context.addIssue({ code: 'custom', message });
		if (given.length !== 1) problem(`needs one of ${measures.join(', ')}`);
		else if (isWindowed !== (value.overMs !== undefined)) {
			problem(isWindowed ? `${measure} needs overMs` : `${measure} takes no overMs`);
		} else if (value.baselineMs !== undefined) {
			if (measure !== 'average' || value.per !== undefined)
				problem('baselineMs is for average, without per');
			else if (value.baselineMs <= (value.overMs ?? 0))
				problem('baselineMs must be longer than overMs');
		}
	});

const levels = z.strictObject({
	info: z.number().optional(),
	warning: z.number().optional(),
	critical: z.number().optional(),
	clear: z.number().optional().describe('The value is good again only from here on'),
});
const threshold = z.union([z.number(), levels], {
	error: 'expected a number, or an object with info, warning, critical and clear',
});
export type Threshold = z.infer<typeof threshold>;

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const comparisons = {
	value: valueSchema.optional(),
	above: threshold.optional(),
	atLeast: threshold.optional(),
	below: threshold.optional(),
	atMost: threshold.optional(),
	oneOf: z.array(scalar).min(1).optional(),
	noneOf: z.array(scalar).min(1).optional(),
	absentIsGood: z
		.boolean()
		.optional()
		.describe(
			'An absent value is good: for a field that a node reports only while something is wrong',
		),
	absentIsUsual: z
		.boolean()
		.optional()
		.describe(
			'An absent value is normal, and no-data does not fire: for a field that a node reports only at times',
		),
};
export const orderings = ['above', 'atLeast', 'below', 'atMost'] as const;
export type Ordering = (typeof orderings)[number];

const comparisonSchema = z.strictObject(comparisons).superRefine(checkComparison);

const conditionSchema = z
	.strictObject({
		...comparisons,
		issue: z.string().optional().describe('Code of a finding in health.issues'),
		needs: z
			.array(path)
			.optional()
			.describe('If one of these fields is absent, a missing finding means no data'),
		check: z
			.string()
			.regex(/^[a-z]+\.[A-Za-z]+$/, { error: 'is not a check such as storage.space' })
			.optional()
			.describe(
				'The scheduled check of this finding; if it could not run, a missing finding means no data',
			),
		frozenBy: z
			.array(z.string())
			.optional()
			.describe('Findings that explain this one; while one of them is present, nothing changes'),
		noData: z
			.literal(true)
			.optional()
			.describe('Fires when a value that was reported before is missing'),
		where: z
			.array(comparisonSchema)
			.optional()
			.describe('Further comparisons; the condition holds only if all of them hold'),
	})
	.superRefine((condition, context) => {
		const forms = [condition.value, condition.issue, condition.noData];
		if (forms.filter((form) => form !== undefined).length !== 1) {
			context.addIssue({ code: 'custom', message: 'needs one of value, issue, noData' });
		} else if (condition.value !== undefined) checkComparison(condition, context);
	});

/** The name of a rule. */
export const ruleName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, {
	error: 'must be lower-case letters, digits and "-"',
});
const label = z.string().regex(/^[A-Za-z]\w{0,62}$/, { error: 'is not the name of a label' });
const glob = z.string().max(200);

/** Labels to match: exactly, or with `*` for any text. A label that is absent is the empty text. */
const matchSchema = z.record(label, glob);
export type LabelMatch = Readonly<Record<string, string>>;

/** One rule of the configuration: a new one, or what differs from the built-in of that name. */
export const ruleEntrySchema = z.strictObject({
	enabled: z.boolean().optional(),
	scope: z.enum(ruleScopes).optional(),
	kinds: z.array(z.string()).min(1).optional().describe('Only nodes of these kinds'),
	match: matchSchema.optional().describe('Only subjects with these labels; * matches any text'),
	condition: conditionSchema.optional(),
	severity: z.enum(severities).optional(),
	forMs: duration
		.optional()
		.describe('Hold time: how long the condition must hold before the alert fires'),
	keepFiringForMs: duration
		.optional()
		.describe('How long the condition must be good before the alert resolves'),
	component: z.enum(components).optional(),
	labels: z.record(label, z.string().max(200)).optional(),
	message: z
		.string()
		.min(1)
		.max(500)
		.optional()
		.describe('Text of the alert, with {node}, {value}, {threshold}, …'),
	nextStep: z.string().max(500).optional(),
	unit: z.enum(ruleUnits).optional(),
	mutes: z
		.strictObject({
			rules: z.array(z.union([ruleName, z.literal('*')])).min(1),
			by: z.enum(['node', 'group', 'fleet']),
		})
		.optional()
		.describe('Alerts that this one inhibits while it fires, of the same node or group'),
	maxAlerts: z
		.int()
		.min(1)
		.max(10_000)
		.optional()
		.describe('Highest number of alerts at once; nodetop only counts those beyond it'),
});

const at = z.iso.datetime({ offset: true });
const clock = z
	.string()
	.regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'is not a time such as 22:30' });
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

export const silenceEntrySchema = z
	.strictObject({
		match: matchSchema,
		startsAt: at.optional(),
		endsAt: at.describe('The silence ends just before this time'),
		author: z.string().max(100).optional(),
		comment: z.string().max(500).optional(),
	})
	.refine(
		({ startsAt, endsAt }) => startsAt === undefined || Date.parse(startsAt) < Date.parse(endsAt),
		{
			error: 'endsAt must be after startsAt',
		},
	);

/** Planned work, once or every week, in which alerts up to a severity are muted. */
export const maintenanceEntrySchema = z
	.strictObject({
		match: matchSchema.optional(),
		upTo: z
			.enum(severities)
			.optional()
			.describe('Highest severity that is muted; default critical'),
		startsAt: at.optional(),
		endsAt: at.optional(),
		days: z
			.array(z.enum(weekdays))
			.min(1)
			.optional()
			.describe('Days on which it begins; default every day'),
		from: clock.optional(),
		to: clock
			.optional()
			.describe('The window ends just before this time; if it is before `from`, on the next day'),
		timeZone: z
			.string()
			.refine(isTimeZone, { error: 'is not a time zone such as Europe/Berlin' })
			.optional(),
	})
	.refine(
		({ startsAt, endsAt, from, to }) =>
			(startsAt !== undefined && endsAt !== undefined) || (from !== undefined && to !== undefined),
		{ error: 'needs startsAt and endsAt, or from and to' },
	);

export type RuleEntry = z.infer<typeof ruleEntrySchema>;
export type RuleCondition = z.infer<typeof conditionSchema>;
export type RuleComparison = z.infer<typeof comparisonSchema>;
export type RuleValue = z.infer<typeof valueSchema>;
export type SilenceEntry = z.infer<typeof silenceEntrySchema>;
export type MaintenanceEntry = z.infer<typeof maintenanceEntrySchema>;

/** A complete rule. */
export interface Rule extends Omit<RuleEntry, 'enabled'> {
	readonly name: string;
	/** Code of the finding that a built-in rule alerts on; absent for a rule of the user's own. */
	readonly code?: string | undefined;
	readonly scope: RuleScope;
	readonly condition: RuleCondition;
	readonly message: string;
	readonly forMs: number;
	readonly keepFiringForMs: number;
	readonly maxAlerts: number;
	readonly component?: Component | undefined;
	/** Absent if the finding or the threshold decides the severity. */
	readonly severity?: Severity | undefined;
	/** One cause shows at every node of a host or of a network: all of them have one alert. */
	readonly onePer?: 'host' | 'group' | undefined;
}

interface IssueTaker {
	addIssue(issue: { code: 'custom'; message: string; path?: string[] }): void;
}

function checkComparison(
	comparison: { readonly [Name in Ordering]?: Threshold | undefined } & {
		readonly value?: RuleValue | undefined;
		readonly oneOf?: readonly unknown[] | undefined;
		readonly noneOf?: readonly unknown[] | undefined;
	},
	context: IssueTaker,
): void {
	const given = [...orderings, 'oneOf' as const, 'noneOf' as const].filter(
		(name) => comparison[name] !== undefined,
	);
	const [first] = given;
	if (comparison.value === undefined)
		context.addIssue({ code: 'custom', message: 'needs a value' });
	if (given.length !== 1 || first === undefined) {
		const message = `needs exactly one of ${orderings.join(', ')}, oneOf, noneOf`;
		context.addIssue({ code: 'custom', message });
		return;
	}
	if (first === 'oneOf' || first === 'noneOf') return;
	const message = thresholdProblem(comparison[first], first === 'above' || first === 'atLeast');
	if (message !== undefined) context.addIssue({ code: 'custom', message, path: [first] });
}

/** Worse levels must be further out, and `clear` on the good side of all. */
function thresholdProblem(given: Threshold | undefined, isRising: boolean): string | undefined {
	if (given === undefined || typeof given === 'number') return undefined;
	const { info, warning, critical, clear } = given;
	const order = [clear, info, warning, critical].filter((level) => level !== undefined);
	if (info === undefined && warning === undefined && critical === undefined) {
		return 'needs one of info, warning, critical';
	}
	const isOrdered = order.every((level, index) => {
		const before = order[index - 1];
		return before === undefined || (isRising ? before <= level : before >= level);
	});
	if (isOrdered) return undefined;
	return `must ${isRising ? 'rise' : 'fall'} from clear over info and warning to critical`;
}

function isTimeZone(name: string): boolean {
	try {
		return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
	} catch {
		// The only way to find out: an unknown zone throws.
		return false;
	}
}

import * as z from 'zod';
import { amount, text, time } from '../../domain/scalars.ts';
import { healthStatuses, severities } from '../../domain/words.ts';
import type { Component } from '../../domain/words.ts';

/** Components that are checked on a schedule of their own, in the order in which they are listed. */
export const checkedComponents = [
	'consensus',
	'dag',
	'network',
	'storage',
	'resources',
	'process',
] as const satisfies readonly Component[];
export type CheckedComponent = (typeof checkedComponents)[number];

/** `counter` is a count that only grows. */
export const healthUnits = ['seconds', 'bytes', 'ratio', 'count', 'counter'] as const;
export type HealthUnit = (typeof healthUnits)[number];

const valueSchema = z.strictObject({
	name: text.describe('In camelCase, such as headAge'),
	value: z.number(),
	unit: z.enum(healthUnits),
	trouble: z.enum(['above', 'below']).optional().describe('Which side of the thresholds is bad'),
	warning: z.number().optional(),
	critical: z.number().optional(),
});

const resultSchema = z.strictObject({
	name: text,
	status: z
		.enum(healthStatuses)
		.describe('unknown: the check could not get its data; the message gives the reason'),
	message: text,
	applies: z
		.literal(false)
		.optional()
		.describe('false: a node of this kind has no such component; the status is unknown'),
	evidence: text.optional(),
	nextStep: text.optional(),
	severity: z.enum(severities).optional().describe('Severity of the problem'),
	issue: text.optional().describe('Code of the issue in `issues`, if there is a problem'),
	values: z.array(valueSchema),
	lastCheckAt: time,
	durationMs: amount,
});

/** One component of a node, as its scheduled checks left it. */
export const componentHealthSchema = z.strictObject({
	component: z.enum(checkedComponents),
	status: z
		.enum(healthStatuses)
		.describe('The worst state of its checks; unknown if all are unknown'),
	checks: z.array(resultSchema),
});

export type ComponentHealth = z.infer<typeof componentHealthSchema>;
export type CheckResult = z.infer<typeof resultSchema>;
export type CheckValue = z.infer<typeof valueSchema>;

/** The checks of a component that a node of its kind can have; none where it has no such component. */
export function applyingChecks({ checks }: Pick<ComponentHealth, 'checks'>): CheckResult[] {
	return checks.filter(({ applies }) => applies !== false);
}

/** The check that made a component what it is; a critical one first. */
export function decisiveCheck({ status, checks }: ComponentHealth): CheckResult | undefined {
	const alike = checks.filter((check) => check.status === status);
	return alike.find(({ severity }) => severity === 'critical') ?? alike[0];
}

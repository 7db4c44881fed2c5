import { describe, expect, it } from 'vitest';
import { overallPlanHealth, planHealthOf } from '../../source/export/plan-health.ts';
import type { HealthReport } from '../../source/sections/health/schema.ts';

const since = '2026-01-01T00:00:00.000Z';
const issue = (severity: 'info' | 'warning' | 'critical', message: string) => ({
	code: 'peersNone',
	component: 'network' as const,
	severity,
	message,
	since,
});
const report = (more: Partial<HealthReport>): HealthReport => ({
	status: 'up',
	issues: [],
	...more,
});

describe('health in the words of the plan', () => {
	it.each([
		[report({}), 'Healthy'],
		[report({ issues: [issue('info', 'm')] }), 'Healthy'],
		[report({ status: 'degraded', issues: [issue('warning', 'm')] }), 'Warning'],
		[report({ status: 'degraded', issues: [issue('critical', 'm')] }), 'Critical'],
		[report({ status: 'down', issues: [issue('critical', 'm')] }), 'Failing'],
		[report({ status: 'unknown' }), 'Unknown'],
	] as const)('%j is %s', (given, word) => {
		expect(planHealthOf(given).status).toBe(word);
	});

	it('lists what is wrong, in all and by component, and no remark', () => {
		const checks = [
			{ name: 'peers', status: 'up' as const, message: 'fine' },
			{
				name: 'churn',
				status: 'degraded' as const,
				message: 'half left',
				severity: 'critical' as const,
			},
		].map((check) => ({ ...check, values: [], lastCheckAt: since, durationMs: 1 }));
		const plan = planHealthOf(
			report({
				status: 'degraded',
				issues: [{ ...issue('warning', 'is slow'), evidence: '3 s' }, issue('info', 'remark')],
				components: [{ component: 'network', status: 'degraded', checks }],
			}),
		);
		expect(plan).toEqual({
			status: 'Warning',
			issues: ['is slow (3 s)'],
			components: { network: { status: 'Critical', issues: ['churn: half left'] } },
		});
	});

	it('of several nodes is that of the worst, with the names of those that have issues', () => {
		const of = (name: string, given: HealthReport) => ({ name, plan: planHealthOf(given) });
		const nodes = [
			of('a', report({})),
			of('b', report({ status: 'degraded', issues: [issue('warning', 'slow')] })),
			of('c', report({ status: 'down', issues: [issue('critical', 'gone')] })),
		];
		expect(overallPlanHealth(nodes)).toEqual({ status: 'Failing', issues: ['b: slow', 'c: gone'] });
		expect(overallPlanHealth(nodes.slice(0, 2)).status).toBe('Warning');
		expect(overallPlanHealth([])).toEqual({ status: 'Unknown', issues: [] });
	});
});

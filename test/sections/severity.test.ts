import { expect, it } from 'vitest';
import { severityOf } from '../../source/sections/health/severity.ts';
import type { Severity } from '../../source/domain/words.ts';

const report = (...all: readonly Severity[]) => ({
	issues: all.map((severity) => ({
		code: 'x',
		component: 'node' as const,
		severity,
		message: 'm',
		since: '2026-01-01T00:00:00Z',
	})),
});

it.each([
	[[], undefined],
	[['info'], 'info'],
	[['warning', 'critical', 'info'], 'critical'],
	[['info', 'warning'], 'warning'],
] as const)('the severity of a node with issues %j is %s', (all, worst) => {
	expect(severityOf(report(...all))).toBe(worst);
});

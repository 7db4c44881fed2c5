import { levelOf } from '../sections/health/severity.ts';
import type { ComponentHealth } from '../sections/health/component-health.ts';
import type { HealthReport, Issue } from '../sections/health/schema.ts';
import type { SnapshotDocument } from '../sections/snapshot.ts';
import { worstLevel } from '../domain/words.ts';
import type { HealthLevel } from '../domain/words.ts';

/** Health in the words of the metrics plan. What the plan has no word for is `Unknown`. */
export const planHealthWords = ['Failing', 'Critical', 'Warning', 'Unknown', 'Healthy'] as const;
export type PlanHealthWord = (typeof planHealthWords)[number];

export interface PlanHealth {
	readonly status: PlanHealthWord;
	/** What is wrong; empty for `Healthy`. */
	readonly issues: readonly string[];
}

interface PlanReport extends PlanHealth {
	readonly components: Readonly<Record<string, PlanHealth>>;
}

const wordOfLevel: Readonly<Record<HealthLevel, PlanHealthWord>> = {
	ok: 'Healthy',
	warning: 'Warning',
	critical: 'Critical',
	unknown: 'Unknown',
};

/** A node that is down fails; one that works with a critical finding is critical. */
export function planHealthOf(report: HealthReport): PlanReport {
	const status = report.status === 'down' ? 'Failing' : wordOfLevel[levelOf(report)];
	return {
		status,
		issues: textsOf(report.issues.filter(({ severity }) => severity !== 'info')),
		components: Object.fromEntries(
			(report.components ?? []).map((each) => [each.component, ofComponent(each)]),
		),
	};
}

function ofComponent({ status, checks }: ComponentHealth): PlanHealth {
	const bad = checks.filter((check) => check.status === 'degraded' || check.status === 'down');
	const isCritical = bad.some(({ severity }) => severity === 'critical');
	const word = { up: 'Healthy', unknown: 'Unknown', down: 'Failing', degraded: 'Warning' } as const;
	return {
		status: status === 'degraded' && isCritical ? 'Critical' : word[status],
		issues: bad.map(({ name, message }) => `${name}: ${message}`),
	};
}

/** The worst of several nodes, with the issues of all by the node's name. */
export function overallPlanHealth(
	nodes: readonly { readonly name: string; readonly plan: PlanHealth }[],
): PlanHealth {
	const words = new Set(nodes.map(({ plan }) => plan.status));
	return {
		status: planHealthWords.find((word) => words.has(word)) ?? wordOfLevel[worstLevel([])],
		issues: nodes.flatMap(({ name, plan }) => plan.issues.map((issue) => `${name}: ${issue}`)),
	};
}

/** The health of a document's nodes, as `/api/v1/health` answers. */
export function writePlanHealth({
	takenAt,
	nodes,
}: Pick<SnapshotDocument, 'takenAt' | 'nodes'>): string {
	const reports = nodes.map(({ target: { name }, health }) => ({
		name,
		plan: planHealthOf(health),
	}));
	return `${JSON.stringify({ takenAt, plan: overallPlanHealth(reports), nodes: reports })}\n`;
}

function textsOf(issues: readonly Issue[]): string[] {
	return issues.map(({ message, evidence }) =>
		evidence === undefined ? message : `${message} (${evidence})`,
	);
}

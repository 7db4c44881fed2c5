import type { CheckedComponent, CheckValue } from '../../sections/health/component-health.ts';
import type { MetricName } from '../../sections/metrics.ts';
import type { Target } from '../../domain/target.ts';
import type { Severity } from '../../domain/words.ts';
import type { Check, CheckInput, Finding } from '../check.ts';
import type { LocalFacts } from '../local/local-view.ts';
import type { Observations } from './observations.ts';

/** Samples of the last minutes, one a poll, oldest first; a gap is NaN. */
export interface Recent {
	last(metric: MetricName, count: number): number[];
}

export interface ComponentInput extends CheckInput {
	readonly target: Pick<Target, 'minPeers' | 'intervalMs'>;
	readonly recent: Recent;
	readonly local: LocalFacts;
	/** What this round and an earlier one noted of the node; the earlier is absent at first. */
	readonly noted: Observations;
	readonly notedBefore: Observations | undefined;
}

/** What a scheduled check says. */
export type Outcome =
	| { readonly status: 'up'; readonly message: string; readonly values: readonly CheckValue[] }
	| { readonly status: 'unknown'; readonly because: string }
	| (Finding & {
			readonly status: 'degraded' | 'down';
			/** Of the check of each poll that found it; else the scheduled check's own. */
			readonly code?: string | undefined;
			readonly values: readonly CheckValue[];
	  });

/** One question about a component, asked on the schedule. `issue` is the code of what it finds. */
export interface ComponentCheck {
	readonly component: CheckedComponent;
	readonly name: string;
	readonly issue: string;
	/** Also while the node does not answer: it looks at something else than the node's last words. */
	readonly isIndependent?: true;
	run(input: ComponentInput): Outcome | Promise<Outcome>;
}

export function unseen(because: string): Outcome {
	return { status: 'unknown', because };
}

export function well(message: string, values: readonly CheckValue[] = []): Outcome {
	return { status: 'up', message, values };
}

export function troubled(
	finding: Finding,
	values: readonly CheckValue[] = [],
	code?: string,
): Outcome {
	const status = finding.health === 'down' ? 'down' : 'degraded';
	return { ...finding, status, code, values };
}

/** What a check of each poll says of the same question; information alone is no trouble. */
export function asJudged(
	check: Check,
	input: ComponentInput,
	message: string,
	values: readonly CheckValue[] = [],
): Outcome {
	const finding = check.run(input);
	return finding === undefined || finding.severity === 'info'
		? well(message, values)
		: troubled(finding, values, check.code);
}

/** How severe a value past its thresholds is; `undefined` when it is not. */
export function severityOf(value: CheckValue): Severity | undefined {
	const isPast = (threshold: number | undefined): boolean =>
		threshold !== undefined &&
		(value.trouble === 'below' ? value.value < threshold : value.value > threshold);
	if (isPast(value.critical)) return 'critical';
	return isPast(value.warning) ? 'warning' : undefined;
}

/** The worst of several values past their thresholds. */
export function worstOf(values: readonly CheckValue[]): Severity | undefined {
	const all = new Set(values.map((value) => severityOf(value)));
	if (all.has('critical')) return 'critical';
	return all.has('warning') ? 'warning' : undefined;
}

/** Values alone decide: past a threshold it is what `finding` says, else it is well. */
export function byValues(
	values: readonly CheckValue[],
	finding: Omit<Finding, 'severity'>,
	message: string,
): Outcome {
	const severity = worstOf(values);
	return severity === undefined
		? well(message, values)
		: troubled({ ...finding, severity }, values);
}

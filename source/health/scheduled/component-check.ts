import type { CheckedComponent, CheckValue } from '../../sections/health/component-health.ts';
import type { MetricName } from '../../sections/metrics.ts';
import type { Target } from '../../domain/target.ts';
import type { Health, Severity } from '../../domain/words.ts';
import type { FindingInput, Sighting } from '../../sections/finding.ts';
import type { FindingCode } from '../../sections/findings.ts';
import type { Issue } from '../../sections/health/schema.ts';
import type { LocalFacts } from '../local/local-view.ts';
import type { Unseen } from '../local/seen.ts';
import type { Observations } from './observations.ts';

/** Samples of the last minutes, one a poll, oldest first; a gap is NaN. */
export interface Recent {
	last(metric: MetricName, count: number): number[];
}

export interface ComponentInput extends FindingInput {
	/** Issues of the node as the judge found them at its last poll. */
	readonly issues: readonly Issue[];
	readonly target: Pick<Target, 'minPeers' | 'intervalMs'>;
	readonly recent: Recent;
	readonly local: LocalFacts;
	/** What this round and an earlier one noted of the node; the earlier is absent at first. */
	readonly noted: Observations;
	readonly notedBefore: Observations | undefined;
}

/** Something wrong, with its severity. */
export interface Trouble extends Sighting {
	readonly severity: Severity;
}

/** What a scheduled check says. */
export type Outcome =
	| { readonly status: 'up'; readonly message: string; readonly values: readonly CheckValue[] }
	| {
			readonly status: 'unknown';
			readonly because: string;
			/** The node has no such component, and never will. */
			readonly applies?: false;
	  }
	| (Trouble & {
			readonly status: 'degraded' | 'down';
			/** The finding, where the check can find several. */
			readonly code?: FindingCode | undefined;
			readonly values: readonly CheckValue[];
	  });

/** One question about a component, checked on a schedule. `issue` is the finding that it sees. */
export interface ComponentCheck {
	readonly component: CheckedComponent;
	readonly name: string;
	readonly issue: FindingCode;
	run(input: ComponentInput): Outcome | Promise<Outcome>;
}

export function unseen(because: string): Outcome {
	return { status: 'unknown', because };
}

/** What could not be looked at on this machine, or is not there. */
export function notSeen({ because, applies }: Unseen): Outcome {
	return applies === false ? inapplicable(because) : unseen(because);
}

/** For a node that has no such component. */
export function inapplicable(because: string): Outcome {
	return { status: 'unknown', because, applies: false };
}

export function well(message: string, values: readonly CheckValue[] = []): Outcome {
	return { status: 'up', message, values };
}

export function troubled(
	finding: Trouble,
	values: readonly CheckValue[] = [],
	code?: FindingCode,
): Outcome {
	const status = finding.health === 'down' ? 'down' : 'degraded';
	return { ...finding, status, code, values };
}

/** Shows what the judge found at the last poll; information alone is no trouble. */
export function asJudged(
	code: FindingCode,
	{ issues }: ComponentInput,
	message: string,
	values: readonly CheckValue[] = [],
	health?: Health,
): Outcome {
	const issue = issues.find((each) => each.code === code);
	return issue === undefined || issue.severity === 'info'
		? well(message, values)
		: troubled({ ...issue, health }, values, code);
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
	finding: Omit<Trouble, 'severity'>,
	message: string,
): Outcome {
	const severity = worstOf(values);
	return severity === undefined
		? well(message, values)
		: troubled({ ...finding, severity }, values);
}

import { fillTemplate, formatValue } from '../domain/rule-message.ts';
import type { Rule } from '../domain/rule.ts';
import type { Observation } from '../domain/observe.ts';
import type { Labels } from './fingerprint.ts';
import { subjectOf } from './subject-of.ts';

/** What an alert says, from what was seen. */
export interface Wording {
	readonly message: string;
	readonly value?: number | string | undefined;
	readonly threshold?: number | string | undefined;
	readonly unit?: string | undefined;
	readonly evidence?: string | undefined;
	readonly nextStep?: string | undefined;
}

type Bad = Extract<Observation, { kind: 'bad' }>;

/** A finding speaks for itself; a rule with a value has a text with places (`fillTemplate`). */
export function wordsOf(rule: Rule, { value, threshold, finding }: Bad, labels: Labels): Wording {
	const { unit } = rule;
	const places: Readonly<Record<string, string>> = {
		node: subjectOf(labels),
		...labels,
		value: formatValue(value, unit),
		threshold: formatValue(threshold, unit),
		finding: finding?.message ?? '',
	};
	const message = fillTemplate(rule.message, places);
	const evidence = finding
		? finding.evidence
		: `${formatValue(value, unit)}, threshold ${formatValue(threshold, unit)}`;
	return {
		message,
		value: rounded(value),
		threshold,
		unit,
		evidence,
		nextStep: rule.nextStep ?? finding?.nextStep,
	};
}

function rounded(value: number | string | undefined): number | string | undefined {
	return typeof value === 'number' ? Number(value.toPrecision(6)) : value;
}

import {
	formatBytes,
	formatCount,
	formatDuration,
	formatMs,
	formatRatio,
} from '../domain/format.ts';
import type { Rule, RuleUnit } from '../domain/rule.ts';
import type { Observation } from './condition.ts';
import type { Labels } from './fingerprint.ts';

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

/** A finding speaks for itself; a rule with a value has a text with places: {node}, {value}, {threshold}. */
export function wordsOf(rule: Rule, { value, threshold, finding }: Bad, labels: Labels): Wording {
	const { unit } = rule;
	const places: Readonly<Record<string, string>> = {
		...labels,
		value: formatValue(value, unit),
		threshold: formatValue(threshold, unit),
		finding: finding?.message ?? '',
	};
	const message = rule.message.replaceAll(/\{(\w+)\}/g, (place, name: string) =>
		Object.hasOwn(places, name) ? (places[name] ?? '') : place,
	);
	const evidence = finding
		? finding.evidence
		: `${formatValue(value, unit)}, threshold ${formatValue(threshold, unit)}`;
	return {
		message,
		value: rounded(value),
		threshold,
		...(unit !== undefined && { unit }),
		evidence,
		nextStep: rule.nextStep ?? finding?.nextStep,
	};
}

function rounded(value: number | string | undefined): number | string | undefined {
	return typeof value === 'number' ? Number(value.toPrecision(6)) : value;
}

const formatters: Readonly<Record<RuleUnit, (value: number) => string>> = {
	ratio: formatRatio,
	ms: formatMs,
	seconds: formatDuration,
	bytes: formatBytes,
	count: (value) => (Number.isInteger(value) ? formatCount(value) : value.toPrecision(3)),
	perSecond: (value) => `${Number(value.toPrecision(3))}/s`,
	days: (value) => `${Number(value.toPrecision(3))} d`,
};

/** A value as people read it in its unit. */
export function formatValue(
	value: number | string | undefined,
	unit: RuleUnit | undefined,
): string {
	if (typeof value !== 'number') return value ?? '';
	return unit === undefined ? String(Number(value.toPrecision(4))) : formatters[unit](value);
}

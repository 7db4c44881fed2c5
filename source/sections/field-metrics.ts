import type { Unit } from '../domain/units.ts';
import { derived } from './derived.ts';
import type { DerivedNumber } from './derived.ts';
import type { AnyField } from './field.ts';
import { sectionEntries } from './registry.ts';
import type { SectionName } from './registry.ts';

/** A field that has a name in Prometheus. */
export interface FieldMetric {
	readonly section: SectionName;
	/** Within the section: `latencyMs.p50`. */
	readonly path: string;
	/** With the prefix `nodetop_`. */
	readonly name: string;
	readonly help: string;
	readonly unit: Unit;
	/** The metric is the value times this. */
	readonly factor: number;
	/** All values of a word: one series each, of which one is 1. */
	readonly words: readonly string[] | undefined;
}

/** How often the metric's base unit goes into the field's unit. */
const factors: Readonly<Partial<Record<Unit, number>>> = { ms: 1e-3, days: 86_400 };

/** Every field with a metric, in the order of `status`. */
export const fieldMetrics: readonly FieldMetric[] = sectionEntries.flatMap(
	([section, { fields, title }]) =>
		Object.entries<AnyField>(fields).flatMap(([path, field]): FieldMetric[] => {
			const { metric, unit, label, words, metricFactor } = field;
			if (metric === undefined) return [];
			const factor = metricFactor ?? factors[unit] ?? 1;
			const help = `${title}: ${label.toLowerCase()} (${section}.${path})`;
			return [{ section, path, name: metric, help, unit, factor, words }];
		}),
);

export interface DerivedMetric extends Pick<DerivedNumber, 'read'> {
	readonly name: string;
	readonly help: string;
	readonly factor: number;
}

/** The numbers that follow from several sections. */
export const derivedMetrics: readonly DerivedMetric[] = Object.values<DerivedNumber>(derived).map(
	({ label, metric, from, unit, read }) => ({
		name: metric,
		help: `${label}: ${from}`,
		factor: factors[unit] ?? 1,
		read,
	}),
);

export interface InfoLabel {
	readonly section: SectionName;
	readonly path: string;
	readonly label: string;
}

/** Texts that are labels of `nodetop_node_info`. */
export const infoLabels: readonly InfoLabel[] = sectionEntries.flatMap(([section, { fields }]) =>
	Object.entries<AnyField>(fields).flatMap(([path, { infoLabel: label }]) =>
		label === undefined ? [] : [{ section, path, label }],
	),
);

export function isCounter(name: string): boolean {
	return name.endsWith('_total');
}

type Scalar = string | number | boolean;

/** A field's value in the base unit of its metric; times are Unix seconds, a flag is 1 or 0. */
export function toMetricValue(
	{ unit, factor }: Pick<FieldMetric, 'unit' | 'factor'>,
	value: Scalar,
): number | undefined {
	const number = isTime(unit) ? Date.parse(String(value)) / 1000 : Number(value) * factor;
	return Number.isNaN(number) ? undefined : number;
}

/** The value of which `toMetricValue` made this one; undefined for what no field can hold. */
export function fromMetricValue(
	{ unit, factor }: Pick<FieldMetric, 'unit' | 'factor'>,
	metric: number,
): Scalar | undefined {
	if (!Number.isFinite(metric)) return undefined;
	if (isTime(unit)) {
		const time = new Date(Math.round(metric * 1000));
		return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
	}
	if (unit === 'flag') return metric !== 0;
	// Dividing leaves digits behind the ninth that say nothing.
	const value = factor === 1 ? metric : Number((metric / factor).toPrecision(12));
	return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value).toString() : value;
}

function isTime(unit: Unit): boolean {
	return unit === 'age' || unit === 'time';
}

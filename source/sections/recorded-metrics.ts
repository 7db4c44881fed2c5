import { isNumberUnit } from '../domain/units.ts';
import type { NumberUnit } from '../domain/units.ts';
import type { AnyField, Trend } from './field.ts';
import { metrics } from './metrics.ts';
import type { Metric } from './metrics.ts';
import { sectionEntries } from './registry.ts';
import type { NodeSnapshot } from './snapshot.ts';
import { valueAt } from './value-at.ts';

/** A number that is recorded: what it is called, and how it reads. */
export interface RecordedMetric {
	readonly title: string;
	readonly unit: NumberUnit;
	readonly precision?: number | undefined;
	readonly trend?: Trend | undefined;
	/** Past 2^53 the nearest double. */
	read(node: NodeSnapshot): number | undefined;
}

let known: ReadonlyMap<string, RecordedMetric> | undefined;

/** Every number that is recorded, by the path of its field or the name of a derived number. */
export function recordedMetrics(): ReadonlyMap<string, RecordedMetric> {
	known ??= new Map([...ofFields(), ...Object.entries<Metric>(metrics)]);
	return known;
}

function ofFields(): [string, RecordedMetric][] {
	return sectionEntries.flatMap(([section, { fields }]) =>
		Object.entries<AnyField>(fields).flatMap(
			([path, { label, unit, precision, trend }]): [string, RecordedMetric][] => {
				if (!isNumberUnit(unit)) return [];
				const read = (node: NodeSnapshot): number | undefined => {
					const value = valueAt(node[section], path);
					return value === undefined ? undefined : Number(value);
				};
				return [[`${section}.${path}`, { title: label, unit, precision, trend, read }]];
			},
		),
	);
}

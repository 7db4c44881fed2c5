import { isNumberUnit } from '../domain/units.ts';
import type { NumberUnit } from '../domain/units.ts';
import type { AnyField } from '../sections/field.ts';
import { metrics } from '../sections/metrics.ts';
import type { Metric } from '../sections/metrics.ts';
import { sectionEntries } from '../sections/registry.ts';

/** A number that is recorded: how it is called and read. */
export interface RecordedMetric {
	readonly title: string;
	readonly unit: NumberUnit;
}

/** Every number that is recorded, by the path of its field or the name of a derived number. */
export function recordedMetrics(): ReadonlyMap<string, RecordedMetric> {
	const ofFields = sectionEntries.flatMap(([section, { fields }]) =>
		Object.entries<AnyField>(fields).flatMap(
			([path, { label, unit }]): [string, RecordedMetric][] =>
				isNumberUnit(unit) ? [[`${section}.${path}`, { title: label, unit }]] : [],
		),
	);
	return new Map([...ofFields, ...Object.entries<Metric>(metrics)]);
}

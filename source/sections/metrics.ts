import { isNumberUnit } from '../domain/units.ts';
import type { NumberUnit } from '../domain/units.ts';
import type { AnyField, Trend } from './field.ts';
import { derived } from './derived.ts';
import type { DerivedNumber } from './derived.ts';
import { sectionEntries } from './registry.ts';
import type { SectionName, sections } from './registry.ts';
import type { NodeSnapshot } from './snapshot.ts';
import { valueAt } from './value-at.ts';

/** A number of a node of which samples are kept for sparklines and charts. */
export interface Metric {
	readonly title: string;
	readonly unit: NumberUnit;
	readonly precision?: number | undefined;
	/** How screens of some sections show its movement. */
	readonly trend?: (Trend & { readonly of: readonly string[] }) | undefined;
	/** Past 2^53 the nearest double. */
	read(node: NodeSnapshot): number | undefined;
}

type Sections = typeof sections;

type SeriesOf<Name extends SectionName> = {
	[Path in keyof Sections[Name]['fields'] & string]: Sections[Name]['fields'][Path] extends {
		readonly series: true | string;
	}
		? `${Name}.${Path}`
		: never;
}[keyof Sections[Name]['fields'] & string];

/** The path of a field, as `poll.latencyMs`, or the name of a derived number. */
export type MetricName =
	| { [Name in SectionName]: SeriesOf<Name> }[SectionName]
	| keyof typeof derived;

const ofFields = sectionEntries.flatMap(([name, { fields }]) =>
	Object.entries<AnyField>(fields).flatMap(
		([path, { label, unit, precision, series, trend }]): [string, Metric][] =>
			series === undefined || !isNumberUnit(unit)
				? []
				: [
						[
							`${name}.${path}`,
							{
								title: series === true ? label : series,
								unit,
								precision,
								trend: trend && { of: [name], ...trend },
								read: (node) => toNumber(valueAt(node[name], path)),
							},
						],
					],
	),
);

const ofDerived = Object.entries<DerivedNumber>(derived).map(
	([name, { label, unit, series, trend, read }]): [string, Metric] => [
		name,
		{
			title: typeof series === 'string' ? series : label,
			unit,
			trend,
			read: (node) => toNumber(read(node)),
		},
	],
);

/** Every number of which samples are kept: the fields with `series`, and the derived numbers. */
// Entries lose the names' types, which `MetricName` computes from the same fields.
export const metrics = Object.fromEntries([...ofFields, ...ofDerived]) as Readonly<
	Record<MetricName, Metric>
>;

function toNumber(value: string | number | boolean | undefined): number | undefined {
	return value === undefined ? undefined : Number(value);
}

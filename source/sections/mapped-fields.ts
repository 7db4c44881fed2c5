import type * as z from 'zod';
import { createMappingSchema, traits } from '../domain/metric-mapping.ts';
import type { MetricTraits } from '../domain/metric-mapping.ts';
import type { DistributionUnit } from './distribution-fields.ts';
import type { AnyField } from './field.ts';
import { sectionEntries } from './registry.ts';
import type { SectionName, sections } from './registry.ts';

/**
 * What a metric mapping may fill besides fields of the snapshot: `committedView` is the newest final
 * view or round, from which `finalityLag` follows; `hasLeader` and `isSyncing` decide on `status`;
 * `isHealthy` is the node's own verdict.
 */
const signs = {
	'consensus.committedView': traits.position,
	'consensus.hasLeader': traits.flag,
	'consensus.isSyncing': traits.flag,
	'consensus.isHealthy': traits.flag,
} as const satisfies Record<string, MetricTraits>;

type Sections = typeof sections;

/** The names in mappings of the fields of one section that hold text, or that hold anything else. */
type MappedNames<Name extends SectionName, HoldsText> = {
	[Path in keyof Sections[Name]['fields'] & string]: Sections[Name]['fields'][Path] extends {
		readonly mapped: infer Traits;
	}
		? (Traits extends { readonly holds: 'text' } ? true : false) extends HoldsText
			? Traits extends { readonly as: infer As }
				? As
				: `${Name}.${Path}`
			: never
		: never;
}[keyof Sections[Name]['fields'] & string];

type NamesOf<HoldsText> = {
	[Name in SectionName]: MappedNames<Name, HoldsText>;
}[SectionName] &
	string;

export type MappedField = keyof typeof signs | NamesOf<false>;
export type MappedText = NamesOf<true>;

/** Percentiles that a mapping may fill, as `performance.confirmationMs`. */
export type MappedDistribution = {
	[Name in SectionName]: Sections[Name] extends { readonly distributions: infer Units }
		? `${Name}.${keyof Units & string}`
		: never;
}[SectionName];

/** Records of counts that a mapping may fill, as `consensus.viewChangeReasons`. */
export type MappedSplit = {
	[Name in SectionName]: Sections[Name] extends {
		readonly splits: readonly (infer Split extends string)[];
	}
		? `${Name}.${Split}`
		: never;
}[SectionName];

/** The unit of each distribution that a mapping may fill. */
// Entries lose the names' types, which `MappedDistribution` computes from the same sections.
export const mappedDistributions = Object.fromEntries(
	sectionEntries.flatMap(([name, { distributions = {} }]) =>
		Object.entries(distributions).map(([path, unit]) => [`${name}.${path}`, unit]),
	),
) as Readonly<Record<MappedDistribution, DistributionUnit>>;

// flatMap() forgets which names there are.
const splitNames = sectionEntries.flatMap(([name, { splits = [] }]) =>
	splits.map((split) => `${name}.${split}`),
) as MappedSplit[];

const mapped = sectionEntries.flatMap(([name, { fields }]) =>
	Object.entries<AnyField>(fields).flatMap(([path, field]) =>
		field.mapped ? [[field.mapped.as ?? `${name}.${path}`, field.mapped] as const] : [],
	),
);

/** The fields that a mapping may fill with numbers, times and flags, by their names in mappings. */
// Entries lose the names' types, which `MappedField` computes from the same fields.
export const mappedFields = Object.fromEntries([
	...Object.entries(signs),
	...mapped.filter(([, { holds }]) => holds !== 'text'),
]) as Readonly<Record<MappedField, MetricTraits>>;

export const mappedSigns: ReadonlySet<string> = new Set(Object.keys(signs));

// keys() are the names of the fields.
const fieldNames = Object.keys(mappedFields) as MappedField[];
const textNames = mapped
	.filter(([, { holds }]) => holds === 'text')
	.map(([name]) => name as MappedText);

export const metricMappingSchema = createMappingSchema({
	fields: fieldNames,
	texts: textNames,
	// keys() are the names of the distributions.
	distributions: Object.keys(mappedDistributions) as MappedDistribution[],
	splits: splitNames,
});

/** A mapping whose field names are checked. */
export type KnownMapping = z.infer<typeof metricMappingSchema>;

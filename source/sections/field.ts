import type { Tone } from '../domain/tone.ts';
import type { UnitContext, UnitOf } from '../domain/units.ts';
import type { MetricTraits } from '../domain/metric-mapping.ts';

/** What a value's text may depend on, besides its section. */
export interface FieldContext extends UnitContext {
	/** Kind of the node. */
	readonly kind: string;
	/** What the node's consensus finalises, where that is known. */
	readonly finalises: 'blocks' | 'vertices' | undefined;
	/** Marks of the two directions, for traffic. */
	readonly arrows: { readonly down: string; readonly up: string };
}

/** How screens show the movement of a number. */
export interface Trend {
	/** The most telling first, among all numbers of one screen. */
	readonly rank: number;
	/** Screens of these sections show it; by default those of its own. */
	readonly of?: readonly string[];
	/** A counter: its growth per second is shown, under this title. */
	readonly rate?: string;
	/** Zero means something, as for a share or a count of which there may be none: scales begin there. */
	readonly fromZero?: true;
	/** Everything below the line is filled, as for a share of a whole. */
	readonly isFilled?: true;
}

/**
 * Everything that is known of one value of a section. Screens, `status`, CSV, sparklines, metric
 * mappings, exporters and `docs/fields.md` are derived from it.
 *
 * Functions are declared as methods, so that the fields of all sections fit in one list.
 */
export interface Field<Section, Value, Unit = UnitOf<Value>> {
	/** On screens and in the documentation, in sentence case. */
	readonly label: string;
	/** In `status`, where the layout that QuDAG's operators know has another word; at most 12 cells. */
	readonly statusLabel?: string;
	readonly unit: Unit;
	/** 1 primary, 2 secondary, 3 detail: what is left out first where space is scarce. */
	readonly priority: 1 | 2 | 3;
	/** Digits behind the point, for units that have a choice. */
	readonly precision?: number;
	/** Samples of it are kept for sparklines and charts, under this title; `true` for its label. */
	readonly series?: true | string;
	/** Screens of its section show how it moves; it needs `series`. */
	readonly trend?: Trend;
	/** Its column in CSV and the column's place. Scripts rely on both: a new one comes last. */
	readonly csv?: readonly [column: string, position: number];
	/** A node that gave it once gives it always: its absence is a fault. */
	readonly steady?: true;
	/** Set where a metric mapping may fill it. */
	readonly mapped?: MetricTraits;
	/**
	 * Its name in Prometheus exposition, in base units: seconds, bytes, ratio. `_total` marks a counter. A
	 * field with `words` is a set of states.
	 */
	readonly metric?: string;
	/** The metric is the value times this, where its unit does not say so. */
	readonly metricFactor?: number;
	/** All values of a word that has a metric. */
	readonly words?: readonly string[];
	/** The label of `nodetop_node_info` that holds it. */
	readonly infoLabel?: string;
	tone?(value: Value, section: Section): Tone;
	/** The value's text, where its unit's format does not do. */
	show?(value: Value, section: Section, context: FieldContext): string;
	/** Whether it is worth a line now; always, unless given. */
	isShown?(value: Value, section: Section): boolean;
	/** What decides whether the value changed, where its text grows by itself: `''` is never. */
	basis?(value: Value, section: Section): string;
}

/**
 * One line made of several fields, as `Memory: 256 MB / 8 GB`. It stands at the place of the first of
 * its fields, in place of them all.
 */
export interface JoinedLine<Section, Path = string> {
	readonly form: 'short' | 'full' | 'both';
	readonly label: string;
	readonly fields: readonly Path[];
	/** A heading of its own in `status`, above all others. */
	readonly heading?: string;
	/** Its label, where that depends on what it says. */
	labelFor?(section: Section, context: FieldContext): string;
	/** `undefined` leaves the line out. */
	text(section: Section, context: FieldContext): string | undefined;
	tone?(section: Section): Tone;
	basis?(section: Section): string;
}

type Scalar = string | number | boolean;

/** Paths of the single values of a section, at most two steps long: `peers`, `latencyMs.p50`. */
export type FieldPath<Section> = {
	[Key in keyof Section & string]-?: NonNullable<Section[Key]> extends Scalar
		? Key
		: NonNullable<Section[Key]> extends readonly unknown[]
			? never
			: InnerPath<Key, NonNullable<Section[Key]>>;
}[keyof Section & string];

type InnerPath<Key extends string, Inner> = string extends keyof Inner
	? never
	: {
			[Name in keyof Inner & string]-?: NonNullable<Inner[Name]> extends Scalar
				? `${Key}.${Name}`
				: never;
		}[keyof Inner & string];

export type FieldValue<Section, Path> = Path extends keyof Section
	? NonNullable<Section[Path]>
	: Path extends `${infer Key}.${infer Name}`
		? Key extends keyof Section
			? Name extends keyof NonNullable<Section[Key]>
				? NonNullable<NonNullable<Section[Key]>[Name]>
				: never
			: never
		: never;

/** The fields of a section by their path, in the order in which they are shown. */
export type Fields<Section> = {
	readonly [Path in FieldPath<Section>]?: Field<Section, FieldValue<Section, Path>>;
};

/** As `Fields`, of any section. */
export type AnyField = Field<
	unknown,
	unknown,
	UnitOf<string> | UnitOf<number> | 'flag' | 'blockNumber'
>;
export type AnyFields = Readonly<Record<string, AnyField>>;

import type { NumberUnit } from '../domain/units.ts';
import type { Trend } from './field.ts';
import { metrics } from './metrics.ts';
import type { MetricName } from './metrics.ts';
import type { SectionName } from './registry.ts';

/** A number of which screens show how it moves. */
export interface ShownTrend extends Trend {
	readonly name: MetricName;
	/** Of a counter, what its growth is called. */
	readonly title: string;
	/** Of what is shown: of a counter, `perSecond`. */
	readonly unit: NumberUnit;
	readonly precision?: number | undefined;
	readonly of: readonly string[];
}

// Entries lose the names' types; they are the keys of `metrics`.
const all = (Object.entries(metrics) as [MetricName, (typeof metrics)[MetricName]][])
	.flatMap(([name, { title, unit, precision, trend }]): ShownTrend[] => {
		if (!trend) return [];
		const { rate } = trend;
		return rate === undefined
			? [{ ...trend, name, title, unit, precision }]
			: [{ ...trend, name, title: rate, unit: 'perSecond' }];
	})
	.toSorted((a, b) => a.rank - b.rank);

const ofSections = new Map<string, readonly ShownTrend[]>();

/** The numbers whose movement the screens of these sections show, the most telling first. */
export function trendsOf(names: readonly SectionName[]): readonly ShownTrend[] {
	const key = names.join(' ');
	const known =
		ofSections.get(key) ?? all.filter(({ of }) => names.some((name) => of.includes(name)));
	ofSections.set(key, known);
	return known;
}

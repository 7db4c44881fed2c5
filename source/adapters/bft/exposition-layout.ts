import { labelOf } from '../series.ts';
import type { Series } from '../series.ts';

/** The buckets of one series. Both lists go together, sorted by bound. */
export interface Buckets {
	readonly bounds: readonly number[];
	/** Where the count up to each bound stands. */
	readonly places: readonly number[];
}

/** What a page has, without its values: where the samples of a family stand, and which of them belong together. */
export interface Layout {
	readonly names: readonly string[];
	has(name: string): boolean;
	/** Of the series with this name and these labels. */
	places(name: string, match?: Readonly<Record<string, string>>): readonly number[];
	/** What tells a series apart within its family: its labels without a bucket's bound or a quantile. */
	key(place: number): string;
	label(place: number, label: string): string | undefined;
	/** The buckets at these places, by the key of their series. The same list of places has the same buckets. */
	groups(places: readonly number[]): readonly { readonly key: string; readonly buckets: Buckets }[];
}

type Match = Readonly<Record<string, string>>;
type Groups = ReturnType<Layout['groups']>;

/** Worked out once for as long as a page has the same series. */
const layouts = new WeakMap<readonly Series[], Layout>();

export function layoutOf(shape: readonly Series[]): Layout {
	const known = layouts.get(shape);
	if (known) return known;
	const made = createLayout(shape);
	layouts.set(shape, made);
	return made;
}

function createLayout(shape: readonly Series[]): Layout {
	const byName = placesByName(shape);
	const keys: (string | undefined)[] = [];
	const byMatch = new WeakMap<Match, Map<string, readonly number[]>>();
	const groups = new WeakMap<readonly number[], Groups>();

	const label = (place: number, name: string): string | undefined =>
		labelOf(shape[place]?.labels ?? {}, name);

	function key(place: number): string {
		return (keys[place] ??= seriesKey(
			shape[place]?.labels ?? {},
			(name) => name !== 'le' && name !== 'quantile',
		));
	}

	function matching(name: string, match: Match): readonly number[] {
		const byMetric = byMatch.get(match) ?? new Map<string, readonly number[]>();
		byMatch.set(match, byMetric);
		const known = byMetric.get(name);
		if (known) return known;
		const wanted = Object.entries(match);
		const found = (byName.get(name) ?? []).filter((place) =>
			wanted.every(([each, text]) => label(place, each) === text),
		);
		byMetric.set(name, found);
		return found;
	}

	return {
		names: [...byName.keys()],
		has: (name) => byName.has(name),
		places: (name, match) => (match ? matching(name, match) : (byName.get(name) ?? [])),
		key,
		label,
		groups(places) {
			const known = groups.get(places);
			if (known) return known;
			const made = groupBuckets(places, key, (place) => toBound(label(place, 'le')));
			groups.set(places, made);
			return made;
		},
	};
}

function placesByName(shape: readonly Series[]): ReadonlyMap<string, readonly number[]> {
	const byName = new Map<string, number[]>();
	const seen = new Set<string>();
	for (const [place, { name, labels }] of shape.entries()) {
		const series = name + seriesKey(labels, () => true);
		if (seen.has(series)) continue;
		seen.add(series);
		const family = byName.get(name);
		if (family) family.push(place);
		else byName.set(name, [place]);
	}
	return byName;
}

/** Of two counts for one bound, as `1` and `1.0` write it, the later is taken. */
function groupBuckets(
	places: readonly number[],
	key: (place: number) => string,
	boundOf: (place: number) => number,
): Groups {
	const byKey = new Map<string, Map<number, number>>();
	for (const place of places) {
		const buckets = byKey.get(key(place)) ?? new Map<number, number>();
		byKey.set(key(place), buckets.set(boundOf(place), place));
	}
	return [...byKey].flatMap(([series, buckets]) => {
		// Nobody knows where a count without a bound belongs.
		if (buckets.has(Number.NaN)) return [];
		const sorted = [...buckets].sort(([a], [b]) => a - b);
		const bounds = sorted.map(([bound]) => bound);
		return [{ key: series, buckets: { bounds, places: sorted.map(([, place]) => place) } }];
	});
}

function seriesKey(labels: Series['labels'], counts: (label: string) => boolean): string {
	const own = Object.entries(labels).filter(([label]) => counts(label));
	return JSON.stringify(own.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `+Inf`, and any way to write a number: clients differ in `1`, `1.0` and `1e+00`. */
function toBound(text: string | undefined): number {
	if (text === undefined || text.trim() === '') return Number.NaN;
	return /^\+?inf$/i.test(text) ? Infinity : Number(text);
}

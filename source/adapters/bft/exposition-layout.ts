import { labelOf } from '../series.ts';
import type { Series } from '../series.ts';

/** The buckets of one series. Both lists go together, sorted by bound. */
export interface Buckets {
	readonly bounds: readonly number[];
	/** Where the count up to each bound stands. */
	readonly places: readonly number[];
}

interface Group {
	readonly key: string;
	readonly buckets: Buckets;
}

/** What a page has, without its values: where the samples of a family stand, and which of them belong together. */
export interface Layout {
	/** The same list for a page that has the same names at the same places. */
	readonly names: readonly string[];
	has(name: string): boolean;
	/** Of the series with this name and these labels; each series once. */
	places(name: string, match?: Match): readonly number[];
	/** What tells a series apart within its family: its labels without a bucket's bound or a quantile. */
	key(place: number): string;
	label(place: number, label: string): string | undefined;
	/** The buckets at these places, by the key of their series. */
	groups(places: readonly number[]): readonly Group[];
}

type Match = Readonly<Record<string, string>>;

/** Of the series of one name. Each part is worked out when somebody asks for it. */
interface Family {
	readonly places: readonly number[];
	readonly keys: Map<number, string>;
	readonly byMatch: WeakMap<Match, readonly number[]>;
	readonly groups: WeakMap<readonly number[], readonly Group[]>;
}

/** Lays out the pages of one source. What a page has in common with the last is not worked out again. */
export function createLayouts(): (shape: readonly Series[]) => Layout {
	let last:
		| { readonly shape: readonly Series[]; readonly frame: Frame; readonly layout: Layout }
		| undefined;
	let families = new Map<string, Family>();
	return (shape) => {
		if (last?.shape === shape) return last.layout;
		const changed = last && namesThatChanged(last.shape, shape);
		const frame = last && changed ? last.frame : frameOf(shape);
		// A leader or a version in a label is another series each time: all other families are as they were.
		families = changed ? without(families, changed) : new Map();
		last = { shape, frame, layout: createLayout(shape, frame, families) };
		return last.layout;
	};
}

/** Names of which a series is another; undefined where names stand at other places. */
function namesThatChanged(
	before: readonly Series[],
	after: readonly Series[],
): ReadonlySet<string> | undefined {
	if (before.length !== after.length) return undefined;
	const changed = new Set<string>();
	for (let place = 0; place < after.length; place += 1) {
		const [earlier, later] = [before[place], after[place]];
		if (earlier === later) continue;
		if (earlier?.name !== later?.name) return undefined;
		changed.add(later?.name ?? '');
	}
	return changed;
}

function without(
	families: ReadonlyMap<string, Family>,
	names: ReadonlySet<string>,
): Map<string, Family> {
	const rest = new Map(families);
	for (const name of names) rest.delete(name);
	return rest;
}

/** Where each name stands. */
interface Frame {
	readonly names: readonly string[];
	readonly byName: ReadonlyMap<string, readonly number[]>;
}

function frameOf(shape: readonly Series[]): Frame {
	const byName = new Map<string, number[]>();
	for (let place = 0; place < shape.length; place += 1) {
		const name = shape[place]?.name ?? '';
		const places = byName.get(name);
		if (places) places.push(place);
		else byName.set(name, [place]);
	}
	return { names: [...byName.keys()], byName };
}

function createLayout(
	shape: readonly Series[],
	{ names, byName }: Frame,
	families: Map<string, Family>,
): Layout {
	const labelsOf = (place: number) => shape[place]?.labels ?? {};
	const label = (place: number, name: string) => labelOf(labelsOf(place), name);

	function familyOf(name: string): Family {
		const known = families.get(name);
		if (known) return known;
		const made = {
			places: eachOnce(byName.get(name) ?? [], labelsOf),
			keys: new Map<number, string>(),
			byMatch: new WeakMap<Match, readonly number[]>(),
			groups: new WeakMap<readonly number[], readonly Group[]>(),
		};
		families.set(name, made);
		return made;
	}

	const familyAt = (place: number | undefined) => familyOf(shape[place ?? -1]?.name ?? '');

	function key(place: number): string {
		const { keys } = familyAt(place);
		const known = keys.get(place);
		if (known !== undefined) return known;
		const made = seriesKey(labelsOf(place), (name) => name !== 'le' && name !== 'quantile');
		keys.set(place, made);
		return made;
	}

	return {
		names,
		has: (name) => byName.has(name),
		places(name, match) {
			if (!byName.has(name)) return none;
			const { places, byMatch } = familyOf(name);
			if (!match) return places;
			const known = byMatch.get(match);
			if (known) return known;
			const wanted = Object.entries(match);
			const found = places.filter((place) =>
				wanted.every(([each, text]) => label(place, each) === text),
			);
			byMatch.set(match, found);
			return found;
		},
		key,
		label,
		groups(places) {
			const { groups } = familyAt(places[0]);
			const known = groups.get(places);
			if (known) return known;
			const made = groupBuckets(places, key, (place) => toBound(label(place, 'le')));
			groups.set(places, made);
			return made;
		},
	};
}

const none: readonly number[] = [];

function eachOnce(
	places: readonly number[],
	labelsOf: (place: number) => Series['labels'],
): readonly number[] {
	if (places.length < 2) return places;
	const seen = new Set<string>();
	return places.filter((place) => {
		const key = seriesKey(labelsOf(place), () => true);
		return !seen.has(key) && seen.add(key);
	});
}

/** Of two counts for one bound, as `1` and `1.0` write it, the later is taken. */
function groupBuckets(
	places: readonly number[],
	key: (place: number) => string,
	boundOf: (place: number) => number,
): readonly Group[] {
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

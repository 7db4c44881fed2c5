import type { Exposition } from './exposition.ts';

type Read<Value> = (exposition: Exposition, atMs: number) => Value | undefined;

/** What a value is read from: the first of these metrics that the node has. */
interface Source {
	readonly metrics: readonly string[];
}

/** What a page is read for, found by the names of its metrics: a page has far fewer than a mapping names. */
export interface SourceIndex<Entry> {
	/** The entries of which a metric is there, in their order. */
	in(exposition: Exposition): readonly Entry[];
}

export function indexSources<Entry extends { readonly source: Source }>(
	entries: readonly Entry[],
): SourceIndex<Entry> {
	const byName = new Map<string, number[]>();
	for (const [place, { source }] of entries.entries()) {
		for (const metric of source.metrics) {
			for (const name of [metric, `${metric}_count`, `${metric}_bucket`]) {
				const places = byName.get(name);
				if (places) places.push(place);
				else byName.set(name, [place]);
			}
		}
	}
	// A page that has the same metrics as the last has the same list of names.
	const known = new WeakMap<readonly string[], readonly Entry[]>();
	return {
		in({ names }) {
			const before = known.get(names);
			if (before) return before;
			const there = new Set<number>();
			for (const name of names) for (const place of byName.get(name) ?? []) there.add(place);
			const found = entries.filter((_, place) => there.has(place));
			known.set(names, found);
			return found;
		},
	};
}

/**
 * The readers of one node that remember something, each made when the node first has a metric of its source.
 * Most nodes have few of the metrics that a mapping names.
 */
export function createReaders<Value>() {
	const made = new Map<Source, Read<Value>>();
	return (source: Source, make: () => Read<Value>, exposition: Exposition, atMs: number) => {
		const known = made.get(source);
		const read = known ?? make();
		if (!known) made.set(source, read);
		return read(exposition, atMs);
	};
}

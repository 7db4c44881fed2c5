import type { NodeSnapshot } from '../../sections/snapshot.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
	readonly labels: Labels;
	readonly value: number;
}

/** One metric with all its series, before it is written in a format. */
export interface Family {
	/** As in Prometheus, with the prefix: `nodetop_network_peers`. */
	readonly name: string;
	/** A counter's name ends with `_total`, that of an `info` with `_info`. */
	readonly type: 'gauge' | 'counter' | 'info';
	readonly help: string;
	/** What formats with several numbers in one record put together: `network`. */
	readonly section: string;
	/** Each sample of it is 1 or 0 for one word, in this label. */
	readonly stateLabel?: string;
	readonly samples: readonly Sample[];
}

/** Numbers of a list of a node, one series for each entry. */
export interface ListMetric {
	readonly name: string;
	readonly help: string;
	readonly section: string;
	/** Labels beside those of the node. */
	read(node: NodeSnapshot): readonly Sample[];
}

/** No list adds more series than this to a metric of one node. */
export const mostEntries = 64;

/** At most 64 entries: the first by name, so that the same remain from one export to the next. */
export function bounded<Entry>(
	entries: readonly Entry[],
	nameOf: (entry: Entry) => string,
): readonly Entry[] {
	if (entries.length <= mostEntries) return entries;
	return entries
		.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0))
		.slice(0, mostEntries);
}

/** The samples of which each set of labels comes once: the first counts. */
export function distinct(samples: readonly Sample[]): Sample[] {
	const byLabels = new Map<string, Sample>();
	for (const sample of samples) {
		const key = JSON.stringify(Object.entries(sample.labels).sort(([a], [b]) => (a < b ? -1 : 1)));
		if (!byLabels.has(key)) byLabels.set(key, sample);
	}
	return [...byLabels.values()];
}

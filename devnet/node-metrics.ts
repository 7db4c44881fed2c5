import { Counter, Gauge, Registry } from 'prom-client';

/** A sample with its labels. */
export type LabelledValue = readonly [labels: Readonly<Record<string, string>>, value: number];

/** One metric family, whose samples are read from the node at each scrape. */
export interface Family<Source> {
	readonly name: string;
	readonly help: string;
	readonly type: 'counter' | 'gauge';
	/** The names of its labels, when it has any. */
	readonly labels?: readonly string[];
	/** `undefined` when the node did not measure it: the family then has no sample. */
	readonly read: (source: Source) => number | undefined | readonly LabelledValue[];
}

export function gauge<Source>(
	name: string,
	help: string,
	read: Family<Source>['read'],
	labels?: readonly string[],
): Family<Source> {
	return { name, help, type: 'gauge', read, ...(labels && { labels }) };
}

export function counter<Source>(
	name: string,
	help: string,
	read: Family<Source>['read'],
	labels?: readonly string[],
): Family<Source> {
	return { name, help, type: 'counter', read, ...(labels && { labels }) };
}

/**
 * Writes the figures of a node as Prometheus text. The nodes count for themselves, so that a restarted
 * node begins at zero; only histograms are prom-client's own, in a registry of the node's run.
 */
export class NodeMetrics<Source> {
	readonly #registry = new Registry();
	readonly #families: readonly (Pick<Family<Source>, 'read'> & {
		readonly metric: Counter | Gauge;
	})[];

	constructor(families: readonly Family<Source>[]) {
		const registers = [this.#registry];
		this.#families = families.map(({ name, help, type, labels = [], read }) => {
			const options = { name, help, labelNames: [...labels], registers };
			return { read, metric: type === 'counter' ? new Counter(options) : new Gauge(options) };
		});
	}

	get contentType(): string {
		return this.#registry.contentType;
	}

	/** `histograms` belong to the present run of the node. */
	async render(source: Source, histograms?: Registry): Promise<string> {
		for (const { metric, read } of this.#families) {
			metric.reset();
			const samples = read(source);
			if (samples === undefined) metric.remove();
			else if (typeof samples === 'number') metric.inc(samples);
			else for (const [labels, value] of samples) metric.inc(labels, value);
		}
		const texts = await Promise.all([this.#registry.metrics(), histograms?.metrics() ?? '']);
		return texts.join('');
	}
}

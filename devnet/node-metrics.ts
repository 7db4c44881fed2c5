import { Counter, Gauge, Registry } from 'prom-client';
import type { Histograms } from './histogram.ts';

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
 * node begins at zero.
 */
export class NodeMetrics<Source> {
	readonly #registry = new Registry();
	readonly #families: readonly (Pick<Family<Source>, 'read' | 'labels'> & {
		readonly metric: Counter | Gauge;
	})[];

	constructor(families: readonly Family<Source>[]) {
		const registers = [this.#registry];
		this.#families = families.map(({ name, help, type, labels = [], read }) => {
			const options = { name, help, labelNames: [...labels], registers };
			return {
				read,
				labels,
				metric: type === 'counter' ? new Counter(options) : new Gauge(options),
			};
		});
	}

	get contentType(): string {
		return this.#registry.contentType;
	}

	/** `histograms` belong to the present run of the node. */
	async render(source: Source, histograms?: Histograms): Promise<string> {
		for (const { metric, labels = [], read } of this.#families) {
			// One without labels is 0 now, those with labels are gone.
			metric.reset();
			const samples = read(source);
			if (samples === undefined && labels.length === 0) metric.remove();
			else if (samples === undefined) continue;
			else if (typeof samples === 'number') metric.inc(samples);
			else for (const [labels, value] of samples) metric.inc(labels, value);
		}
		return `${await this.#registry.metrics()}${histograms?.text() ?? ''}`;
	}
}

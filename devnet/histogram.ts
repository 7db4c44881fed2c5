interface HistogramOptions {
	readonly name: string;
	readonly help: string;
	/** Upper bounds of the buckets, in ascending order, in the unit of the name. */
	readonly bounds: readonly number[];
	/** The name of its label, when it has one. */
	readonly label?: string;
}

/** The counts of one value of the label. */
interface Series {
	/** Of each bucket, then of what is above all bounds; not cumulative. */
	readonly counts: Float64Array;
	sum: number;
	/** What a line of the text begins with: one for each count, then for the sum and for the number. */
	readonly prefixes: readonly string[];
}

/**
 * What one run of a node observed, in buckets. Nodes observe with every message, and are scraped each
 * second: an observation costs two additions, and a scrape joins text.
 */
export class Histogram {
	readonly #name: string;
	readonly #bounds: readonly number[];
	readonly #label: string | undefined;
	readonly #head: string;
	/** By value of the label. */
	readonly #series = new Map<string, Series>();

	constructor({ name, help, bounds, label }: HistogramOptions) {
		this.#name = name;
		this.#bounds = bounds;
		this.#label = label;
		this.#head = `# HELP ${name} ${help}\n# TYPE ${name} histogram\n`;
		if (label === undefined) this.#create('');
	}

	/** `labelled` is the value of the label, when it has one. */
	observe(value: number, labelled = ''): void {
		const series = this.#series.get(labelled) ?? this.#create(labelled);
		let bucket = 0;
		for (const bound of this.#bounds) {
			if (value <= bound) break;
			bucket += 1;
		}
		series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
		series.sum += value;
	}

	/** Shows a value of the label before the first observation. */
	open(labelled: string): void {
		this.#create(labelled);
	}

	/** Of all labels, or of one. */
	total(labelled?: string): { readonly count: number; readonly sum: number } {
		const total = { count: 0, sum: 0 };
		for (const [value, { counts, sum }] of this.#series) {
			if (labelled !== undefined && labelled !== value) continue;
			for (const count of counts) total.count += count;
			total.sum += sum;
		}
		return total;
	}

	/** `undefined` when nothing was observed. */
	mean(): number | undefined {
		const { count, sum } = this.total();
		return count === 0 ? undefined : sum / count;
	}

	/** As Prometheus text. */
	text(): string {
		let text = this.#head;
		for (const { counts, sum, prefixes } of this.#series.values()) {
			let total = 0;
			for (const [index, count] of counts.entries()) {
				total += count;
				text += `${prefixes[index]}${total}\n`;
			}
			text += `${prefixes.at(-2)}${sum}\n${prefixes.at(-1)}${total}\n`;
		}
		return text;
	}

	#create(labelled: string): Series {
		const counts = new Float64Array(this.#bounds.length + 1);
		const series = { counts, sum: 0, prefixes: this.#prefixesOf(labelled) };
		this.#series.set(labelled, series);
		return series;
	}

	/** Values of labels are words of the devnet, which need no escapes. */
	#prefixesOf(labelled: string): readonly string[] {
		const label = this.#label === undefined ? undefined : `${this.#label}="${labelled}"`;
		const inBuckets = label === undefined ? '' : `,${label}`;
		const around = label === undefined ? '' : `{${label}}`;
		return [
			...[...this.#bounds, '+Inf'].map(
				(bound) => `${this.#name}_bucket{le="${bound}"${inBuckets}} `,
			),
			`${this.#name}_sum${around} `,
			`${this.#name}_count${around} `,
		];
	}
}

/** All histograms of one run of a node. */
export class Histograms {
	readonly #all: Histogram[] = [];

	create(options: HistogramOptions): Histogram {
		const histogram = new Histogram(options);
		this.#all.push(histogram);
		return histogram;
	}

	text(): string {
		return this.#all.map((histogram) => histogram.text()).join('\n');
	}
}

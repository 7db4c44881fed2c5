import type { Histogram } from './histogram.ts';

type Labels = Readonly<Record<string, string>>;

/** One family of the Prometheus text format; a series that was not measured is left out. */
export interface Family {
	readonly name: string;
	readonly help: string;
	readonly samples:
		| { readonly type: 'counter' | 'gauge'; readonly values: readonly Sample[] }
		| { readonly type: 'histogram'; readonly values: readonly HistogramSample[] };
}

interface Sample {
	readonly labels?: Labels;
	readonly value: number | undefined;
}

interface HistogramSample {
	readonly labels?: Labels;
	readonly histogram: Histogram;
}

export const expositionContentType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Prometheus text 0.0.4. The nodes count for themselves, so that a life of a node has counts of its
 * own; a metrics library would keep a second copy of them.
 */
export function toExposition(families: readonly Family[]): string {
	return `${families.flatMap(linesOf).join('\n')}\n`;
}

function linesOf({ name, help, samples }: Family): string[] {
	const lines =
		samples.type === 'histogram'
			? samples.values.flatMap((sample) => histogramLines(name, sample))
			: samples.values.flatMap(({ labels, value }) =>
					value === undefined ? [] : [`${name}${labelText(labels)} ${value}`],
				);
	return [`# HELP ${name} ${help}`, `# TYPE ${name} ${samples.type}`, ...lines];
}

function histogramLines(name: string, { labels, histogram }: HistogramSample): string[] {
	return [
		...histogram.buckets().map(([bound, count]) => {
			const le = bound === Infinity ? '+Inf' : String(bound);
			return `${name}_bucket${labelText({ ...labels, le })} ${count}`;
		}),
		`${name}_sum${labelText(labels)} ${histogram.sum}`,
		`${name}_count${labelText(labels)} ${histogram.count}`,
	];
}

function labelText(labels: Labels = {}): string {
	const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escapeLabel(value)}"`);
	return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

function escapeLabel(value: string): string {
	return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

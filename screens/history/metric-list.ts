import type { NodeMoment } from '../../source/sections/moment.ts';
import { recordedMetrics } from '../../source/sections/recorded-metrics.ts';
import type { RecordedMetric } from '../../source/sections/recorded-metrics.ts';
import { sampledNames } from '../../source/sections/samples.ts';
import type { HistoryView } from './history-view.ts';

/** A number that can be drawn. */
export interface ListedMetric {
	readonly name: string;
	readonly metric: RecordedMetric;
}

/** The nodes whose numbers are drawn: the selected one, or all that the filter lets through. */
export function drawnNodes(
	{ nodes }: HistoryView,
	listed: readonly NodeMoment[],
	selected: NodeMoment | undefined,
): readonly NodeMoment[] {
	if (nodes !== 'selected') return listed;
	return selected ? [selected] : [];
}

/** The numbers that any of these nodes reports, and those that are chosen, in the order of the sections. */
export function listMetrics(
	nodes: readonly NodeMoment[],
	chosen: readonly string[],
): readonly ListedMetric[] {
	const sampled = new Set([...chosen, ...nodes.flatMap(({ samples }) => sampledNames(samples))]);
	return [...recordedMetrics()].flatMap(([name, metric]) =>
		sampled.has(name) || nodes.some(({ snapshot }) => metric.read(snapshot) !== undefined)
			? [{ name, metric }]
			: [],
	);
}

/** Where the cursor stands in the list; at its begin when its number is not there. */
export function cursorIndex(
	metrics: readonly ListedMetric[],
	{ cursor, metrics: [first] }: HistoryView,
): number {
	return Math.max(
		0,
		metrics.findIndex(({ name }) => name === (cursor ?? first)),
	);
}

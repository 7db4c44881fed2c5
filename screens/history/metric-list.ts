import type { NodeMoment } from '../../source/sections/moment.ts';
import { recordedMetrics } from '../../source/sections/recorded-metrics.ts';
import type { RecordedMetric } from '../../source/sections/recorded-metrics.ts';
import { sampledNames } from '../../source/sections/samples.ts';
import { windowStart } from '../window-start.ts';
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

/**
 * The numbers that any of these nodes reports, and those that are chosen: first those that nodes of every kind have,
 * then by section.
 */
export function listMetrics(
	nodes: readonly NodeMoment[],
	chosen: readonly string[],
): readonly ListedMetric[] {
	const sampled = new Set([...chosen, ...nodes.flatMap(({ samples }) => sampledNames(samples))]);
	return [...recordedMetrics()]
		.flatMap(([name, metric]) =>
			sampled.has(name) || nodes.some(({ snapshot }) => metric.read(snapshot) !== undefined)
				? [{ name, metric }]
				: [],
		)
		.toSorted((a, b) => Number(isOfSection(a)) - Number(isOfSection(b)));
}

/** Of one section, not of all kinds of nodes. */
export function isOfSection({ name }: Pick<ListedMetric, 'name'>): boolean {
	return name.includes('.');
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

/** Those that a list of so many lines shows below its heading, and which of them the cursor is at. */
export function shownMetrics(nodes: readonly NodeMoment[], view: HistoryView, height: number) {
	const metrics = listMetrics(nodes, view.metrics);
	const index = cursorIndex(metrics, view);
	const rows = height - 1;
	const first = windowStart(index, rows, metrics.length);
	return { shown: metrics.slice(first, first + rows), at: index - first };
}

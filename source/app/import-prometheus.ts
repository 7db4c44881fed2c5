import { clean } from '../domain/clean.ts';
import type { HistoryReader } from '../history/reader.ts';
import { hourMs } from '../history/spans.ts';
import type { Span } from '../history/tables.ts';
import type { HistoryWriter, IncomingRow } from '../history/writer.ts';
import { derived } from '../sections/derived.ts';
import type { DerivedNumber } from '../sections/derived.ts';
import { fieldMetrics, fromMetricValue } from '../sections/field-metrics.ts';
import { recordedMetrics } from '../sections/recorded-metrics.ts';
import { mostPointsEach, queryRange } from './prometheus-range.ts';
import type { PrometheusServer } from './prometheus-range.ts';

/** A recorded number and the query that has its past. */
export interface ImportedMetric {
	readonly metric: string;
	readonly query: string;
	/** The query's values are the number's times this. */
	readonly factor: number;
}

export interface ImportOptions {
	readonly server: PrometheusServer;
	readonly metrics: readonly ImportedMetric[];
	readonly span: Span;
	readonly stepMs: number;
	/** All series are of this node; absent where a label names each node. */
	readonly node: string | undefined;
	/** The label that names the node. */
	readonly label: string;
	readonly now: () => number;
}

export interface ImportResult {
	readonly samples: number;
	/** Samples of times from which on nodetop itself has recorded the number. */
	readonly known: number;
	readonly nodes: ReadonlySet<string>;
	readonly metrics: ReadonlySet<string>;
}

const mostNameCells = 200;

/** What nodetop exports of its own accord, or its server's `/metrics`, by the names in docs/fields.md. */
export function exportedMetrics(): ImportedMetric[] {
	const recorded = recordedMetrics();
	const ofFields = fieldMetrics.map(({ section, path, name, factor }) => ({
		metric: `${section}.${path}`,
		query: name,
		factor,
	}));
	const ofDerived = Object.entries<DerivedNumber>(derived).map(
		([metric, { metric: query, unit }]) => ({
			metric,
			query,
			factor: unit === 'ms' ? 1e-3 : 1,
		}),
	);
	return [...ofFields, ...ofDerived].filter(({ metric }) => recorded.has(metric));
}

/**
 * Fills the history with numbers of before it began, from a Prometheus. Times from which on a number is recorded
 * already are left as they are, so that it can be run again.
 */
export async function importRange(
	reader: HistoryReader,
	writer: HistoryWriter,
	options: ImportOptions,
): Promise<ImportResult> {
	const { span, stepMs, now } = options;
	const result = { samples: 0, known: 0, nodes: new Set<string>(), metrics: new Set<string>() };
	const begins = new Map<string, number>();
	const pieceMs = stepMs * mostPointsEach;
	for (let fromMs = span.fromMs; fromMs < span.untilMs; fromMs += pieceMs) {
		const piece = { fromMs, untilMs: Math.min(span.untilMs, fromMs + pieceMs - stepMs) };
		const rows = new Map<string, IncomingRow & { names: string[]; values: number[] }>();
		for (const { metric, node, atMs, value } of await readPiece(options, piece)) {
			const key = JSON.stringify([node, metric]);
			const begin = begins.get(key) ?? beginOf(reader, node, metric, span);
			begins.set(key, begin);
			if (atMs >= begin) {
				result.known += 1;
				continue;
			}
			const rowKey = `${atMs} ${node}`;
			const row = rows.get(rowKey) ?? { node, track: 'polls', atMs, names: [], values: [] };
			row.names.push(metric);
			row.values.push(value);
			rows.set(rowKey, row);
			result.samples += 1;
			result.nodes.add(node);
			result.metrics.add(metric);
		}
		writer.addRows([...rows.values()]);
		while (writer.sealOne(now())) continue;
	}
	return result;
}

interface Imported {
	readonly metric: string;
	readonly node: string;
	readonly atMs: number;
	readonly value: number;
}

async function readPiece(options: ImportOptions, piece: Span): Promise<Imported[]> {
	const { server, metrics, stepMs, label } = options;
	const found: Imported[] = [];
	for (const { metric, query, factor } of metrics) {
		const seen = new Set<string>();
		for (const { labels, points } of await queryRange(server, query, piece, stepMs)) {
			const node = clean(options.node ?? labels[label] ?? labels['instance'] ?? '', mostNameCells);
			// Of several series of one node, as of several instances, the first one counts.
			if (node === '' || seen.has(node)) continue;
			seen.add(node);
			for (const [atMs, value] of points) {
				const number = Number(fromMetricValue({ unit: 'number', factor }, value));
				if (Number.isFinite(number)) found.push({ metric, node, atMs, value: number });
			}
		}
	}
	return found;
}

/** From when on the number is recorded, Unix ms. */
function beginOf(reader: HistoryReader, node: string, metric: string, span: Span): number {
	const whole = { fromMs: span.fromMs, untilMs: Number.MAX_SAFE_INTEGER };
	const [first] = reader.buckets(node, metric, whole, hourMs);
	if (!first) return Number.POSITIVE_INFINITY;
	const { times } = reader.numbers(node, metric, {
		fromMs: first.atMs,
		untilMs: first.atMs + hourMs,
	});
	return times[0] ?? first.atMs;
}

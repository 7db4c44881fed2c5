import { mergeBuckets } from '../codec/buckets.ts';
import { forecastsOf } from '../analysis/forecasts.ts';
import type { Forecasts } from '../analysis/forecasts.ts';
import { noteKind } from '../marks.ts';
import { statOf } from '../points.ts';
import { processKind } from '../process-events.ts';
import type { HistoryReader } from '../reader.ts';
import { hourMs } from '../spans.ts';
import type { Span, StoredEvent } from '../tables.ts';
import { adviceOf } from './advice.ts';
import type { Advice } from './advice.ts';
import { availabilityOf } from './availability.ts';
import type { Availability, Turn } from './availability.ts';
import { changeOf, child, incidentsOf, isChange, textIn } from './incidents.ts';
import type { Incident, ReportedChange } from './incidents.ts';

export interface Percentiles {
	readonly p50: number;
	readonly p95: number;
	readonly p99: number;
	readonly max: number;
}

export interface NodeReport {
	readonly node: string;
	readonly availability: Availability;
	readonly latencyMs: Percentiles | undefined;
	readonly finalityMs: Percentiles | undefined;
	readonly forecasts: Forecasts;
}

export interface HistoryReport {
	readonly span: Span;
	/** When nothing was recorded, or our own connection was lost. */
	readonly ownOutages: readonly Span[];
	readonly nodes: readonly NodeReport[];
	/** Without those that another one explains. */
	readonly incidents: readonly Incident[];
	/** How many alerts the incidents explain. */
	readonly explained: number;
	readonly changes: readonly ReportedChange[];
	/** What people wrote. */
	readonly notes: readonly ReportedChange[];
	/** What the trend advises. */
	readonly advice: readonly Advice[];
}

const mostChanges = 200;
const told = new Set([
	processKind,
	'version',
	'restart',
	'network',
	'group',
	'consensus',
	'node',
	'connection',
]);
/** Frames come each ten seconds: a longer pause is one in which nobody watched. */
const pauseMs = 60_000;

type Frame = ReturnType<HistoryReader['frameAt']>;

/** What happened in a span of time, from what was recorded. */
export function makeReport(reader: HistoryReader, span: Span): HistoryReport {
	const events = reader.events(span);
	const incidents = incidentsOf(events);
	const recorded = reader.frameTimes(span);
	const ownOutages = outagesOf(recorded, events, span);
	const nodes = [...new Set(reader.list().map(({ node }) => node))];
	const first = reader.frameAt(recorded[0] ?? span.fromMs);
	const last = reader.frameAt(span.untilMs);
	return {
		span,
		ownOutages,
		nodes: nodes.map((node) => ({
			node,
			availability: availabilityOf(turnsOf(node, first, events, span), span, ownOutages),
			latencyMs: percentilesOf(reader, node, 'poll.latencyMs', span),
			finalityMs: percentilesOf(reader, node, 'consensus.averageFinalityMs', span),
			forecasts: forecastsOf(reader, node, span.untilMs),
		})),
		incidents: incidents.filter(({ isExplained }) => !isExplained),
		explained: incidents.filter(({ isExplained }) => isExplained).length,
		notes: events
			.filter(({ kind }) => kind === noteKind)
			.map(({ atMs, node, data }) => ({
				atMs,
				about: node ?? '',
				text: textIn(data, 'text') ?? '',
			})),
		advice: adviceOf(reader, nodes, span, (node) => {
			const resources = child(snapshotIn(last, node), 'resources');
			return child(resources, 'source') === 'host';
		}),
		changes: events
			.filter((event) => told.has(event.kind))
			.filter((event) => event.kind !== processKind || isChange(event))
			.slice(-mostChanges)
			.map(changeOf),
	};
}

function outagesOf(times: readonly number[], events: readonly StoredEvent[], span: Span): Span[] {
	const edges = [span.fromMs, ...times, span.untilMs];
	const pauses = edges.slice(1).flatMap((untilMs, index): Span[] => {
		const fromMs = edges[index] ?? untilMs;
		return untilMs - fromMs > pauseMs ? [{ fromMs, untilMs }] : [];
	});
	const verdicts = events.filter(({ kind }) => kind === 'connection');
	const lost = verdicts.flatMap(({ atMs, data }, index): Span[] =>
		textIn(data, 'to') === 'us'
			? [{ fromMs: atMs, untilMs: verdicts[index + 1]?.atMs ?? span.untilMs }]
			: [],
	);
	return [...pauses, ...lost];
}

function turnsOf(node: string, first: Frame, events: readonly StoredEvent[], span: Span): Turn[] {
	const changes = events
		.filter((event) => event.kind === 'health' && event.node === node)
		.map(({ atMs, data }) => ({ atMs, status: textIn(data, 'to') ?? 'unknown' }));
	const change = events.find((event) => event.kind === 'health' && event.node === node);
	const before = change ? textIn(change.data, 'from') : statusIn(first, node);
	return [{ atMs: span.fromMs, status: before ?? 'unknown' }, ...changes];
}

function statusIn(frame: Frame, node: string): string | undefined {
	const status = child(child(snapshotIn(frame, node), 'health'), 'status');
	return typeof status === 'string' ? status : undefined;
}

function snapshotIn(frame: Frame, node: string): unknown {
	const nodes = frame?.['nodes'];
	const list: readonly unknown[] = Array.isArray(nodes) ? nodes : [];
	return list
		.map((each) => child(each, 'snapshot'))
		.find((snapshot) => child(child(snapshot, 'target'), 'name') === node);
}

function percentilesOf(
	reader: HistoryReader,
	node: string,
	metric: string,
	span: Span,
): Percentiles | undefined {
	const [all] = mergeBuckets(reader.buckets(node, metric, span, hourMs), Number.MAX_SAFE_INTEGER);
	return (
		all && {
			p50: statOf(all, 'p50'),
			p95: statOf(all, 'p95'),
			p99: statOf(all, 'p99'),
			max: all.max,
		}
	);
}

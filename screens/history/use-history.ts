import { useCallback } from 'react';
import { useAnswer } from '../../hooks/use-answer.ts';
import type { Answered } from '../../hooks/use-answer.ts';
import type { Curve } from '../../source/history/curves.ts';
import type { HistoryMark } from '../../source/history/marks.ts';
import type { Past } from '../../source/history/past.ts';
import type { Span } from '../../source/history/tables.ts';
import { comparisons, rangeMsOf } from './history-view.ts';
import type { HistoryView } from './history-view.ts';

/** Charts are asked for no more often. */
const leastRefreshMs = 5000;
export const mostRefreshMs = 15_000;
/** Polls reach the history within a second: live and later, a chart shows the same. */
const settledMs = 1000;

/** Which stretch of time is drawn, in steps of how long. */
export interface Drawn {
	readonly span: Span;
	readonly stepMs: number;
	/** Cells of the charts. */
	readonly columns: number;
}

/** What was recorded of one number. */
export interface MetricCurves {
	readonly metric: string;
	readonly curves: readonly Curve[];
	/** The same an agreed time before, moved to this time. */
	readonly before: readonly Curve[];
}

export interface HistoryAnswer {
	/** Shorter than what was asked for where nothing is as old. */
	readonly span: Span;
	readonly metrics: readonly MetricCurves[];
	readonly marks: readonly HistoryMark[];
}

/** The range up to the moment, or as far back as keys moved it, for a chart of so many cells. */
export function drawnSpan(view: HistoryView, atMs: number, columns: number): Drawn {
	const rangeMs = rangeMsOf(view);
	const stepMs = stepFor(rangeMs, columns);
	const refreshMs = Math.min(mostRefreshMs, Math.max(leastRefreshMs, stepMs));
	const untilMs = Math.floor(atMs / refreshMs) * refreshMs - settledMs - view.backMs;
	return { span: { fromMs: untilMs - rangeMs, untilMs }, stepMs, columns };
}

function stepFor(rangeMs: number, columns: number): number {
	return Math.max(1000, Math.ceil(rangeMs / Math.max(1, columns) / 1000) * 1000);
}

/** Reads what is drawn from the history; asked again when the span has moved on. */
export function useHistory(
	past: Past,
	{ metrics, compare, nodes: chosen }: HistoryView,
	nodes: readonly string[],
	drawn: Drawn,
): Answered<HistoryAnswer> {
	const ask = useCallback((question: HistoryQuestion) => readHistory(past, question), [past]);
	const shiftMs = comparisons[compare].ms;
	return useAnswer(ask, { metrics, shiftMs, isSum: chosen === 'sum', nodes, ...drawn });
}

interface HistoryQuestion extends Drawn {
	readonly metrics: readonly string[];
	readonly nodes: readonly string[];
	readonly isSum: boolean;
	/** How far back the earlier time is, in ms; 0 for none. */
	readonly shiftMs: number;
}

async function readHistory(past: Past, question: HistoryQuestion): Promise<HistoryAnswer> {
	const marks = await past.marks(question.span);
	const metrics = await readMetrics(past, question);
	const begun = begunWithin(question, metrics);
	if (!begun) return { span: question.span, metrics, marks };
	return { span: begun.span, metrics: await readMetrics(past, { ...question, ...begun }), marks };
}

function readMetrics(
	past: Past,
	{ metrics, nodes, isSum, shiftMs, span, stepMs }: HistoryQuestion,
): Promise<MetricCurves[]> {
	const earlier = { fromMs: span.fromMs - shiftMs, untilMs: span.untilMs - shiftMs };
	const found = metrics.map(async (metric): Promise<MetricCurves> => {
		const question = { metric, nodes, stepMs, isSum };
		const curves = await past.curves({ ...question, ...span });
		const before = shiftMs === 0 ? [] : await past.curves({ ...question, ...earlier });
		return { metric, curves, before: before.map((curve) => moved(curve, shiftMs)) };
	});
	return Promise.all(found);
}

/** What begins late in the span is drawn over the whole chart, and not in its last cells. */
const lateShare = 0.2;
const leastRangeMs = 60_000;

function begunWithin(
	{ span: { fromMs, untilMs }, columns }: HistoryQuestion,
	metrics: readonly MetricCurves[],
): Pick<Drawn, 'span' | 'stepMs'> | undefined {
	const firsts = metrics.flatMap(({ curves, before }) =>
		[...curves, ...before].map(({ times, values }) => {
			const first = values.findIndex((value) => Number.isFinite(value));
			return times[first] ?? Number.POSITIVE_INFINITY;
		}),
	);
	const firstMs = Math.min(...firsts);
	if (!Number.isFinite(firstMs) || firstMs - fromMs < lateShare * (untilMs - fromMs))
		return undefined;
	const rangeMs = Math.max(leastRangeMs, untilMs - firstMs);
	return { span: { fromMs: untilMs - rangeMs, untilMs }, stepMs: stepFor(rangeMs, columns) };
}

function moved(curve: Curve, byMs: number): Curve {
	return { ...curve, times: curve.times.map((atMs) => atMs + byMs) };
}

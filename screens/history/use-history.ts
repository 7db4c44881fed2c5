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
const mostRefreshMs = 15_000;
/** Polls reach the history within a second: live and later, a chart shows the same. */
const settledMs = 1000;

/** Which stretch of time is drawn, in steps of how long. */
export interface Drawn {
	readonly span: Span;
	readonly stepMs: number;
}

/** What was recorded of one number. */
export interface MetricCurves {
	readonly metric: string;
	readonly curves: readonly Curve[];
	/** The same an agreed time before, moved to this time. */
	readonly before: readonly Curve[];
}

export interface HistoryAnswer {
	readonly metrics: readonly MetricCurves[];
	readonly marks: readonly HistoryMark[];
}

/** The range up to the moment, or as far back as keys moved it, for a chart of so many cells. */
export function drawnSpan(view: HistoryView, atMs: number, columns: number): Drawn {
	const rangeMs = rangeMsOf(view);
	const stepMs = Math.max(1000, Math.ceil(rangeMs / Math.max(1, columns) / 1000) * 1000);
	const refreshMs = Math.min(mostRefreshMs, Math.max(leastRefreshMs, stepMs));
	const untilMs = Math.floor(atMs / refreshMs) * refreshMs - settledMs - view.backMs;
	return { span: { fromMs: untilMs - rangeMs, untilMs }, stepMs };
}

/** Reads what is drawn from the history; asked again when the span has moved on. */
export function useHistory(
	past: Past,
	{ metrics, compare, nodes: chosen }: HistoryView,
	nodes: readonly string[],
	{ span, stepMs }: Drawn,
): Answered<HistoryAnswer> {
	const ask = useCallback((question: HistoryQuestion) => readHistory(past, question), [past]);
	const shiftMs = comparisons[compare].ms;
	return useAnswer(ask, { metrics, shiftMs, isSum: chosen === 'sum', nodes, span, stepMs });
}

interface HistoryQuestion extends Drawn {
	readonly metrics: readonly string[];
	readonly nodes: readonly string[];
	readonly isSum: boolean;
	/** How far back the earlier time is, in ms; 0 for none. */
	readonly shiftMs: number;
}

async function readHistory(
	past: Past,
	{ metrics, nodes, isSum, shiftMs, span, stepMs }: HistoryQuestion,
): Promise<HistoryAnswer> {
	const earlier = { fromMs: span.fromMs - shiftMs, untilMs: span.untilMs - shiftMs };
	const found = metrics.map(async (metric): Promise<MetricCurves> => {
		const question = { metric, nodes, stepMs, isSum };
		const curves = await past.curves({ ...question, ...span });
		const before = shiftMs === 0 ? [] : await past.curves({ ...question, ...earlier });
		return { metric, curves, before: before.map((curve) => moved(curve, shiftMs)) };
	});
	return { metrics: await Promise.all(found), marks: await past.marks(span) };
}

function moved(curve: Curve, byMs: number): Curve {
	return { ...curve, times: curve.times.map((atMs) => atMs + byMs) };
}

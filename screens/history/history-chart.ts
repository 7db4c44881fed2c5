import { lineChart } from '../../components/charts/line-chart.ts';
import type { LineChartOptions, Mark, Series } from '../../components/charts/line-chart.ts';
import { rateOf } from '../../components/charts/resample.ts';
import type { TimedValues } from '../../components/charts/resample.ts';
import type { Look } from '../../components/look.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { toneOfSeverity } from '../../source/domain/tone.ts';
import { formatNumber } from '../../source/domain/units.ts';
import { missing } from '../../source/domain/format.ts';
import type { Curve } from '../../source/history/curves.ts';
import type { HistoryMark } from '../../source/history/marks.ts';
import type { RecordedMetric } from '../../source/sections/recorded-metrics.ts';
import type { Limit } from '../../source/sections/limits.ts';
import { nearLimit } from '../node/chart-limit.ts';
import { comparisons } from './history-view.ts';
import type { Comparison } from './history-view.ts';
import type { MetricCurves } from './use-history.ts';

const lineTones: readonly Tone[] = ['accent', 'good', 'warn', 'strong', 'unknown', 'label'];

/** Tones that a theme paints alike tell no lines apart: the first of them is used. */
function tonesOf(look: Look): readonly Tone[] {
	const painted = lineTones.map((tone) => look.paint(tone, 'x'));
	return lineTones.filter((_, index) => painted.indexOf(painted[index] ?? '') === index);
}

/** How a number is drawn: a counter as its growth per second. */
export function shownMetric(metric: RecordedMetric) {
	const { rate } = metric.trend ?? {};
	return rate === undefined
		? { title: metric.title, unit: metric.unit, precision: metric.precision, isRate: false }
		: { title: rate, unit: 'perSecond' as const, precision: undefined, isRate: true };
}

export interface ChartRoom extends Pick<LineChartOptions, 'width' | 'height'> {
	readonly fromMs: number;
	readonly untilMs: number;
	/** What happened meanwhile. */
	readonly marks: readonly HistoryMark[];
	readonly compare: Comparison;
	/** Of rules about this number. */
	readonly limits: readonly Limit[];
}

/** One number of one or several nodes, with what happened meanwhile: exactly `height` lines. */
export function chartLines(
	look: Look,
	{ curves, before }: MetricCurves,
	metric: RecordedMetric,
	{ width, height, fromMs, untilMs, marks, compare, limits }: ChartRoom,
): readonly string[] {
	const { unit, isRate } = shownMetric(metric);
	const drawn = (curve: Curve): TimedValues => (isRate ? growthOf(curve) : curve);
	const tones = tonesOf(look);
	const lines = curves.slice(0, tones.length).map((curve, index): Series => ({
		...drawn(curve),
		name: curve.node ?? 'all together',
		tone: tones[index] ?? 'plain',
	}));
	const hidden = new Set(curves.slice(tones.length).map(({ node }) => node));
	const behind = before
		.filter(({ node }) => !hidden.has(node))
		.map((curve, index): Series => ({
			...drawn(curve),
			// They look alike: the legend needs one of them.
			name: index === 0 ? comparisons[compare].title : '',
			tone: 'dim',
		}));
	const [only] = curves;
	const hasBand = curves.length === 1 && !isRate && before.length === 0;
	return lineChart(look, [...behind, ...lines], {
		width,
		height,
		unit,
		nowMs: untilMs,
		windowMs: untilMs - fromMs,
		isFixed: true,
		emptyNote: 'nothing was recorded in this time',
		fromZero: metric.trend?.fromZero,
		marks: marks.map((mark) => chartMark(look, mark)),
		// A limit is of the number itself, not of how fast it grows.
		threshold: isRate
			? undefined
			: nearLimit(limits, { values: lines.flatMap((each) => each.values) }),
		...(hasBand && only && { band: only }),
	});
}

/** Growth per second from the end of one step to that of the next. The newest step may not be over yet. */
function growthOf({ times, max }: Curve): TimedValues {
	return rateOf({ times: times.slice(0, -1), values: max.slice(0, -1) });
}

function chartMark(look: Look, { kind, severity, atMs }: HistoryMark): Mark {
	const { glyph, tone } = lookOfMark(look, { kind, severity });
	return { atMs, glyph, tone };
}

export function lookOfMark(
	look: Look,
	{ kind, severity }: Pick<HistoryMark, 'kind' | 'severity'>,
): { readonly glyph: string; readonly tone: Tone } {
	if (kind === 'note') return { glyph: look.glyphs.note, tone: 'accent' };
	if (severity === undefined) return { glyph: look.glyphs.dot, tone: 'label' };
	return { glyph: look.glyphs.severity[severity], tone: toneOfSeverity[severity] };
}

/** How many of the nodes are drawn, where not all are; the mean over all of them, and its extremes. */
export function summaryOf(look: Look, { curves }: MetricCurves, metric: RecordedMetric): string {
	const { unit, precision, isRate } = shownMetric(metric);
	const values = curves
		.flatMap((curve) => [...(isRate ? growthOf(curve) : curve).values])
		.filter((value) => Number.isFinite(value));
	if (values.length === 0) return missing;
	const text = (value: number): string => formatNumber(unit, value, precision);
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const least = values.reduce((low, value) => Math.min(low, value));
	const most = values.reduce((high, value) => Math.max(high, value));
	const room = tonesOf(look).length;
	const drawn = curves.length > room ? `${room} of ${curves.length} drawn  ` : '';
	return `${drawn}mean ${text(mean)}  ${text(least)} to ${text(most)}`;
}

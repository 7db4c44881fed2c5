import { cellWidth } from '../../source/domain/cell-width.ts';
import type { Tone } from '../../source/domain/tone.ts';
import type { NumberUnit } from '../../source/domain/units.ts';
import { fillLines, fit, line } from '../line.ts';
import type { Span } from '../line.ts';
import type { Look } from '../look.ts';
import { dotsPerRow, whisker } from './braille.ts';
import { KeptDrawings } from '../kept-drawings.ts';
import { bucketsPerCell, plotRows } from './plot-rows.ts';
import { rangeOf, resample } from './resample.ts';
import type { Buckets, TimedValues } from './resample.ts';
import { columnOf, isSameStretch, presentOf, timeScale, timeTicks } from './time-scale.ts';
import type { TimeScale, TimeScaleOptions } from './time-scale.ts';
import { valueScale } from './value-scale.ts';
import type { ValueScale } from './value-scale.ts';

export interface Series extends TimedValues {
	/** In the legend, which is drawn when there are several. */
	readonly name: string;
	readonly tone: Tone;
}

/** Something that happened, as a line from top to bottom with its mark at the top. */
export interface Mark {
	readonly atMs: number;
	readonly tone: Tone;
	/** One cell. */
	readonly glyph: string;
}

export interface LineChartOptions {
	readonly width: number;
	readonly height: number;
	readonly unit: NumberUnit;
	/** The present, Unix ms: the right end. */
	readonly nowMs: number;
	/** How far the chart reaches back, once there are samples of so long. */
	readonly windowMs: number;
	/** Zero means something: the scale begins there. */
	readonly fromZero?: boolean | undefined;
	/** Below the line everything is filled. */
	readonly isFilled?: boolean | undefined;
	/** A dashed line at a value; the scale reaches it. */
	readonly threshold?: { readonly value: number; readonly tone: Tone } | undefined;
	readonly marks?: readonly Mark[] | undefined;
	/** Where most values lay: shaded behind the lines. */
	readonly band?: Band | undefined;
	/** Stands in place of a chart that has no samples. */
	readonly emptyNote?: string | undefined;
	/** All of the window is shown, however old the oldest sample is, and times are those of the clock. */
	readonly isFixed?: boolean | undefined;
	/** Where the cursor stands, Unix ms. */
	readonly cursorMs?: number | undefined;
}

export interface Band {
	/** Unix ms, ascending. */
	readonly times: readonly number[];
	readonly low: readonly number[];
	readonly high: readonly number[];
}

const leastWidth = 24;
const leastHeight = 3;
const leastLabelWidth = 5;
/** A longer step is a gap of the band. */
const mostBandColumns = 4;

/** Lines over time with a value axis, a time axis and, for several, a legend: exactly `height` lines. */
export function lineChart(
	look: Look,
	series: readonly Series[],
	options: LineChartOptions,
): readonly string[] {
	const { nowMs, threshold, ...shape } = options;
	const values = series[0]?.values ?? [];
	const limit = [threshold?.value, threshold?.tone];
	const inputs = [look, ...series.flatMap(Object.values), ...limit, ...Object.values(shape)];
	const isCurrent = ({ over }: Drawing) =>
		!over || isSameStretch(over.time, { ...over.of, nowMs: presentOfAll(series, nowMs) });
	return kept.take(values, inputs, () => draw(look, series, options), isCurrent).lines;
}

interface Drawing {
	readonly lines: readonly string[];
	/** The stretch of time, and what it was made of; absent where nothing depends on it. */
	readonly over?: { readonly time: TimeScale; readonly of: TimeScaleOptions };
}

const kept = new KeptDrawings<Drawing>();

function draw(look: Look, series: readonly Series[], options: LineChartOptions): Drawing {
	const { width, height } = options;
	const legend =
		series.length > 1 && height > leastHeight + 1 ? [legendLine(look, series, width)] : [];
	const rows = height - legend.length - 1;
	const data = layOut(look, series, rows, options);
	if (!data || height < leastHeight || width < leastWidth) {
		const note = data ? '' : (options.emptyNote ?? 'collecting samples…');
		return { lines: fillLines([look.paint('dim', fit(note, width))], width, height) };
	}
	const { scale, time, of, labelWidth } = data;
	const labels = labelsByRow(scale, rows);
	const plotted = paintedRows(look, data, rows, options);
	const body = plotted.map((drawn, row) => {
		const label = labels.get(row);
		const edge = look.glyphs[label === undefined ? 'axis' : 'axisTick'];
		return (
			look.paint('label', fit(label ?? '', labelWidth, 'right')) + look.paint('dim', edge) + drawn
		);
	});
	const corner = look.paint('label', fit(scale.unit, labelWidth, 'right'));
	const axis =
		corner + look.paint('dim', look.glyphs.axisCorner) + timeAxis(look, time, options.isFixed);
	return { lines: [...legend, ...body, axis], over: { time, of } };
}

function presentOfAll(series: readonly Series[], nowMs: number): number {
	return Math.max(...series.map(({ times }) => presentOf(nowMs, times)));
}

interface LaidOut {
	readonly scale: ValueScale;
	readonly time: TimeScale;
	/** What the time scale was made of. */
	readonly of: TimeScaleOptions;
	readonly labelWidth: number;
	readonly lines: readonly { readonly tone: Tone; readonly buckets: Buckets }[];
}

/** Scales and samples by column; undefined while there is nothing to draw. */
function layOut(
	look: Look,
	series: readonly Series[],
	rows: number,
	{
		width,
		unit,
		nowMs,
		windowMs,
		fromZero = false,
		threshold,
		band,
		isFixed = false,
	}: LineChartOptions,
): LaidOut | undefined {
	const firstMs = oldestOf(series);
	if (firstMs === undefined || rows < 1) return undefined;
	const oldestMs = isFixed ? Number.NEGATIVE_INFINITY : firstMs;
	const perCell = bucketsPerCell[look.chartStyle];
	const presentMs = presentOfAll(series, nowMs);
	const at = (columns: number) => {
		const of = { nowMs: presentMs, oldestMs, lengthMs: windowMs, columns };
		const time = timeScale(of);
		const columnMs = time.cellMs / perCell;
		const into = { fromMs: time.fromMs, columnMs, columns: columns * perCell };
		return {
			time,
			of,
			lines: series.map((each) => ({ tone: each.tone, buckets: resample(each, into) })),
		};
	};
	const columnsFor = (labelWidth: number) => Math.max(1, width - labelWidth - 1);
	const first = at(columnsFor(leastLabelWidth));
	const ranges = first.lines.flatMap(({ buckets }) => rangeOf(buckets) ?? []);
	if (ranges.length === 0) return undefined;
	const inBand = [...(band?.low ?? []), ...(band?.high ?? [])];
	const ends = [...ranges, ...inBand, ...(threshold ? [threshold.value] : [])];
	const scale = valueScale(Math.min(...ends), Math.max(...ends), { unit, rows, fromZero });
	const labelWidth = Math.max(
		leastLabelWidth,
		scale.unit.length,
		...scale.ticks.map(({ label }) => label.length),
	);
	return {
		scale,
		labelWidth,
		...(labelWidth === leastLabelWidth ? first : at(columnsFor(labelWidth))),
	};
}

/** When the oldest sample with a value was taken. */
function oldestOf(series: readonly Series[]): number | undefined {
	const times = series.flatMap(({ times: all, values }) => {
		const index = values.findIndex((value) => Number.isFinite(value));
		return index < 0 ? [] : (all[index] ?? []);
	});
	return times.length === 0 ? undefined : Math.min(...times);
}

function rowOf(value: number, { low, high }: ValueScale, rows: number): number {
	return rows - 1 - Math.round(((value - low) / (high - low)) * (rows - 1));
}

function labelsByRow(scale: ValueScale, rows: number): ReadonlyMap<number, string> {
	return new Map(scale.ticks.map(({ value, label }) => [rowOf(value, scale, rows), label]));
}

/** A cell that is drawn: its tone, and its character. */
type Cell = Span | undefined;

/** The lines, what lies behind them where they leave room, and each row in as few stretches as possible. */
function paintedRows(look: Look, data: LaidOut, rows: number, options: LineChartOptions): string[] {
	const { scale, time, lines } = data;
	const { columns } = time;
	const drawn = lines.map(({ tone, buckets }) => ({
		tone,
		cells: plotRows[look.chartStyle](buckets, {
			columns,
			rows,
			scale,
			isFilled: options.isFilled ?? false,
		}),
	}));
	const behind = backgroundOf(look, data, rows, options);
	return Array.from({ length: rows }, (_, row) => {
		const spans: Span[] = [];
		for (let column = 0; column < columns; column++) {
			const top = drawn.findLast(({ cells }) => cells[row]?.[column] !== undefined);
			const cell: Cell = top && [top.tone, top.cells[row]?.[column] ?? ' '];
			appendCell(spans, cell ?? behind(column, row) ?? ['plain', ' ']);
		}
		return line(look, spans, columns);
	});
}

function appendCell(spans: Span[], [tone, character]: Span): void {
	const last = spans.at(-1);
	if (last?.[0] === tone) spans[spans.length - 1] = [tone, last[1] + character];
	else spans.push([tone, character]);
}

function backgroundOf(
	look: Look,
	{ scale, time }: LaidOut,
	rows: number,
	options: LineChartOptions,
) {
	const { threshold, marks = [], cursorMs, band } = options;
	const isDotted = look.chartStyle === 'braille';
	const perRow = isDotted ? dotsPerRow : 1;
	const banded = band ? bandRows(band, scale, time, rows * perRow) : undefined;
	const thresholdRow = threshold && rowOf(threshold.value, scale, rows);
	const marked = new Map(marks.map((mark) => [columnOf(time, mark.atMs), mark]));
	const cursor = cursorMs === undefined ? undefined : columnOf(time, cursorMs);
	return (column: number, row: number): Cell => {
		if (column === cursor) return ['strong', look.glyphs.axis];
		const mark = marked.get(column);
		if (mark) return [mark.tone, row === 0 ? mark.glyph : look.glyphs.dashUp];
		const [top, bottom] = banded?.[column] ?? [1, 0];
		const from = Math.max(0, top - row * perRow);
		const to = Math.min(perRow - 1, bottom - row * perRow);
		if (from <= to) return ['dim', isDotted ? whisker(from, to) : look.glyphs.band];
		return threshold && row === thresholdRow ? [threshold.tone, look.glyphs.dash] : undefined;
	};
}

/** For each column the first and the last row of the band; a column between two steps has those of the first. */
function bandRows({ times, low, high }: Band, scale: ValueScale, time: TimeScale, rows: number) {
	const found = Array.from({ length: time.columns }, (): [number, number] | undefined => undefined);
	for (const [index, atMs] of times.entries()) {
		const first = columnOf(time, atMs);
		const last = Math.min(columnOf(time, times[index + 1] ?? atMs), first + mostBandColumns);
		const top = rowOf(high[index] ?? Number.NaN, scale, rows);
		const bottom = rowOf(low[index] ?? Number.NaN, scale, rows);
		for (let column = Math.max(0, first); column <= Math.max(first, last - 1); column += 1) {
			const [knownTop, knownBottom] = found[column] ?? [top, bottom];
			if (column < time.columns)
				found[column] = [Math.min(top, knownTop), Math.max(bottom, knownBottom)];
		}
	}
	return found;
}

/** `─ -2m ─────── -1m ───── now`: the labels stand in the line. */
export function timeAxis(look: Look, time: TimeScale, isFixed = false): string {
	const spans: Span[] = [];
	let cells = 0;
	for (const { column, label } of timeTicks(time, isFixed)) {
		const text = ` ${label}${column === time.columns - 1 ? '' : ' '}`;
		const start = Math.min(time.columns - text.length, column - (text.length >> 1));
		if (start < cells) continue;
		spans.push(['dim', look.glyphs.rule.repeat(start - cells)], ['label', text]);
		cells = start + text.length;
	}
	spans.push(['dim', look.glyphs.rule.repeat(time.columns - cells)]);
	return line(look, spans, time.columns);
}

/** As many names as fit whole, and how many more there are. A line without a name is like one that has it. */
function legendLine(look: Look, series: readonly Series[], width: number): string {
	const entries = series
		.filter(({ name }) => name !== '')
		.map(({ name, tone }, index): Span[] => [
			['plain', index === 0 ? '' : legendGap],
			[tone, `${look.glyphs.rule}${look.glyphs.rule} `],
			['label', name],
		]);
	const cells = entries.map((spans) => cellWidth(spans.map(([, text]) => text).join('')));
	const rest = (shown: number): string =>
		shown < entries.length ? `${legendGap}and ${entries.length - shown} more` : '';
	const needed = (shown: number): number =>
		cells.slice(0, shown).reduce((sum, own) => sum + own, rest(shown).length);
	let shown = entries.length;
	while (shown > 1 && needed(shown) > width) shown -= 1;
	return line(look, [...entries.slice(0, shown).flat(), ['dim', rest(shown)]], width);
}

const legendGap = '  ';

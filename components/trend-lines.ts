import { cellWidth } from '../source/domain/cell-width.ts';
import { sparkline } from './charts/sparkline.ts';
import type { SparklineOptions } from './charts/sparkline.ts';
import type { TimedValues } from './charts/resample.ts';
import { fit, fitWithin, line } from './line.ts';
import type { Look } from './look.ts';

export interface TrendLine {
	readonly label: string;
	/** The value now, formatted. */
	readonly value: string;
	readonly data: TimedValues;
	readonly fromZero?: boolean | undefined;
	/** The value is not of now. */
	readonly isOld?: boolean | undefined;
}

const valueWidth = 11;
const leastLabelWidth = 8;
const mostLabelWidth = 24;
const leastSparkWidth = 5;

/** One line a number: label, value now, and how it moved. */
export function trendLines(
	look: Look,
	trends: readonly TrendLine[],
	{ width, ...over }: Pick<SparklineOptions, 'width' | 'nowMs' | 'windowMs'>,
): string[] {
	const longest = Math.max(leastLabelWidth, ...trends.map(({ label }) => cellWidth(label)));
	const labelWidth = Math.min(mostLabelWidth, longest);
	const sparkWidth = width - labelWidth - valueWidth - 2;
	return trends.map(({ label, value, data, fromZero, isOld }) =>
		line(
			look,
			[
				['label', fit(label, labelWidth)],
				[isOld === true ? 'dim' : 'strong', fit(fitWithin(value, valueWidth), valueWidth, 'right')],
				['plain', '  '],
				sparkline(look, data, {
					...over,
					width: sparkWidth < leastSparkWidth ? 0 : sparkWidth,
					fromZero,
				}),
			],
			width,
		),
	);
}

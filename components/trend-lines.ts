import { cellWidth } from '../source/domain/cell-width.ts';
import { fit, fitWithin, line } from './line.ts';
import type { Look } from './look.ts';
import { sparkline } from './sparkline.ts';

export interface Trend {
	readonly label: string;
	/** The value now, formatted; absent when it was never seen. */
	readonly value: string | undefined;
	readonly samples: readonly number[];
	/** The scale starts here; by default at the lowest sample. */
	readonly min?: number;
}

const valueWidth = 11;

/** One line a number: label, value now, and how it moved. */
export function trendLines(look: Look, trends: readonly Trend[], width: number): string[] {
	const shown = trends.filter(({ value }) => value !== undefined);
	const labelWidth = Math.min(16, Math.max(8, ...shown.map(({ label }) => cellWidth(label))));
	const barWidth = width - labelWidth - valueWidth - 2;
	return shown.map(({ label, value = '', samples, min }) =>
		line(
			look,
			[
				['label', fit(label, labelWidth)],
				['strong', fit(fitWithin(value, valueWidth), valueWidth, 'right')],
				['plain', '  '],
				['accent', barWidth > 4 ? sparkline(samples, barWidth, look.glyphs, min) : ''],
			],
			width,
		),
	);
}

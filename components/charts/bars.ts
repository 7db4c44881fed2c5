import { cellWidth } from '../../source/domain/cell-width.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { fit, line } from '../line.ts';
import type { Look } from '../look.ts';

/** A bar with what it stands for at its left, and how long it is at its right. */
export interface Bar {
	readonly label: string;
	readonly value: number;
	/** The value as text. */
	readonly text: string;
	readonly tone?: Tone;
}

const gap = 1;

/**
 * Horizontal bars, one line each: the longest is as wide as there is room, as for a histogram; or one of `whole` is, and
 * the others have the rest of the way behind them.
 */
export function barLines(
	look: Look,
	bars: readonly Bar[],
	width: number,
	whole?: number,
): string[] {
	const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(cellWidth));
	const labelWidth = Math.min(width >> 1, widest(bars.map(({ label }) => label)));
	const textWidth = widest(bars.map(({ text }) => text));
	const room = Math.max(1, width - labelWidth - textWidth - 2 * gap);
	const most = whole ?? Math.max(0, ...bars.map(({ value }) => value));
	return bars.map(({ label, value, text, tone = 'accent' }) => {
		const bar = barOf(look, most > 0 ? value / most : 0, room);
		const rest = whole === undefined ? 0 : room - cellWidth(bar);
		return line(
			look,
			[
				['label', fit(label, labelWidth, 'right')],
				['plain', ' '.repeat(gap)],
				[tone, bar],
				['dim', look.glyphs.gaugeEmpty.repeat(rest)],
				['plain', `${' '.repeat(gap)}${text}`],
			],
			width,
		);
	});
}

/** To half a cell; what is more than nothing shows. */
function barOf({ glyphs: { bar } }: Look, ratio: number, width: number): string {
	const steps = bar.length;
	const length = ratio > 0 ? Math.max(1, Math.round(ratio * width * steps)) : 0;
	const rest = length % steps;
	const whole = (bar.at(-1) ?? '#').repeat(Math.floor(length / steps));
	return rest === 0 ? whole : whole + (bar[rest - 1] ?? '');
}

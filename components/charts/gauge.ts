import type { Tone } from '../../source/domain/tone.ts';
import { line } from '../line.ts';
import type { Span } from '../line.ts';
import type { Look } from '../look.ts';

export interface GaugeBands {
	/** Ratios from which on the bar warns, and is bad. */
	readonly warnAt?: number;
	readonly badAt?: number;
}

/** A bar of `width` cells filled by `ratio` (0–1), each band in its colour; marks in the track say where bands begin. */
export function gauge(
	look: Look,
	ratio: number,
	width: number,
	{ warnAt = 0.8, badAt = 0.95 }: GaugeBands = {},
): string {
	const bounded = Math.min(1, Math.max(0, Number.isFinite(ratio) ? ratio : 0));
	const full = bounded > 0 ? Math.max(1, Math.round(bounded * width)) : 0;
	const warnFrom = Math.round(warnAt * width);
	// A bar may be too short for a cell of that band: once it is reached, the last cell is of it.
	const last = bounded >= badAt ? width - 1 : width;
	const badFrom = Math.min(last, Math.round(badAt * width));
	const toneAt = (cell: number): Tone =>
		cell >= badFrom ? 'bad' : cell >= warnFrom ? 'warn' : 'good';
	const { gaugeFull, gaugeEmpty, gaugeMark } = look.glyphs;
	const spans = Array.from({ length: Math.max(0, width) }, (_, cell): Span => {
		if (cell < full) return [toneAt(cell), gaugeFull];
		const isMark = cell === warnFrom || cell === badFrom;
		return isMark ? [toneAt(cell), gaugeMark] : ['dim', gaugeEmpty];
	});
	return line(look, joined(spans), width);
}

/** Neighbours of one tone as one stretch. */
function joined(spans: readonly Span[]): Span[] {
	const runs: Span[] = [];
	for (const [tone, text] of spans) {
		const last = runs.at(-1);
		if (last?.[0] === tone) runs[runs.length - 1] = [tone, last[1] + text];
		else runs.push([tone, text]);
	}
	return runs;
}

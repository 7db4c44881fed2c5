import type { Look } from './look.ts';
import type { Tone } from '../source/domain/tone.ts';

/** A bar of `width` cells filled by `ratio` (0–1), coloured by the thresholds. */
export function gauge(
	look: Look,
	ratio: number,
	width: number,
	{ warnAt = 0.8, badAt = 0.95 }: { readonly warnAt?: number; readonly badAt?: number } = {},
): string {
	const bounded = Math.min(1, Math.max(0, ratio));
	const full = Math.round(bounded * width);
	const tone: Tone = bounded >= badAt ? 'bad' : bounded >= warnAt ? 'warn' : 'good';
	return (
		look.paint(tone, look.glyphs.gaugeFull.repeat(full)) +
		look.paint('dim', look.glyphs.gaugeEmpty.repeat(width - full))
	);
}

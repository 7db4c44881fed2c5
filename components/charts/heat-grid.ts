import { toneOfLevel } from '../../source/domain/tone.ts';
import { worstLevel } from '../../source/domain/words.ts';
import type { HealthLevel } from '../../source/domain/words.ts';
import { line } from '../line.ts';
import type { Span } from '../line.ts';
import type { Look } from '../look.ts';

/**
 * Thousands at a glance: a cell for each, in order, or for as many as must share one, which shows the worst of
 * them. At most `height` lines of exactly `width` cells.
 */
export function heatGrid(
	look: Look,
	levels: readonly HealthLevel[],
	width: number,
	height: number,
): string[] {
	const perCell = Math.max(1, Math.ceil(levels.length / Math.max(1, width * height)));
	const cells = Array.from({ length: Math.ceil(levels.length / perCell) }, (_, cell) =>
		worstLevel(levels.slice(cell * perCell, (cell + 1) * perCell)),
	);
	return Array.from({ length: Math.ceil(cells.length / width) }, (_, row) =>
		line(look, runsOf(look, cells.slice(row * width, (row + 1) * width)), width),
	);
}

/** Neighbours of one level as one stretch. */
function runsOf(look: Look, cells: readonly HealthLevel[]): Span[] {
	const runs: { level: HealthLevel; count: number }[] = [];
	for (const level of cells) {
		const last = runs.at(-1);
		if (last?.level === level) last.count += 1;
		else runs.push({ level, count: 1 });
	}
	return runs.map(({ level, count }) => [
		toneOfLevel[level],
		look.glyphs.heat[level].repeat(count),
	]);
}

import { toneOfLevel } from '../../source/domain/tone.ts';
import { worstLevel } from '../../source/domain/words.ts';
import type { HealthLevel } from '../../source/domain/words.ts';
import { line } from '../line.ts';
import type { Span } from '../line.ts';
import type { Look } from '../look.ts';
import { columnOf } from './time-scale.ts';
import type { TimeScale } from './time-scale.ts';

export interface TimedLevels {
	/** Unix ms, ascending. */
	readonly times: readonly number[];
	/** Undefined where nothing is known. */
	readonly levels: readonly (HealthLevel | undefined)[];
}

/**
 * How something was over time, one cell a stretch, the worst of each: as pages of uptime show it. A cell
 * without a reading keeps what was before it, and is blank before the first.
 */
export function heatStrip(look: Look, { times, levels }: TimedLevels, time: TimeScale): string {
	const cells = new Map<number, HealthLevel[]>();
	for (const [index, level] of levels.entries()) {
		const column = columnOf(time, times[index] ?? Number.NaN);
		const known = cells.get(column);
		if (level === undefined || column >= time.columns) continue;
		if (known) known.push(level);
		else cells.set(column, [level]);
	}
	let last: HealthLevel | undefined;
	for (const [column, known] of cells) if (column < 0) last = known.at(-1);
	const spans = Array.from({ length: time.columns }, (_, column): Span => {
		const known = cells.get(column);
		const level = known ? worstLevel(known) : last;
		last = known?.at(-1) ?? last;
		return level === undefined ? ['dim', ' '] : [toneOfLevel[level], look.glyphs.heat[level]];
	});
	return line(look, spans, time.columns);
}

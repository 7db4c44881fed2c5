import type { Reading } from '../sections/snapshot.ts';
import { toTime } from './quantity.ts';

/** Younger figures are as good as those of now. */
const youngMs = 60_000;

/** When figures are from, by our clock in Unix ms; nothing where they are as good as of now. */
export function figuresOf(atMs: number | undefined, nowMs: number): Pick<Reading, 'figuresAt'> {
	const figuresAt = atMs !== undefined && nowMs - atMs > youngMs ? toTime(atMs) : undefined;
	return figuresAt === undefined ? {} : { figuresAt };
}

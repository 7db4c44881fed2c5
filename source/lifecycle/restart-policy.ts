import type { Policy } from './spec.ts';

/**
 * How long to wait before restart number `attempt` (0 is the first in a row), in ms. The first wait is exact;
 * each further one is twice as long, up to the longest, with a quarter of jitter to both sides, so that nodes that
 * fell together do not rise together. `random` is from 0 to 1.
 */
export function restartWaitMs(
	attempt: number,
	{ firstWaitMs, longestWaitMs }: Pick<Policy, 'firstWaitMs' | 'longestWaitMs'>,
	random: number,
): number {
	if (attempt <= 0) return Math.min(firstWaitMs, longestWaitMs);
	const base = Math.min(firstWaitMs * 2 ** Math.min(attempt, 30), longestWaitMs);
	return Math.min(Math.round(base * (0.75 + random / 2)), longestWaitMs);
}

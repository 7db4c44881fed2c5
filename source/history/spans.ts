import { levels } from './tables.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** Rows of so much time become one chunk; whole minutes, and a whole part of an hour. */
export const windowMs = 10 * minuteMs;

/** How much time a bucket and a chunk of each level hold. */
export const levelSpans = {
	[levels.minute]: { bucketMs: minuteMs, chunkMs: 4 * hourMs },
	[levels.hour]: { bucketMs: hourMs, chunkMs: 4 * dayMs },
} as const;

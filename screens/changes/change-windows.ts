/** How far apart the two moments are, the shortest first. */
export const changeWindows = [
	{ name: '10m', ms: 600_000 },
	{ name: '1h', ms: 3_600_000 },
	{ name: '6h', ms: 21_600_000 },
	{ name: '24h', ms: 86_400_000 },
	{ name: '7d', ms: 604_800_000 },
] as const;

/** The next longer window (1) or shorter one (−1); the last stays. */
export function stepChangeWindow(window: number, by: 1 | -1): number {
	return Math.max(0, Math.min(changeWindows.length - 1, window + by));
}

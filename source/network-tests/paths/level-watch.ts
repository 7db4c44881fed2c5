/** The level of a series of durations. */
export interface Level {
	/** Median of the newest values. Absent before there are enough. */
	readonly levelMs?: number;
	/** Median of the values before. Absent while it is learnt. */
	readonly usualMs?: number;
	/** 0 while the level has not moved. Absent while it is learnt. */
	readonly shiftMs?: number;
	readonly shiftedAtMs?: number;
}

/** Detects when the level of a noisy series shifts. The same series gives the same result. */
export interface LevelWatch {
	add(ms: number, atMs: number): Level;
	level(): Level;
}

const recentSize = 20;
const usualSize = 120;
const leastUsual = 40;
/** Limit of the rank test: less than one window of pure noise in a hundred thousand is beyond it. */
const farZ = 4.5;
/** A shift must exceed both: a busy machine alone adds some milliseconds. */
const leastShiftMs = 5;
const leastShiftRatio = 0.25;
/** Consecutive values that it takes to change the verdict, either way. */
const persistence = 3;
/** After so many values a new level becomes the usual one: half an hour at 10 s. */
const adoptAfter = 180;

/**
 * Compares two windows by ranks, with hysteresis: the newest 20 values against up to 120 before them, by the
 * Mann–Whitney U test (Mann and Whitney 1947, with the correction for ties). The test assumes no distribution
 * of the noise, so that single peaks or two paths of different length are no shift. Shifted: beyond the limit
 * of the test and by 25 % and 5 ms in the median, three times in a row. Back: less than half of that, three
 * times in a row. While it is shifted the usual level is kept, until the new one has lasted 180 values.
 */
export function createLevelWatch(): LevelWatch {
	let recent: number[] = [];
	let usual: number[] = [];
	/** Values since the shift; they become the usual ones if it stays. */
	let since: number[] = [];
	let movedAtMs: number | undefined;
	let sinceCount = 0;
	let streak = 0;
	let current: Level = {};

	function take(ms: number): void {
		recent.push(ms);
		if (recent.length <= recentSize) return;
		const [oldest = ms, ...rest] = recent;
		recent = rest;
		if (movedAtMs === undefined) usual = [...usual, oldest].slice(-usualSize);
		else {
			since = [...since, oldest].slice(-usualSize);
			sinceCount += 1;
		}
	}

	function isContrary(shiftMs: number, usualMs: number): boolean {
		const limitMs = Math.max(leastShiftMs, usualMs * leastShiftRatio);
		if (movedAtMs !== undefined) return Math.abs(shiftMs) < limitMs / 2;
		return Math.abs(shiftMs) >= limitMs && Math.abs(rankDistance(usual, recent)) >= farZ;
	}

	return {
		level: () => current,
		add(ms, atMs) {
			take(ms);
			if (recent.length < recentSize) return current;
			const levelMs = median(recent);
			if (usual.length < leastUsual) {
				current = { levelMs };
				return current;
			}
			if (movedAtMs !== undefined && sinceCount >= adoptAfter) {
				usual = since;
				movedAtMs = undefined;
				streak = 0;
			}
			const usualMs = median(usual);
			streak = isContrary(levelMs - usualMs, usualMs) ? streak + 1 : 0;
			if (streak >= persistence) {
				movedAtMs = movedAtMs === undefined ? atMs : undefined;
				streak = 0;
				since = [];
				sinceCount = 0;
			}
			current =
				movedAtMs === undefined
					? { levelMs, usualMs, shiftMs: 0 }
					: { levelMs, usualMs, shiftMs: levelMs - usualMs, shiftedAtMs: movedAtMs };
			return current;
		},
	};
}

/** How many standard deviations the ranks of `b` among both are from their expected value. */
export function rankDistance(a: readonly number[], b: readonly number[]): number {
	const all = [
		...a.map((value) => ({ value, isOfB: false })),
		...b.map((value) => ({ value, isOfB: true })),
	].toSorted((x, y) => x.value - y.value);
	const total = all.length;
	let ranksOfB = 0;
	let ties = 0;
	for (let start = 0; start < total;) {
		let end = start + 1;
		while (end < total && all[end]?.value === all[start]?.value) end += 1;
		const tied = end - start;
		const middleRank = (start + 1 + end) / 2;
		ranksOfB += middleRank * all.slice(start, end).filter(({ isOfB }) => isOfB).length;
		ties += tied ** 3 - tied;
		start = end;
	}
	const u = ranksOfB - (b.length * (b.length + 1)) / 2;
	const mean = (a.length * b.length) / 2;
	const variance =
		((a.length * b.length) / 12) * (total + 1 - ties / (total * Math.max(1, total - 1)));
	return variance > 0 ? (u - mean) / Math.sqrt(variance) : 0;
}

function median(values: readonly number[]): number {
	const sorted = Float64Array.from(values).sort();
	const middle = sorted.length / 2;
	const [low = Number.NaN, high = low] = [
		sorted[Math.ceil(middle) - 1],
		sorted[Math.floor(middle)],
	];
	return (low + high) / 2;
}

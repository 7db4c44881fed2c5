/** Neighbouring bounds differ by this factor, so that a percentile is off by half a percent at most. */
const growth = 1.01;
const logGrowth = Math.log(growth);
/** Up to a day. */
const slots = Math.ceil(Math.log(86_400_000) / logGrowth) + 2;

/** Bounds of the levels in ms: good below the first, acceptable up to the second, slow above the last. */
export const levelBounds = [1000, 5000, 10_000] as const;

/** Durations as counts by size: memory does not grow, however many there are. */
export interface Durations {
	add(ms: number): void;
	readonly n: number;
	/** Counts below 1 s, to 5 s, to 10 s, and above. */
	readonly levels: readonly [number, number, number, number];
	/** By nearest rank, within 1 %. */
	quantile(share: number): number | undefined;
	summary():
		| { min: number; avg: number; p50: number; p95: number; p99: number; max: number; n: number }
		| undefined;
}

export function createDurations(): Durations {
	const counts = new Uint32Array(slots);
	const levels: [number, number, number, number] = [0, 0, 0, 0];
	let n = 0;
	let sum = 0;
	let least = Number.POSITIVE_INFINITY;
	let most = 0;

	function quantile(share: number): number | undefined {
		if (n === 0) return undefined;
		const rank = Math.max(1, Math.ceil(share * n));
		let seen = 0;
		for (const [slot, count] of counts.entries()) {
			seen += count;
			if (seen >= rank) return Math.min(most, Math.max(least, middleOf(slot)));
		}
		return most;
	}

	return {
		levels,
		get n() {
			return n;
		},
		quantile,
		add(ms) {
			const slot = slotOf(ms);
			counts[slot] = (counts[slot] ?? 0) + 1;
			levels[levelOf(ms)] += 1;
			n += 1;
			sum += ms;
			least = Math.min(least, ms);
			most = Math.max(most, ms);
		},
		summary() {
			const [p50, p95, p99] = [quantile(0.5), quantile(0.95), quantile(0.99)];
			if (p50 === undefined || p95 === undefined || p99 === undefined) return undefined;
			return { min: least, avg: sum / n, p50, p95, p99, max: most, n };
		},
	};
}

function levelOf(ms: number): 0 | 1 | 2 | 3 {
	const [good, acceptable, slow] = levelBounds;
	if (ms < good) return 0;
	if (ms <= acceptable) return 1;
	return ms <= slow ? 2 : 3;
}

/** 0 for less than 1 ms. */
function slotOf(ms: number): number {
	return ms < 1 ? 0 : Math.min(slots - 1, 1 + Math.floor(Math.log(ms) / logGrowth));
}

function middleOf(slot: number): number {
	return slot === 0 ? 0 : growth ** (slot - 0.5);
}

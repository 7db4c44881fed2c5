/** The numbers that are kept of each second of a node's network. */
export const historyMetrics = [
	'bytesInPerSecond',
	'bytesOutPerSecond',
	'latencyP50Ms',
	'latencyP99Ms',
	'peers',
	'sentPerSecond',
	'receivedPerSecond',
	'lostPerSecond',
	'joined',
	'left',
] as const;
export type HistoryMetric = (typeof historyMetrics)[number];

export type HistorySample = Readonly<Partial<Record<HistoryMetric, number>>>;

/** Least, mean and most of a stretch of time; absent where nothing was seen in it. */
export interface Stretch {
	readonly min: number;
	readonly avg: number;
	readonly max: number;
}

/**
 * A day of seconds of one node, as 32-bit floats: 3.5 MB when full, an hour at a time as it fills. Of two
 * samples in one second the later counts.
 */
export interface NetworkHistory {
	append(atMs: number, sample: HistorySample): void;
	/** `count` stretches of equal length that end at `untilMs`, oldest first. */
	stretches(
		metric: HistoryMetric,
		untilMs: number,
		lengthMs: number,
		count: number,
	): (Stretch | undefined)[];
}

const daySeconds = 86_400;
const chunkSeconds = 3600;

export function createNetworkHistory(): NetworkHistory {
	/** By place in the day, not by time: a chunk is written over a day later. */
	const chunks = new Map<number, Float32Array>();
	let newest = Number.NEGATIVE_INFINITY;
	let oldest = Number.POSITIVE_INFINITY;

	const chunkAt = (place: number): Float32Array => {
		const index = Math.floor(place / chunkSeconds);
		const known = chunks.get(index);
		if (known) return known;
		const chunk = new Float32Array(chunkSeconds * historyMetrics.length).fill(Number.NaN);
		chunks.set(index, chunk);
		return chunk;
	};
	const write = (second: number, sample: HistorySample): void => {
		const place = second % daySeconds;
		const chunk = chunkAt(place);
		const start = (place % chunkSeconds) * historyMetrics.length;
		for (const [index, metric] of historyMetrics.entries()) {
			chunk[start + index] = sample[metric] ?? Number.NaN;
		}
	};
	const read = (metric: number, second: number): number => {
		if (second > newest || second < oldest || second <= newest - daySeconds) return Number.NaN;
		const place = second % daySeconds;
		const chunk = chunks.get(Math.floor(place / chunkSeconds));
		return chunk?.[(place % chunkSeconds) * historyMetrics.length + metric] ?? Number.NaN;
	};

	return {
		append(atMs, sample) {
			const second = Math.floor(atMs / 1000);
			if (second <= newest - daySeconds) return;
			// Seconds without a poll are gaps, not what was there a day before.
			const firstGap = Number.isFinite(newest)
				? Math.max(newest + 1, second - daySeconds + 1)
				: second;
			for (let gap = firstGap; gap < second; gap++) write(gap, {});
			write(second, sample);
			newest = Math.max(newest, second);
			oldest = Math.min(oldest, second);
		},
		stretches(metric, untilMs, lengthMs, count) {
			const index = historyMetrics.indexOf(metric);
			const length = Math.max(1, Math.round(lengthMs / 1000));
			const end = Math.floor(untilMs / 1000);
			return Array.from({ length: count }, (_, position) => {
				const last = end - (count - 1 - position) * length;
				let n = 0;
				let sum = 0;
				let min = Number.POSITIVE_INFINITY;
				let max = Number.NEGATIVE_INFINITY;
				for (let second = last - length + 1; second <= last; second++) {
					const value = read(index, second);
					if (Number.isNaN(value)) continue;
					n += 1;
					sum += value;
					min = Math.min(min, value);
					max = Math.max(max, value);
				}
				return n === 0 ? undefined : { min, avg: sum / n, max };
			});
		},
	};
}

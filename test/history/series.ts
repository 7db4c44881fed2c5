import { gradual, sudden } from '../../source/history/analysis/anomalies.ts';
import type { Anomaly } from '../../source/history/analysis/anomalies.ts';
import { baselineOf } from '../../source/history/analysis/baseline.ts';
import type { Baseline } from '../../source/history/analysis/baseline.ts';
import type { TimedNumbers } from '../../source/history/analysis/robust.ts';
import { createRandom } from './random.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
export const weekMs = 7 * dayMs;
/** A Monday. */
export const startMs = Date.UTC(2026, 0, 5);

export type Noise = () => number;

/** Standard normal numbers, the same in each run. */
export function createNormal(seed: number): Noise {
	const random = createRandom(seed);
	return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Numbers of a node as they move in practice: their usual value at a time, and the noise around it. */
export const shapes: Readonly<Record<string, (noise: Noise) => (atMs: number) => number>> = {
	steady: (noise) => () => 50 + 2 * noise(),
	daily: (noise) => (atMs) => 1000 + 300 * Math.sin((2 * Math.PI * atMs) / dayMs) + 30 * noise(),
	weekly: (noise) => (atMs) =>
		1000 +
		300 * Math.sin((2 * Math.PI * atMs) / dayMs) -
		(Math.floor((atMs - startMs) / dayMs) % 7 >= 5 ? 200 : 0) +
		30 * noise(),
	longTailed: (noise) => () => 20 * Math.exp(0.4 * noise()),
	growing: (noise) => (atMs) => 500 + (20 * (atMs - startMs)) / dayMs + 15 * noise(),
	sluggish: (noise) => {
		let level = 0;
		return () => {
			level = 0.7 * level + noise();
			return 100 + level;
		};
	},
	peers: (noise) => () => Math.round(12 + 0.8 * noise()),
	constant: () => () => 4,
};

export interface Detected extends Anomaly {
	readonly atMs: number;
}

/** Judges every minute of a span of a series as the product does, and returns what begins newly. */
export function detect(
	valueAt: (atMs: number) => number,
	{ learnMs = 3 * weekMs, judgeMs = dayMs, everyMs = minuteMs } = {},
): Detected[] {
	const minutes: { times: number[]; values: number[] } = { times: [], values: [] };
	const untilMs = startMs + learnMs + judgeMs;
	for (let atMs = startMs; atMs < untilMs; atMs += minuteMs) {
		minutes.times.push(atMs);
		minutes.values.push(valueAt(atMs));
	}
	const hours = hoursOf(minutes);
	const found: Detected[] = [];
	let lastSince = '';
	let baseline: Baseline | undefined;
	let slow: Anomaly | undefined;
	for (let nowMs = startMs + learnMs; nowMs < untilMs; nowMs += everyMs) {
		const now = Math.floor((nowMs - startMs) / minuteMs);
		const known = Math.floor((nowMs - startMs) / hourMs);
		const before = slice(hours, Math.max(0, known - 28 * 24), known);
		if (now % 60 === 0 || !baseline) {
			const fineEnd = Math.max(0, now - 60);
			baseline = baselineOf(
				slice(before, 0, before.values.length - 1),
				slice(minutes, fineEnd - 1440, fineEnd),
			);
			slow = baseline && gradual({ baseline, hours: before });
		}
		if (!baseline) continue;
		const anomaly =
			sudden({ baseline, hours: before, recent: slice(minutes, now - 60, now) }) ?? slow;
		const key = anomaly ? anomaly.shape : '';
		if (anomaly && key !== lastSince) found.push({ ...anomaly, atMs: nowMs });
		lastSince = key;
	}
	return found;
}

function slice({ times, values }: TimedNumbers, from: number, until: number): TimedNumbers {
	const first = Math.max(0, from);
	return { times: times.slice(first, until), values: values.slice(first, until) };
}

function hoursOf({ times, values }: TimedNumbers): TimedNumbers {
	const count = Math.floor(values.length / 60);
	const mean = (index: number): number =>
		values.slice(index * 60, index * 60 + 60).reduce((sum, value) => sum + value, 0) / 60;
	return {
		times: Array.from({ length: count }, (_, index) => times[index * 60] ?? 0),
		values: Array.from({ length: count }, (_, index) => mean(index)),
	};
}

import { hourMs } from '../spans.ts';
import { ascending, median, scaleOf, sortedQuantile, theilSenSlope } from './robust.ts';
import type { Scale, TimedNumbers } from './robust.ts';

const dayHours = 24;
const weekHours = 7 * dayHours;
/** Two weeks for a pattern of the week, three days for one of the day. */
const weekFromHours = 2 * weekHours;
const dayFromHours = 3 * dayHours;
/** Fine samples before anything is judged: six hours of minutes. */
const warmUp = 360;
/** The level follows the last day. */
const levelHours = dayHours;
/** Unix time began on a Thursday; hours of the week are counted from there. */
const slotOf = (atMs: number, slots: number): number => Math.floor(atMs / hourMs) % slots;

export interface Baseline {
	readonly pattern: 'week' | 'day' | 'none';
	/** What the pattern has at a time, around 0. */
	readonly seasonAt: (atMs: number) => number;
	/** What is usual at a time. */
	readonly expectedAt: (atMs: number) => number;
	/** How far a value lies from that. */
	readonly residualOf: (value: number, atMs: number) => number;
	/** How far single samples lie from it, up and down. */
	readonly scale: Scale;
	/** Usual values of a day or week, by the hour, around 0; empty without a pattern. */
	readonly seasonal: readonly number[];
	/** How much of a deviation is left one sample later, 0 to 1. */
	readonly persistence: number;
	/** How often a sample has the same value as the one before. */
	readonly repeats: number;
}

/**
 * What is usual, learnt from means by the hour of up to some weeks and from the samples of the last day. A
 * pattern of the week is the median of each hour of the week, so that one unusual week does not count. Undefined
 * until there are enough samples: nothing is unusual before it is known what is usual.
 */
export function baselineOf(
	hours: TimedNumbers,
	fine: TimedNumbers,
	leastScale = 0,
): Baseline | undefined {
	if (fine.values.length < warmUp) return undefined;
	const spanHours = ((hours.times.at(-1) ?? 0) - (hours.times[0] ?? 0)) / hourMs;
	const slots = spanHours >= weekFromHours ? weekHours : spanHours >= dayFromHours ? dayHours : 0;
	const seasonal = seasonalOf(hours, slots);
	const season = seasonFrom(seasonal);
	const residuals = fine.values.map((value, index) =>
		residualFrom(season, value, fine.times[index] ?? 0),
	);
	const scale = scaleOf(residuals, Math.max(leastScale, ownLeast(fine.values)));
	const level = levelOf(hours, season, scale) ?? (() => median(residuals));
	return {
		pattern: slots === weekHours ? 'week' : slots === dayHours ? 'day' : 'none',
		seasonAt: (atMs) => season(atMs)[0],
		expectedAt: (atMs) => level(atMs) + season(atMs)[0],
		residualOf: (value, atMs) => residualFrom(season, value - level(atMs), atMs),
		scale,
		seasonal,
		persistence: persistenceOf(residuals),
		repeats: repeatsOf(fine.values),
	};
}

/** A constant has some scale too: a change of a few percent is not unusual. */
function ownLeast(values: readonly number[]): number {
	const size = Math.abs(median(values));
	return Math.max(size / 100, 1e-9);
}

/** The median of each hour of the pattern, around 0. */
function seasonalOf({ times, values }: TimedNumbers, slots: number): readonly number[] {
	if (slots === 0) return [];
	const bySlot = Array.from({ length: slots }, (): number[] => []);
	// The level of each day is taken out first, so that growth is no pattern.
	const levels = levelsAround(values, slots);
	for (const [index, value] of values.entries()) {
		const atMs = times[index] ?? 0;
		bySlot[slotOf(atMs, slots)]?.push(value - (levels[index] ?? 0));
	}
	const medians = bySlot.map((found) => (found.length === 0 ? undefined : median(found)));
	return medians.map((value) => value ?? 0);
}

/** The mean of one whole pattern around each sample; at the ends of the nearest whole one. */
function levelsAround(values: readonly number[], slots: number): number[] {
	const sums = [0];
	for (const value of values) sums.push((sums.at(-1) ?? 0) + value);
	return values.map((_, index) => {
		const first = Math.max(0, Math.min(values.length - slots, index - (slots >> 1)));
		const last = Math.min(values.length, first + slots);
		return ((sums[last] ?? 0) - (sums[first] ?? 0)) / Math.max(1, last - first);
	});
}

/** What a pattern has at a time, around 0: one value, or two where it is not known which. */
type Season = (atMs: number) => readonly [likely: number, other: number];

/** A pattern may move by a step where neighbouring hours differ by more than nearly all others. */
const stepShare = 1.2;

/** Between the middles of two hours it moves steadily; where it moves much, perhaps by a step. */
function seasonFrom(seasonal: readonly number[]): Season {
	const slots = seasonal.length;
	if (slots === 0) return () => [0, 0];
	const at = (hour: number): number => seasonal[((hour % slots) + slots) % slots] ?? 0;
	const moves = seasonal.map((value, hour) => Math.abs(value - at(hour - 1)));
	const usual = stepShare * sortedQuantile(ascending(moves), 0.9);
	return (atMs) => {
		const position = atMs / hourMs - 0.5;
		const before = Math.floor(position);
		const move = at(before + 1) - at(before);
		const steady = at(before) + move * (position - before);
		return [steady, Math.abs(move) > usual ? at(Math.floor(atMs / hourMs)) : steady];
	};
}

/** What is left of a value when the pattern is taken out. */
function residualFrom(season: Season, value: number, atMs: number): number {
	const [likely, other] = season(atMs);
	return Math.abs(value - other) < Math.abs(value - likely) ? value - other : value - likely;
}

/** What is expected to come moves on by no more than so many standard deviations in half a day. */
const mostAhead = 1.5;

/** What the last day lay above the pattern, moving on as it did; undefined for less than some hours. */
function levelOf(
	{ times, values }: TimedNumbers,
	season: Season,
	{ up, down }: Scale,
): ((atMs: number) => number) | undefined {
	const lastMs = times.at(-1) ?? 0;
	const residuals = values.flatMap((value, index) => {
		const middleMs = (times[index] ?? 0) + hourMs / 2;
		return lastMs - middleMs < levelHours * hourMs ? [residualFrom(season, value, middleMs)] : [];
	});
	if (residuals.length < 4) return undefined;
	const most = (mostAhead * Math.max(up, down)) / (levelHours / 2);
	const slope = Math.max(-most, Math.min(most, theilSenSlope(residuals)));
	const middle = median(residuals);
	const middleMs = lastMs + hourMs / 2 - ((residuals.length - 1) / 2) * hourMs;
	return (atMs) => middle + (slope * (atMs - middleMs)) / hourMs;
}

/** The autocorrelation of neighbours; none below 0. */
function persistenceOf(residuals: readonly number[]): number {
	const middle = median(residuals);
	let [both, own] = [0, 0];
	for (const [index, value] of residuals.entries()) {
		both += (value - middle) * ((residuals[index - 1] ?? middle) - middle);
		own += (value - middle) ** 2;
	}
	return own === 0 ? 0 : Math.max(0, both / own);
}

function repeatsOf(values: readonly number[]): number {
	const same = values.filter((value, index) => index > 0 && value === values[index - 1]).length;
	return same / Math.max(1, values.length - 1);
}

import { hourMs, minuteMs } from '../spans.ts';
import type { Baseline } from './baseline.ts';
import { ascending, median, quantileOfValues, scaleOf, theilSenSlope } from './robust.ts';
import type { TimedNumbers } from './robust.ts';

export const anomalyShapes = [
	'spike',
	'levelShift',
	'drift',
	'flatLine',
	'missingSeasonality',
] as const;
export type AnomalyShape = (typeof anomalyShapes)[number];

export interface Anomaly {
	readonly shape: AnomalyShape;
	/** When it began, Unix ms. */
	readonly sinceMs: number;
	/** What was seen, and what is usual. */
	readonly value: number;
	readonly usual: number;
	/** How far beyond what is needed to call it unusual; 1 is just enough. */
	readonly score: number;
}

export interface JudgedSeries {
	readonly baseline: Baseline;
	/** Means by the hour, without the present hour. */
	readonly hours: TimedNumbers;
	/** Samples by the minute that are judged: the newest hour. */
	readonly recent: TimedNumbers;
}

/** One sample alone must lie so far away; normal noise does that once in sixteen years of minutes. */
const loneSigma = 5.3;
/** Two of three neighbours must lie so far away, or all three. */
const pairSigma = 3.5;
const tripleSigma = 2.7;
/** A jump ends so far away at least; else it only comes back. */
const leastJumpTo = 3;
const pairStretch = 1.3;
const tripleStretch = 2.4;
/** A spike that began longer ago is over, or is a level. */
const spikeMs = 10 * minuteMs;
const shiftSamples = 15;
const shiftSigma = 2.5;
const shiftShare = 0.8;
const flatSamples = 30;
/** A number that repeats itself more often than this may stand still. */
const mostRepeats = 0.2;

/** What is unusual in the newest samples: at most one shape, the most telling. */
export function sudden(series: JudgedSeries): Anomaly | undefined {
	return flatLineOf(series) ?? levelShiftOf(series) ?? spikeOf(series);
}

/** What is unusual over the last days. It changes from hour to hour at most. */
export function gradual(series: Omit<JudgedSeries, 'recent'>): Anomaly | undefined {
	return missingSeasonalityOf(series) ?? driftOf(series);
}

/** How many standard deviations each sample lies from what is usual. */
function deviationsOf({ baseline, recent }: JudgedSeries): number[] {
	const { scale, residualOf } = baseline;
	return recent.values.map((value, index) => {
		const residual = residualOf(value, recent.times[index] ?? 0);
		return residual / (residual > 0 ? scale.up : scale.down);
	});
}

/** One sample far away, or two of three neighbours on one side, within the last minutes. */
function spikeOf(series: JudgedSeries): Anomaly | undefined {
	const { recent } = series;
	const { persistence } = series.baseline;
	const deviations = deviationsOf(series);
	const lastMs = recent.times.at(-1) ?? 0;
	for (const [index, deviation] of deviations.entries()) {
		const atMs = recent.times[index] ?? 0;
		if (lastMs - atMs > spikeMs) continue;
		const sign = Math.sign(deviation);
		const near = deviations.slice(index, index + 3).map((each) => each * sign);
		const [, second = 0, third = 0] = ascending(near).toReversed();
		const alone = Math.max(Math.abs(deviation), jumpAt(deviations, index, persistence)) / loneSigma;
		// Neighbours that follow one another say less together.
		const pair = second / (pairSigma + persistence * pairStretch);
		const triple = third / (tripleSigma + persistence * tripleStretch);
		const score = Math.max(alone, pair, triple);
		if (score >= 1) return anomaly(series, 'spike', index, score);
	}
	return undefined;
}

/** A jump from one sample to the next is rarer where neighbours usually follow one another. */
function jumpAt(deviations: readonly number[], index: number, persistence: number): number {
	const [before, deviation = 0] = [deviations[index - 1], deviations[index]];
	if (before === undefined || Math.abs(deviation) < leastJumpTo) return 0;
	const jump = (deviation - persistence * before) / Math.sqrt(1 - persistence ** 2 + 1e-9);
	return Math.max(0, jump * Math.sign(deviation));
}

/** The newest samples nearly all lie on one side, away from what is usual. */
function levelShiftOf(series: JudgedSeries): Anomaly | undefined {
	const deviations = deviationsOf(series);
	if (deviations.length < shiftSamples) return undefined;
	const newest = deviations.slice(-shiftSamples);
	const middle = median(newest);
	const beyond = newest.filter((each) => each * Math.sign(middle) > shiftSigma * shiftShare).length;
	if (Math.abs(middle) < shiftSigma || beyond < shiftSamples * shiftShare) return undefined;
	// It began behind the last sample that lay on the usual side of half the shift.
	const before = deviations.findLastIndex(
		(each) => each * Math.sign(middle) < Math.abs(middle) / 2 - 1,
	);
	const index = Math.min(deviations.length - 1, before + 1);
	return anomaly(
		series,
		'levelShift',
		index,
		Math.abs(middle) / shiftSigma,
		median(lastOf(series)),
	);
}

function lastOf({ recent }: JudgedSeries): readonly number[] {
	return recent.values.slice(-shiftSamples);
}

/** A number that always moves stands still. */
function flatLineOf(series: JudgedSeries): Anomaly | undefined {
	const { baseline, recent } = series;
	const newest = recent.values.slice(-flatSamples);
	const [first] = newest;
	if (newest.length < flatSamples || baseline.repeats > mostRepeats) return undefined;
	if (newest.some((value) => value !== first)) return undefined;
	const from = recent.values.findLastIndex((value) => value !== first) + 1;
	return anomaly(series, 'flatLine', from, (recent.values.length - from) / flatSamples);
}

const dayHours = 24;
/** The pattern must be so much larger than the noise around it, and so little of it must be left. */
const leastPatternScale = 4;
const mostPatternLeft = 0.3;

/** The last day does not follow the usual pattern. */
function missingSeasonalityOf(series: Omit<JudgedSeries, 'recent'>): Anomaly | undefined {
	const { baseline, hours } = series;
	if (baseline.pattern === 'none' || hours.values.length < 2 * dayHours) return undefined;
	const values = hours.values.slice(-dayHours);
	const times = hours.times.slice(-dayHours);
	const usual = times.map((atMs) => baseline.seasonAt(atMs + hourMs / 2));
	const [middle, usualMiddle] = [median(values), median(usual)];
	const height = quantileOfValues(usual, 0.9) - quantileOfValues(usual, 0.1);
	const earlier = hours.values.slice(0, -dayHours).map((value, index) => {
		return value - baseline.seasonAt((hours.times[index] ?? 0) + hourMs / 2);
	});
	const noise = scaleOf(earlier, 1e-9);
	if (height < leastPatternScale * Math.max(noise.up, noise.down)) return undefined;
	let [both, own] = [0, 0];
	for (const [index, value] of values.entries()) {
		const expected = (usual[index] ?? 0) - usualMiddle;
		both += (value - middle) * expected;
		own += expected ** 2;
	}
	const left = own === 0 ? 1 : both / own;
	if (left > mostPatternLeft) return undefined;
	return {
		shape: 'missingSeasonality',
		sinceMs: times[0] ?? 0,
		value: quantileOfValues(values, 0.9) - quantileOfValues(values, 0.1),
		usual: height,
		score: 1 + (mostPatternLeft - left),
	};
}

const driftHours = 48;
const driftSigma = 5;
/** Of a Mann–Kendall test: chance alone does that once in a million. */
const trendSigma = 5;

/** Hour by hour over two days it moves one way, by much more than it usually varies. */
function driftOf({ baseline, hours }: Omit<JudgedSeries, 'recent'>): Anomaly | undefined {
	if (hours.values.length < 2 * driftHours) return undefined;
	const residuals = hours.values.map(
		(value, index) => value - baseline.seasonAt((hours.times[index] ?? 0) + hourMs / 2),
	);
	const newest = residuals.slice(-driftHours);
	const before = residuals.slice(0, -driftHours);
	const steps = before.slice(1).map((value, index) => value - (before[index] ?? value));
	// Steps from hour to hour: a level that moved long ago widens them only once.
	const noise = scaleOf(steps, 1e-9).up / Math.SQRT2;
	const moved = theilSenSlope(newest) * (newest.length - 1);
	const usualMoves = chunksOf(before, driftHours).map(
		(chunk) => Math.abs(theilSenSlope(chunk)) * (chunk.length - 1),
	);
	const most = Math.max(driftSigma * noise, 2 * Math.max(0, ...usualMoves));
	const score = Math.abs(moved) / most;
	if (score < 1 || Math.abs(mannKendall(newest)) < trendSigma) return undefined;
	return {
		shape: 'drift',
		sinceMs: hours.times.at(-driftHours) ?? 0,
		value: median(hours.values.slice(-3)),
		usual: median(hours.values.slice(-driftHours, -driftHours + 3)),
		score,
	};
}

function chunksOf(values: readonly number[], size: number): (readonly number[])[] {
	const count = Math.floor(values.length / size);
	return Array.from({ length: count }, (_, index) =>
		values.slice(index * size, (index + 1) * size),
	);
}

/** How many standard deviations the count of rises over falls is from chance. */
function mannKendall(values: readonly number[]): number {
	let sum = 0;
	for (const [index, value] of values.entries()) {
		for (const later of values.slice(index + 1)) sum += Math.sign(later - value);
	}
	const { length } = values;
	const variance = (length * (length - 1) * (2 * length + 5)) / 18;
	return sum / Math.sqrt(variance);
}

function anomaly(
	{ baseline, recent }: JudgedSeries,
	shape: AnomalyShape,
	index: number,
	score: number,
	value = recent.values[index] ?? 0,
): Anomaly {
	const sinceMs = recent.times[index] ?? 0;
	return { shape, sinceMs, value, usual: baseline.expectedAt(sinceMs), score };
}

import { formatNumber } from '../../domain/units.ts';
import type { NumberUnit } from '../../domain/units.ts';
import type {
	Outlook,
	Unusual,
	UnusualClass,
	UnusualShape,
} from '../../sections/outlook/schema.ts';
import type { HistoryReader } from '../reader.ts';
import { dayMs, hourMs, minuteMs } from '../spans.ts';
import { gradual, sudden } from './anomalies.ts';
import type { Anomaly } from './anomalies.ts';
import { baselineOf } from './baseline.ts';
import type { Baseline } from './baseline.ts';
import { forecastsOf } from './forecasts.ts';
import type { Forecasts } from './forecasts.ts';
import { ratesOf } from './rates.ts';
import type { TimedNumbers } from './robust.ts';

/** A number that is judged, with what the history itself does not know of it. */
export interface JudgedMetric {
	/** The path of its field, or the name of a derived number. */
	readonly name: string;
	readonly class: UnusualClass;
	/** A counter is judged by its growth per second. */
	readonly isCounter: boolean;
	/** Of what is judged. */
	readonly title: string;
	readonly unit: NumberUnit;
}

const learnMs = 28 * dayMs;
const shapeWords: Readonly<Record<UnusualShape, string>> = {
	spike: 'for a moment',
	levelShift: 'and stays so',
	drift: 'and goes on moving',
	flatLine: 'and stands still',
	missingSeasonality: 'over the last day',
};

interface Learnt {
	readonly hour: number;
	readonly hours: TimedNumbers;
	readonly baseline: Baseline | undefined;
	readonly gradual: Anomaly | undefined;
}

interface HourlyForecasts {
	readonly hour: number;
	readonly forecasts: Forecasts;
}

/** Judges what was recorded of nodes. What is usual is learnt once an hour, so a look costs little. */
export class Analyst {
	readonly #reader: HistoryReader;
	readonly #judged: readonly JudgedMetric[];
	readonly #learnt = new Map<string, Learnt>();
	readonly #forecasts = new Map<string, HourlyForecasts>();

	constructor(reader: HistoryReader, judged: readonly JudgedMetric[]) {
		this.#reader = reader;
		this.#judged = judged;
	}

	/** What the history says of a node now. */
	outlookOf(node: string, nowMs: number): Outlook {
		const unusual = this.#judged.flatMap((metric) => this.#judge(node, metric, nowMs) ?? []);
		const { forecasts } = this.#forecast(node, nowMs);
		const count = (name: UnusualClass): number =>
			unusual.filter((each) => each.class === name).length;
		return {
			at: new Date(nowMs).toISOString(),
			unusual,
			unusualTraffic: count('traffic'),
			unusualLatency: count('latency'),
			unusualPeers: count('peers'),
			unusualOther: count('other'),
			...forecasts,
		};
	}

	#forecast(node: string, nowMs: number): HourlyForecasts {
		const hour = Math.floor(nowMs / hourMs);
		const known = this.#forecasts.get(node);
		if (known?.hour === hour) return known;
		const found = { hour, forecasts: forecastsOf(this.#reader, node, nowMs) };
		this.#forecasts.set(node, found);
		return found;
	}

	#judge(node: string, metric: JudgedMetric, nowMs: number): Unusual | undefined {
		const { hours, baseline, gradual: slow } = this.#learn(node, metric, nowMs);
		if (!baseline) return undefined;
		const recent = this.#numbers(node, metric, nowMs - hourMs, nowMs, minuteMs);
		const found = sudden({ baseline, hours, recent }) ?? slow;
		return found && unusualOf(metric, found, baseline);
	}

	#learn(node: string, metric: JudgedMetric, nowMs: number): Learnt {
		const key = JSON.stringify([node, metric.name]);
		const hour = Math.floor(nowMs / hourMs);
		const known = this.#learnt.get(key);
		if (known?.hour === hour) return known;
		const untilMs = hour * hourMs;
		const hours = this.#numbers(node, metric, untilMs - learnMs, untilMs, hourMs);
		// The newest hour is judged by what was before it.
		const fineUntilMs = nowMs - hourMs;
		const fine = this.#numbers(node, metric, fineUntilMs - dayMs, fineUntilMs, minuteMs);
		const before = { times: hours.times.slice(0, -1), values: hours.values.slice(0, -1) };
		const baseline = baselineOf(before, fine, metric.unit === 'count' ? leastCountScale : 0);
		const learnt = { hour, hours, baseline, gradual: baseline && gradual({ baseline, hours }) };
		this.#learnt.set(key, learnt);
		return learnt;
	}

	/** Means in steps; of a counter its growth per second. */
	#numbers(
		node: string,
		{ name, isCounter }: JudgedMetric,
		fromMs: number,
		untilMs: number,
		stepMs: number,
	): TimedNumbers {
		const buckets = this.#reader.buckets(node, name, { fromMs, untilMs }, stepMs);
		const times = buckets.map(({ atMs }) => atMs);
		if (!isCounter) return { times, values: buckets.map(({ mean }) => mean) };
		return ratesOf({ times, values: buckets.map(({ max }) => max) }, 2 * stepMs);
	}
}

/** One more or less of a count is not unusual. */
const leastCountScale = 0.5;

function unusualOf(metric: JudgedMetric, found: Anomaly, baseline: Baseline): Unusual {
	const { shape, sinceMs, value, usual, score } = found;
	const { name, class: of, title, unit } = metric;
	const text = (number: number): string => formatNumber(unit, rounded(number));
	const when = baseline.pattern === 'none' ? '' : ' at this hour';
	const since = new Date(sinceMs).toISOString().slice(11, 16);
	return {
		metric: name,
		class: of,
		shape,
		since: new Date(sinceMs).toISOString(),
		value: rounded(value),
		usual: rounded(usual),
		confidence: score >= 2 ? 'certain' : score >= 1.3 ? 'likely' : 'possible',
		reason: `${title.toLowerCase()} is ${text(value)} since ${since} UTC, usually ${text(usual)}${when}, ${shapeWords[shape]}`,
	};
}

function rounded(value: number): number {
	return Number(value.toPrecision(4));
}

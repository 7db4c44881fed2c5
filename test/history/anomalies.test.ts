import {
	linearRegression,
	medianAbsoluteDeviation,
	quantile,
	sampleStandardDeviation,
} from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { ratesOf } from '../../source/history/analysis/rates.ts';
import { quantileOfValues, scaleOf, theilSenSlope } from '../../source/history/analysis/robust.ts';
import {
	createNormal,
	dayMs,
	detect,
	hourMs,
	minuteMs,
	shapes,
	startMs,
	weekMs,
} from './series.ts';

/** Standard deviation of the noise of each shape. */
const sigmas: Readonly<Record<string, number>> = {
	steady: 2,
	daily: 30,
	weekly: 30,
	growing: 15,
	sluggish: 1.4,
	peers: 0.85,
};
const learnMs = 3 * weekMs;
const judgedFromMs = startMs + learnMs;
/** `npm run test:slow` judges more of them. */
const seeds = Number(process.env['NODETOP_ANOMALY_SEEDS'] ?? 2);
/** A whole week of every shape takes a minute: `npm run test:slow` judges one for each seed. */
const quietMs = seeds > 2 ? weekMs : 8 * hourMs;

function shaped(name: string, seed: number): (atMs: number) => number {
	const make = shapes[name];
	if (!make) throw new Error(`no shape ${name}`);
	return make(createNormal(seed));
}

/** Where a change of that shape begins, and what it adds. */
function labelled(kind: 'spike' | 'levelShift', seed: number) {
	const fromMs = judgedFromMs + hourMs + ((seed * 13) % 120) * minuteMs;
	const untilMs = kind === 'spike' ? fromMs + 3 * minuteMs : Number.POSITIVE_INFINITY;
	const sign = seed % 2 === 0 ? 1 : -1;
	return { fromMs, added: (atMs: number) => (atMs >= fromMs && atMs < untilMs ? sign * 5 : 0) };
}

describe('anomalies of labelled series', { timeout: 180_000 * seeds }, () => {
	it.each(['spike', 'levelShift'] as const)('finds a %s of five deviations', (kind) => {
		const missed: string[] = [];
		let count = 0;
		for (const [name, sigma] of Object.entries(sigmas)) {
			for (let seed = 1; seed <= 2 * seeds; seed += 1) {
				const base = shaped(name, seed * 7);
				const { fromMs, added } = labelled(kind, seed);
				const found = detect((atMs) => base(atMs) + sigma * added(atMs), {
					judgeMs: 4 * hourMs,
				});
				const isFound = found.some(
					({ shape, sinceMs }) => shape === kind && Math.abs(sinceMs - fromMs) <= 5 * minuteMs,
				);
				count += 1;
				if (!isFound) missed.push(`${name} ${seed}: ${found.map(({ shape }) => shape).join()}`);
			}
		}
		// Beside the share, what was missed: it is what a failure has to show.
		expect({ missed, isFew: missed.length <= count / 20 }).toMatchObject({ isFew: true });
	});

	it('calls nothing unusual that only varies', () => {
		const events = Object.keys(shapes).flatMap((name) =>
			Array.from({ length: seeds }, (_, seed) =>
				detect(shaped(name, 100 + seed), { judgeMs: quietMs }).map(
					({ shape, atMs }) => `${name} ${seed}: ${shape} at ${new Date(atMs).toISOString()}`,
				),
			).flat(),
		);
		// The shapes together are about what is judged of one node.
		const nodeWeeks = Math.max(1, (seeds * quietMs) / weekMs);
		expect({ events, isFew: events.length < nodeWeeks }).toMatchObject({ isFew: true });
	});

	it('names a number that stands still, but none that always does', () => {
		const base = shaped('steady', 5);
		const stops = judgedFromMs + hourMs;
		const last = base(stops);
		const found = detect((atMs) => (atMs < stops ? base(atMs) : last), { judgeMs: 3 * hourMs });
		expect(found.map(({ shape }) => shape)).toContain('flatLine');
		expect(detect(shaped('constant', 1), { judgeMs: 3 * hourMs })).toEqual([]);
	});

	it('names a drift that stays within the noise of single samples', () => {
		const base = shaped('steady', 8);
		const drift = (atMs: number) => Math.max(0, (atMs - judgedFromMs) / dayMs) * 1.5;
		const found = detect((atMs) => base(atMs) + drift(atMs), {
			judgeMs: 3 * dayMs,
			everyMs: hourMs,
		});
		expect(found.map(({ shape }) => shape)).toContain('drift');
	});

	it('names a daily pattern that is missing', () => {
		const [base, flat] = [shaped('daily', 3), shaped('daily', 4)];
		const noon = startMs + 12 * hourMs;
		const found = detect((atMs) => (atMs < judgedFromMs ? base(atMs) : flat(noon)), {
			judgeMs: 30 * hourMs,
			everyMs: 10 * minuteMs,
		});
		expect(found.map(({ shape }) => shape)).toContain('missingSeasonality');
	});

	it('judges nothing before it has learnt what is usual', () => {
		const wild = (atMs: number) => (Math.floor(atMs / minuteMs) % 2 === 0 ? 1 : 1e6);
		expect(detect(wild, { learnMs: 5 * hourMs, judgeMs: hourMs })).toEqual([]);
	});
});

describe('rates', () => {
	const times = [0, 1000, 2000, 3000, 10_000].map((ms) => startMs + ms);

	it('takes what a counter shows after a reset for its growth, and no rate over a pause', () => {
		const { times: at, values } = ratesOf({ times, values: [10, 20, 4, 6, 100] }, 2000);
		expect(at).toEqual(times.slice(1, 4));
		expect(values).toEqual([10, 4, 2]);
	});
});

describe('robust figures, beside simple-statistics', () => {
	const noise = createNormal(3);
	const values = Array.from({ length: 4000 }, () => 50 + 3 * noise());

	it('has its quantiles', () => {
		for (const share of [0.05, 0.5, 0.95]) {
			expect(Math.abs(quantileOfValues(values, share) - quantile(values, share))).toBeLessThan(
				0.01,
			);
		}
	});

	it('has its standard deviation of normal noise, with outliers too', () => {
		const { up, down } = scaleOf(values, 0);
		const expected = sampleStandardDeviation(values);
		for (const each of [up, down]) expect(Math.abs(each / expected - 1)).toBeLessThan(0.1);
		const outliers = values.map((value, index) => (index % 100 === 0 ? 1000 : value));
		const median = medianAbsoluteDeviation(values);
		expect(scaleOf(outliers, 0).down).toBeLessThan((1.3 * median) / 0.6745);
	});

	it('has its slope of a line, which outliers do not move', () => {
		const line = Array.from({ length: 48 }, (_, index) => 2 * index + noise());
		const { m } = linearRegression(line.map((value, index) => [index, value]));
		expect(Math.abs(theilSenSlope(line) - m)).toBeLessThan(0.05);
		expect(Math.abs(theilSenSlope(line.with(40, 1e6)) - m)).toBeLessThan(0.1);
	});
});

import { describe, expect, it } from 'vitest';
import {
	appendSample,
	keptSamples,
	lastSamples,
	lastSampleTimes,
	noSamples,
	rowsAfter,
	samplesFrom,
} from '../../source/sections/samples.ts';
import type { SampleRow, Samples } from '../../source/sections/samples.ts';

function samplesOf(rows: readonly SampleRow[], before = noSamples): Samples {
	return rows.reduce<Samples>((samples, row, index) => appendSample(samples, index, row), before);
}

describe('samples', () => {
	it('gives the newest values, oldest first, and when they were polled', () => {
		const samples = samplesOf([{ a: 1 }, { a: 2 }, { a: 3 }]);
		expect(lastSamples(samples, 'a', 2)).toEqual([2, 3]);
		expect(lastSamples(samples, 'a', 9)).toEqual([1, 2, 3]);
		expect(lastSampleTimes(samples, 2)).toEqual([1, 2]);
	});

	it('leaves a gap where a number is missing, and is empty for a number never seen', () => {
		const samples = samplesOf([{ a: 1 }, {}, { a: undefined }, { a: 4 }]);
		expect(lastSamples(samples, 'a', 9)).toEqual([1, Number.NaN, Number.NaN, 4]);
		expect(lastSamples(samples, 'b', 9)).toEqual([]);
	});

	it('gives the rows that came since, over tables and new columns', () => {
		const before = samplesOf(Array.from({ length: 58 }, (_, n) => ({ a: n })));
		const after = [{ a: 58 }, { a: 59 }, { b: 1 }, { a: 61, b: 2 }].reduce<Samples>(
			(samples, row, index) => appendSample(samples, 100 + index, row),
			before,
		);
		const rows = rowsAfter(after, before.appended);
		expect(rows.map(({ atMs, values }) => [atMs, ...values])).toEqual([
			[100, 58],
			[101, 59],
			[102, Number.NaN, 1],
			[103, 61, 2],
		]);
		expect(rows.at(-1)?.names).toEqual(['a', 'b']);
		expect(rowsAfter(after, after.appended)).toEqual([]);
		// Not 0, which it never was.
		const late = rowsAfter(samplesOf([{ a: 1 }, { a: 2, b: 3 }]), 0);
		expect(late.map(({ values }) => [...values])).toEqual([
			[1, Number.NaN],
			[2, 3],
		]);
		expect(rowsAfter(samplesOf(Array.from({ length: 900 }, () => ({}))), 0)).toHaveLength(
			keptSamples,
		);
	});

	it('begins a number where it was first seen', () => {
		const samples = samplesOf([{ a: 1 }, { a: 2 }, { a: 3, b: 30 }, { b: 40 }]);
		expect(lastSamples(samples, 'b', 9)).toEqual([30, 40]);
	});

	it('keeps the newest 300 however many come', () => {
		const samples = samplesOf(Array.from({ length: 1000 }, (_, n) => ({ a: n, b: -n })));
		const all = lastSamples(samples, 'a', 5000);
		expect([all.length, all[0], all.at(-1)]).toEqual([keptSamples, 700, 999]);
		expect(lastSamples(samples, 'b', 1)).toEqual([-999]);
		expect(lastSampleTimes(samples, 5000)).toHaveLength(keptSamples);
	});

	it('never changes what an earlier view shows, whenever it was taken', () => {
		const views: { readonly samples: Samples; readonly seen: string }[] = [];
		const pictureOf = (samples: Samples) =>
			JSON.stringify(
				['a', 'b', 'c'].map((name) => [
					lastSamples(samples, name, 400).map(String),
					lastSampleTimes(samples, 400),
				]),
			);
		let samples = noSamples;
		for (let n = 0; n < 800; n++) {
			const row = { a: n, ...(n > 50 && n % 3 > 0 && { b: n / 2 }), ...(n > 400 && { c: -n }) };
			samples = appendSample(samples, n, row);
			if (n % 7 === 0) views.push({ samples, seen: pictureOf(samples) });
		}
		for (const view of views) expect(pictureOf(view.samples)).toBe(view.seen);
	});

	it('can be continued twice from the same view', () => {
		const start = samplesOf([{ a: 1 }, { a: 2 }]);
		const left = appendSample(start, 2, { a: 3 });
		const right = appendSample(start, 2, { a: 9, b: 1 });
		const more = appendSample(left, 3, { a: 4 });
		expect(lastSamples(left, 'a', 9)).toEqual([1, 2, 3]);
		expect(lastSamples(right, 'a', 9)).toEqual([1, 2, 9]);
		expect(lastSamples(more, 'a', 9)).toEqual([1, 2, 3, 4]);
		expect(lastSamples(start, 'a', 9)).toEqual([1, 2]);
	});

	it.each([0, 1, 30, 60, 61, 119, 130, 150])(
		'is read from columns of which the last began after %d rows',
		(after) => {
			const times = Array.from({ length: 150 }, (_, n) => n);
			const samples = samplesFrom(times, [
				['a', times],
				['late', times.slice(after)],
			]);
			expect(lastSamples(samples, 'a', 400)).toEqual(times);
			expect(lastSamples(samples, 'late', 400)).toEqual(times.slice(after));
			expect(lastSampleTimes(samples, 400)).toEqual(times);
		},
	);
});

import { Histogram as LibraryHistogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { Histograms } from '../../devnet/histogram.ts';

const bounds = [0.01, 0.5, 1, 30];
/** On each bound, just beside it, between and beyond all. */
const values = [0, 0.01, 0.010_000_1, 0.3, 0.5, 1, 1.5, 30, 30.1, 1e6];

test('a page has the text that the official client writes', async () => {
	const register = new Registry();
	const histograms = new Histograms();
	const options = (name: string) => ({ name, help: `What ${name} is` });
	const theirs = ['plain_seconds', 'empty_seconds'].map(
		(name) => new LibraryHistogram({ ...options(name), buckets: bounds, registers: [register] }),
	);
	const theirsByType = new LibraryHistogram({
		...options('typed_bytes'),
		buckets: bounds,
		labelNames: ['type'],
		registers: [register],
	});
	const ours = ['plain_seconds', 'empty_seconds'].map((name) =>
		histograms.create({ ...options(name), bounds }),
	);
	const oursByType = histograms.create({ ...options('typed_bytes'), bounds, label: 'type' });
	theirsByType.zero({ type: 'hello' });
	oursByType.open('hello');
	for (const value of values) {
		theirs[0]?.observe(value);
		ours[0]?.observe(value);
		theirsByType.observe({ type: value < 1 ? 'vote' : 'proposal' }, value);
		oursByType.observe(value, value < 1 ? 'vote' : 'proposal');
	}
	const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');
	expect(linesOf(histograms.text())).toEqual(linesOf(await register.metrics()));
});

test('counts all labels, or one, and has no mean of nothing', () => {
	const histogram = new Histograms().create({ name: 'n', help: 'h', bounds, label: 'type' });
	expect(histogram.mean()).toBeUndefined();
	histogram.observe(1, 'a');
	histogram.observe(2, 'a');
	histogram.observe(6, 'b');
	expect(histogram.total()).toEqual({ count: 3, sum: 9 });
	expect(histogram.total('a')).toEqual({ count: 2, sum: 3 });
	expect(histogram.total('c')).toEqual({ count: 0, sum: 0 });
	expect(histogram.mean()).toBe(3);
});

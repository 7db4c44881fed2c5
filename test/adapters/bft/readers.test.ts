import { expect, it } from 'vitest';
import { createExpositionReader } from '../../../source/adapters/bft/exposition.ts';
import { createReaders, indexSources } from '../../../source/adapters/bft/readers.ts';
import { parsePrometheusText } from '../../../source/adapters/prometheus-text.ts';

const page = (text: string) => createExpositionReader()(parsePrometheusText(text));
const entry = (...metrics: string[]) => ({ source: { metrics } });

it('finds what a page has, in the order of the mapping, by any of its names', () => {
	const [gauge, histogram, summary, either, absent] = [
		entry('peers'),
		entry('latency'),
		entry('size'),
		entry('newer', 'older'),
		entry('nowhere'),
	];
	const index = indexSources([gauge, histogram, summary, either, absent]);
	const whole = page(
		'older 1\nsize_count 2\nsize_sum 3\nlatency_bucket{le="+Inf"} 4\npeers 5\nother 6\n',
	);
	expect(index.in(whole)).toEqual([gauge, histogram, summary, either]);
	// The next page of the node has the same names.
	expect(index.in(whole)).toEqual([gauge, histogram, summary, either]);
	expect(index.in(page('peers_total 5\n'))).toEqual([]);
});

it('makes one reader for each source, and keeps it', () => {
	const read = createReaders<number>();
	const { source } = entry('peers');
	let made = 0;
	const make = () => {
		made += 1;
		let reads = 0;
		return () => (reads += 1);
	};
	const exposition = page('peers 1\n');
	expect([1, 2, 3].map((atMs) => read(source, make, exposition, atMs))).toEqual([1, 2, 3]);
	expect(read(entry('peers').source, make, exposition, 4)).toBe(1);
	expect(made).toBe(2);
});

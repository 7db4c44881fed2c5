import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExpositionReader } from '../../../source/adapters/bft/exposition.ts';
import type { Exposition } from '../../../source/adapters/bft/exposition.ts';
import { createLineMemory } from '../../../source/adapters/line-memory.ts';
import { parsePrometheusText } from '../../../source/adapters/prometheus-text.ts';

/** Reads pages as one source does. */
function createSource() {
	const memory = createLineMemory();
	const read = createExpositionReader();
	return (text: string): Exposition => read(parsePrometheusText(text, { memory, maxSeries: 6 }));
}

const selections = [
	{ metrics: ['a'] },
	{ metrics: ['b', 'a'] },
	{ metrics: ['a', 'b'], match: { peer: 'p' } },
	{ metrics: ['a'], match: { peer: 'q' } },
];

function answers(exposition: Exposition) {
	return {
		names: exposition.names,
		skippedLines: exposition.skippedLines,
		truncated: exposition.truncated,
		values: ['a', 'b', 'a_sum'].map((name) => [exposition.has(name), exposition.value(name)]),
		selected: selections.map((selection) => ({
			series: exposition.series(selection),
			histograms: exposition.histograms(selection),
			means: exposition.means(selection),
			quantiles: exposition.quantiles(selection),
		})),
	};
}

describe('a page after another', () => {
	const name = fc.constantFrom('a', 'b', 'a_bucket', 'a_bucket', 'a_sum', 'a_count', 'b_count');
	const labels = fc.constantFrom(
		'',
		'{peer="p"}',
		'{peer="q"}',
		'{le="1"}',
		'{le="1.0"}',
		'{le="2"}',
		'{le="+Inf"}',
		'{le="x"}',
		'{peer="p",le="1"}',
		'{le="+Inf",peer="p"}',
		'{quantile="0.5"}',
		'{quantile="0.99"}',
	);
	const line = fc
		.tuple(name, labels, fc.constantFrom('1', '2', '3.5', '10', 'NaN', '+Inf'))
		.map(([metric, with_, value]) => `${metric}${with_} ${value}`);

	it('says what it says by itself', () => {
		const pages = fc.array(line, { minLength: 1, maxLength: 16 }).chain((first) =>
			fc.tuple(
				fc.constant(first),
				// Most of the next pages is as it was: a line more, a line less, other lines at its place.
				fc.array(fc.tuple(fc.nat(15), fc.array(line, { maxLength: 2 })), { maxLength: 4 }),
			),
		);
		fc.assert(
			fc.property(pages, ([first, changes]) => {
				const read = createSource();
				let lines = first;
				expect(answers(read(lines.join('\n')))).toEqual(answers(createSource()(lines.join('\n'))));
				for (const [place, others] of changes) {
					lines = [...lines.slice(0, place), ...others, ...lines.slice(place + 1)];
					expect(answers(read(lines.join('\n')))).toEqual(
						answers(createSource()(lines.join('\n'))),
					);
				}
			}),
			{ numRuns: 1000 },
		);
	});

	it('counts a series that stands twice once, as its first line says', () => {
		const exposition = createSource()('a{x="1",y="2"} 4\na{y="2",x="1"} 9\n');
		expect(exposition.series({ metrics: ['a'] }).map(({ value }) => value)).toEqual([4]);
	});

	it('has no histogram where a bound is no number', () => {
		const read = createSource();
		const good = read('a_bucket{le="1"} 3\na_bucket{le="+Inf"} 4\n');
		expect(good.histograms({ metrics: ['a'] }).size).toBe(1);
		const odd = read('a_bucket{le="one"} 3\na_bucket{le="+Inf"} 4\n');
		expect(odd.histograms({ metrics: ['a'] }).size).toBe(0);
	});

	it('with another leader has the same names and the same buckets', () => {
		const read = createSource();
		const page = (leader: string, count: number) =>
			`leader{replica="${leader}"} 1\na_bucket{le="1"} ${count}\na_bucket{le="+Inf"} ${count + 1}\n`;
		const selection = { metrics: ['a'] };
		const first = read(page('r1', 4));
		const [before] = first.histograms(selection).values();
		const next = read(page('r2', 5));
		expect(next.names).toBe(first.names);
		expect(next.series({ metrics: ['leader'] })).toEqual([
			{ name: 'leader', labels: { replica: 'r2' }, value: 1 },
		]);
		const [after] = next.histograms(selection).values();
		expect(after).toEqual({ bounds: [1, Infinity], counts: [5, 6], sum: undefined });
		expect(after?.bounds).toBe(before?.bounds);
	});
});

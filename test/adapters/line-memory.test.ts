import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineMemory } from '../../source/adapters/line-memory.ts';
import type { LineStore } from '../../source/adapters/line-memory.ts';
import { parsePrometheusText } from '../../source/adapters/prometheus-text.ts';
import type { PrometheusTextOptions } from '../../source/adapters/prometheus-text.ts';

const fixture = (path: string) =>
	readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8');

/** Reads pages one after the other, and counts which names had to be looked at. */
function createReader(options: PrometheusTextOptions = {}) {
	const memory = createLineMemory();
	const looked: string[] = [];
	const wants = (name: string): boolean => {
		looked.push(name);
		return options.wants?.(name) ?? true;
	};
	return (text: string) => {
		looked.length = 0;
		const read = parsePrometheusText(text, { ...options, wants, memory });
		return { ...read, looked: [...new Set(looked)] };
	};
}

const seen = ({
	samples,
	skippedLines,
	droppedSamples,
	truncated,
	newestAtMs,
}: ReturnType<typeof parsePrometheusText>) => ({
	samples,
	skippedLines,
	droppedSamples,
	truncated,
	newestAtMs,
});

const page = (values: Readonly<Record<string, number>>) =>
	[
		'# TYPE a counter',
		...Object.entries(values).map(([head, value]) => `${head} ${value}`),
		'',
	].join('\n');

describe('a page like the one before', () => {
	it('is read without looking at names and labels again', () => {
		const read = createReader();
		read(page({ 'a{b="c"}': 1, 'd{e="}"}': 2, f: 3 }));
		const again = read(page({ 'a{b="c"}': 4, 'd{e="}"}': 5, f: 6 }));
		expect(again.looked).toEqual([]);
		expect(again.samples).toEqual([
			{ name: 'a', labels: { b: 'c' }, value: 4 },
			{ name: 'd', labels: { e: '}' }, value: 5 },
			{ name: 'f', labels: {}, value: 6 },
		]);
	});

	it('has the same list of series, another page has another', () => {
		const read = createReader();
		const first = read(page({ a: 1, b: 2 }));
		expect(read(page({ a: 3, b: 4 })).shape).toBe(first.shape);
		const other = read(page({ a: 3, c: 4 }));
		expect(other.shape).not.toBe(first.shape);
		expect(other.shape.map(({ name }) => name)).toEqual(['a', 'c']);
		expect(read(page({ a: 3 })).shape).toHaveLength(1);
	});

	it.each([
		['of node_exporter', 'prometheus/node_exporter.RECORDED.prom.txt'],
		['of geth', 'geth/metrics.v1.16.prom.txt'],
	])('%s is nearly all known', (_of, file) => {
		const read = createReader();
		const text = fixture(file);
		const first = read(text);
		const again = read(text);
		expect(seen(again)).toEqual(seen(first));
		// What has a hash in a label may have an exemplar behind its value.
		expect(again.looked.length).toBeLessThanOrEqual(1);
	});

	it('is read in full only where lines came', () => {
		const read = createReader();
		read(page({ a: 1, b: 2, c: 3, d: 4 }));
		expect(read(page({ a: 1, new: 5, b: 2, c: 3, d: 4 })).looked).toEqual(['new']);
		expect(read(page({ a: 1, new: 5, c: 3, d: 4 })).looked).toEqual([]);
		expect(read(page({ a: 1, new: 5, c: 3, d: 4 })).looked).toEqual([]);
	});

	it('wants no more than before', () => {
		const read = createReader({ wants: (name) => name === 'a' });
		read('a 1\nb 2\n');
		const again = read('a 3\nb one\n');
		expect(again.samples).toEqual([{ name: 'a', labels: {}, value: 3 }]);
		expect(again.skippedLines).toBe(1);
	});
});

describe('the next page is read as if it were the first', () => {
	const head = fc.constantFrom(
		'a',
		'b',
		'ab',
		'a ',
		'a{}',
		'a{b="c"}',
		'a{b="c",}',
		'a{b="}"} ',
		'a{b="#"}',
		'a{b="\\"}',
		'a {b="c"}\t',
		'{"a"}',
		'{"x.y",b="c"}',
		'a{b="é"}',
		' a',
		'# a',
		'a-b',
		'a{b=}',
		'<html>',
		'',
	);
	const value = fc.constantFrom(
		'1',
		'-1',
		'1.5',
		'1.5.2',
		'1e3',
		'NaN',
		'+Inf',
		'',
		'one',
		'5 1690000000',
		'5 # {x="y"} 1',
		'{count:1}',
		'7\r',
		'5\r6',
		'5\rx',
		'.',
		'0x1',
		'1'.repeat(50),
	);
	const text = fc
		.array(fc.tuple(head, fc.constantFrom(' ', ' ', '  ', ''), value), { maxLength: 12 })
		.map((lines) => lines.map((parts) => parts.join('')).join('\n'));

	it('whatever stood in the pages before', () => {
		fc.assert(
			fc.property(fc.array(text, { minLength: 2, maxLength: 5 }), (texts) => {
				const options = { wants: (name: string) => name !== 'b', maxSamples: 9, maxSeries: 4 };
				const memory = createLineMemory();
				for (const each of texts) {
					const known = parsePrometheusText(each, { ...options, memory });
					expect(seen(known)).toEqual(seen(parsePrometheusText(each, options)));
					expect(known.shape).toMatchObject(
						known.samples.map(({ name, labels }) => ({ name, labels })),
					);
					expect(known.shape).toHaveLength(known.samples.length);
				}
			}),
			{ numRuns: 2000 },
		);
	});

	it('after a page that was given up in the middle', () => {
		const memory = createLineMemory();
		parsePrometheusText('a 1\nb 2\n', { memory });
		memory.begin();
		memory.find('a 1\n', 0);
		memory.take();
		expect(parsePrometheusText('a 3\nb 4\n', { memory }).samples).toHaveLength(2);
	});
});

describe('what is kept', () => {
	it('is bounded where each page has other lines', () => {
		const store: LineStore = new Map();
		const memory = createLineMemory(store);
		for (let round = 0; round < 6; round += 1) {
			const lines = Array.from({ length: 10_000 }, (_, index) => `a{b="${round}-${index}"} 1`);
			expect(parsePrometheusText(lines.join('\n'), { memory }).samples).toHaveLength(10_000);
			expect(store.size).toBeLessThanOrEqual(20_000);
		}
	});

	it('does not grow with pages that change', () => {
		const memory = createLineMemory();
		for (let round = 0; round < 2000; round += 1)
			parsePrometheusText(page({ a: 1, [`b${round % 3}`]: 2, c: 3, d: 4 }), { memory });
		expect(memory.hasRoom()).toBe(true);
	});

	it('is shared by the nodes of one program', () => {
		const store: LineStore = new Map();
		const [first, second] = [createLineMemory(store), createLineMemory(store)];
		const text = page({ 'a{b="c"}': 1, d: 2 });
		const one = parsePrometheusText(text, { memory: first }).samples[0];
		const other = parsePrometheusText(text, { memory: second }).samples[0];
		expect(other?.labels).toBe(one?.labels);
		expect(store.size).toBe(2);
	});

	it('holds no line that is too long', () => {
		const store: LineStore = new Map();
		const memory = createLineMemory(store);
		parsePrometheusText(`a{b="${'x'.repeat(600)}"} 1\nc 2`, { memory });
		expect([...store.keys()]).toEqual(['c ']);
	});
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	parsePrometheusText,
	parsePrometheusTextInSlices,
} from '../../source/adapters/prometheus-text.ts';
import type { Sample } from '../../source/adapters/prometheus-text.ts';
import { cpuMsOf } from '../helpers/cpu-time.ts';

const fixture = (path: string) =>
	readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8');

const only = (line: string): Sample | undefined => parsePrometheusText(line).samples[0];
const nothing = {
	samples: [],
	shape: [],
	skippedLines: 0,
	droppedSamples: 0,
	truncated: new Set(),
};
const skipped = (text: string) => parsePrometheusText(text).skippedLines;

describe('an exposition', () => {
	it('of node_exporter is read whole', () => {
		const text = fixture('prometheus/node_exporter.RECORDED.prom.txt');
		const { samples, skippedLines, droppedSamples } = parsePrometheusText(text);
		const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
		expect(lines.length).toBe(507);
		expect(samples).toHaveLength(lines.length);
		expect({ skippedLines, droppedSamples }).toEqual({ skippedLines: 0, droppedSamples: 0 });
		expect(samples.find(({ name }) => name === 'node_disk_discards_completed_total')).toEqual({
			name: 'node_disk_discards_completed_total',
			labels: { device: 'vda' },
			value: 16_928,
		});
		expect(samples.find(({ name }) => name === 'node_uname_info')?.labels).toMatchObject({
			sysname: 'Linux',
			version: '#1 SMP PREEMPT_DYNAMIC @0',
		});
	});

	it('of geth is read with its blanks', () => {
		const { samples, skippedLines } = parsePrometheusText(fixture('geth/metrics.v1.16.prom.txt'));
		expect(skippedLines).toBe(0);
		expect(samples.find(({ name }) => name === 'geth_info')).toEqual({
			name: 'geth_info',
			labels: {
				arch: 'amd64',
				os: 'linux',
				protocols: 'eth/68,eth/69,snap/1',
				version: '1.16.4-stable',
			},
			value: 1,
		});
		expect(
			samples.filter(({ name }) => name === 'chain_inserts').map(({ value }) => value),
		).toEqual([77_338_413, 102_340_001, 198_340_000, 261_000_000, 410_000_000, 410_000_000]);
	});

	it('loses only its bad lines', () => {
		const { samples, skippedLines } = parsePrometheusText(
			fixture('geth/metrics.malformed.prom.txt'),
		);
		// A `-` in a name, a value that is no number, quotes without end.
		expect(skippedLines).toBe(3);
		expect(samples).toEqual([
			{ name: 'chain_head_block', labels: {}, value: 100 },
			{ name: 'p2p_peers', labels: {}, value: 7 },
			{ name: 'rpc_duration', labels: { quantile: '0.5' }, value: Number.NaN },
			{ name: 'up_seconds', labels: {}, value: Number.POSITIVE_INFINITY },
			{ name: 'with_ts', labels: {}, value: 12 },
			{ name: 'escaped', labels: { path: 'C:\\DIR\\', nl: 'x' }, value: 1 },
			{ name: 'esc2', labels: { msg: 'line1\nline2 "q"' }, value: 4 },
		]);
	});

	it('gives only the wanted names, whole names', () => {
		const text = 'a 1\nab 2\na_count 3\nb{ 4\na{x="y"} 5\n{"ab"} 6\n';
		const { samples, skippedLines } = parsePrometheusText(text, { wants: (name) => name === 'a' });
		expect(samples.map(({ value }) => value)).toEqual([1, 5]);
		// `b{ 4` is no sample of any name.
		expect(skippedLines).toBe(1);
	});

	it('is capped, and says how much was left out', () => {
		const text = Array.from({ length: 50 }, (_, index) => `a{i="${index}"} ${index}`).join('\n');
		const { samples, droppedSamples } = parsePrometheusText(text, { maxSamples: 20 });
		expect(samples).toHaveLength(20);
		expect(droppedSamples).toBe(30);
	});

	it('is capped by name, so that one family does not crowd out the rest', () => {
		const text = `${Array.from({ length: 50 }, (_, index) => `a{i="${index}"} 1`).join('\n')}\nb 2`;
		const { samples, droppedSamples, truncated } = parsePrometheusText(text, { maxSeries: 20 });
		expect(samples.map(({ name }) => name)).toEqual([...Array<string>(20).fill('a'), 'b']);
		expect(droppedSamples).toBe(30);
		expect(truncated).toEqual(new Set(['a']));
	});

	it('may hold native histograms, which are passed over', () => {
		const text = [
			'a{b="c"} {count:24,sum:100.2,schema:0,zero_threshold:1e-4,zero_count:4}',
			'd {count:24,sum:100.2,schema:0} 1520879607.789',
			'a_count{b="c"} 24',
		].join('\n');
		expect(parsePrometheusText(text)).toMatchObject({
			samples: [{ name: 'a_count', labels: { b: 'c' }, value: 24 }],
			skippedLines: 0,
		});
	});
});

describe('a text of megabytes', () => {
	const lines = Array.from(
		{ length: 60_000 },
		(_, index) => `family_${index % 500}_total{peer="p${index}",direction="inbound"} ${index}`,
	);
	const text = lines.join('\n');
	const { signal } = new AbortController();
	const wants = (name: string) => name === 'family_7_total' || name === 'family_499_total';

	it('is read in slices to the same result, and other work has its turns', async () => {
		let turns = 0;
		let isReading = true;
		const takeTurns = () => {
			turns += 1;
			if (isReading) setImmediate(takeTurns);
		};
		setImmediate(takeTurns);
		const inSlices = await parsePrometheusTextInSlices(text, { wants, signal });
		isReading = false;
		expect(inSlices).toEqual(parsePrometheusText(text, { wants }));
		expect(inSlices.samples).toHaveLength(240);
		expect(text.length).toBeGreaterThan(3_000_000);
		expect(turns).toBeGreaterThanOrEqual(Math.floor(text.length / 65_536));
	});

	it('of one endless line is one bad line', async () => {
		const endless = `a{b="${'x'.repeat(1_000_000)}`;
		const { skippedLines } = await parsePrometheusTextInSlices(endless, { signal });
		expect(skippedLines).toBe(1);
	});

	it('is given up at the deadline', async () => {
		const deadline = new AbortController();
		const reading = parsePrometheusTextInSlices(text, { signal: deadline.signal });
		deadline.abort();
		await expect(reading).rejects.toThrow('aborted');
	});
});

describe('a line', () => {
	it.each<[string, Sample]>([
		['a 1', { name: 'a', labels: {}, value: 1 }],
		['  a\t 1  ', { name: 'a', labels: {}, value: 1 }],
		['a 1\r', { name: 'a', labels: {}, value: 1 }],
		['a{}1', { name: 'a', labels: {}, value: 1 }],
		['a { b = "c" , } 1', { name: 'a', labels: { b: 'c' }, value: 1 }],
		['a{b="}{,= #"} 1', { name: 'a', labels: { b: '}{,= #' }, value: 1 }],
		['a{b="\\x\\\\"} 1', { name: 'a', labels: { b: '\\x\\' }, value: 1 }],
		['job:rate:5m 1e-3', { name: 'job:rate:5m', labels: {}, value: 0.001 }],
		['a -.5E+1', { name: 'a', labels: {}, value: -5 }],
		['a -Inf 1760000000000', { name: 'a', labels: {}, value: Number.NEGATIVE_INFINITY }],
		['a 1 1760000000.123', { name: 'a', labels: {}, value: 1 }],
		['a 17 # {trace_id="x"} 0.67', { name: 'a', labels: {}, value: 17 }],
		['{"a.b", c="d"} 1', { name: 'a.b', labels: { c: 'd' }, value: 1 }],
		['{"é"} 1', { name: 'é', labels: {}, value: 1 }],
		['a{"b.c"="d"} 1', { name: 'a', labels: { 'b.c': 'd' }, value: 1 }],
		['a 1 -5', { name: 'a', labels: {}, value: 1 }],
	])('%j is read', (line, sample) => {
		expect(only(line)).toEqual(sample);
		expect(skipped(line)).toBe(0);
	});

	it.each([
		'a',
		'a ',
		'a{',
		'a{b}',
		'a{b=} 1',
		'a{b="c} 1',
		'a{b="c\\"} 1',
		'a{b="c""d"} 1',
		'a{b="c"',
		'a{b="c"}',
		'a{1b="c"} 1',
		'a{b:c="d"} 1',
		'a{,} 1',
		'a one',
		'a 1,5',
		'a 0x10',
		'a 1_000',
		'a 1 2 3',
		'a 1 soon',
		'1a 1',
		'a-1 5',
		'{b="c"} 1',
		'{} 1',
		'{""} 1',
		'{a} 1',
		'{"a","b"} 1',
		'{"a} 1',
		'<html>',
		'é 1',
	])('%j is skipped', (line) => {
		expect(parsePrometheusText(line)).toEqual({ ...nothing, skippedLines: 1 });
	});

	it.each(['', ' ', '\t\r', '#', '# TYPE a counter', '  # HELP'])('%j is nothing', (line) => {
		expect(parsePrometheusText(line)).toEqual(nothing);
	});

	it('may have a label that is called like a prototype', () => {
		const sample = only('a{__proto__="x",constructor="y"} 1');
		expect(Object.entries(sample?.labels ?? {})).toEqual([
			['__proto__', 'x'],
			['constructor', 'y'],
		]);
	});
});

const letters = [...'abcXYZ_'];
const named = (extra: string) =>
	fc
		.tuple(
			fc.constantFrom(...letters, ...extra),
			fc.string({ unit: fc.constantFrom(...letters, ...extra, '0', '9'), maxLength: 12 }),
		)
		.map(([first, rest]) => first + rest);
const blanks = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 3 });
const value = fc.oneof(
	fc.double(),
	fc.integer(),
	fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const labels = fc.uniqueArray(fc.tuple(named(''), fc.string({ unit: 'binary', maxLength: 20 })), {
	selector: ([name]) => name,
	maxLength: 5,
});

const escaped = (text: string) =>
	text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
const written = (number: number) =>
	Number.isFinite(number) || Number.isNaN(number) ? String(number) : number > 0 ? '+Inf' : '-Inf';

/** One sample, and one of the many ways to write it. */
const sampleLine = fc
	.record({
		name: named(':'),
		labels,
		value,
		blank: blanks,
		comma: fc.constantFrom('', ',', ' , '),
		timestamp: fc.option(fc.integer(), { nil: undefined }),
		end: fc.constantFrom('\n', '\r\n', '\n\n', '\n# TYPE x gauge\n'),
	})
	.map(({ name, labels: pairs, value: number, blank, comma, timestamp, end }) => {
		const list = pairs.map(([key, text]) => `${blank}${key}${blank}="${escaped(text)}"`);
		const braces = pairs.length === 0 ? ' ' : `${blank}{${list.join(',')}${comma}}${blank}`;
		const time = timestamp === undefined ? '' : ` ${blank}${timestamp}`;
		return {
			text: `${blank}${name}${braces}${written(number)}${time}${blank}${end}`,
			sample: { name, labels: Object.fromEntries(pairs), value: number === 0 ? 0 : number },
		};
	});

const normal = (samples: readonly Sample[]) =>
	samples.map((sample) => ({ ...sample, value: sample.value === 0 ? 0 : sample.value }));

describe('any text', () => {
	it('that is an exposition is read as it was meant', () => {
		fc.assert(
			fc.property(fc.array(sampleLine, { maxLength: 8 }), (lines) => {
				const result = parsePrometheusText(lines.map(({ text }) => text).join(''));
				expect(normal(result.samples)).toEqual(lines.map(({ sample }) => sample));
				expect(result.skippedLines).toBe(0);
			}),
		);
	});

	it('never throws, and counts each line at most once', () => {
		const fragment = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 30 }),
			fc.constantFrom('{', '}', '"', '\\', ',', '=', ' ', '\n', 'a', '1', '#', 'NaN', 'a{b="c"} 1'),
		);
		fc.assert(
			fc.property(fc.array(fragment, { maxLength: 30 }), (fragments) => {
				const text = fragments.join('');
				const { samples, skippedLines } = parsePrometheusText(text);
				expect(samples.length + skippedLines).toBeLessThanOrEqual(text.split('\n').length);
			}),
		);
	});

	it('loses no good line to the bad lines around it', () => {
		const rubbish = fc
			.string({ unit: 'binary', maxLength: 40 })
			.map((text) => `!${text.replaceAll('\n', '')}\n`);
		fc.assert(
			fc.property(fc.array(fc.tuple(rubbish, sampleLine), { maxLength: 6 }), (pairs) => {
				const text = pairs.map(([bad, good]) => bad + good.text).join('');
				const result = parsePrometheusText(text);
				expect(normal(result.samples)).toEqual(pairs.map(([, { sample }]) => sample));
				expect(result.skippedLines).toBe(pairs.length);
			}),
		);
	});

	it('of 4 MiB is read in time that grows with its length only', () => {
		const text = `a{b="${'\\'.repeat(4 * 1024 * 1024)}\n`.padEnd(4 * 1024 * 1024, '{');
		const read = () => expect(parsePrometheusText(text).skippedLines).toBeGreaterThan(0);
		expect(cpuMsOf(read)).toBeLessThan(5000);
	});
});

it('counts every line that cannot be read, also of metrics that nobody wants', () => {
	const text = [
		'good 1',
		'engine-api-latency{method="newPayload"} 3',
		'bad_value{a="b"} notanumber',
		'unterminated{a="b 5',
		'no_value',
		'also_good{a="}"} 5 1700000000000',
		'tight{a="b"}5',
		'exemplar_bucket{le="1"} 3 # {trace="x"} 0.5 1700000000.1',
		'p2p_peers 7\r',
	].join('\n');
	const { samples, skippedLines } = parsePrometheusText(text, { wants: (name) => name === 'good' });
	expect(samples).toHaveLength(1);
	expect(skippedLines).toBe(4);
	expect(parsePrometheusText(text).skippedLines).toBe(4);
});

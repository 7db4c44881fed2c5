import { describe, expect, it } from 'vitest';
import { countEntries, readField, readNumber } from '../../source/domain/field-path.ts';
import { matches } from '../../source/domain/label-match.ts';
import { addToWindow, createWindow, spanOf } from '../../source/domain/window.ts';
import { ruleEntrySchema } from '../../source/domain/rule.ts';
import type { RuleEntry } from '../../source/domain/rule.ts';
import type { NodeSpec } from './helpers.ts';
import { minuteMs, rules, simulate, startMs } from './helpers.ts';
import { cpuMsOf } from '../helpers/cpu-time.ts';

describe('fields', () => {
	const root = {
		a: {
			b: 1,
			zero: 0,
			nothing: null,
			empty: '',
			nan: Number.NaN,
			big: '18446744073709551615',
			yes: true,
		},
		list: [{ n: 1 }, { n: 2 }, {}, { n: '3' }],
		none: [],
	};

	it.each([
		['a.b', 1],
		['a.zero', 0],
		['a.nothing', undefined],
		['a.empty', undefined],
		['a.nan', undefined],
		['a.missing|a.b', 1],
		['a.missing|a.nothing', undefined],
		['a.b.c', undefined],
		['list[].n', 6],
		['none[].n', undefined],
		['a[].n', undefined],
		['__proto__.x', undefined],
		['constructor.name', undefined],
	])('%s is %s', (path, expected) => {
		expect(readField(root, path)).toBe(expected);
	});

	it('reads numbers of any length, and counts', () => {
		expect(readNumber(root, 'a.big')).toBe(2 ** 64);
		expect(readNumber(root, 'a.yes')).toBe(1);
		expect(countEntries(root, 'list')).toBe(4);
		expect(countEntries(root, 'a')).toBe(7);
		expect(countEntries(root, 'a.b')).toBeUndefined();
	});
});

describe('windows', () => {
	const filled = (values: readonly number[], everyMs = 10_000) => {
		const window = createWindow(minuteMs);
		for (const [index, value] of values.entries()) addToWindow(window, index * everyMs, value);
		return (atMs: number) => spanOf(window, minuteMs, atMs);
	};

	it('says nothing of one sample', () => {
		expect(filled([5])(0)).toBeUndefined();
	});

	it('takes a counter that fell for one that began anew', () => {
		expect(filled([100, 110, 4, 10])(30_000)).toMatchObject({
			increase: 20,
			changes: 3,
			isWhole: false,
		});
	});

	it('never gives negative growth for a restart', () => {
		expect(filled([1000, 0, 0, 0, 0, 0, 0])(60_000)).toMatchObject({ increase: 0, isWhole: true });
	});

	it('forgets what is older than the window', () => {
		const grown = [0, 50, 50, 50, 50, 50, 50];
		expect(filled(grown)(60_000)).toMatchObject({ increase: 50, changes: 1, isWhole: true });
		const still = filled([...grown, 50, 50, 50])(90_000);
		expect(still).toMatchObject({ increase: 0, changes: 0, average: 50, isWhole: true });
	});

	it('keeps sums over many samples in few buckets', () => {
		const window = createWindow(minuteMs);
		for (let index = 0; index <= 6000; index += 1) addToWindow(window, index * 100, index);
		const span = spanOf(window, minuteMs, 600_000);
		expect(span?.isWhole).toBe(true);
		expect((span?.increase ?? 0) / (span?.spanMs ?? 1)).toBeCloseTo(0.01, 6);
		expect(span?.spanMs).toBeGreaterThanOrEqual(minuteMs);
		expect(span?.spanMs).toBeLessThan(minuteMs * 1.05);
	});

	it('does not stretch over a gap', () => {
		const window = createWindow(minuteMs);
		addToWindow(window, 0, 0);
		addToWindow(window, 10_000_000, 5000);
		expect(spanOf(window, minuteMs, 10_000_000)).toBeUndefined();
	});
});

const lost: RuleEntry = {
	condition: {
		value: {
			increase: 'network.messages[].dropped',
			overMs: minuteMs,
			per: 'network.messages[].sent',
		},
		above: 0.1,
	},
	message: '{value}',
	unit: 'ratio',
	forMs: 0,
};
const messages = (sent: number, dropped: number): NodeSpec => ({
	network: { messages: [{ type: 'vote', sent, dropped }] },
});

describe('R19 and R20: counters and denominators', () => {
	it('has no value from the first sample, nor from half a window', () => {
		const run = simulate(rules({ lost }));
		run.after(0, [messages(100, 90)]);
		run.after(10_000, [messages(200, 180)]);
		expect(run.events()).toEqual([]);
		for (let index = 3; index < 8; index += 1)
			run.after(10_000, [messages(index * 100, index * 90)]);
		expect(run.events()).toEqual(['fired lost a']);
	});

	it('takes 0 of 0 for no data: neither good nor bad', () => {
		const run = simulate(rules({ lost }));
		for (let index = 0; index < 8; index += 1)
			run.after(10_000, [messages(index * 100, index * 90)]);
		run.events();
		for (let index = 0; index < 10; index += 1) run.after(10_000, [messages(700, 630)]);
		expect(run.events()).toEqual([]);
		expect(run.after(0, [messages(700, 630)]).alerts[0]).toMatchObject({
			state: 'firing',
			isStale: true,
		});
	});

	it('is not fooled by a node that restarts', () => {
		const timeouts: RuleEntry = {
			condition: { value: { increase: 'consensus.timeouts', overMs: minuteMs }, above: 5 },
			message: '{value}',
			forMs: 0,
		};
		const run = simulate(rules({ timeouts }));
		for (const value of [1000, 1001, 0, 1, 1, 1, 1, 1])
			run.after(10_000, [{ consensus: { timeouts: value } }]);
		expect(run.events()).toEqual([]);
	});

	it('proves growth from above before the window is whole, and nothing from below', () => {
		const value = { increase: 'process.restarts', overMs: 10 * minuteMs };
		const run = simulate(
			rules({
				loop: { condition: { value, atLeast: 3 }, message: '{value}', forMs: 0 },
				idle: { condition: { value, below: 1 }, message: '{value}', forMs: 0 },
			}),
		);
		const restarts = (count: number): NodeSpec => ({
			process: { state: 'running', restarts: count },
		});
		run.after(0, [restarts(7)]);
		run.after(10_000, [restarts(7)]);
		expect(run.events()).toEqual([]);
		run.after(10_000, [restarts(10)]);
		expect(run.events()).toEqual(['fired loop a']);
	});

	it('takes samples from polls alone, not from moments between them', () => {
		const run = simulate(rules({ lost }));
		run.after(0, [messages(0, 0)]);
		const { nowMs } = run;
		run.after(10_000, [{ ...messages(100, 90), pollStatus: 'failed' }]);
		expect(run.nowMs).toBe(nowMs + 10_000);
		expect(run.events()).toEqual([]);
	});

	it('divides by its own average of a longer time', () => {
		const slow: RuleEntry = {
			condition: {
				value: { average: 'dag.growthPerSecond', overMs: minuteMs, baselineMs: 10 * minuteMs },
				below: { warning: 0.5, clear: 0.8 },
			},
			message: '{value}',
			unit: 'ratio',
			forMs: 0,
		};
		const run = simulate(rules({ slow }));
		const growth = (growthPerSecond: number): NodeSpec[] => [{ dag: { growthPerSecond } }];
		for (let index = 0; index < 61; index += 1) run.after(10_000, growth(100));
		expect(run.events()).toEqual([]);
		for (let index = 0; index < 6; index += 1) run.after(10_000, growth(10));
		expect(run.events()).toEqual(['fired slow a']);
		for (let index = 0; index < 12; index += 1) run.after(10_000, growth(100));
		expect(run.events()).toEqual(['resolved slow a']);
	});

	it('takes the age of a time by the wall clock', () => {
		const old: RuleEntry = {
			condition: { value: { age: 'chain.head.at' }, above: 60 },
			message: '{value}',
			unit: 'seconds',
			forMs: 0,
		};
		const run = simulate(rules({ old }));
		const head: NodeSpec = { chain: { head: { number: 1, at: new Date(startMs).toISOString() } } };
		run.after(60_000, [head]);
		expect(run.events()).toEqual([]);
		expect(run.after(1000, [head]).incidents[0]?.message).toBe('1m 01s');
	});
});

describe('gates and scopes', () => {
	it('asks only where the gate holds, and of nothing that is not seen', () => {
		const stuck: RuleEntry = {
			condition: {
				where: [{ value: { field: 'consensus.status' }, oneOf: ['syncing'] }],
				value: { changes: 'chain.head.number', overMs: minuteMs },
				below: 1,
			},
			message: 'stuck',
			forMs: 0,
		};
		const run = simulate(rules({ stuck }));
		const at = (
			number: number,
			status: 'syncing' | 'active',
			pollStatus: 'ok' | 'failed' = 'ok',
		) => [{ chain: { head: { number } }, consensus: { status }, pollStatus }];
		for (let index = 0; index < 8; index += 1) run.after(10_000, at(5, 'active'));
		expect(run.events()).toEqual([]);
		run.after(10_000, at(5, 'syncing'));
		expect(run.events()).toEqual(['fired stuck a']);
		run.after(10_000, at(5, 'active', 'failed'));
		expect(run.events()).toEqual([]);
		run.after(10_000, at(5, 'active'));
		expect(run.events()).toEqual(['resolved stuck a']);
	});

	it('is asked of each peer and of each satellite', () => {
		const run = simulate(
			rules({
				far: {
					scope: 'peer',
					condition: { value: { field: 'latencyMs' }, above: 500 },
					message: '{node}: {peer} is {value} away',
					unit: 'ms',
					forMs: 0,
				},
				audit: {
					scope: 'satellite',
					kinds: ['storj'],
					condition: { value: { field: 'auditScore' }, below: { warning: 0.98, critical: 0.97 } },
					message: '{satellite}: {value}',
					forMs: 0,
				},
			}),
		);
		const peers = (latencyMs: number) => ({
			network: { peerList: [{ id: 'p', latencyMs }, { id: 'q' }] },
		});
		const satellites = [
			{ satellite: 's1', auditScore: 0.969 },
			{ satellite: 's2', auditScore: 1 },
		];
		const storj = { name: 'st', kind: 'storj', reputation: { satellites } };
		const { incidents } = run.after(0, [peers(700), storj]);
		expect(incidents.map(({ message, severity }) => `${message} ${severity}`)).toEqual([
			'a: p is 700 ms away warning',
			's1: 0.969 critical',
		]);
		run.after(1000, [{ network: { peerList: [] } }, { ...storj, reputation: { satellites: [] } }]);
		expect(run.events()).toEqual(['fired far a', 'fired audit st', 'resolved far a']);
	});

	it('keeps places that a template does not know, and cannot be given new ones by a node', () => {
		const say: RuleEntry = {
			condition: { value: { field: 'identity.client' }, oneOf: ['{threshold}'] },
			message: '{value} {nothing}',
			forMs: 0,
		};
		const run = simulate(rules({ say }));
		const { incidents } = run.after(0, [{ identity: { client: '{threshold}' } }]);
		expect(incidents[0]?.message).toBe('{threshold} {nothing}');
	});
});

describe('the form of rules', () => {
	const value = { field: 'resources.cpuRatio' };
	it.each<[string, unknown]>([
		['two comparisons', { value, above: 1, below: 2 }],
		['none', { value }],
		['a comparison without value', { above: 1 }],
		['value and finding', { value, above: 1, issue: 'x' }],
		['warning past critical', { value, above: { warning: 0.9, critical: 0.8 } }],
		['clear on the bad side', { value, above: { warning: 0.8, clear: 0.9 } }],
		['clear on the bad side, below', { value, below: { warning: 0.2, clear: 0.1 } }],
		['only clear', { value, above: { clear: 0.9 } }],
		['a rate without window', { value: { rate: 'a.b' }, above: 1 }],
		['a field with window', { value: { field: 'a.b', overMs: 1000 }, above: 1 }],
		['two measures', { value: { field: 'a', rate: 'b', overMs: 1000 }, above: 1 }],
		[
			'a baseline shorter than the window',
			{ value: { average: 'a', overMs: 2000, baselineMs: 1000 }, above: 1 },
		],
		['code in the path', { value: { field: 'a.b()' }, above: 1 }],
		['an unknown key', { value, above: 1, sql: 'x' }],
	])('refuses %s', (_, condition) => {
		expect(ruleEntrySchema.safeParse({ condition, message: 'm' }).success).toBe(false);
	});

	it('takes equal levels', () => {
		const condition = { value, above: { clear: 0.8, warning: 0.8, critical: 0.8 } };
		expect(ruleEntrySchema.safeParse({ condition, message: 'm' }).success).toBe(true);
	});
});

describe('matching labels', () => {
	const labels = { node: 'eu-1.example', kind: 'evm' };
	it.each([
		[{ node: 'eu-1.example' }, true],
		[{ node: 'eu-*' }, true],
		[{ node: '*.example' }, true],
		[{ node: 'e*1*ple' }, true],
		[{ node: '*' }, true],
		[{ node: 'eu-1' }, false],
		[{ node: 'eu.1.example' }, false],
		[{ node: 'e.*' }, false],
		[{ node: '(eu|us)-1.example' }, false],
		[{ node: 'eu-1.example*eu-1.example' }, false],
		[{ node: 'eu-*', kind: 'bft' }, false],
		[{ group: '' }, true],
		[{ group: '*' }, true],
		[{ group: 'x' }, false],
		[{}, true],
	])('%j: %s', (match, expected) => {
		expect(matches(match, labels)).toBe(expected);
	});

	it('is quick with many stars', () => {
		const match = () =>
			expect(matches({ node: `${'*a'.repeat(60)}*b` }, { node: 'a'.repeat(5000) })).toBe(false);
		expect(cpuMsOf(match)).toBeLessThan(2000);
	});
});

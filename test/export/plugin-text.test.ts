import { describe, expect, test } from 'vitest';
import type { CheckValue, ComponentHealth } from '../../source/sections/health/component-health.ts';
import type { Issue } from '../../source/sections/health/schema.ts';
import type { NodeSnapshot, SnapshotDocument } from '../../source/sections/snapshot.ts';
import type { Health, Severity } from '../../source/domain/words.ts';
import { exitCodeOfLevel } from '../../source/domain/words.ts';
import { toPluginReport } from '../../source/export/plugin-text.ts';
import { isAlerting, parsePerfdata } from '../helpers/perfdata.ts';

const at = '2026-01-01T00:00:00.000Z';

function component(
	name: ComponentHealth['component'],
	status: Health,
	message: string,
	values: readonly CheckValue[] = [],
	severity?: Severity,
): ComponentHealth {
	const result = { name: 'check', status, message, lastCheckAt: at, durationMs: 1 };
	return {
		component: name,
		status,
		checks: [{ ...result, values: [...values], ...(severity && { severity }) }],
	};
}

function issue(message: string, severity: Severity = 'warning'): Issue {
	return { code: 'x', component: 'network', severity, message, since: at };
}

function node(
	name: string,
	status: Health,
	issues: readonly Issue[] = [],
	components: readonly ComponentHealth[] = [],
): NodeSnapshot {
	return {
		target: { name, kind: 'evm', url: 'http://n' },
		poll: { status: status === 'down' ? 'failed' : 'ok', failures: 0 },
		health: { status, issues: [...issues], components: [...components] },
	};
}

function documentOf(...nodes: readonly NodeSnapshot[]): SnapshotDocument {
	return {
		schema: 'nodetop/1',
		takenAt: at,
		nodetop: { version: '0' },
		summary: { status: 'up', nodes: nodes.length, up: 0, degraded: 0, down: 0, unknown: 0 },
		nodes: [...nodes],
		groups: [],
		alerts: [],
	};
}

const report = (...nodes: readonly NodeSnapshot[]) => toPluginReport(documentOf(...nodes));
const first = (text: string) => text.split('\n')[0]?.split(' | ')[0];

describe('the status line', () => {
	const few = issue('few peers 2 < 3');
	test.each([
		['all up', [node('a', 'up'), node('b', 'up')], 0, 'NODETOP OK - 2 nodes up'],
		[
			'one degraded',
			[node('a', 'up'), node('geth-1', 'degraded', [few]), node('c', 'up')],
			1,
			'NODETOP WARNING - 1 of 3 nodes degraded: geth-1 (few peers 2 < 3)',
		],
		[
			'down is worse than all else',
			[
				node('u', 'unknown'),
				node('b', 'degraded', [few]),
				node('a', 'down', [issue('gone', 'critical')]),
			],
			2,
			'NODETOP CRITICAL - 1 of 3 nodes down, 1 degraded, 1 unknown: a (gone), b (few peers 2 < 3), u',
		],
		[
			'degraded is worse than unknown',
			[node('u', 'unknown'), node('b', 'degraded', [few])],
			1,
			'NODETOP WARNING - 1 of 2 nodes degraded, 1 unknown: b (few peers 2 < 3), u',
		],
		[
			'unknown is worse than up',
			[node('u', 'unknown'), node('a', 'up')],
			3,
			'NODETOP UNKNOWN - 1 of 2 nodes unknown: u',
		],
		[
			'a critical finding, though it answers',
			[node('a', 'degraded', [issue('cut off', 'critical')])],
			2,
			'NODETOP CRITICAL - 1 of 1 node degraded: a (cut off)',
		],
		[
			'information is no trouble',
			[node('a', 'up', [issue('busy', 'info')])],
			0,
			'NODETOP OK - 1 node up',
		],
		['nobody', [], 3, 'NODETOP UNKNOWN - no nodes'],
		[
			'what would end the text',
			[node('a|b', 'degraded', [issue('x | y\nz')])],
			1,
			'NODETOP WARNING - 1 of 1 node degraded: a/b (x / y z)',
		],
	])('%s', (_, nodes, exitCode, line) => {
		const { state, text } = report(...nodes);
		expect(first(text)).toBe(line);
		expect(exitCodeOfLevel[state]).toBe(exitCode);
		expect(text.endsWith('\n')).toBe(true);
	});
});

describe('one component', () => {
	const nodes = [
		node(
			'a',
			'degraded',
			[issue('slow')],
			[
				component('network', 'degraded', 'few peers', [], 'warning'),
				component('storage', 'up', 'free'),
			],
		),
		node(
			'b',
			'up',
			[],
			[component('network', 'up', '9 peers'), component('storage', 'unknown', 'not told')],
		),
	];
	test.each([
		['network', 'warning', 'NODETOP WARNING - 1 of 2 nodes’ network degraded: a (few peers)'],
		['storage', 'unknown', 'NODETOP UNKNOWN - 1 of 2 nodes’ storage unknown: b (not told)'],
		[
			'dag',
			'unknown',
			'NODETOP UNKNOWN - 2 of 2 nodes’ dag unknown: a (not checked), b (not checked)',
		],
	] as const)('%s', (name, state, line) => {
		const { text, ...rest } = toPluginReport(documentOf(...nodes), name);
		expect(rest.state).toBe(state);
		expect(first(text)).toBe(line);
		expect(text.split('\n')).toHaveLength(3);
	});

	test('of a node that is down is critical', () => {
		const { state } = toPluginReport(documentOf(node('a', 'down')), 'network');
		expect(state).toBe('critical');
	});

	test('a critical check of it is critical', () => {
		const split = component('network', 'degraded', 'cut off', [], 'critical');
		expect(toPluginReport(documentOf(node('a', 'up', [], [split])), 'network').state).toBe(
			'critical',
		);
	});
});

test('below it one line a component, those in trouble by name', () => {
	const { text } = report(
		node(
			'a',
			'degraded',
			[],
			[component('network', 'degraded', 'few peers'), component('dag', 'unknown', 'no DAG')],
		),
		node('b', 'up', [], [component('network', 'up', '9 peers')]),
	);
	expect(text.split('\n').slice(1, -1)).toEqual([
		'consensus: 2 unknown: a (not checked), b (not checked)',
		'dag: 2 unknown: a (no DAG), b (not checked)',
		'network: 1 up, 1 degraded: a (few peers)',
		'storage: 2 unknown: a (not checked), b (not checked)',
		'resources: 2 unknown: a (not checked), b (not checked)',
		'process: 2 unknown: a (not checked), b (not checked)',
	]);
});

describe('performance data', () => {
	const perf = (name: string, ...values: readonly CheckValue[]) => {
		const { text } = report(node(name, 'up', [], [component('network', 'up', 'm', values)]));
		return parsePerfdata(text.split('\n')[0]?.split(' | ')[1] ?? '');
	};

	test('as the guidelines write it', () => {
		const values: CheckValue[] = [
			{ name: 'headAge', value: 12, unit: 'seconds', trouble: 'above', warning: 60, critical: 300 },
			{ name: 'peers', value: 2, unit: 'count', trouble: 'below', warning: 3 },
			{ name: 'free', value: 0.125, unit: 'ratio', trouble: 'below', warning: 0.1, critical: 0.05 },
			{ name: 'available', value: 1e21, unit: 'bytes' },
			{ name: 'violations', value: 0, unit: 'counter', trouble: 'above', critical: 0 },
			{ name: 'connect', value: 0.000_000_4, unit: 'seconds' },
		];
		const { text } = report(node('geth-1', 'up', [], [component('network', 'up', 'm', values)]));
		expect(text.split('\n')[0]?.split(' | ')[1]).toBe(
			"'geth-1_head_age'=12s;60;300;0 'geth-1_peers'=2;3:;;0 'geth-1_free'=12.5%;10:;5:;0 " +
				"'geth-1_available'=1000000000000000000000B;;;0 'geth-1_violations'=0c;;0;0 " +
				"'geth-1_connect'=0s;;;0",
		);
	});

	test.each([
		["it's a=b | c", "it's_a_b___c_peers"],
		['ünï cödé 節點', 'ünï_cödé_節點_peers'],
		['[::1]:8545', '[::1]:8545_peers'],
	])('the label of %j', (name, label) => {
		const [item] = perf(name, { name: 'peers', value: 1, unit: 'count' });
		expect(item?.label).toBe(label);
	});

	test('a value that is none is U', () => {
		expect(
			perf('a', { name: 'peers', value: Number.NaN, unit: 'count' })[0]?.value,
		).toBeUndefined();
	});

	test.each([
		['above', 60, false],
		['above', 60.1, true],
		['below', 60, false],
		['below', 59.9, true],
	] as const)('a range alerts %s the threshold, not at it: %d', (trouble, value, alerts) => {
		const [item] = perf('a', { name: 'v', value, unit: 'seconds', trouble, warning: 60 });
		expect(item?.warning && isAlerting(value, item.warning)).toBe(alerts);
	});
});

describe('with hundreds of nodes', () => {
	const values: CheckValue[] = Array.from({ length: 20 }, (_, index) => ({
		name: `valueNumber${index}`,
		value: 123_456.789_012,
		unit: 'seconds',
	}));
	const many = Array.from({ length: 300 }, (_, index) =>
		node(
			`節點-${index}`,
			index % 3 === 0 ? 'down' : 'degraded',
			[issue('ein Grund, der länger ist 💥'.repeat(9))],
			[component('network', 'degraded', 'wenige Nachbarn 🛰️'.repeat(9), values, 'warning')],
		),
	);

	test('it fits into 4 kB, and says how many more there are', () => {
		const { text, state } = report(...many);
		expect(state).toBe('critical');
		expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
		expect(first(text)).toMatch(
			/^NODETOP CRITICAL - 100 of 300 nodes down, 200 degraded: .*, \+\d+ more$/,
		);
		expect(text).toMatch(/\nnetwork: 300 degraded: .*, \+299 more\n/);
		expect(text).toMatch(/\n\+\d+ values left out, --json prints all\n$/);
		expect(text).not.toContain('\uFFFD');
	});

	test('no item of performance data is cut', () => {
		const { text } = report(...many);
		const [line = ''] = text.split('\n');
		const items = parsePerfdata(line.slice(line.indexOf(' | ') + 3));
		expect(items.length).toBeGreaterThan(20);
		const told = /\+(\d+) values left out/.exec(text)?.[1];
		expect(items.length + Number(told)).toBe(300 * values.length);
	});
});

import { describe, expect, test } from 'vitest';
import { componentHealthSchema } from '../../source/sections/health/component-health.ts';
import type { Target } from '../../source/domain/target.ts';
import type { UnjudgedNode } from '../../source/sections/finding.ts';
import type { ProcessFacts } from '../../source/health/local/process-facts.ts';
import { findContradiction } from '../../source/health/scheduled/dag.ts';
import { createNodeHealth } from '../../source/health/scheduled/node-health.ts';
import { judgeOnce } from '../helpers/judge-once.ts';
import { targetFor } from '../helpers/targets.ts';
import {
	ago,
	checkOf,
	factsOf,
	groupIn,
	groupOf,
	nodeOf,
	play,
	recentOf,
	startMs,
	vertex,
} from './rounds.ts';
import type { Scenario } from './rounds.ts';

type Row = readonly [
	what: string,
	scenarios: readonly Scenario[],
	status: string,
	message: string | RegExp,
];

function table(name: string, rows: readonly Row[]): void {
	test.each(rows)(`${name}: %s`, async (_, scenarios, status, message) => {
		const result = await checkOf(name, ...scenarios);
		expect(result.message).toMatch(message);
		expect(result.status).toBe(status);
		expect(result.issue === undefined).toBe(status !== 'degraded' && status !== 'down');
	});
}

describe('consensus', () => {
	const consensus = (section: object): Scenario => ({ node: { consensus: section } });
	table('status', [
		['not told', [{}], 'unknown', /does not say/],
		['unknown to itself', [consensus({ status: 'unknown' })], 'unknown', /does not say/],
		['active', [consensus({ status: 'active' })], 'up', /^active$/],
		['syncing', [consensus({ status: 'syncing' })], 'degraded', /syncing/],
		['halted', [consensus({ status: 'halted' })], 'down', /halted/],
	]);

	const head = (age: number, more: Partial<UnjudgedNode> = {}): Scenario => ({
		node: { chain: { head: { number: 5, at: ago(age) } }, network: { peers: 4 }, ...more },
	});
	table('progress', [
		['nothing told', [{}], 'unknown', /nothing moved yet/],
		['a new block', [head(0)], 'up', /0 s old/],
		['a block from the future', [head(-9)], 'up', /0 s old/],
		['at the threshold', [head(180)], 'up', /3m 00s old/],
		['above it', [head(181)], 'degraded', /3m 01s old/],
		['while it syncs', [head(9999, { consensus: { status: 'syncing' } })], 'up', /old/],
		['without peers', [head(9999, { network: { peers: 0 } })], 'up', /old/],
		[
			'of a development chain',
			[head(9999, { network: { peers: 0 }, identity: { chainId: 31_337 } })],
			'unknown',
			/when asked/,
		],
		[
			'slow blocks may be old',
			[head(181, { chain: { head: { number: 5, at: ago(181) }, blockIntervalMs: 20_000 } })],
			'up',
			/old/,
		],
		['moved lately', [{ progressAtMs: startMs - 4000 }], 'up', /moved 4 s ago/],
		[
			'says it is active, and does not move',
			[{ ...consensus({ status: 'active' }), progressAtMs: startMs - 60_000 }],
			'degraded',
			/nothing has moved/,
		],
	]);

	const counters = (timeouts: number, view: number) => consensus({ timeouts, view });
	table('participation', [
		['nothing told', [{}], 'unknown', /counts no timeouts/],
		['the first look', [counters(5, 100)], 'unknown', /counts no timeouts/],
		['no timeout', [counters(5, 100), counters(5, 200)], 'up', /0.0% of views timed out/],
		// Whether they are too many is decided over two minutes of polls: rule view-timeouts.
		['some', [counters(0, 100), counters(16, 200)], 'up', /16.0% of views timed out/],
		['no view passed', [counters(0, 100), counters(9, 100)], 'unknown', /counts no timeouts/],
		['a restart', [counters(90, 900), counters(1, 901)], 'unknown', /counts no timeouts/],
		[
			'of all three that vote',
			[{ ...consensus({ validators: 3 }), group: groupOf('level') }],
			'up',
			/100.0% of those who vote/,
		],
		[
			'two thirds are enough',
			[
				{
					...consensus({ validators: 3 }),
					group: {
						...groupOf('level'),
						members: groupOf('level').members.map((member) => ({
							...member,
							position: member.node === 'n3' ? 'unreachable' : 'level',
						})),
					},
				},
			],
			'up',
			/66.7%/,
		],
		[
			'one third is not',
			[{ ...consensus({ validators: 3 }), group: groupOf('unreachable') }],
			'degraded',
			/33.3%/,
		],
		[
			'who cannot be compared is not absent',
			[{ ...consensus({ validators: 3 }), group: groupOf('unknown') }],
			'up',
			/100.0%/,
		],
		[
			'three of a hundred are watched',
			[{ ...consensus({ validators: 100 }), group: groupOf('unreachable') }],
			'unknown',
			/not all who vote are watched/,
		],
	]);

	table('finalityTime', [
		['not told', [{}], 'unknown', /does not report/],
		['0', [consensus({ averageFinalityMs: 0 })], 'up', /average 0 s/],
		['below', [consensus({ averageFinalityMs: 29_999 })], 'up', /average/],
		['at the threshold', [consensus({ averageFinalityMs: 30_000 })], 'degraded', /slow/],
	]);

	const steps = (length: number, step: number) =>
		Array.from({ length }, (_, index) => 100 + index * step);
	const rounds = (
		round: readonly number[],
		finalized: readonly number[],
		section = {},
	): Scenario => ({
		...consensus({ round: 1, ...section }),
		recent: { 'consensus.round': round, finalized },
	});
	table('stalledRounds', [
		['not told', [{}], 'unknown', /does not report both/],
		['not watched long', [rounds(steps(60, 1), steps(60, 0))], 'unknown', /not watched for/],
		['finality follows', [rounds(steps(61, 1), steps(61, 1))], 'up', /lead to finality/],
		['nothing moves', [rounds(steps(61, 0), steps(61, 0))], 'up', /lead to finality/],
		['rounds alone', [rounds(steps(61, 1), steps(61, 0))], 'degraded', /60 rounds passed/],
		['nothing waits', [rounds(steps(61, 1), steps(61, 0), { pending: 0 })], 'up', /nothing waits/],
		['two rounds are few', [rounds([...steps(59, 0), 101, 102], steps(61, 0))], 'up', /lead/],
	]);

	table('safety', [
		['not told', [{}], 'unknown', /counts neither/],
		['none', [consensus({ safetyViolations: 0 })], 'up', /none/],
		['one', [consensus({ safetyViolations: 1 })], 'degraded', /violated/],
		['an equivocation of another', [consensus({ equivocations: 1 })], 'up', /equivocated/],
	]);
});

describe('dag', () => {
	const dag = (section: object): Scenario => ({ node: { dag: section } });
	table('consistency', [
		['no DAG', [{}], 'unknown', /reports no DAG/],
		['not told', [dag({ tips: 1 })], 'unknown', /neither/],
		['nothing missing', [dag({ missing: 0 })], 'up', /no vertex is missing/],
		['missing once', [dag({ missing: 0 }), dag({ missing: 3 })], 'up', /no vertex is missing/],
		['missing twice', [dag({ missing: 2 }), dag({ missing: 3 })], 'degraded', /^3 vertices/],
		['an honest sample', [dag({ recent: [vertex('b', ['a'], 2)] })], 'up', /1 newest/],
		['its own parent', [dag({ recent: [vertex('b', ['b'])] })], 'degraded', /own parent/],
	]);

	test.each([
		['siblings in one layer', [vertex('a', ['x'], 1), vertex('b', ['a'], 1)], /^none$/],
		['a parent above', [vertex('a', [], 5), vertex('b', ['a'], 4)], /in layer 4 has a parent in 5/],
		[
			'a circle',
			[vertex('a', ['c']), vertex('b', ['a']), vertex('c', ['b'])],
			/descends from itself/,
		],
		['nothing', [], /^none$/],
	])('a sample: %s', (_, recent, contradiction) => {
		expect(findContradiction(recent) ?? 'none').toMatch(contradiction);
	});

	table('orphans', [
		['not told', [dag({ vertices: 5 })], 'unknown', /does not count/],
		['of no vertices', [dag({ vertices: 0, orphaned: 0 })], 'unknown', /not known of how many/],
		['none', [dag({ vertices: 10, orphaned: 0 })], 'up', /0.0%/],
		['at the threshold', [dag({ vertices: 10, orphaned: 2 })], 'up', /20.0%/],
		['above it', [dag({ vertices: 100, orphaned: 21 })], 'degraded', /21.0%/],
		['past 2^53', [dag({ vertices: '90071992547409920', orphaned: 0 })], 'up', /0.0%/],
	]);

	// Whether they grow is decided over an hour of polls: rule tips-growing.
	table('tipGrowth', [
		['not told', [dag({ vertices: 5 })], 'unknown', /does not count/],
		['some', [dag({ tips: 61 })], 'up', /^61 tips$/],
	]);

	const factors = (...values: readonly number[]) =>
		values.map((branchingFactor) => dag({ branchingFactor }));
	table('branching', [
		['not told', [dag({ vertices: 5 })], 'unknown', /reports no branching/],
		['at first', factors(2), 'unknown', /known after 5/],
		['as usual', factors(2, 2, 2, 2, 2, 2.2), 'up', /as usual/],
		['threefold', factors(2, 2, 2, 2, 2, 6), 'up', /as usual/],
		['more', factors(2, 2, 2, 2, 2, 6.1), 'degraded', /usual is 2.00/],
		['less than a third', factors(3, 3, 3, 3, 3, 0.9), 'degraded', /usual is 3.00/],
	]);
});

describe('network', () => {
	const network = (section: object, target: Partial<Target> = {}): Scenario => ({
		node: { network: section },
		target,
	});
	table('peers', [
		['not told', [{}], 'unknown', /does not report/],
		['none', [network({ peers: 0 })], 'degraded', /^no peers$/],
		['below three', [network({ peers: 2 })], 'degraded', /^few peers 2 < 3$/],
		['three', [network({ peers: 3 })], 'up', /^3 peers$/],
		['fewer than asked for', [network({ peers: 9 }, { minPeers: 10 })], 'degraded', /9 < 10/],
		['one where one is enough', [network({ peers: 1 }, { minPeers: 1 })], 'up', /^1 peer$/],
		[
			'all others of a pair that goes on',
			[{ node: { network: { peers: 1 } }, group: groupIn('agreed', ['n1', 'n2']) }],
			'up',
			/^1 peer$/,
		],
		[
			'all others of a pair that is not compared yet',
			[{ node: { network: { peers: 1 } }, group: groupOf('unknown', 'unknown', ['n1', 'n2']) }],
			'up',
			/^1 peer$/,
		],
		[
			'one, where the other of the pair does not answer',
			[{ node: { network: { peers: 1 } }, group: groupOf('unreachable', 'unknown', ['n1', 'n2']) }],
			'degraded',
			/^few peers 1 < 3$/,
		],
		[
			'one of three that are watched',
			[{ node: { network: { peers: 1 } }, group: groupIn('agreed', ['n1', 'n2', 'n3']) }],
			'degraded',
			/^few peers 1 < 3$/,
		],
		[
			'all others of a pair that stands still',
			[{ node: { network: { peers: 1 } }, group: groupIn('stalled', ['n1', 'n2']) }],
			'degraded',
			/^few peers 1 < 3$/,
		],
		[
			'all that a network of three has',
			[{ node: { network: { peers: 2 }, consensus: { validators: 3 } } }],
			'up',
			/^2 peers$/,
		],
		[
			'a development chain',
			[{ node: { network: { peers: 0 }, identity: { chainId: 1337 } } }],
			'up',
			/^0 peers$/,
		],
	]);

	table('propagation', [
		['not told', [{}], 'unknown', /the latency of its peers/],
		['0', [network({ latencyMs: { p50: 0 } })], 'up', /within 0 s/],
		['at the threshold', [network({ latencyMs: { p50: 600 } })], 'up', /within 600 ms/],
		['above it', [network({ latencyMs: { p50: 601 } })], 'degraded', /further than 601 ms/],
	]);

	const peerList = (from: number, to: number, peers = to - from): Scenario =>
		network({
			peers,
			peerList: Array.from({ length: to - from }, (_, i) => ({ id: `p${from + i}` })),
		});
	table('churn', [
		['not told', [network({ peers: 5 })], 'unknown', /does not list/],
		['a part of a long list', [peerList(0, 5, 50)], 'unknown', /does not list/],
		['the first look', [peerList(0, 8)], 'unknown', /second check/],
		['none left', [peerList(0, 8), peerList(0, 9)], 'up', /0 of 8 peers left in 30 s/],
		['half left', [peerList(0, 8), peerList(4, 12)], 'up', /4 of 8/],
		['more left', [peerList(0, 8), peerList(5, 13)], 'degraded', /5 of 8/],
		['all of three', [peerList(0, 3), peerList(5, 8)], 'up', /3 of 3/],
		['nobody was there', [peerList(0, 0), peerList(0, 8)], 'up', /no peer to leave/],
		[
			'two looks in one moment are one',
			[
				peerList(0, 8),
				{ ...peerList(5, 13), afterMs: 10 },
				{ ...peerList(5, 13), afterMs: 30_000 },
			],
			'degraded',
			/5 of 8/,
		],
	]);

	table('partition', [
		['watched alone', [{}], 'unknown', /no other node/],
		['not comparable', [{ group: groupOf('level', 'unknown') }], 'unknown', /as it is/],
		['together', [{ group: groupOf('level') }], 'up', /not cut off from n2, n3/],
		['cut off', [{ group: groupOf('level', 'partitioned') }], 'degraded', /cut off from n2, n3/],
	]);
});

describe('storage', () => {
	const size = { totalBytes: 1000, availableBytes: 500 };
	table('reachable', [
		['not configured', [{}], 'unknown', /not looked at/],
		['there', [{ directory: size }], 'up', /can be read/],
		['gone', [{ directory: { problem: 'EIO' } }], 'degraded', /cannot be read/],
	]);

	const disk = (available: number, total = 1000): Scenario => ({
		node: { resources: { source: 'node', diskAvailableBytes: available, diskTotalBytes: total } },
	});
	const given = (freeBytes: number, capacityBytes: number): Scenario => ({
		node: { storage: { freeBytes, capacityBytes } },
	});
	table('space', [
		['not told', [{}], 'unknown', /no dataDirectory/],
		['at the threshold', [disk(100)], 'up', /100 B free/],
		['below it', [disk(99)], 'degraded', /nearly full/],
		['none left', [disk(0)], 'degraded', /nearly full/],
		['of nothing', [disk(0, 0)], 'unknown', /no dataDirectory/],
		[
			'of an unknown whole, at the threshold',
			[{ node: { resources: { source: 'node', diskAvailableBytes: 5 * 2 ** 30 } } }],
			'up',
			/5.37 GB free/,
		],
		[
			'below it',
			[{ node: { resources: { source: 'node', diskAvailableBytes: 5 * 2 ** 30 - 1 } } }],
			'degraded',
			/nearly full/,
		],
		['what a storage node was given', [given(200, 1000)], 'up', /20.0% free/],
		['less', [given(199, 1000)], 'degraded', /19.9% of its storage is free/],
		['by its directory', [{ directory: { ...size, availableBytes: 99 } }], 'degraded', /9.9%/],
		[
			'no inodes',
			[{ directory: { ...size, inodes: { total: 100, free: 4 } } }],
			'degraded',
			/no more files/,
		],
		[
			'old words do not count',
			[{ node: { ...disk(0).node, poll: { status: 'failed', failures: 1 } } }],
			'unknown',
			/does not answer/,
		],
	]);

	const sync = (p99: number): Scenario => ({
		node: { consensus: { latenciesMs: { diskSync: { p99 } } } },
	});
	table('writeLatency', [
		['not told', [{}], 'unknown', /not looked at/],
		['not asked for', [{ directory: size }], 'unknown', /testWrites is not set/],
		['by the node, at the threshold', [sync(500)], 'up', /synced in 500 ms/],
		['above it', [sync(501)], 'degraded', /synced in 501 ms/],
		['by a test write', [{ directory: { ...size, write: { ms: 3 } } }], 'up', /4 KiB .* 3.0 ms/],
		[
			'that failed',
			[{ directory: { ...size, write: { problem: 'EROFS' } } }],
			'degraded',
			/nothing can/,
		],
	]);

	const report = (reason: string): Scenario => ({
		node: { selfReport: { status: 'down', reasons: [reason] } },
	});
	const audits = (auditScore: number): Scenario => ({
		node: { reputation: { satellites: [{ satellite: 's', auditScore }, { satellite: 't' }] } },
	});
	table('corruption', [
		['not told', [{}], 'unknown', /whether its data is intact/],
		['etcd’s alarm', [report('memberID:1 alarm:CORRUPT')], 'degraded', /calls its data corrupt/],
		['another complaint', [report('alarm:NOSPACE')], 'unknown', /whether/],
		['audits pass', [audits(0.98)], 'up', /98.0%/],
		['audits fail', [audits(0.979)], 'degraded', /97.9%/],
	]);
});

describe('resources', () => {
	const resources = (section: object): Scenario => ({
		node: { resources: { source: 'host', ...section } },
	});
	table('memory', [
		['not told', [{}], 'unknown', /does not report/],
		['of nothing', [resources({ memoryAvailableBytes: 0, memoryTotalBytes: 0 })], 'unknown', /not/],
		['at 5 %', [resources({ memoryAvailableBytes: 5, memoryTotalBytes: 100 })], 'up', /available/],
		['below', [resources({ memoryAvailableBytes: 4, memoryTotalBytes: 100 })], 'degraded', /full/],
	]);

	const some = (someRatio: number): Scenario => ({ pressure: { someRatio, fullRatio: 0 } });
	table('memoryPressure', [
		['not seen', [{}], 'unknown', /not looked at/],
		['none', [some(0)], 'up', /0.0% of the last minute/],
		['at the threshold', [some(0.2)], 'up', /20.0%/],
		['above it', [some(0.21)], 'degraded', /the machine waited .* 21.0%/],
		[
			'of its own group before that of the machine',
			[
				{
					...some(0),
					process: { cgroup: { memoryPressure: 'some avg10=0 avg60=70.00 avg300=0' } },
				},
			],
			'degraded',
			/its group waited .* 70.0%/,
		],
	]);

	table('cpu', [
		['not told', [{}], 'unknown', /does not report/],
		['idle', [resources({ cpuRatio: 0 })], 'up', /0.0% of the machine/],
		['busy is no trouble yet', [resources({ cpuRatio: 1 })], 'up', /100.0%/],
	]);

	const quota = (
		periods: number,
		throttled: number,
		more: Partial<ProcessFacts> = {},
	): Scenario => ({
		process: { cgroup: { throttling: { periods, throttled } }, ...more },
	});
	table('cpuThrottling', [
		['not seen', [{}], 'unknown', /not looked at/],
		['not counted', [{ process: {} }], 'unknown', /reports no throttling/],
		['no quota', [quota(0, 0)], 'up', /no CPU quota/],
		['the first look', [quota(100, 90)], 'unknown', /second check/],
		['at rest', [quota(100, 90), quota(100, 90)], 'up', /did not run/],
		['at the threshold', [quota(100, 90), quota(200, 115)], 'up', /25.0%/],
		['above it', [quota(100, 90), quota(200, 116)], 'degraded', /26.0%/],
		['another process', [quota(100, 0), quota(900, 900, { pid: 8 })], 'unknown', /second check/],
	]);

	const open = (openFiles: number, openFilesLimit: number): Scenario => ({
		process: { openFiles, openFilesLimit },
	});
	table('descriptors', [
		['not told', [{}], 'unknown', /not looked at/],
		['below', [open(79, 100)], 'up', /79 of 100/],
		['at the threshold', [open(80, 100)], 'degraded', /run out/],
		['as the node tells', [resources({ openFiles: 5, openFilesLimit: 100 })], 'up', /5 of 100/],
		['without a limit', [resources({ openFiles: 5 })], 'unknown', /does not report/],
	]);

	table('threads', [
		['not seen', [{}], 'unknown', /does not report/],
		['only told', [resources({ threads: 40 })], 'unknown', /40 threads, of an unknown limit/],
		['no limit', [{ process: {} }], 'unknown', /12 threads, of an unknown limit/],
		[
			'of its group, at the threshold',
			[{ process: { cgroup: { processes: 80, processesLimit: 100 } } }],
			'up',
			/its group has 80 of 100/,
		],
		[
			'above it',
			[{ process: { cgroup: { processes: 81, processesLimit: 100 } } }],
			'degraded',
			/81 of 100/,
		],
		['of the machine', [{ process: { system: { threads: 9, limit: 10 } } }], 'degraded', /9 of 10/],
	]);
});

describe('process', () => {
	const failed = (code: 'timeout' | 'unreachable' | 'badResponse'): Partial<UnjudgedNode> => ({
		poll: { status: 'failed', failures: 1, error: { code, message: 'm' } },
	});
	table('running', [
		['not seen', [{}], 'unknown', /not looked at/],
		['seen', [{ process: {} }], 'up', /process 7 runs for 1m 30s/],
		['anew', [{ process: {} }, { process: { pid: 8 } }], 'up', /started since the last check/],
		['stopped', [{ process: { state: 'T' } }], 'down', /is stopped by a signal/],
		['ended', [{ process: { state: 'Z' } }], 'down', /has ended/],
		['supervised', [{ node: { process: { state: 'running' } } }], 'up', /running/],
		['starting', [{ node: { process: { state: 'starting' } } }], 'degraded', /starting/],
		['crashed', [{ node: { process: { state: 'crashed' } } }], 'down', /crashed/],
	]);

	table('listening', [
		['not seen', [{}], 'unknown', /not looked at/],
		['answers', [{ dialled: { outcome: 'accepted', ms: 2 } }], 'up', /in 2.0 ms/],
		[
			'hangs',
			[{ node: failed('timeout'), dialled: { outcome: 'accepted', ms: 2 } }],
			'degraded',
			/does not answer/,
		],
		['refused', [{ dialled: { outcome: 'refused', problem: 'ECONNREFUSED' } }], 'down', /nothing/],
		['silent', [{ dialled: { outcome: 'silent', problem: 'ETIMEDOUT' } }], 'down', /does not/],
		[
			'silent for a moment, where a proxy answered the poll',
			[{ node: failed('badResponse'), dialled: { outcome: 'silent', problem: 'no connection' } }],
			'unknown',
			/answered the last poll/,
		],
	]);

	test('while it does not answer, only what is looked at now is told', async () => {
		const health = await play({
			node: {
				...failed('unreachable'),
				consensus: { status: 'active' },
				network: { peers: 9 },
				dag: { missing: 0 },
			},
			dialled: { outcome: 'refused', problem: 'ECONNREFUSED' },
		});
		expect(health.map(({ component, status }) => [component, status])).toEqual([
			['consensus', 'unknown'],
			['dag', 'unknown'],
			['network', 'unknown'],
			['storage', 'unknown'],
			['resources', 'unknown'],
			['process', 'down'],
		]);
		expect(health[0]?.checks[0]?.message).toBe('the node does not answer');
	});
});

describe('a round', () => {
	test('fits the document; each check has its time, and says why it saw nothing', async () => {
		const health = await play({});
		for (const component of health) {
			expect(componentHealthSchema.parse(component)).toEqual(component);
			expect(component.status).toBe('unknown');
			for (const check of component.checks) {
				expect(check.lastCheckAt).toBe(new Date(startMs + 30_000).toISOString());
				expect(check.message).not.toBe('');
			}
		}
		expect(health.flatMap(({ checks }) => checks)).toHaveLength(26);
	});

	test('a check of what the node cannot have does not apply; one without data does', async () => {
		const health = createNodeHealth({
			target: targetFor('http://n1'),
			local: { begin: () => factsOf({}) },
			now: () => startMs,
			reportBug: (error) => {
				throw error;
			},
		});
		const components = await health.round({
			node: nodeOf({ node: { network: { peers: 5 } } }),
			memory: {},
			issues: [],
			nowMs: startMs,
			recent: recentOf({}),
			whyAbsent: (component) => (component === 'consensus' ? 'it has no chain' : undefined),
		});
		const checksOf = (name: string) =>
			components.find(({ component }) => component === name)?.checks ?? [];
		expect(checksOf('consensus')[0]).toMatchObject({
			status: 'unknown',
			message: 'it has no chain',
			applies: false,
		});
		expect(checksOf('dag').map(({ applies }) => applies)).toEqual([false, false, false, false]);
		expect(checksOf('network').map(({ applies }) => applies)).not.toContain(false);
		expect(componentHealthSchema.parse(components[0])).toEqual(components[0]);
	});

	test('a component is as bad as the worst that was seen; what was not seen proves nothing', async () => {
		const status = async (scenario: Scenario) =>
			(await play(scenario)).find(({ component }) => component === 'network')?.status;
		expect(await status({})).toBe('unknown');
		expect(await status({ node: { network: { peers: 5 } } })).toBe('up');
		expect(await status({ node: { network: { peers: 2, latencyMs: { p50: 1 } } } })).toBe(
			'degraded',
		);
	});

	test('what it finds is an issue of the node, once, until it is asked again', async () => {
		const node = nodeOf({ node: { network: { peers: 2 }, dag: { vertices: 10, orphaned: 9 } } });
		const components = await play({ node });
		const report = judgeOnce({ node, memory: {}, components, nowMs: startMs }, undefined);
		expect(report.status).toBe('degraded');
		expect(report.issues.map(({ code }) => code)).toEqual(['peersFew', 'orphansHigh']);
		expect(report.components).toEqual(components);
		const later = judgeOnce({ node, memory: {}, components, nowMs: startMs + 9000 }, report);
		expect(later.issues[0]?.since).toBe(new Date(startMs).toISOString());
		const alone = nodeOf({ node: { network: { peers: 0 } } });
		const twice = { node: alone, memory: {}, components: await play({ node: alone }) };
		const codes = judgeOnce({ ...twice, nowMs: startMs }, undefined).issues.map(({ code }) => code);
		expect(codes).toEqual(['peersNone']);
	});

	test('a check of ours that throws is unknown, and told', async () => {
		const told: unknown[] = [];
		const broken = { ...factsOf({}), directory: () => Promise.reject(new TypeError('ours')) };
		const health = createNodeHealth({
			target: targetFor('http://n1'),
			local: { begin: () => broken },
			now: () => startMs,
			reportBug: (error) => told.push(error),
		});
		const node = nodeOf({ node: { network: { peers: 5 } } });
		const result = await health.round({
			node,
			memory: {},
			issues: [],
			nowMs: startMs,
			recent: recentOf({}),
		});
		expect(told).toHaveLength(3);
		expect(result.find(({ component }) => component === 'network')?.status).toBe('up');
		expect(result.find(({ component }) => component === 'storage')?.checks[0]).toMatchObject({
			status: 'unknown',
			message: 'a bug of nodetop',
		});
	});
});

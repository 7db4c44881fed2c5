import { describe, expect, test } from 'vitest';
import type { UnjudgedNode } from '../../source/sections/finding.ts';
import type { CheckResult, CheckValue } from '../../source/sections/health/component-health.ts';
import { ago, checkOf, groupOf, startMs, vertex } from './rounds.ts';
import type { Scenario } from './rounds.ts';

/** A result in one line: `degraded by headOld, warning: its words (evidence) → next step | headAge 200 seconds above 180/1800`. */
function lineOf({ status, issue, severity, message, evidence, nextStep, values }: CheckResult) {
	return [
		status,
		issue === undefined ? '' : ` by ${issue}, ${severity}`,
		`: ${message}`,
		evidence === undefined ? '' : ` (${evidence})`,
		nextStep === undefined ? '' : ` → ${nextStep}`,
		...values.map((value) => ` | ${valueText(value)}`),
	].join('');
}

function valueText({ name, value, unit, trouble, warning, critical }: CheckValue): string {
	const limits = trouble === undefined ? '' : ` ${trouble} ${warning ?? ''}/${critical ?? ''}`;
	return `${name} ${value} ${unit}${limits}`;
}

describe('values and troubles', () => {
	const failing = (
		code: 'timeout' | 'unreachable' | 'badResponse' | 'unauthorized' | 'noNetwork',
	) => ({ poll: { status: 'failed', failures: 1, error: { code, message: 'm' } } }) as const;
	const host = (section: object): Scenario => ({
		node: { resources: { source: 'host', ...section } },
	});
	const headOf = (age: number, more: Partial<UnjudgedNode> = {}): Scenario => ({
		node: { chain: { head: { number: 5, at: ago(age) } }, network: { peers: 4 }, ...more },
	});
	const timed = (timeouts: number, view: number): Scenario => ({
		node: { consensus: { timeouts, view, validators: 3 } },
		group: groupOf('level'),
	});
	const circling = (round: readonly number[], section: object = { round: 1 }): Scenario => ({
		node: { consensus: section },
		recent: {
			'consensus.round': round,
			'consensus.view': round.map((value) => value * 2),
			finalized: round.map(() => 7),
		},
	});
	const passed = Array.from({ length: 61 }, (_, index) => index);
	const size = { totalBytes: 1000, availableBytes: 50 };
	const throttling = (periods: number, throttled: number): Scenario => ({
		process: { cgroup: { throttling: { periods, throttled } } },
	});
	const peersOf = (from: number): Scenario => ({
		node: {
			network: {
				peers: 8,
				peerList: Array.from({ length: 8 }, (_, index) => ({ id: `p${from + index}` })),
			},
		},
	});
	const branchingOf = (...values: readonly number[]): Scenario[] =>
		values.map((branchingFactor) => ({ node: { dag: { branchingFactor } } }));

	test.each<[string, readonly Scenario[], string]>([
		[
			'status',
			[{ node: { consensus: { status: 'stalled' } } }],
			'degraded by consensusStalled, critical: consensus is stalled: nothing new becomes final → compare with another node of the same network; then check peers, disk and clock',
		],
		[
			'status',
			[{ node: { consensus: { status: 'syncing' } } }],
			'degraded by syncing, warning: the node is syncing → wait while the height rises; if it does not, check peers and disk',
		],
		[
			'progress',
			[headOf(200)],
			'degraded by headOld, warning: its newest block is 3m 20s old (3m 20s, threshold 3m 00s) → compare with another node; then check its peers and its clock | headAge 200 seconds above 180/1800',
		],
		[
			'progress',
			[headOf(3700)],
			'degraded by headOld, critical: its newest block is 1h 01m old (1h 01m, threshold 30m 00s) → compare with another node; then check its peers and its clock | headAge 3700 seconds above 180/1800',
		],
		[
			'progress',
			[headOf(9, { chain: { head: { number: 5, at: ago(9) }, blockIntervalMs: 20_000 } })],
			'up: newest block 9 s old | headAge 9 seconds above 200/2000',
		],
		[
			'progress',
			[headOf(9, { consensus: { status: 'syncing' } })],
			'up: newest block 9 s old | headAge 9 seconds',
		],
		['progress', [{ progressAtMs: startMs - 4000 }], 'up: moved 4 s ago | progressAge 4 seconds'],
		['progress', [{ progressAtMs: startMs + 4000 }], 'up: moved 0 s ago | progressAge 0 seconds'],
		[
			'progress',
			[{ node: { consensus: { lastFinalizedAt: ago(7) } } }],
			'up: moved 7 s ago | progressAge 7 seconds',
		],
		[
			'progress',
			[{ node: { consensus: { status: 'active' } }, progressAtMs: startMs - 60_000 }],
			'degraded by noProgress, warning: nothing has moved (no change of height, round or finalized for 1m 00s) → compare with another node of the same network | progressAge 60 seconds',
		],
		[
			'participation',
			[timed(0, 100), timed(16, 200)],
			'up: 16.0% of views timed out, 100.0% of those who vote answer | timeouts 0.16 ratio | participation 1 ratio below /0.6666666666666666',
		],
		[
			'participation',
			[{ node: { consensus: { validators: 3 } }, group: groupOf('unreachable') }],
			'degraded by participationLow, critical: 33.3% of those who vote answer → find which validators are missing, and check the latency to them | participation 0.3333333333333333 ratio below /0.6666666666666666',
		],
		[
			'finalityTime',
			[{ node: { consensus: { averageFinalityMs: 30_000 } } }],
			'degraded by finalitySlow, warning: finality is slow: average 30 s (30 s, threshold 30 s) → check the latency to peers and the number of pending vertices | finalityTime 30 seconds above 30/',
		],
		[
			'stalledRounds',
			[circling(passed)],
			'degraded by roundsStalled, warning: 60 rounds passed, and nothing became final → check whether enough validators take part, and the latency to them | stalledRounds 60 count',
		],
		[
			'stalledRounds',
			[circling(passed, { view: 1 })],
			'degraded by roundsStalled, warning: 120 rounds passed, and nothing became final → check whether enough validators take part, and the latency to them | stalledRounds 120 count',
		],
		[
			'stalledRounds',
			[circling(passed, { round: 1, pending: 0 })],
			'up: nothing waits to become final | stalledRounds 60 count',
		],
		[
			'safety',
			[{ node: { consensus: { safetyViolations: 2, equivocations: 3 } } }],
			'degraded by safetyViolatedBefore, warning: consensus safety was violated since the node started (safety violations: 2, equivocations: 3) → keep the node’s log and data, and inform the network’s operators | violations 2 counter above 0/ | equivocations 3 counter',
		],
		[
			'safety',
			[{ node: { consensus: { safetyViolations: 0 } } }],
			'up: none violated | violations 0 counter above 0/ | equivocations 0 counter',
		],
		[
			'consistency',
			[{ node: { dag: { missing: 2 } } }, { node: { dag: { missing: 3 } } }],
			'degraded by verticesMissing, warning: 3 vertices that others refer to have not come (so it was at the check before) → check its peers: none of them sends these vertices | missingVertices 3 count',
		],
		[
			'consistency',
			[{ node: { dag: { missing: 2 } } }, { node: { dag: { missing: 1 } } }],
			'degraded by verticesMissing, warning: 1 vertex that others refer to has not come (so it was at the check before) → check its peers: none of them sends these vertices | missingVertices 1 count',
		],
		[
			'consistency',
			[{ node: { dag: { recent: [vertex('abcdefghijklm', ['abcdefghijklm'])] } } }],
			'degraded by dagInconsistent, critical: vertex abcdefghijkl… is its own parent → compare its vertices with another node’s; check its disk',
		],
		[
			'consistency',
			[{ node: { dag: { recent: [vertex('abcdefghijkl', ['abcdefghijkl'])] } } }],
			'degraded by dagInconsistent, critical: vertex abcdefghijkl is its own parent → compare its vertices with another node’s; check its disk',
		],
		[
			'orphans',
			[{ node: { dag: { vertices: 10, orphaned: 3 } } }],
			'degraded by orphansHigh, warning: 30.0% of its vertices are orphaned (30.0%, threshold 20.0%) → check the latency to its peers and its clock | orphaned 0.3 ratio above 0.2/',
		],
		['tipGrowth', [{ node: { dag: { tips: 1 } } }], 'up: 1 tip | tips 1 count'],
		[
			'branching',
			branchingOf(2, 2, 2, 2, 2, 8),
			'degraded by branchingChanged, warning: branching is 8.00, usual is 2.00 → check who creates the vertices, and whether peers pass them on | branching 8 count',
		],
		[
			'propagation',
			[{ node: { network: { latencyMs: { p50: 700 } } } }],
			'degraded by peerLatencyHigh, warning: half of its peers are further than 700 ms (700 ms, threshold 600 ms) → compare with other nodes; if their latency is low, check this node’s network connection | peerLatency 0.7 seconds above 0.6/',
		],
		[
			'churn',
			[peersOf(0), peersOf(5)],
			'degraded by peersChurn, warning: 5 of 8 peers left in 30 s → check its network connection and its P2P port; the Network screen lists who left | churn 0.625 ratio above 0.5/',
		],
		[
			'partition',
			[{ group: groupOf('level', 'partitioned') }],
			'degraded by networkPartitioned, critical: cut off from n2, n3 → check the network between the sides',
		],
		[
			'reachable',
			[{ directory: { problem: 'EIO' } }],
			'degraded by storageUnreachable, critical: its data directory cannot be read (EIO) → check whether the disk is mounted, and read the kernel’s log: dmesg',
		],
		[
			'space',
			[{ directory: { ...size, totalBytes: 0 } }],
			'unknown: the file system of its data directory reports no size',
		],
		[
			'space',
			[{ directory: size }],
			'degraded by spaceLow, warning: storage is nearly full: 5.0% free, 50 B → free space or add a disk before the node stops | free 0.05 ratio below 0.1/0.05 | available 50 bytes',
		],
		[
			'space',
			[{ directory: { ...size, availableBytes: 40 } }],
			'degraded by spaceLow, critical: storage is nearly full: 4.0% free, 40 B → free space or add a disk before the node stops | free 0.04 ratio below 0.1/0.05 | available 40 bytes',
		],
		[
			'space',
			[{ directory: { ...size, inodes: { total: 100, free: 4 } } }],
			'degraded by spaceLow, warning: no more files can be made soon (4.0% of the inodes are free) → remove files, however small | inodesFree 0.04 ratio',
		],
		[
			'space',
			[{ directory: { ...size, availableBytes: 500, inodes: { total: 100, free: 5 } } }],
			'up: 50.0% free, 500 B | free 0.5 ratio below 0.1/0.05 | available 500 bytes',
		],
		[
			'space',
			[{ node: { storage: { freeBytes: 100, capacityBytes: 1000 } } }],
			'degraded by storageFull, warning: 10.0% of its storage is free (10.0%, threshold 20.0%) → add a disk, or start another node | free 0.1 ratio below 0.2/0.05 | available 100 bytes',
		],
		[
			'space',
			[host({ diskAvailableBytes: 50, diskTotalBytes: 1000 })],
			'degraded by diskLow, warning: disk is nearly full (5.0 % free) → free space or add a disk before the node stops | free 0.05 ratio below 0.1/0.05 | available 50 bytes',
		],
		[
			'space',
			[host({ diskAvailableBytes: 2 ** 30 })],
			'degraded by diskLow, warning: disk is nearly full (1.07 GB free) → free space or add a disk before the node stops | available 1073741824 bytes below 5368709120/1073741824',
		],
		[
			'writeLatency',
			[{ directory: { ...size, write: { ms: 600 } } }],
			'degraded by writesSlow, warning: 4 KiB are written in 600 ms → find what else uses the disk, and check its health: iostat, smartctl | writeLatency 0.6 seconds above 0.5/1',
		],
		[
			'writeLatency',
			[{ directory: { ...size, write: { problem: 'EROFS' } } }],
			'degraded by writesSlow, critical: nothing can be written to its data directory (EROFS) → see whether the disk is full, or mounted read-only after an error',
		],
		[
			'writeLatency',
			[{ directory: { problem: 'EIO' } }],
			'unknown: its data directory cannot be read',
		],
		[
			'writeLatency',
			[{ node: { consensus: { latenciesMs: { diskSync: { avg: 3 } } } } }],
			'up: its log is synced in 3.0 ms | writeLatency 0.003 seconds above 0.5/1',
		],
		[
			'writeLatency',
			[
				{
					node: { ...failing('unreachable'), consensus: { latenciesMs: { diskSync: { avg: 3 } } } },
				},
			],
			'unknown: the node does not report it, and not looked at',
		],
		[
			'corruption',
			[{ node: { selfReport: { status: 'down', reasons: ['alarm:CORRUPT'] } } }],
			'degraded by dataCorrupt, critical: the node calls its data corrupt (alarm:CORRUPT) → stop the node, keep the data, and restore it from a peer or a backup',
		],
		[
			'corruption',
			[
				{
					node: {
						reputation: {
							satellites: [
								{ satellite: 's', auditScore: 0.99 },
								{ satellite: 't', auditScore: 0.95 },
							],
						},
					},
				},
			],
			'degraded by auditScoreLow, critical: audit score 95.0% at t; below 96 % it is disqualified for good (95.0%, threshold 97.0%) → check the disk and the data at once: files are missing or damaged | auditScore 0.95 ratio below 0.98/0.97',
		],
		[
			'memory',
			[host({ memoryAvailableBytes: 4, memoryTotalBytes: 100 })],
			'degraded by memoryLow, warning: memory is nearly full: 4.0% available (4.0%, threshold 5.0%) → find which process grew: top, ps aux --sort=-rss | memoryAvailable 0.04 ratio below 0.05/',
		],
		[
			'memoryPressure',
			[{ pressure: { someRatio: 0.3, fullRatio: 0.1 } }],
			'degraded by memoryPressure, warning: the machine waited for memory in 30.0% of the last minute → find what uses the memory, and check whether the machine swaps: top, vmstat 1 | memoryPressure 0.3 ratio above 0.2/0.6 | memoryPressureFull 0.1 ratio',
		],
		[
			'memoryPressure',
			[{ pressure: { someRatio: 0.1, fullRatio: undefined } }],
			'up: the machine waited for memory in 10.0% of the last minute | memoryPressure 0.1 ratio above 0.2/0.6',
		],
		[
			'cpu',
			[{ node: { resources: { source: 'node', cpuRatio: 0.5 } } }],
			'up: 50.0% of one core | cpu 0.5 ratio',
		],
		[
			'cpuThrottling',
			[throttling(100, 90), throttling(200, 120)],
			'degraded by cpuThrottled, warning: held back in 30.0% of its CPU periods → raise its CPU quota (CPUQuota=, --cpus, limits.cpu) | cpuThrottled 0.3 ratio above 0.25/',
		],
		[
			'cpuThrottling',
			[
				throttling(100, 90),
				{ process: { startTicks: 101, cgroup: { throttling: { periods: 200, throttled: 120 } } } },
			],
			'unknown: known from the second check on',
		],
		[
			'descriptors',
			[{ process: { openFiles: 90, openFilesLimit: 100 } }],
			'degraded by descriptorsHigh, warning: file descriptors run out (90 of 100 open) → raise the limit (LimitNOFILE, ulimit -n) and restart the node | openFiles 0.9 ratio above 0.8/',
		],
		[
			'descriptors',
			[{ process: { openFiles: 90 } }],
			'unknown: the node does not report it, and its limit is not known',
		],
		[
			'descriptors',
			[
				{
					process: { openFiles: 90 },
					node: { resources: { source: 'node', openFiles: 5, openFilesLimit: 10 } },
				},
			],
			'up: 5 of 10 open | openFiles 0.5 ratio above 0.8/',
		],
		[
			'descriptors',
			[
				{
					node: {
						...failing('unreachable'),
						resources: { source: 'node', openFiles: 5, openFilesLimit: 10 },
					},
				},
			],
			'unknown: the node does not report it, and not looked at',
		],
		[
			'threads',
			[{ process: { cgroup: { processes: 90, processesLimit: 100 } } }],
			'degraded by threadsHigh, warning: 12 threads; its group has 90 of 100 → raise the limit (TasksMax=, kernel.threads-max), or find what leaks them | threads 12 count | threadsUsed 0.9 ratio above 0.8/',
		],
		[
			'threads',
			[{ process: { threads: 1, system: { threads: 9, limit: 0 } } }],
			'unknown: 1 thread, of an unknown limit',
		],
		[
			'threads',
			[{ process: { system: { threads: 9, limit: 10 } } }],
			'degraded by threadsHigh, warning: 12 threads; the machine has 9 of 10 → raise the limit (TasksMax=, kernel.threads-max), or find what leaks them | threads 12 count | threadsUsed 0.9 ratio above 0.8/',
		],
		[
			'threads',
			[{ node: { ...failing('unreachable'), resources: { source: 'node', threads: 5 } } }],
			'unknown: the node does not report it, and not looked at',
		],
		[
			'running',
			[{ node: { process: { state: 'crashed', exitReason: 'killed by SIGKILL' } } }],
			'down by processCrashed, critical: the state of its process is crashed (killed by SIGKILL) → read the end of its log',
		],
		[
			'running',
			[{ node: { process: { state: 'error' } } }],
			'down by processCrashed, critical: the state of its process is error → read the end of its log',
		],
		[
			'running',
			[{ node: { process: { state: 'stopped' } } }],
			'down by processTroubled, critical: its process is stopped → read the end of its log',
		],
		[
			'running',
			[{ node: { process: { state: 'starting' } } }],
			'degraded by processTroubled, warning: its process is starting → read the end of its log',
		],
		[
			'running',
			[{ node: { process: { state: 'upgrading' } } }],
			'degraded by processTroubled, warning: its process is upgrading → read the end of its log',
		],
		[
			'running',
			[{ node: { process: { state: 'stopping' } } }],
			'degraded by processTroubled, warning: its process is stopping → read the end of its log',
		],
		[
			'running',
			[{ node: { ...failing('unreachable'), process: { state: 'running' } }, process: {} }],
			'up: process 7 runs for 1m 30s | uptime 90 seconds',
		],
		[
			'running',
			[
				{
					node: { ...failing('unreachable'), process: { state: 'crashed', supervisor: 'nodetop' } },
					process: {},
				},
			],
			'down by processCrashed, critical: the state of its process is crashed → read the end of its log',
		],
		[
			'running',
			[{ process: { state: 't' } }],
			'down by processTroubled, critical: process 7 is stopped by a signal or a debugger → let it go on: kill -CONT 7 | uptime 90 seconds',
		],
		[
			'running',
			[{ process: { state: 'X' } }],
			'down by processTroubled, critical: process 7 has ended | uptime 90 seconds',
		],
		['running', [{ process: { uptimeSeconds: undefined } }], 'up: process 7 runs'],
		[
			'running',
			[{ process: {} }, { process: { startTicks: 101 } }],
			'up: process 7 runs for 1m 30s, started since the last check | uptime 90 seconds',
		],
		[
			'running',
			[{ process: {} }, { process: {} }],
			'up: process 7 runs for 1m 30s | uptime 90 seconds',
		],
		[
			'listening',
			[{ dialled: { outcome: 'accepted', ms: 2 } }],
			'up: its port accepts connections in 2.0 ms | connect 0.002 seconds',
		],
		[
			'listening',
			[{ node: failing('timeout'), dialled: { outcome: 'accepted', ms: 2 } }],
			'degraded by notListening, critical: its port accepts connections, but it does not answer → it hangs: check its log, its disk and its memory before restarting it | connect 0.002 seconds',
		],
		[
			'listening',
			[{ node: failing('unreachable'), dialled: { outcome: 'accepted', ms: 2 } }],
			'up: its port accepts connections in 2.0 ms | connect 0.002 seconds',
		],
		[
			'listening',
			[{ dialled: { outcome: 'refused', problem: 'ECONNREFUSED' } }],
			'down by notListening, critical: nothing listens at its address → start it, or check its port',
		],
		[
			'listening',
			[{ dialled: { outcome: 'silent', problem: 'ETIMEDOUT' } }],
			'down by notListening, critical: its address does not answer (ETIMEDOUT) → check the path to it and its firewall',
		],
		[
			'listening',
			[{ node: failing('unauthorized'), dialled: { outcome: 'silent', problem: 'x' } }],
			'unknown: no connection was made in time, and yet its address answered the last poll',
		],
		[
			'peers',
			[{ node: { poll: { status: 'pending', failures: 0 }, network: { peers: 9 } } }],
			'unknown: the node was not polled yet',
		],
		[
			'peers',
			[{ node: { ...failing('noNetwork'), network: { peers: 9 } } }],
			'unknown: our own connection is lost',
		],
		[
			'peers',
			[
				{
					node: { poll: { status: 'ok', failures: 0, cachedBy: 'a cache' }, network: { peers: 9 } },
				},
			],
			'up: 9 peers | peers 9 count below 3/',
		],
		[
			'consistency',
			[{ node: { dag: { missing: 2 } } }, { node: { dag: { missing: 0 } } }],
			'up: no vertex is missing for long | missingVertices 0 count',
		],
		[
			'branching',
			branchingOf(2, 2, 2, 2, 8),
			'unknown: 8.00; what is usual is known after 5 checks',
		],
		[
			'stalledRounds',
			[circling([Number.NaN, ...passed.slice(1)])],
			'unknown: not watched for 1m 00s yet',
		],
	])('%s', async (name, scenarios, line) => {
		expect(lineOf(await checkOf(name, ...scenarios))).toBe(line);
	});
});

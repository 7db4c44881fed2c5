import { describe, expect, it } from 'vitest';
import type { UnjudgedNode } from '../../source/sections/finding.ts';
import { ruleEntrySchema } from '../../source/domain/rule.ts';
import { createJudge } from '../../source/health/judge.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import type { HealthReport } from '../../source/sections/health/schema.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import { judgeOnce } from '../helpers/judge-once.ts';

const nowMs = Date.parse('2026-01-01T01:00:00Z');

function node(sections: Partial<UnjudgedNode>): UnjudgedNode {
	return {
		target: { name: 'n', kind: 'evm', url: 'http://n' },
		poll: { status: 'ok', failures: 0 },
		...sections,
	};
}

function failedWith(
	code:
		| 'unreachable'
		| 'timeout'
		| 'badResponse'
		| 'unauthorized'
		| 'rateLimited'
		| 'internal'
		| 'tooBusy'
		| 'noNetwork',
) {
	return node({ poll: { status: 'failed', failures: 1, error: { code, message: 'm' } } });
}

function failedNow(code: 'badResponse', httpStatus: number) {
	const error = { code, message: 'm', httpStatus };
	const lastGoodAt = '2026-01-01T00:59:00Z';
	return node({ poll: { status: 'failed', failures: 1, error, lastGoodAt } });
}

function failedFirst(httpStatus: number) {
	const error = { code: 'badResponse' as const, message: 'm', httpStatus };
	return node({ poll: { status: 'failed', failures: 1, error } });
}

it('takes two busy cores of sixteen for no busy machine', () => {
	const issuesOf = (source: 'host' | 'node', cpuRatio: number) =>
		judgeOnce({ node: node({ resources: { source, cpuRatio } }), memory: {}, nowMs }).issues.map(
			({ code }) => code,
		);
	// A process is measured in cores, a machine as a share of all it has.
	expect(issuesOf('node', 2)).toEqual([]);
	expect(issuesOf('host', 2 / 16)).toEqual([]);
	expect(issuesOf('host', 0.95)).toEqual(['cpuBusy']);
});

it('shows a failed first poll, and lets no alert rest on it alone', () => {
	const judge = createJudge();
	const seenAfter = (poll: Partial<UnjudgedNode['poll']>) => {
		const polled = failedWith('unreachable');
		const subject = { ...polled, poll: { ...polled.poll, ...poll } };
		const input = { node: subject, memory: {}, components: undefined, nowMs };
		const health = judge.judgeNode(input, undefined);
		const observed = judge.observe({ nodes: [{ ...subject, health }], groups: [] }, nowMs);
		return [health.status, observed.node('n')?.get('nodeDown')?.kind];
	};
	expect(seenAfter({ failures: 1 })).toEqual(['down', 'noData']);
	expect(seenAfter({ failures: 2 })).toEqual(['down', 'bad']);
	expect(seenAfter({ failures: 1, lastGoodAt: '2026-01-01T00:59:00Z' })).toEqual(['down', 'bad']);
});

describe('what was observed', () => {
	const input = (subject: UnjudgedNode) => ({ node: subject, memory: {}, nowMs });
	const named = (name: string, sections: Partial<UnjudgedNode>): UnjudgedNode => ({
		...node(sections),
		target: { name, kind: 'evm', url: `http://${name}` },
	});
	const alone: Partial<UnjudgedNode> = { network: { peers: 0 } };
	const well: HealthReport = { status: 'up', issues: [] };

	it('is of the nodes that were judged, as long as they are there', () => {
		const judge = createJudge();
		const [a, b] = [named('a', alone), named('b', alone)];
		for (const each of [a, b]) judge.judgeNode(input(each), undefined);
		const kindOf = (subjects: readonly UnjudgedNode[], name: string) =>
			judge
				.observe({ nodes: subjects.map((each) => ({ ...each, health: well })), groups: [] }, nowMs)
				.node(name)
				?.get('peersNone')?.kind;
		expect([kindOf([a, b], 'a'), kindOf([a, b], 'b')]).toEqual(['bad', 'bad']);
		expect([kindOf([b], 'a'), kindOf([b], 'b')]).toEqual([undefined, 'bad']);
		// One that comes back unjudged has what its own report says.
		expect(kindOf([a, b], 'a')).not.toBe('bad');
	});

	it('is of a node that another nodetop judged by its issues', () => {
		const health = judgeOnce(input(named('far', alone)));
		const observed = createJudge().observe(
			{ nodes: [{ ...named('far', alone), health }], groups: [] },
			nowMs,
		);
		expect(observed.node('far')?.get('peersNone')?.kind).toBe('bad');
		expect(observed.node('nobody')).toBeUndefined();
	});

	it('is of each group by its name, and of entries by their node', () => {
		const judge = createJudge();
		const group = {
			name: 'g',
			kind: 'evm',
			state: 'forked' as const,
			since: '2026-01-01T00:00:00Z',
			message: '2 chains',
			nodes: [],
			members: [],
		};
		const observed = judge.observe({ nodes: [], groups: [group] }, nowMs);
		expect(observed.group('g')?.get('networkForked')?.kind).toBe('bad');
		expect(observed.group('h')).toBeUndefined();
		expect(observed.entry('satellite', 'nobody', 'x')).toBeUndefined();
		const satellites = [{ satellite: 's', name: 'us1', auditScore: 0.5 }];
		const storing = named('s', { reputation: { satellites } });
		judge.judgeNode(input(storing), undefined);
		const seen = judge.observe({ nodes: [{ ...storing, health: well }], groups: [] }, nowMs);
		expect(seen.entry('satellite', 's', 's')).toBeDefined();
		expect(seen.entry('satellite', 's', 'other')).toBeUndefined();
	});

	it('is of no entry of a node that does not answer: what it said of them is old', () => {
		const judge = createJudge();
		const reputation = { satellites: [{ satellite: 's', name: 'us1', auditScore: 0.5 }] };
		const codesAt = (polled: UnjudgedNode) => {
			const health = judge.judgeNode(input({ ...polled, reputation }), undefined);
			const nodes = [{ ...polled, reputation, health }];
			const entry = judge.observe({ nodes, groups: [] }, nowMs).entry('satellite', 'n', 's');
			return [health.issues.map(({ code }) => code), entry !== undefined];
		};
		expect(codesAt(node({}))).toEqual([[expect.any(String)], true]);
		expect(codesAt(failedWith('timeout'))).toEqual([['nodeDown'], false]);
	});

	it('is judged by other rules once they are given', () => {
		const judge = createJudge();
		const codes = () =>
			judge.judgeNode(input(named('a', alone)), undefined).issues.map(({ code }) => code);
		expect(codes()).toContain('peersNone');
		judge.reload(buildRuleSet(builtInRules, { 'peers-none': { enabled: false } }));
		expect(codes()).not.toContain('peersNone');
	});

	it('of one good poll is no failed first one', () => {
		const judge = createJudge();
		const subject = node({ poll: { status: 'ok', failures: 1 }, network: { peers: 0 } });
		const health = judge.judgeNode(input(subject), undefined);
		expect(health).not.toHaveProperty('components');
		const observed = judge.observe({ nodes: [{ ...subject, health }], groups: [] }, nowMs);
		expect(observed.node('n')?.get('peersNone')?.kind).toBe('bad');
	});
});

describe('judge', () => {
	it.each([
		['nothing wrong', node({}), 'up', []],
		['not polled yet', node({ poll: { status: 'pending', failures: 0 } }), 'unknown', []],
		['unreachable', failedWith('unreachable'), 'down', ['nodeDown']],
		['frozen', failedWith('timeout'), 'down', ['nodeDown']],
		[
			'a page instead of the API, from the start',
			failedWith('badResponse'),
			'unknown',
			['nodeDown'],
		],
		[
			'a page instead of the API that answered',
			failedNow('badResponse', 200),
			'down',
			['nodeDown'],
		],
		['a gateway without the node', failedFirst(502), 'down', ['nodeDown']],
		['a program that never answers well', failedFirst(500), 'unknown', ['nodeDown']],
		['refused, but alive', failedWith('unauthorized'), 'unknown', ['nodeDown']],
		['limited, but alive', failedWith('rateLimited'), 'unknown', ['nodeDown']],
		['this machine was late', failedWith('tooBusy'), 'unknown', ['machineTooBusy']],
		['this machine has no route to it', failedWith('noNetwork'), 'unknown', ['ownConnectionLost']],
		['our own bug', failedWith('internal'), 'unknown', ['nodeDown']],
		['halted', node({ consensus: { status: 'halted' } }), 'down', ['consensusStalled']],
		['stalled', node({ consensus: { status: 'stalled' } }), 'degraded', ['consensusStalled']],
		['syncing', node({ consensus: { status: 'syncing' } }), 'degraded', ['syncing']],
		['active', node({ consensus: { status: 'active' } }), 'up', []],
		['alone', node({ network: { peers: 0 } }), 'degraded', ['peersNone']],
		[
			'the only member of its group',
			node({ network: { peers: 0 }, consensus: { status: 'active', validators: 1 } }),
			'up',
			[],
		],
		[
			'one of three, alone',
			node({ network: { peers: 0 }, consensus: { status: 'active', validators: 3 } }),
			'degraded',
			['peersNone'],
		],
		[
			'a development chain alone',
			node({ network: { peers: 0 }, identity: { chainId: 31_337 } }),
			'up',
			[],
		],
		['peers not told', node({ network: {} }), 'up', []],
		['equivocation', node({ consensus: { equivocations: 1 } }), 'up', ['safetyViolatedBefore']],
		[
			'slow finality',
			node({ consensus: { averageFinalityMs: 31_000 } }),
			'degraded',
			['finalitySlow'],
		],
		[
			'says so itself',
			node({ selfReport: { status: 'down', reasons: ['disk'] } }),
			'down',
			['selfReported'],
		],
		[
			'disk at 4 %',
			node({ resources: { source: 'node', diskAvailableBytes: 4, diskTotalBytes: 100 } }),
			'degraded',
			['diskLow'],
		],
		[
			'disk of no size',
			node({ resources: { source: 'node', diskAvailableBytes: 0, diskTotalBytes: 0 } }),
			'up',
			[],
		],
		[
			'4 GiB of a disk of unknown size',
			node({ resources: { source: 'node', diskAvailableBytes: 4 * 2 ** 30 } }),
			'degraded',
			['diskLow'],
		],
		[
			'6 GiB of a disk of unknown size',
			node({ resources: { source: 'node', diskAvailableBytes: 6 * 2 ** 30 } }),
			'up',
			[],
		],
		[
			'descriptors',
			node({ resources: { source: 'node', openFiles: 90, openFilesLimit: 100 } }),
			'degraded',
			['descriptorsHigh'],
		],
		[
			'a busy host is no fault',
			node({ resources: { source: 'host', cpuRatio: 1 } }),
			'up',
			['cpuBusy'],
		],
	] as const)('%s', (_what, input, status, codes) => {
		const report = judgeOnce({ node: input, memory: {}, nowMs }, undefined);
		expect(report.status).toBe(status);
		expect(report.issues.map(({ code }) => code)).toEqual(codes);
	});

	it('judges only the failure while polls fail: the sections are old', () => {
		const stale = { ...failedWith('timeout'), network: { peers: 0 } };
		const report = judgeOnce({ node: stale, memory: {}, nowMs }, undefined);
		expect(report.issues.map(({ code }) => code)).toEqual(['nodeDown']);
	});

	it('tells a node that says active and does not move, after ten of its block intervals', () => {
		const active = node({ consensus: { status: 'active' }, chain: { blockIntervalMs: 12_000 } });
		const at = (seconds: number) =>
			judgeOnce(
				{ node: active, memory: { progressAtMs: nowMs - seconds * 1000 }, nowMs },
				undefined,
			);
		expect(at(119).status).toBe('up');
		expect(at(120).issues[0]?.code).toBe('noProgress');
		expect(judgeOnce({ node: active, memory: {}, nowMs }, undefined).status).toBe('up');
	});

	it.each([
		['all applied and nothing pending', { applied: 7, finalized: 7, pending: 0 }, 'up'],
		['something pending', { applied: 7, finalized: 7, pending: 1 }, 'degraded'],
		['not all applied', { applied: 6, finalized: 7, pending: 0 }, 'degraded'],
		['nothing told of applying', { finalized: 7, pending: 0 }, 'degraded'],
	] as const)('an active log that stands still, %s: %s', (_name, consensus, status) => {
		const active = node({ consensus: { status: 'active', ...consensus } });
		const memory = { progressAtMs: nowMs - 600_000 };
		expect(judgeOnce({ node: active, memory, nowMs }, undefined).status).toBe(status);
	});

	it.each([
		[{ equivocations: 2 }, 'a participant equivocated since the node started', 'equivocations: 2'],
		[
			{ safetyViolations: 1 },
			'consensus safety was violated since the node started',
			'safety violations: 1',
		],
		[
			{ safetyViolations: 1, equivocations: 2 },
			'consensus safety was violated since the node started',
			'safety violations: 1, equivocations: 2',
		],
	])(
		'%j: says what was seen, and nothing that the node did not say',
		(counts, message, evidence) => {
			const consensus = { status: 'active' as const, ...counts };
			const { issues } = judgeOnce({ node: node({ consensus }), memory: {}, nowMs }, undefined);
			expect(issues).toMatchObject([{ message, evidence }]);
		},
	);

	it('tells another chain at the same address', () => {
		const report = judgeOnce(
			{ node: node({ identity: { chainId: 5 } }), memory: { first: { chainId: 1 } }, nowMs },
			undefined,
		);
		expect(report.issues[0]).toMatchObject({
			code: 'chainChanged',
			evidence: 'chain id was 1, is 5',
		});
	});

	it('tells another chain as that, and not as a reorganisation or a fallen head too', () => {
		const memory = {
			first: { genesisHash: '0xa' },
			setback: { of: 'head' as const, by: 9, from: 9, to: 0, times: 1, lastAtMs: nowMs },
		};
		const chain = (reorgs: number) => ({
			head: { number: 5 },
			reorgs: { count: reorgs, lastDepth: 5 },
		});
		const judge = createJudge();
		const before = judge.judgeNode(
			{
				node: node({ identity: { genesisHash: '0xa' }, chain: chain(0) }),
				memory: {},
				components: undefined,
				nowMs,
			},
			undefined,
		);
		const after = judge.judgeNode(
			{
				node: node({ identity: { genesisHash: '0xb' }, chain: chain(1) }),
				memory,
				components: undefined,
				nowMs: nowMs + 5000,
			},
			before,
		);
		expect(after.issues.map(({ code }) => code)).toEqual(['chainChanged']);
	});

	it('keeps since while a finding lasts, and begins anew after it went', () => {
		const alone = node({ network: { peers: 0 } });
		const first = judgeOnce({ node: alone, memory: {}, nowMs }, undefined);
		const second = judgeOnce({ node: alone, memory: {}, nowMs: nowMs + 5000 }, first);
		expect(second.issues[0]?.since).toBe('2026-01-01T01:00:00.000Z');
		const gone = judgeOnce({ node: node({}), memory: {}, nowMs: nowMs + 6000 }, second);
		const again = judgeOnce({ node: alone, memory: {}, nowMs: nowMs + 7000 }, gone);
		expect(again.issues[0]?.since).toBe('2026-01-01T01:00:07.000Z');
	});

	it('lists the gravest first', () => {
		const report = judgeOnce(
			{
				node: node({ network: { peers: 0 }, consensus: { status: 'stalled' } }),
				memory: {},
				nowMs,
			},
			undefined,
		);
		expect(report.issues.map(({ severity }) => severity)).toEqual(['critical', 'warning']);
	});
});

describe('one verdict for health and alerts', () => {
	const headAt = (seconds: number) => new Date(nowMs - seconds * 1000).toISOString();
	const chainOf = (seconds: number, blockIntervalMs: number) =>
		node({
			consensus: { status: 'active' },
			network: { peers: 5 },
			chain: { head: { number: 7, at: headAt(seconds) }, blockIntervalMs },
		});

	it.each([
		['blocks of 60 s, a head 230 s old', chainOf(230, 60_000), 'up', undefined],
		['blocks of 60 s, a head 601 s old', chainOf(601, 60_000), 'degraded', 'warning'],
		['blocks of 60 s, a head 6001 s old', chainOf(6001, 60_000), 'degraded', 'critical'],
		['blocks of 12 s, a head 181 s old', chainOf(181, 12_000), 'degraded', 'warning'],
	] as const)('%s', (_what, input, status, severity) => {
		const judge = createJudge();
		const health = judge.judgeNode({ node: input, memory: {}, nowMs }, undefined);
		const snapshot = { ...input, health };
		const observed = judge.observe({ nodes: [snapshot], groups: [] }, nowMs).node('n');
		expect(health.status).toBe(status);
		expect(health.issues.find(({ code }) => code === 'headOld')?.severity).toBe(severity);
		const kind = severity === undefined ? 'good' : 'bad';
		expect(observed?.get('headOld')).toMatchObject({ kind, ...(severity && { severity }) });
	});

	it('an issue stays until its value is past the clear threshold', () => {
		const judge = createJudge();
		const codesAt = (steadyLatencyMs: number, previous?: HealthReport) => {
			const slow = node({ poll: { status: 'ok', failures: 0, steadyLatencyMs } });
			return judge.judgeNode({ node: slow, memory: {}, nowMs }, previous);
		};
		const slow = codesAt(1200);
		expect(slow.issues).toMatchObject([{ code: 'pollSlow', severity: 'warning' }]);
		const between = codesAt(800, slow);
		expect(between.issues).toMatchObject([{ code: 'pollSlow', severity: 'warning' }]);
		expect(codesAt(800).issues).toEqual([]);
		expect(codesAt(600, between).issues).toEqual([]);
	});

	it.each([
		[
			'a threshold',
			{ condition: { value: { field: 'poll.steadyLatencyMs' }, above: 5000 } },
			undefined,
		],
		['a severity', { severity: 'critical' }, 'critical'],
		['that it is off', { enabled: false }, undefined],
		['other kinds', { kinds: ['bft'] }, undefined],
		['other labels', { match: { node: 'm*' } }, undefined],
		['these labels', { match: { node: 'n*' } }, 'warning'],
	] as const)('a profile changes %s of a finding', (_what, entry, severity) => {
		const own = ruleEntrySchema.parse(entry);
		const judge = createJudge(buildRuleSet(builtInRules, { 'poll-slow': own }));
		const slow = node({ poll: { status: 'ok', failures: 0, steadyLatencyMs: 1200 } });
		const health = judge.judgeNode({ node: slow, memory: {}, nowMs }, undefined);
		expect(health.issues.map((issue) => issue.severity)).toEqual(severity ? [severity] : []);
		const observed = judge.observe({ nodes: [{ ...slow, health }], groups: [] }, nowMs);
		const isBad = observed.node('n')?.get('pollSlow')?.kind === 'bad';
		expect(isBad).toBe(severity !== undefined);
	});

	it('a rule of the user’s own judges no health', () => {
		const own = ruleEntrySchema.parse({
			condition: { value: { field: 'network.peers' }, below: 50 },
			message: '{node} has few peers',
		});
		const judge = createJudge(buildRuleSet(builtInRules, { 'my-peers': own }));
		const input = { node: node({ network: { peers: 9 } }), memory: {}, nowMs };
		expect(judge.judgeNode(input, undefined)).toEqual({ status: 'up', issues: [] });
	});

	it('the worst satellite is the node’s issue', () => {
		const satellites = [
			{ satellite: 'us1', auditScore: 0.979 },
			{ satellite: 'eu1', auditScore: 0.96 },
		];
		const { status, issues } = judgeOnce(
			{ node: node({ reputation: { satellites } }), memory: {}, nowMs },
			undefined,
		);
		expect(status).toBe('degraded');
		expect(issues).toMatchObject([{ code: 'auditScoreLow', severity: 'critical' }]);
		expect(issues[0]?.message).toContain('eu1');
	});
});

describe('a poll that this machine cut short', () => {
	const endpoint = (status: 'ok' | 'failed' | 'unmeasured') => ({
		poll: { status: 'partial' as const, failures: 0, endpoints: [{ name: 'peers', status }] },
	});
	/** What is said of a node after a poll, by the code of the finding. */
	function observed(code: string, sections: Partial<UnjudgedNode>, rules = builtInRules) {
		const judge = createJudge(buildRuleSet(rules));
		const polled = node(sections);
		const health = judge.judgeNode(
			{ node: polled, memory: {}, components: undefined, nowMs },
			undefined,
		);
		const nodes = [{ ...polled, health }];
		return judge.observe({ nodes, groups: [] }, nowMs).node('n')?.get(code)?.kind ?? 'noData';
	}

	it('says nothing about the endpoint', () => {
		expect(observed('endpointFailed', endpoint('failed'))).toBe('bad');
		expect(observed('endpointFailed', endpoint('unmeasured'))).toBe('noData');
		expect(observed('endpointFailed', endpoint('ok'))).toBe('good');
	});

	it('does not show that something is over by what is absent', () => {
		expect(observed('notRecognised', endpoint('ok'))).toBe('good');
		expect(observed('notRecognised', endpoint('unmeasured'))).toBe('noData');
		const chain = { chain: { head: { number: 7 } } };
		expect(observed('reorg', { ...endpoint('ok'), ...chain })).toBe('good');
		expect(observed('reorg', { ...endpoint('unmeasured'), ...chain })).toBe('noData');
	});

	it('shows by what is there', () => {
		const peers = { network: { peers: 0 } };
		expect(observed('peersNone', { ...endpoint('unmeasured'), ...peers })).toBe('bad');
		const many = { network: { peers: 50 } };
		expect(observed('peersNone', { ...endpoint('unmeasured'), ...many })).toBe('good');
		expect(observed('nodeDown', endpoint('unmeasured'))).toBe('good');
	});
});

import { describe, expect, it } from 'vitest';
import type { RuleEntry } from '../../source/domain/rule.ts';
import { createJudge } from '../../source/health/judge.ts';
import type { JudgeInput } from '../../source/health/observations-of.ts';
import type { NodeSubject } from '../../source/health/observers.ts';
import { planOf } from '../../source/health/plan.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import type { UnjudgedNode } from '../../source/sections/finding.ts';
import type {
	CheckResult,
	ComponentHealth,
} from '../../source/sections/health/component-health.ts';
import type { HealthReport } from '../../source/sections/health/schema.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';

const nowMs = Date.UTC(2026, 0, 1, 12);
const at = (agoSeconds: number) => new Date(nowMs - agoSeconds * 1000).toISOString();

function node(
	sections: Partial<UnjudgedNode> = {},
	poll: Partial<UnjudgedNode['poll']> = {},
): UnjudgedNode {
	return {
		target: { name: 'n', kind: 'evm', url: 'http://n' },
		poll: { status: 'ok', failures: 0, at: at(0), lastGoodAt: at(0), ...poll },
		...sections,
	};
}

function check(more: Partial<CheckResult>): CheckResult {
	return {
		name: 'running',
		status: 'down',
		message: 'it is stopped by a signal',
		issue: 'processTroubled',
		severity: 'critical',
		values: [],
		lastCheckAt: at(10),
		durationMs: 1,
		...more,
	};
}
const inComponent = (
	component: ComponentHealth['component'],
	...checks: CheckResult[]
): ComponentHealth => ({
	component,
	status: 'down',
	checks,
});

/** What the built-in rules, with these changes, see at a node. */
function seen(
	input: Partial<JudgeInput> & { readonly node: UnjudgedNode },
	changes: Readonly<Record<string, RuleEntry>> = {},
) {
	const judge = createJudge(buildRuleSet(builtInRules, changes));
	const report = judge.judgeNode({ memory: {}, nowMs, ...input }, undefined);
	const observed = judge.observe({ nodes: [{ ...input.node, health: report }], groups: [] }, nowMs);
	return {
		report,
		codes: report.issues.map(({ code }) => code),
		issue: (code: string) => report.issues.find((each) => each.code === code),
		observation: (code: string) => observed.node('n')?.get(code),
	};
}

describe('what a scheduled check found', () => {
	const troubled = { node: node({ process: { state: 'error' } }) };

	it('is an issue in its own words, as severe as it says, since it was seen', () => {
		const found = seen({
			...troubled,
			components: [
				inComponent('network', check({ issue: 'other' })),
				inComponent(
					'process',
					check({ name: 'listening', issue: 'other' }),
					check({ evidence: 'state T', nextStep: 'kill -CONT' }),
				),
			],
		});
		expect(found.issue('processTroubled')).toMatchObject({
			severity: 'critical',
			message: 'it is stopped by a signal',
			evidence: 'state T',
			nextStep: 'kill -CONT',
		});
		expect(found.observation('processTroubled')).toMatchObject({ kind: 'bad', seenAt: at(10) });
	});

	it('has the next step of its finding and is a warning, where the check says neither', () => {
		const { severity: _severity, ...plain } = check({});
		const found = seen({ ...troubled, components: [inComponent('process', plain)] });
		expect(found.issue('processTroubled')).toMatchObject({
			severity: 'warning',
			nextStep: 'read the end of its log',
		});
	});

	it('is none of another finding, of another check, and of a check that could not look', () => {
		const kind = (...components: ComponentHealth[]) =>
			seen({ ...troubled, components }).observation('processTroubled')?.kind;
		expect(kind(inComponent('process', check({ issue: 'notListening' })))).toBe('good');
		expect(kind(inComponent('process', check({ status: 'unknown' })))).toBeUndefined();
		expect(kind(inComponent('process', check({ name: 'listening' })))).toBeUndefined();
		expect(kind(inComponent('storage', check({})))).toBeUndefined();
		expect(kind()).toBeUndefined();
	});

	it('ends with a good poll after it that contradicts it, and with no other', () => {
		const kind = (poll: Partial<UnjudgedNode['poll']>, state: 'running' | 'error' = 'running') =>
			seen({
				node: node({ process: { state } }, poll),
				components: [inComponent('process', check({}))],
			}).observation('processTroubled')?.kind;
		expect(kind({})).toBe('good');
		expect(kind({ status: 'partial' })).toBe('good');
		expect(kind({}, 'error')).toBe('bad');
		expect(kind({ at: at(10) })).toBe('bad');
		expect(kind({ at: at(9) })).toBe('good');
		expect(kind({ status: 'failed', error: { code: 'timeout', message: 'm' } })).toBe('bad');
	});

	it('stands where nothing can contradict it', () => {
		const found = seen({
			node: node(),
			components: [inComponent('storage', check({ name: 'space', issue: 'spaceLow' }))],
		});
		expect(found.codes).toContain('spaceLow');
	});

	it('speaks for a node that does not report the figure itself', () => {
		const opened = (resources: UnjudgedNode['resources']) =>
			seen({
				node: node({ ...(resources && { resources }) }),
				components: [
					inComponent(
						'resources',
						check({
							name: 'descriptors',
							issue: 'descriptorsHigh',
							message: 'nine of ten are open',
						}),
					),
				],
			}).issue('descriptorsHigh')?.message;
		expect(opened(undefined)).toBe('nine of ten are open');
		expect(opened({ source: 'node', openFiles: 95, openFilesLimit: 100 })).toBe(
			'file descriptors run out: 95.0% of the limit are open',
		);
		expect(opened({ source: 'node', openFiles: 5, openFilesLimit: 100 })).toBeUndefined();
	});

	it('speaks alone for a node that does not answer: what that reported before is old', () => {
		const resources = { source: 'node', openFiles: 95, openFilesLimit: 100 } as const;
		const poll = {
			status: 'failed',
			failures: 3,
			error: { code: 'timeout', message: 'm' },
		} as const;
		const full = check({ name: 'descriptors', issue: 'descriptorsHigh', message: 'all are open' });
		const of = (...components: ComponentHealth[]) =>
			seen({ node: node({ resources }, poll), components });
		expect(of().codes).toEqual(['nodeDown']);
		expect(of(inComponent('resources', full)).issue('descriptorsHigh')?.message).toBe(
			'all are open',
		);
	});
});

describe('what a condition found', () => {
	const old = (seconds: number, more: Partial<UnjudgedNode> = {}) =>
		seen({
			node: node({
				chain: { head: { number: 1, at: at(seconds) }, ...more.chain },
				network: { peers: 3 },
				...(more.consensus && { consensus: more.consensus }),
			}),
		});

	it('is told with its value and its threshold', () => {
		expect(old(200).issue('headOld')).toMatchObject({
			severity: 'warning',
			message: 'its newest block is 3m 20s old',
			evidence: '3m 20s, threshold 3m 00s',
		});
		expect(old(1900).issue('headOld')?.severity).toBe('critical');
	});

	it('has thresholds that suit the node, and may be explained by something else', () => {
		const slow = { chain: { head: { number: 1, at: at(0) }, blockIntervalMs: 36_000 } };
		const stretched = (seconds: number) =>
			seen({
				node: node({
					chain: { ...slow.chain, head: { number: 1, at: at(seconds) } },
					network: { peers: 3 },
				}),
			}).issue('headOld')?.severity;
		expect([stretched(359), stretched(361), stretched(3601)]).toEqual([
			undefined,
			'warning',
			'critical',
		]);
		expect(old(200, { consensus: { status: 'syncing' } }).codes).not.toContain('headOld');
	});

	it('is as severe as the profile says', () => {
		const rule = builtInRules['head-old'];
		if (!rule) throw new Error('there is no such rule');
		const subject = node({ chain: { head: { number: 1, at: at(200) } }, network: { peers: 3 } });
		const changed = seen({ node: subject }, { 'head-old': { ...rule, severity: 'info' } });
		expect(changed.issue('headOld')?.severity).toBe('info');
	});

	it('is the profile’s own where it compares something else', () => {
		const changed = seen(
			{ node: node({ network: { peers: 3 } }) },
			{
				'head-old': {
					...builtInRules['head-old'],
					condition: { value: { field: 'network.peers' }, below: 5 },
				},
			},
		);
		expect(changed.issue('headOld')).toMatchObject({
			message: 'its newest block is 3 s old',
			evidence: '3 s, threshold 5 s',
		});
	});
});

describe('what a function found', () => {
	it('is not known where the fields that it needs are absent, or the poll was cut short', () => {
		const kind = (subject: UnjudgedNode, code: string) =>
			seen({ node: subject }).observation(code)?.kind;
		expect(kind(node({ network: { peers: 3 } }), 'peersNone')).toBe('good');
		expect(kind(node({ network: {} }), 'peersNone')).toBeUndefined();
		expect(kind(node(), 'ownParent')).toBe('good');
		const cut = { endpoints: [{ name: 'x', status: 'unmeasured' as const }] };
		expect(kind(node({}, cut), 'ownParent')).toBeUndefined();
		expect(kind(node({ network: { peers: 3 } }, cut), 'peersNone')).toBe('good');
		expect(kind(node({}, cut), 'answersCached')).toBe('good');
		expect(kind(node({}, cut), 'endpointFailed')).toBeUndefined();
	});

	it('is of the poll alone while polls fail, and of what is seen on this machine', () => {
		const failed = {
			status: 'failed' as const,
			failures: 3,
			error: { code: 'timeout' as const, message: 'm' },
		};
		const found = seen({
			node: node(
				{
					network: { peers: 0 },
					process: { state: 'running', supervisor: 'nodetop', problem: 'disk full' },
				},
				failed,
			),
		});
		expect(found.codes.toSorted()).toEqual(['nodeDown', 'supervisorTroubled']);
		const elsewhere = seen({
			node: node(
				{ network: { peers: 0 }, process: { state: 'running', problem: 'disk full' } },
				failed,
			),
		});
		expect(elsewhere.codes).toEqual(['nodeDown']);
	});
});

describe('a report', () => {
	const judge = createJudge();
	const ill = node({
		network: { peers: 0 },
		resources: { source: 'node', diskAvailableBytes: 1, diskTotalBytes: 100 },
		consensus: { equivocations: 1 },
	});

	it('lists the most severe first, and is as bad as the worst that is no mere information', () => {
		const { issues, status } = judge.judgeNode({ node: ill, memory: {}, nowMs }, undefined);
		expect(issues.map(({ severity }) => severity)).toEqual(['critical', 'warning', 'info']);
		expect(status).toBe('degraded');
		const informed = judge.judgeNode(
			{ node: node({ consensus: { equivocations: 1 } }), memory: {}, nowMs },
			undefined,
		);
		expect(informed).toMatchObject({ status: 'up', issues: [{ severity: 'info' }] });
	});

	it('keeps since when each was there, and between two thresholds keeps it at all', () => {
		const latency = (steadyLatencyMs: number) => node({}, { steadyLatencyMs });
		const look = (ms: number, seconds: number, previous?: HealthReport) =>
			judge.judgeNode({ node: latency(ms), memory: {}, nowMs: nowMs + seconds * 1000 }, previous);
		const first = look(1500, 0);
		expect(first.issues).toMatchObject([{ code: 'pollSlow', since: at(0) }]);
		const second = look(1400, 5, first);
		expect(second.issues).toMatchObject([
			{ since: at(0), message: expect.stringContaining('1.4') },
		]);
		expect(look(800, 9, second).issues).toEqual(second.issues);
		expect(look(800, 9).issues).toEqual([]);
		expect(look(600, 9, second).issues).toEqual([]);
	});

	it('has one issue for all entries of a node: the worst', () => {
		const scores = (...auditScores: readonly number[]) =>
			judge
				.judgeNode(
					{
						node: node({
							reputation: {
								satellites: auditScores.map((auditScore, index) => ({
									satellite: `s${index}`,
									auditScore,
								})),
							},
						}),
						memory: {},
						nowMs,
					},
					undefined,
				)
				.issues.filter(({ code }) => code === 'auditScoreLow');
		expect(scores(1, 1)).toEqual([]);
		expect(scores(0.999, 0.9, 0.999)).toMatchObject([
			{ severity: 'critical', message: expect.stringContaining('at s1') },
		]);
	});
});

describe('which findings are asked of a node', () => {
	const plan = planOf(buildRuleSet(builtInRules));
	const codes = (...sections: readonly string[]) =>
		plan.ofNode('evm', new Set(sections)).map(({ code }) => code);

	it('are those whose sections it had once, and those that see without any', () => {
		expect(codes('poll')).toEqual(
			expect.arrayContaining(['nodeDown', 'peersNone', 'networkForked', 'ownConnectionLost']),
		);
		expect(codes('poll')).not.toContain('peerLatencyHigh');
		expect(codes('poll', 'network')).toContain('peerLatencyHigh');
		expect(codes('poll')).not.toContain('auditScoreLow');
		expect(codes('poll')).not.toContain('versionsDiffer');
	});

	it('are asked of their own sort: entries, groups, and nodes by place', () => {
		expect(new Set(plan.ofEntries.satellite.map(({ rule }) => rule.scope))).toEqual(
			new Set(['satellite']),
		);
		expect(new Set(plan.ofEntries.validator.map(({ rule }) => rule.scope))).toEqual(
			new Set(['validator']),
		);
		expect(new Set(plan.ofGroups.map(({ rule }) => rule.scope))).toEqual(new Set(['group']));
		expect(plan.all[plan.positions.get('nodeDown') ?? -1]?.code).toBe('nodeDown');
	});

	it('answer a subject whose sections are old as if nothing were known', () => {
		const judged = plan.all.find(({ code }) => code === 'peerLatencyHigh');
		const subject = (isUnseen: boolean): NodeSubject => ({
			root: node({ network: { latencyMs: { p50: 900 } } }),
			freshness: at(0),
			wallMs: nowMs,
			steadyMs: 0,
			samples: new Map(),
			issues: [],
			isUnseen,
		});
		const input = { node: node({ network: { latencyMs: { p50: 900 } } }), memory: {}, nowMs };
		expect(judged?.observe(input, subject(false)).kind).toBe('bad');
		expect(judged?.observe(input, subject(true)).kind).toBe('noData');
	});
});

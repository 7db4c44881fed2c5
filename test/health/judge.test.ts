import { describe, expect, it } from 'vitest';
import type { UnjudgedNode } from '../../source/health/check.ts';
import { judge } from '../../source/health/judge.ts';

const nowMs = Date.parse('2026-01-01T01:00:00Z');

function node(sections: Partial<UnjudgedNode>): UnjudgedNode {
	return {
		target: { name: 'n', kind: 'evm', url: 'http://n' },
		poll: { status: 'ok', failures: 0 },
		...sections,
	};
}

function failedWith(
	code: 'unreachable' | 'timeout' | 'badResponse' | 'unauthorized' | 'rateLimited' | 'internal',
) {
	return node({ poll: { status: 'failed', failures: 1, error: { code, message: 'm' } } });
}

describe('judge', () => {
	it.each([
		['nothing wrong', node({}), 'up', []],
		['not polled yet', node({ poll: { status: 'pending', failures: 0 } }), 'unknown', []],
		['unreachable', failedWith('unreachable'), 'down', ['pollFailed']],
		['frozen', failedWith('timeout'), 'down', ['pollFailed']],
		['a page instead of the API', failedWith('badResponse'), 'down', ['pollFailed']],
		['refused, but alive', failedWith('unauthorized'), 'unknown', ['pollFailed']],
		['limited, but alive', failedWith('rateLimited'), 'unknown', ['pollFailed']],
		['our own bug', failedWith('internal'), 'unknown', ['pollFailed']],
		['halted', node({ consensus: { status: 'halted' } }), 'down', ['consensusTroubled']],
		['stalled', node({ consensus: { status: 'stalled' } }), 'degraded', ['consensusTroubled']],
		['syncing', node({ consensus: { status: 'syncing' } }), 'degraded', ['consensusTroubled']],
		['active', node({ consensus: { status: 'active' } }), 'up', []],
		['alone', node({ network: { peers: 0 } }), 'degraded', ['noPeers']],
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
			['noPeers'],
		],
		[
			'a development chain alone',
			node({ network: { peers: 0 }, identity: { chainId: 31_337 } }),
			'up',
			[],
		],
		['peers not told', node({ network: {} }), 'up', []],
		['equivocation', node({ consensus: { equivocations: 1 } }), 'degraded', ['safetyViolated']],
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
			['openFilesHigh'],
		],
		[
			'a busy host is no fault',
			node({ resources: { source: 'host', cpuRatio: 1 } }),
			'up',
			['cpuBusy'],
		],
	] as const)('%s', (_what, input, status, codes) => {
		const report = judge({ node: input, memory: {}, nowMs }, undefined);
		expect(report.status).toBe(status);
		expect(report.issues.map(({ code }) => code)).toEqual(codes);
	});

	it('judges only the failure while polls fail: the sections are old', () => {
		const stale = { ...failedWith('timeout'), network: { peers: 0 } };
		const report = judge({ node: stale, memory: {}, nowMs }, undefined);
		expect(report.issues.map(({ code }) => code)).toEqual(['pollFailed']);
	});

	it('tells a node that says active and does not move, after ten of its block intervals', () => {
		const active = node({ consensus: { status: 'active' }, chain: { blockIntervalMs: 12_000 } });
		const at = (seconds: number) =>
			judge({ node: active, memory: { progressAtMs: nowMs - seconds * 1000 }, nowMs }, undefined);
		expect(at(119).status).toBe('up');
		expect(at(120).issues[0]?.code).toBe('noProgress');
		expect(judge({ node: active, memory: {}, nowMs }, undefined).status).toBe('up');
	});

	it.each([
		['all applied and nothing pending', { applied: 7, finalized: 7, pending: 0 }, 'up'],
		['something pending', { applied: 7, finalized: 7, pending: 1 }, 'degraded'],
		['not all applied', { applied: 6, finalized: 7, pending: 0 }, 'degraded'],
		['nothing told of applying', { finalized: 7, pending: 0 }, 'degraded'],
	] as const)('an active log that stands still, %s: %s', (_name, consensus, status) => {
		const active = node({ consensus: { status: 'active', ...consensus } });
		const memory = { progressAtMs: nowMs - 600_000 };
		expect(judge({ node: active, memory, nowMs }, undefined).status).toBe(status);
	});

	it.each([
		[{ equivocations: 2 }, 'a participant equivocated', 'equivocations: 2'],
		[{ safetyViolations: 1 }, 'consensus safety was violated', 'safety violations: 1'],
		[
			{ safetyViolations: 1, equivocations: 2 },
			'consensus safety was violated',
			'safety violations: 1, equivocations: 2',
		],
	])(
		'%j: says what was seen, and nothing that the node did not say',
		(counts, message, evidence) => {
			const consensus = { status: 'active' as const, ...counts };
			const { issues } = judge({ node: node({ consensus }), memory: {}, nowMs }, undefined);
			expect(issues).toMatchObject([{ message, evidence }]);
		},
	);

	it('tells another chain at the same address', () => {
		const report = judge(
			{ node: node({ identity: { chainId: 5 } }), memory: { firstChainId: 1 }, nowMs },
			undefined,
		);
		expect(report.issues[0]).toMatchObject({
			code: 'chainChanged',
			evidence: 'chain id was 1, is 5',
		});
	});

	it('keeps since while a finding lasts, and begins anew after it went', () => {
		const alone = node({ network: { peers: 0 } });
		const first = judge({ node: alone, memory: {}, nowMs }, undefined);
		const second = judge({ node: alone, memory: {}, nowMs: nowMs + 5000 }, first);
		expect(second.issues[0]?.since).toBe('2026-01-01T01:00:00.000Z');
		const gone = judge({ node: node({}), memory: {}, nowMs: nowMs + 6000 }, second);
		const again = judge({ node: alone, memory: {}, nowMs: nowMs + 7000 }, gone);
		expect(again.issues[0]?.since).toBe('2026-01-01T01:00:07.000Z');
	});

	it('lists the gravest first', () => {
		const report = judge(
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

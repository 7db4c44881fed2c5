import { describe, expect, it } from 'vitest';
import type { Group, GroupMember, ConnectionVerdict } from '../../source/sections/group/schema.ts';
import type { FindingInput, UnjudgedNode } from '../../source/sections/finding.ts';
import { createJudge } from '../../source/health/judge.ts';
import type { HealthReport } from '../../source/sections/health/schema.ts';
import { judgeOnce } from '../helpers/judge-once.ts';

const nowMs = Date.parse('2026-01-01T01:00:00Z');
const since = '2026-01-01T00:59:00.000Z';

function groupWith(overrides: Partial<Group>, member: Partial<GroupMember>): Group {
	return {
		name: 'evm:5',
		kind: 'evm',
		nodes: ['n', 'm'],
		state: 'agreed',
		since,
		message: 'the message',
		members: [
			{ node: 'm', position: 'level' },
			{ node: 'n', position: 'level', ...member },
		],
		...overrides,
	};
}

function judged(
	group: Group | undefined,
	sections: Partial<UnjudgedNode> = {},
	more: Partial<FindingInput> = {},
) {
	const node: UnjudgedNode = {
		target: { name: 'n', kind: 'evm', url: 'http://n' },
		poll: { status: 'ok', failures: 0 },
		...sections,
	};
	const { status, issues } = judgeOnce({ node, memory: {}, group, nowMs, ...more }, undefined);
	return { status, codes: issues.map(({ code, severity }) => `${code} ${severity}`), issues };
}

describe('what a group says of its node', () => {
	it.each([
		['level', groupWith({}, {}), 'up', []],
		[
			'on the other branch',
			groupWith({ state: 'forked' }, { position: 'forked' }),
			'degraded',
			['networkForked critical'],
		],
		['on the branch of most', groupWith({ state: 'forked' }, {}), 'up', []],
		[
			'on a side',
			groupWith({ state: 'partitioned', sides: [['m'], ['n']] }, { side: 1 }),
			'degraded',
			['networkPartitioned critical'],
		],
		[
			'behind',
			groupWith({ state: 'lagging' }, { position: 'behind', behindBy: 40 }),
			'degraded',
			['behind warning'],
		],
		['ahead', groupWith({}, { position: 'ahead' }), 'up', []],
		['still, alone', groupWith({}, { position: 'stalled' }), 'degraded', ['standsStill warning']],
		[
			'still, with all',
			groupWith({ state: 'stalled' }, { position: 'stalled' }),
			'degraded',
			['networkStalled critical'],
		],
		['unknown', groupWith({ state: 'unknown' }, { position: 'unknown' }), 'up', []],
		['in no group', undefined, 'up', []],
	])('%s', (_, group, status, codes) => {
		expect(judged(group)).toMatchObject({ status, codes });
	});

	it('names the nodes that it is cut off from, and how far it is behind', () => {
		const apart = groupWith({ state: 'partitioned', sides: [['m'], ['n']] }, { side: 1 });
		expect(judged(apart).issues[0]?.message).toBe('cut off from m');
		const late = groupWith({ state: 'lagging' }, { position: 'behind', behindBy: 40 });
		expect(judged(late).issues[0]?.message).toBe('behind the other nodes of its network by 40');
	});

	it('says how far it is behind now, and no more once it is level', () => {
		const judge = createJudge();
		const node: UnjudgedNode = {
			target: { name: 'n', kind: 'evm', url: 'http://n' },
			poll: { status: 'ok', failures: 0 },
		};
		let report: HealthReport | undefined;
		const says = (position: 'level' | 'behind', behindBy: number) => {
			const group = groupWith({ state: 'lagging' }, { position, behindBy });
			report = judge.judgeNode({ node, memory: {}, group, nowMs }, report);
			return report.issues.map(({ message }) => message);
		};
		expect(says('behind', 40)).toEqual(['behind the other nodes of its network by 40']);
		expect(says('behind', 12)).toEqual(['behind the other nodes of its network by 12']);
		expect(says('level', 2)).toEqual([]);
	});

	it('a stall of the network explains what the node shows of it, and keeps its reasons', () => {
		const group = groupWith({ state: 'stalled' }, { position: 'stalled' });
		const sections = {
			consensus: { status: 'stalled' as const },
			selfReport: { status: 'down' as const, reasons: ['nothing became final'] },
		};
		expect(judged(group, sections)).toMatchObject({
			status: 'degraded',
			codes: ['networkStalled critical'],
			issues: [{ evidence: 'nothing became final' }],
		});
		expect(judged(undefined, sections).codes).toEqual([
			'consensusStalled critical',
			'selfReported critical',
		]);
	});

	it('one that halted is down, whether or not all did', () => {
		const group = groupWith({ state: 'stalled' }, { position: 'stalled' });
		expect(judged(group, { consensus: { status: 'halted' } }).status).toBe('down');
	});

	it('one that is syncing is not also behind, and one that says it is stalled not also still', () => {
		const late = groupWith({ state: 'lagging' }, { position: 'behind', behindBy: 40 });
		expect(judged(late, { consensus: { status: 'syncing' } }).codes).toEqual(['syncing warning']);
		const still = groupWith({}, { position: 'stalled' });
		expect(judged(still, { consensus: { status: 'stalled' } }).codes).toEqual([
			'consensusStalled critical',
		]);
	});

	it('its clock is off against the others', () => {
		const group = groupWith({ clock: { maxSkewMs: 3000, outliers: ['n'] } }, {});
		const clock = { offsetMs: -3000, uncertaintyMs: 100, source: 'node' as const };
		expect(judged(group, { clock }).issues).toMatchObject([
			{ code: 'clockSkewed', message: 'its clock is behind the other nodes’' },
		]);
	});

	it('while it does not answer, nothing but that counts', () => {
		const group = groupWith({ state: 'stalled' }, { position: 'stalled' });
		const poll = {
			status: 'failed',
			failures: 1,
			error: { code: 'timeout', message: 'm' },
		} as const;
		expect(judged(group, { poll })).toMatchObject({
			status: 'down',
			codes: ['nodeDown critical'],
		});
	});
});

describe('when our own connection is lost', () => {
	const poll = { status: 'failed', failures: 1, error: { code: 'timeout', message: 'm' } } as const;
	const witness = (
		verdict: ConnectionVerdict['verdict'],
		failing: string[],
	): ConnectionVerdict => ({
		verdict,
		at: since,
		since,
		message: 'own connection lost',
		evidence: ['no witness answers'],
		failing,
	});

	it.each([
		['us', ['n'], 'unknown', ['ownConnectionLost critical']],
		['us', ['other'], 'down', ['nodeDown critical']],
		['them', ['n'], 'down', ['nodeDown critical']],
		['unknown', ['n'], 'down', ['nodeDown critical']],
	] as const)('%s, failing %s: %s', (verdict, failing, status, codes) => {
		const result = judged(undefined, { poll }, { witness: witness(verdict, [...failing]) });
		expect(result).toMatchObject({ status, codes });
	});
});

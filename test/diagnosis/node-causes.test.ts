import { describe, expect, it } from 'vitest';
import type { Cause, DiagnosisInput } from '../../source/diagnosis/case.ts';
import {
	cachedAnswers,
	callsHang,
	clockSkew,
	damagedData,
	diskTrouble,
	eclipse,
	frozen,
	nodeCauses,
	noPeers,
	notRunning,
	overloaded,
	ownWords,
	refusedUs,
	slowToAnswer,
} from '../../source/diagnosis/node-causes.ts';
import { chainCauses } from '../../source/diagnosis/chain-causes.ts';
import { pathCauses } from '../../source/diagnosis/path-causes.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import {
	connects,
	failed,
	goodAt,
	node,
	nowMs,
	path,
	reply,
	weigh,
	withIssues,
} from './weighing.ts';

describe('a process that does not run', () => {
	const refusals = [{ error: 'ECONNREFUSED' }, { error: 'ECONNREFUSED' }, { error: 'ETIMEDOUT' }];

	it('has a host that refuses, and nothing that ever connects', () => {
		expect(
			weigh(notRunning, node('a', { poll: { lastGoodAt: goodAt } }), {
				path: path({ connects: refusals }),
			}),
		).toEqual({
			for: [
				'4 the host refuses the connection (2 of 3 times)',
				'1 the node last answered at 2026-06-01 11:59:00 UTC',
			],
			against: [],
		});
		expect(weigh(notRunning, node('a'), { path: path({ connects: refusals }) })?.for).toHaveLength(
			1,
		);
		expect(
			weigh(notRunning, node('a'), { path: path({ connects: [...refusals, { ms: 3 }] }) }),
		).toBeUndefined();
		expect(
			weigh(notRunning, node('a'), { path: path({ connects: [{ error: 'ETIMEDOUT' }] }) }),
		).toBeUndefined();
		expect(weigh(notRunning, node('a'))).toBeUndefined();
	});
});

describe('a process that is there and silent', () => {
	const silent = node('a', failed('timeout', { failures: 3 }));

	it('is frozen where it accepts and no byte comes', () => {
		expect(weigh(frozen, silent, { path: path({ connects: connects(9, 20, 31) }) })).toEqual({
			for: ['4 a connection is accepted in 20 ms, then no byte comes', '1 3 polls in a row'],
			against: [],
		});
		expect(
			weigh(frozen, node('a', failed('timeout')), { path: path({ connects: connects(9) }) })?.for,
		).toHaveLength(1);
		expect(
			weigh(frozen, silent, { path: path({ connects: connects(9), replies: [reply(30)] }) }),
		).toBeUndefined();
		expect(weigh(frozen, silent, { path: path() })).toBeUndefined();
		expect(weigh(frozen, silent)).toBeUndefined();
		const other = node('a', failed('unreachable'));
		expect(weigh(frozen, other, { path: path({ connects: connects(9) }) })).toBeUndefined();
		const slow = node('a', {
			poll: { status: 'partial', error: { code: 'timeout', message: 'm' } },
		});
		expect(weigh(frozen, slow, { path: path({ connects: connects(9) }) })).toBeUndefined();
	});

	it('hangs only in the calls of a poll where another question is answered', () => {
		const answers = path({ connects: connects(10), replies: [reply(60)] });
		expect(weigh(callsHang, silent, { path: answers })?.for).toEqual([
			expect.stringMatching(/^2 it answers another question in \d+ ms, but no poll$/),
		]);
		expect(weigh(callsHang, node('a'), { path: answers })).toBeUndefined();
		expect(weigh(callsHang, node('a', failed('badResponse')), { path: answers })).toBeUndefined();
		const stopped = path({ replies: [reply(60, { stoppedAtMs: 70 })] });
		expect(weigh(callsHang, silent, { path: stopped })).toBeUndefined();
		expect(weigh(callsHang, silent)).toBeUndefined();
	});
});

describe('a node that is slow to answer', () => {
	it('takes its time between the connection and the first byte', () => {
		const slow = path({
			connects: connects(20, 20, 20),
			replies: [reply(900), reply(900), reply(900)],
		});
		const found = weigh(slowToAnswer, node('a', withIssues('cpuBusy')), { path: slow });
		expect(found?.for[0]).toMatch(/^4 20 ms to connect, but \d+ ms until the first byte$/);
		expect(found?.for[1]).toMatch(/^1 .*cpuBusy/);
		expect(
			weigh(slowToAnswer, node('a'), {
				path: path({ connects: connects(20), replies: [reply(30)] }),
			}),
		).toBeUndefined();
		expect(weigh(slowToAnswer, node('a'))).toBeUndefined();
	});
});

describe('what the node’s own findings show', () => {
	it.each<[string, Cause, readonly string[], readonly number[]]>([
		[
			'its disk',
			diskTrouble,
			['diskLow', 'spaceLow', 'storageUnreachable', 'writesSlow'],
			[4, 4, 4, 4],
		],
		['damaged data', damagedData, ['dataCorrupt'], [4]],
		['a cache', cachedAnswers, ['answersCached'], [4]],
		[
			'no room',
			overloaded,
			['cpuBusy', 'cpuThrottled', 'memoryLow', 'memoryPressure'],
			[2, 2, 2, 2],
		],
		['no peers', noPeers, ['peersNone'], [4]],
	])('%s', (_, cause, codes, weights) => {
		const found = weigh(cause, node('a', withIssues(...codes, 'other')));
		expect(found?.for.map((text) => Number(text.slice(0, 1)))).toEqual(weights);
		for (const [index, code] of codes.entries()) expect(found?.for[index]).toContain(code);
		expect(found?.against).toEqual([]);
		expect(weigh(cause, node('a', withIssues('other')))).toBeUndefined();
	});

	it('a slow disk by the phases of consensus that wait for it', () => {
		const of = (latenciesMs: Record<string, { p99?: number }>) =>
			weigh(diskTrouble, node('a', { consensus: { latenciesMs } }))?.for;
		expect(of({ walSync: { p99: 150 } })).toEqual(['4 walSync takes 150 ms at p99']);
		expect(
			of({ diskCommit: { p99: 101 }, backendCommit: { p99: 300 }, vote: { p99: 900 } }),
		).toHaveLength(2);
		expect(of({ walSync: { p99: 100 } })).toBeUndefined();
		expect(of({ walSync: {} })).toBeUndefined();
		expect(weigh(diskTrouble, node('a'))).toBeUndefined();
	});

	it('its own words, where it gives reasons', () => {
		const of = (reasons: string[]) =>
			weigh(
				ownWords,
				node('a', { ...withIssues('selfReported'), selfReport: { status: 'down', reasons } }),
			);
		expect(of(['no votes'])?.for).toEqual([expect.stringContaining('selfReported')]);
		expect(of([])).toBeUndefined();
		expect(weigh(ownWords, node('a', withIssues('selfReported')))).toBeUndefined();
		const silent = node('a', { selfReport: { status: 'down', reasons: ['x'] } });
		expect(weigh(ownWords, silent)).toBeUndefined();
	});
});

describe('a clock', () => {
	const clock = (offsetMs: number, uncertaintyMs = 40) => ({
		clock: { offsetMs, uncertaintyMs, source: 'node' as const },
	});
	const group = { clock: { maxSkewMs: 3000, outliers: ['a'] } } as unknown as Group; // Only its clock is looked at.
	const fleetOf = (...nodes: readonly NodeSnapshot[]) => ({ fleet: nodes });

	it('is wrong by its distance from ours, beyond what is uncertain', () => {
		expect(weigh(clockSkew, node('a', clock(1040)))?.for).toEqual([
			'4 it is 1 s (± 40 ms) ahead of ours',
		]);
		expect(weigh(clockSkew, node('a', clock(-2000)))?.for).toEqual([
			'4 it is 2 s (± 40 ms) behind ours',
		]);
		expect(weigh(clockSkew, node('a', clock(1039)))).toBeUndefined();
		expect(weigh(clockSkew, node('a'))).toBeUndefined();
	});

	it('is compared with those of the others: alone it is wrong, and with all of them ours is', () => {
		const [a, b, c] = [node('a', clock(3000)), node('b', clock(10)), node('c', clock(20))];
		expect(weigh(clockSkew, a, fleetOf(a, b, c, node('d')))).toEqual({
			for: ['4 it is 3 s (± 40 ms) ahead of ours', '1 the clocks of 2 other nodes agree with ours'],
			against: [],
		});
		const [late, later] = [node('b', clock(3070)), node('c', clock(2930))];
		expect(weigh(clockSkew, a, fleetOf(a, late, later))).toEqual({
			for: ['4 it is 3 s (± 40 ms) ahead of ours'],
			against: ['4 all nodes are off by as much: it is our clock'],
		});
		expect(weigh(clockSkew, a, fleetOf(a, late, b))?.against).toEqual([]);
		expect(weigh(clockSkew, a, fleetOf(a, node('b', clock(3080))))?.against).toEqual([]);
		expect(weigh(clockSkew, a, fleetOf(a))?.against).toEqual([]);
	});

	it('is judged by its network where that has a median, and by the path where polls fail', () => {
		const judged = node('a', { ...clock(10), ...withIssues('clockSkewed') });
		expect(weigh(clockSkew, judged, { group })?.for).toEqual([
			expect.stringContaining('clockSkewed'),
		]);
		expect(weigh(clockSkew, node('a', clock(9000)), { group })).toBeUndefined();
		const down = node('a', { ...failed('timeout'), ...clock(10) });
		const byPath = path({ clock: { offsetMs: 5000, uncertaintyMs: 10 } });
		expect(weigh(clockSkew, down, { group, path: byPath })?.for).toEqual([
			'4 it is 5 s (± 10 ms) ahead of ours',
		]);
		expect(weigh(clockSkew, node('a', { ...failed('timeout'), ...clock(9000) }))).toBeUndefined();
	});
});

describe('peers of one address block', () => {
	const peered = (addresses: readonly string[], issues: readonly string[] = []) =>
		weigh(
			eclipse,
			node('a', {
				...withIssues(...issues),
				network: { peerList: addresses.map((address, index) => ({ id: `p${index}`, address })) },
			}),
		);
	const four = [
		'51.15.1.1:30303',
		'/ip4/51.15.2.2/tcp/1',
		'enode://x@51.15.3.3:1?discport=2',
		'51.15.4.4',
	];

	it('may show the node what they like', () => {
		expect(peered(four)?.for).toEqual(['4 all 4 addresses of peers are in 51.15.0.0/16']);
		expect(peered(four, ['behind'])?.for).toEqual([
			'2 all 4 addresses of peers are in 51.15.0.0/16',
			expect.stringContaining('behind'),
		]);
		const long = ['1', '2', '3', '4'].map((end) => `[2a01:4f8:${end}::${end}]:30303`);
		expect(peered(long)?.for).toEqual(['4 all 4 addresses of peers are in 2a01:4f8::/32']);
	});

	it.each<[string, readonly string[]]>([
		['three', four.slice(0, 3)],
		['one address listed often', Array.from({ length: 5 }, () => '51.15.1.1:30303')],
		['two blocks', [...four, '52.15.4.4']],
		['one’s own network', ['1', '2', '3', '4'].map((end) => `10.0.0.${end}`)],
		['names', ['a.example', 'b.example', 'c.example', 'd.example']],
		['none', []],
	])('are nothing of that: %s', (_, addresses) => {
		expect(peered(addresses)).toBeUndefined();
	});

	it('are not known where the node lists none', () => {
		expect(weigh(eclipse, node('a'))).toBeUndefined();
	});
});

describe('a node that refuses', () => {
	it.each(['unauthorized', 'rateLimited', 'badResponse', 'unsupported'] as const)('%s', (code) => {
		expect(weigh(refusedUs, node('a', failed(code)))?.for).toEqual([`4 ${code}: why`]);
	});

	it('is none that does not answer, or answers', () => {
		expect(weigh(refusedUs, node('a', failed('timeout')))).toBeUndefined();
		const partly = node('a', {
			poll: { status: 'partial', error: { code: 'rateLimited', message: 'm' } },
		});
		expect(weigh(refusedUs, partly)).toBeUndefined();
		expect(weigh(refusedUs, node('a'))).toBeUndefined();
	});

	it('says itself what to do, else where to look', () => {
		const next = (of: NodeSnapshot) =>
			refusedUs.next({ node: of, fleet: [], otherPaths: [], nowMs });
		expect(next(node('a', failed('unauthorized')))).toEqual(['check URL, kind and credentials']);
		const told = {
			error: { code: 'unauthorized' as const, message: 'm', nextStep: 'give the token' },
		};
		expect(next(node('a', { poll: told }))).toEqual(['give the token']);
		expect(slowToAnswer.next({ node: node('a b'), fleet: [], otherPaths: [], nowMs })[0]).toBe(
			"nodetop network test latency 'a b'",
		);
	});
});

describe('each cause', () => {
	const input: DiagnosisInput = { node: node('a'), fleet: [], otherPaths: [], nowMs };
	const allCauses = [...nodeCauses, ...pathCauses, ...chainCauses];

	it.each(allCauses.map((cause) => [cause.code, cause] as const))(
		'%s says what it is, what would disprove it, and what to look at next',
		(code, cause) => {
			expect(code).toMatch(/^[a-z][A-Za-z]+$/);
			expect(['node', 'path', 'us', 'chain']).toContain(cause.place);
			expect(cause.title.length).toBeGreaterThan(10);
			expect(cause.disproof.length).toBeGreaterThan(10);
			const steps = cause.next(input);
			expect(steps.length).toBeGreaterThan(0);
			for (const step of steps) expect(step.length).toBeGreaterThan(5);
		},
	);

	it('is one of its own', () => {
		const codes = allCauses.map(({ code }) => code);
		expect(new Set(codes).size).toBe(codes.length);
		expect(nodeCauses).toHaveLength(16);
	});
});

describe('a node that stops at times', () => {
	const usual = Array.from({ length: 12 }, () => reply(30));
	const slow = [reply(900), reply(1400), reply(1100), reply(1000)];

	it('answers some questions late and the others soon', () => {
		const replies = [...usual, ...slow];
		const found = weigh(slowToAnswer, node('a'), {
			path: path({ connects: connects(...Array.from({ length: 30 }, () => 10)), replies }),
		});
		expect(found?.for[0]).toMatch(
			/^4 4 of 16 answers began after .+ to .+, the others after about .+: it stops at times$/,
		);
		expect(found?.against).toEqual([]);
	});
});

import { describe, expect, it } from 'vitest';
import {
	highLatency,
	largePacketsLost,
	nameNotResolved,
	noRoute,
	ownConnection,
	packetLoss,
	throttled,
	tlsExpiry,
} from '../../source/diagnosis/path-causes.ts';
import type { DiagnosisInput, PathProbe } from '../../source/diagnosis/case.ts';
import type { ConnectionVerdict } from '../../source/sections/group/schema.ts';
import { connects, failed, goodAt, node, nowMs, path, reply, weigh } from './weighing.ts';

const a = node('a');
const reached = path({ target: 'b', connects: connects(10) });
const silent = path({ target: 'c', connects: [{ error: 'ETIMEDOUT' }] });
const next = (cause: { next(input: DiagnosisInput): readonly string[] }, of = a, at?: PathProbe) =>
	cause.next({ node: of, fleet: [of], otherPaths: [], nowMs, path: at });

describe('a name that does not resolve', () => {
	const unknown = path({ dns: { error: 'ENOTFOUND' } });

	it('is told with the error, and the more where other nodes are reached', () => {
		expect(weigh(nameNotResolved, a, { path: unknown })).toEqual({
			for: ['4 resolving a.example failed: ENOTFOUND'],
			against: [],
		});
		expect(
			weigh(nameNotResolved, a, { path: unknown, otherPaths: [reached, silent] })?.for,
		).toEqual(['4 resolving a.example failed: ENOTFOUND', '1 1 other node is reached']);
		expect(
			weigh(nameNotResolved, a, { path: unknown, otherPaths: [reached, reached] })?.for,
		).toContain('1 2 other nodes are reached');
		expect(next(nameNotResolved, a, unknown)[0]).toBe('getent hosts a.example');
	});

	it('is none where it resolves, or was not tried', () => {
		expect(weigh(nameNotResolved, a, { path: path({ dns: { ms: 3 } }) })).toBeUndefined();
		expect(weigh(nameNotResolved, a, { path: path() })).toBeUndefined();
		expect(weigh(nameNotResolved, a)).toBeUndefined();
	});
});

describe('an address at which nothing answers', () => {
	const dead = path({ connects: [{ error: 'ETIMEDOUT' }, { error: 'ECONNREFUSED' }] });

	it('is told by how many connections got no answer, and not by refusals', () => {
		expect(weigh(noRoute, a, { path: dead })).toEqual({
			for: ['4 1 of 2 connections got no answer (ETIMEDOUT)'],
			against: [],
		});
		const refusing = path({ connects: [{ error: 'ECONNREFUSED' }, { error: 'ECONNRESET' }] });
		expect(weigh(noRoute, a, { path: refusing })).toBeUndefined();
		const some = path({ connects: [{ error: 'ETIMEDOUT' }, { ms: 9 }] });
		expect(weigh(noRoute, a, { path: some })).toBeUndefined();
		expect(weigh(noRoute, a, { path: path() })).toBeUndefined();
		expect(weigh(noRoute, a)).toBeUndefined();
	});

	it('is likelier where other nodes are reached, and less where none is', () => {
		expect(weigh(noRoute, a, { path: dead, otherPaths: [reached, silent] })).toEqual({
			for: [
				'4 1 of 2 connections got no answer (ETIMEDOUT)',
				'1 1 other node is reached from here',
			],
			against: [],
		});
		expect(weigh(noRoute, a, { path: dead, otherPaths: [silent] })).toEqual({
			for: ['4 1 of 2 connections got no answer (ETIMEDOUT)'],
			against: ['2 no other node is reached'],
		});
		expect(next(noRoute, node('a b'))[0]).toBe("nodetop network test traceroute 'a b'");
	});
});

describe('a certificate', () => {
	const dayMs = 86_400_000;
	const ending = (leftMs: number) =>
		path({ tls: { validTo: new Date(nowMs + leftMs).toISOString() } });
	const said = (leftMs: number) => weigh(tlsExpiry, a, { path: ending(leftMs) })?.for[0];

	it('is told from two weeks before its end, and graver after it', () => {
		expect(said(14 * dayMs + 1)).toBeUndefined();
		expect(said(14 * dayMs)).toBe('2 the certificate ends in 14 days (2026-06-15T12:00:00.000Z)');
		expect(said(1.5 * dayMs)).toMatch(/^2 the certificate ends in 1 day \(/);
		expect(said(0.5 * dayMs)).toMatch(/^2 the certificate ends in less than a day \(/);
		expect(said(0)).toMatch(/^2 the certificate ends in less than a day \(/);
		expect(said(-1)).toMatch(/^4 the certificate has expired \(/);
	});

	it('is told where it is refused, and not where none was seen', () => {
		expect(
			weigh(tlsExpiry, a, { path: path({ tls: { error: 'self-signed certificate' } }) }),
		).toEqual({ for: ['4 the TLS handshake failed: self-signed certificate'], against: [] });
		expect(weigh(tlsExpiry, a, { path: path() })).toBeUndefined();
		expect(weigh(tlsExpiry, a)).toBeUndefined();
	});

	it('is shown by a command for the port of the node', () => {
		const at = (url: string) => next(tlsExpiry, node('a', { target: { ...a.target, url } }))[0];
		expect(at('https://a.example/x')).toBe('openssl s_client -connect a.example:443 </dev/null');
		expect(at('https://a.example:8443')).toBe(
			'openssl s_client -connect a.example:8443 </dev/null',
		);
	});
});

describe('a path that is slow', () => {
	const slow = (...times: readonly number[]) => path({ connects: connects(...times) });
	const said = (at: PathProbe, more: Partial<DiagnosisInput> = {}) =>
		weigh(highLatency, a, { path: at, ...more });

	it('takes long to connect, before the node does anything', () => {
		expect(said(slow(149))).toBeUndefined();
		expect(said(slow(150))).toEqual({
			for: ['4 a connection takes 150 ms, before the node does anything'],
			against: [],
		});
		expect(said(slow(10, 10, 900))).toBeUndefined();
		expect(said(path())).toBeUndefined();
		expect(weigh(highLatency, a)).toBeUndefined();
	});

	it('is so sooner in a private network and on this machine, where it says less', () => {
		const near = (more: Partial<PathProbe>, ms: number) => said({ ...slow(ms), ...more })?.for;
		expect(near({ isPrivate: true }, 29)).toBeUndefined();
		expect(near({ isPrivate: true }, 30)).toEqual([
			'2 a connection takes 30 ms, before the node does anything, in a private network',
		]);
		expect(near({ isPrivate: true }, 150)?.[0]).toMatch(/^4 .*in a private network$/);
		expect(near({ isLoopback: true }, 14)).toBeUndefined();
		expect(near({ isLoopback: true }, 15)).toEqual([
			'2 a connection takes 15 ms, before the node does anything, on this machine: it may be busy',
		]);
	});

	it('is its own where other nodes are reached in less', () => {
		const fast = path({ target: 'b', connects: connects(149) });
		expect(said(slow(150), { otherPaths: [fast] })?.for[1]).toBe(
			'2 the other node is reached in less',
		);
		expect(said(slow(150), { otherPaths: [fast, fast, silent] })?.for[1]).toBe(
			'2 the other 2 nodes are reached in less',
		);
		expect(said(slow(150), { otherPaths: [fast, slow(150)] })?.for).toHaveLength(1);
		expect(said(slow(150), { otherPaths: [silent] })?.for).toHaveLength(1);
	});

	it('explains little where the node itself takes far longer', () => {
		const thinking = (ms: number) => said({ ...slow(150), replies: [reply(150 + ms)] })?.against;
		expect(thinking(600)).toEqual([]);
		expect(thinking(601)).toEqual(['2 the node itself takes 601 ms']);
	});
});

describe('packets that are lost', () => {
	const usual = Array.from({ length: 9 }, () => 10);
	const lossy = (late: number, more: Partial<PathProbe> = {}) =>
		path({
			connects: connects(...usual, ...Array.from({ length: late }, () => 1010)),
			replies: [reply(20)],
			...more,
		});

	it('are connections that waited for a packet to be sent again', () => {
		expect(weigh(packetLoss, a, { path: lossy(1) })).toEqual({
			for: ['2 1 of 10 connections (10.0%) waited for a packet to be sent again'],
			against: [],
		});
		expect(weigh(packetLoss, a, { path: lossy(3) })?.for).toEqual([
			'4 3 of 12 connections (25.0%) waited for a packet to be sent again',
		]);
		expect(weigh(packetLoss, a, { path: lossy(0) })).toBeUndefined();
		expect(weigh(packetLoss, a)).toBeUndefined();
	});

	it('are none on this machine, where what is late waited for a processor', () => {
		expect(weigh(packetLoss, a, { path: lossy(3, { isLoopback: true }) })).toBeUndefined();
	});

	it('look the same as the full queue of a node that answers nothing', () => {
		const hung = node('a', failed('timeout'));
		expect(weigh(packetLoss, hung, { path: lossy(3, { replies: [] }) })?.against).toEqual([
			'2 the node answers nothing: connections in its full queue look the same',
		]);
		expect(weigh(packetLoss, hung, { path: lossy(3) })?.against).toEqual([]);
		const other = node('a', failed('badResponse'));
		expect(weigh(packetLoss, other, { path: lossy(3, { replies: [] }) })?.against).toEqual([]);
		expect(weigh(packetLoss, a, { path: lossy(3, { replies: [] }) })?.against).toEqual([]);
	});

	it('may be our own polls on a narrow path', () => {
		const long = (bytes: number, ms: number) => ({ firstByteMs: 20, totalMs: 20 + ms, bytes });
		const narrow = lossy(3, { replies: [long(100_000, 1000), long(100_000, 1000)] });
		expect(weigh(packetLoss, a, { path: narrow })?.against).toEqual([
			'1 the path is so narrow that our own polls fill it',
		]);
		const wide = lossy(3, { replies: [long(100_000, 200), long(100_000, 200)] });
		expect(weigh(packetLoss, a, { path: wide })?.against).toEqual([]);
	});
});

describe('large packets that are lost', () => {
	const hung = node('a', failed('timeout'));
	const small = { firstByteMs: 20, totalMs: 21, bytes: 900 };
	const stopped = { firstByteMs: 20, totalMs: 1000, bytes: 1400, stoppedAtMs: 100 };
	const said = (of: typeof a, replies: readonly object[]) =>
		weigh(largePacketsLost, of, {
			path: path({ connects: connects(10), replies: replies as PathProbe['replies'] }), // Whole in each case.
		});

	it('let small answers pass, and those of the polls not', () => {
		expect(said(hung, [small, { ...small, firstByteMs: 30 }])).toEqual({
			for: ['4 answers of at most 900 B arrive in 20 ms, those of the polls do not'],
			against: [],
		});
		expect(said(a, [small])).toBeUndefined();
		expect(said(node('a', failed('badResponse')), [small])).toBeUndefined();
		expect(
			said(node('a', { poll: { status: 'partial', error: { code: 'timeout', message: 'm' } } }), [
				small,
			]),
		).toBeUndefined();
		expect(said(hung, [{ ...small, bytes: 901 }])).toBeUndefined();
		expect(said(hung, [])).toBeUndefined();
		expect(weigh(largePacketsLost, hung)).toBeUndefined();
	});

	it('are not lost where one large answer arrived', () => {
		expect(said(hung, [small, { ...small, bytes: 1500 }])).toBeUndefined();
		expect(said(hung, [small, { ...small, bytes: 1499 }])).toBeDefined();
		expect(said(hung, [small, { ...stopped, bytes: 1500 }])).toBeDefined();
	});

	it('stop several answers that have begun', () => {
		expect(said(a, [stopped, stopped, small])).toEqual({
			for: ['4 2 of 3 answers begin, and then nothing more of them comes'],
			against: [],
		});
		expect(said(a, [stopped, small])).toBeUndefined();
		const late = { ...stopped, stoppedAtMs: 500 };
		expect(said(a, [late, late])).toBeUndefined();
		const before = { ...stopped, stoppedAtMs: 499 };
		expect(said(a, [before, before])).toBeDefined();
	});

	it('are unlikely where small answers are slow too', () => {
		expect(said(hung, [{ ...small, firstByteMs: 400 }])?.against).toEqual([
			'4 small answers are slow too (390 ms), and a poll asks several',
		]);
	});

	it('are found by pings of the size', () => {
		expect(next(largePacketsLost, a, path({ host: 'x y' }))[0]).toContain("-s 1472 'x y',");
	});
});

describe('bandwidth that is limited', () => {
	const long = (ms: number) => ({ firstByteMs: 20, totalMs: 20 + ms, bytes: 1_000_000 });
	const said = (ms: number, more: Partial<PathProbe> = {}) =>
		weigh(throttled, a, {
			path: path({ connects: connects(10), replies: [long(ms), long(ms)], ...more }),
		});

	it('lets long replies arrive slowly, though connecting is quick', () => {
		expect(said(1000)).toEqual({
			for: ['4 long replies arrive at 1 MB/s', '1 though a connection takes only 10 ms'],
			against: [],
		});
		expect(said(400)?.for[0]).toBe('4 long replies arrive at 2.5 MB/s');
		expect(said(399)).toBeUndefined();
		expect(said(1000, { replies: [] })).toBeUndefined();
		expect(weigh(throttled, a)).toBeUndefined();
	});

	it('may be a path that is far', () => {
		expect(said(9000, { connects: connects(150) })?.for).toHaveLength(1);
		expect(said(9000, { connects: connects(149) })?.for).toHaveLength(2);
		expect(said(1000, { connects: [] })?.for).toHaveLength(1);
	});

	it('may be loss, where the path is not narrow', () => {
		const lossy = connects(...Array.from({ length: 9 }, () => 10), 1010);
		const bytes = 20_000;
		const short = { firstByteMs: 20, totalMs: 120, bytes };
		expect(said(1000, { connects: lossy, replies: [short, short] })?.against).toEqual([
			'1 packets are lost, which slows transfers too',
		]);
		expect(said(1000, { connects: lossy })?.against).toEqual([]);
	});
});

describe('our own connection', () => {
	const verdict = (of: ConnectionVerdict['verdict']): ConnectionVerdict => ({
		verdict: of,
		message: 'our connection is down',
		evidence: ['the witness is not reached', 'no route'],
		at: goodAt,
		since: goodAt,
		failing: ['a'],
	});
	const said = (at: PathProbe | undefined, more: Partial<DiagnosisInput> = {}) =>
		weigh(ownConnection, a, { path: at, ...more });

	it('is down by the word of the witness', () => {
		expect(said(silent, { witness: verdict('us') })).toEqual({
			for: ['4 our connection is down', '1 the witness is not reached', '1 no route'],
			against: [],
		});
	});

	it('is down where no remote node is reached', () => {
		expect(said(silent, { otherPaths: [silent] })).toEqual({
			for: ['4 none of 2 remote nodes is reached'],
			against: [],
		});
		expect(said(silent)).toBeUndefined();
		const here = path({ isLoopback: true });
		expect(said(silent, { otherPaths: [here] })).toBeUndefined();
		expect(said(silent, { otherPaths: [reached] })).toBeUndefined();
	});

	it('is down where this machine has no route to the node', () => {
		const without = (...errors: readonly string[]) =>
			path({ connects: errors.map((error) => ({ error })) });
		expect(said(without('ENETUNREACH', 'ENETDOWN'), { otherPaths: [reached] })).toEqual({
			for: ['4 this machine has no route to its address (ENETUNREACH)'],
			against: ['4 1 remote node is reached'],
		});
		expect(said(without('ENETDOWN'), { otherPaths: [reached, reached] })?.against).toEqual([
			'4 2 remote nodes are reached',
		]);
		expect(said(without('ENETUNREACH', 'ETIMEDOUT'))).toBeUndefined();
		const once = path({ connects: [{ error: 'ENETUNREACH' }, { ms: 3 }] });
		expect(said(once)).toBeUndefined();
		expect(said(path())).toBeUndefined();
	});

	it('is not down by the witness that is reached, nor for a node on this machine', () => {
		expect(said(silent, { otherPaths: [silent], witness: verdict('them') })?.against).toEqual([
			'4 the witness is reached',
		]);
		const here = path({ isLoopback: true });
		expect(said(here, { otherPaths: [silent, silent], witness: verdict('us') })).toBeUndefined();
		expect(said(undefined, { otherPaths: [silent, silent] })).toBeUndefined();
	});
});

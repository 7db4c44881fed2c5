import { describe, expect, it } from 'vitest';
import type { PollErrorCode } from '../../source/domain/words.ts';
import { findings as clock } from '../../source/sections/clock/findings.ts';
import { findings as health } from '../../source/sections/health/findings.ts';
import { findings as poll } from '../../source/sections/poll/findings.ts';
import { ago, look, verdictOf } from './sightings.ts';

const failed = (code: PollErrorCode, more: object = {}) => ({
	status: 'failed' as const,
	failures: 1,
	error: { code, message: 'why', nextStep: 'do it' },
	...more,
});

describe('our own connection and load', () => {
	it('are told with their evidence, each for its own verdict', () => {
		const told = { message: 'what was found', evidence: 'one; two' };
		expect(poll.ownConnectionLost.whenFleet(verdictOf('us'))).toEqual(told);
		expect(poll.machineTooBusy.whenFleet(verdictOf('busy'))).toEqual(told);
		expect(clock.ownClock.whenFleet(verdictOf('clock'))).toEqual(told);
		for (const { whenFleet } of [poll.ownConnectionLost, poll.machineTooBusy, clock.ownClock]) {
			expect(whenFleet(verdictOf('them'))).toBeUndefined();
			expect(whenFleet(undefined)).toBeUndefined();
		}
	});

	it('leave a node unjudged that fails because of them', () => {
		const { when } = poll.ownConnectionLost;
		expect(when(look({ poll: failed('timeout'), witness: verdictOf('us') }))).toEqual({
			message: 'not judged: our own connection is lost',
			evidence: 'one; two',
			health: 'unknown',
		});
		expect(when(look({ poll: failed('noNetwork') }))?.evidence).toBe('why');
		expect(
			when(look({ poll: failed('timeout'), witness: verdictOf('us', ['b']) })),
		).toBeUndefined();
		expect(when(look({ poll: failed('timeout'), witness: verdictOf('them') }))).toBeUndefined();
		expect(when(look({ witness: verdictOf('us') }))).toBeUndefined();
		expect(when(look({ poll: failed('timeout') }))).toBeUndefined();
		expect(poll.machineTooBusy.when(look({ poll: failed('tooBusy') }))).toEqual({
			message: 'not judged: this machine is too busy',
			evidence: 'why',
			nextStep: 'do it',
			health: 'unknown',
		});
		expect(poll.machineTooBusy.when(look({ poll: failed('timeout') }))).toBeUndefined();
		expect(poll.machineTooBusy.when(look({}))).toBeUndefined();
	});

	it('leave ages unjudged while our clock is wrong', () => {
		expect(clock.ownClock.when(look({ witness: verdictOf('clock') }))).toEqual({
			message: 'ages are not judged: what was found',
			health: 'up',
		});
		expect(clock.ownClock.when(look({ witness: verdictOf('us') }))).toBeUndefined();
		expect(clock.ownClock.when(look({}))).toBeUndefined();
	});
});

describe('nodeDown', () => {
	const { when } = poll.nodeDown;

	it.each<[PollErrorCode, string, string]>([
		['unreachable', 'down', 'critical'],
		['timeout', 'down', 'critical'],
		['unauthorized', 'unknown', 'warning'],
		['rateLimited', 'unknown', 'warning'],
		['unsupported', 'unknown', 'warning'],
		['internal', 'unknown', 'warning'],
	])('%s: the node is %s', (code, status, severity) => {
		expect(when(look({ poll: failed(code) }))).toEqual({
			severity,
			health: status,
			message: `${code}: why`,
			evidence: undefined,
			nextStep: 'do it',
		});
	});

	it('counts the polls that failed in a row', () => {
		expect(when(look({ poll: failed('timeout', { failures: 2 }) }))).toMatchObject({
			evidence: '2 polls in a row failed',
		});
	});

	it('knows nothing of what never answered as a node, except through a gateway', () => {
		const of = (httpStatus: number | undefined, lastGoodAt?: string) =>
			when(
				look({
					poll: {
						status: 'failed',
						error: {
							code: 'badResponse',
							message: 'm',
							...(httpStatus !== undefined && { httpStatus }),
						},
						...(lastGoodAt !== undefined && { lastGoodAt }),
					},
				}),
			)?.health;
		expect(of(404)).toBe('unknown');
		expect(of(undefined)).toBe('unknown');
		expect(of(404, ago(60))).toBe('down');
		for (const gateway of [502, 503, 504]) expect(of(gateway)).toBe('down');
	});

	it('is none for what is our fault, and while polls succeed', () => {
		expect(when(look({ poll: failed('tooBusy') }))).toBeUndefined();
		expect(when(look({ poll: failed('noNetwork') }))).toBeUndefined();
		expect(when(look({ poll: failed('timeout'), witness: verdictOf('us') }))).toBeUndefined();
		expect(when(look({ poll: failed('timeout', { status: 'partial' }) }))).toBeUndefined();
		expect(when(look({ poll: { status: 'failed' } }))).toBeUndefined();
	});
});

describe('what answers', () => {
	it('from a cache is not known, once it is old or stands still', () => {
		const seen = (seconds: number | undefined, more: object = {}) =>
			poll.answersCached.when(
				look({
					poll: { cachedBy: 'Age: 300' },
					chain: seconds === undefined ? {} : { head: { number: 1, at: ago(seconds) } },
					...more,
				}),
			);
		expect(seen(181)).toEqual({
			health: 'unknown',
			message: 'answers come from a cache in front of the node: its state is not known',
			evidence: 'Age: 300',
		});
		expect(seen(180)).toBeUndefined();
		expect(seen(undefined)).toBeUndefined();
		expect(seen(1, { consensus: { status: 'stalled' } })).toBeDefined();
		expect(seen(undefined, { consensus: { status: 'active' } })).toBeUndefined();
		expect(seen(181, { poll: {} })).toBeUndefined();
	});

	it('may be no node, or one that lost all or some of its values', () => {
		const unrecognised = { seems: 'an empty page', nextStep: 'look' };
		const lost = (isAll: boolean) => ({ lost: { labels: ['Height', 'Peers'], isAll } });
		expect(poll.notRecognised.when(look({ unrecognised }))).toEqual({
			health: 'unknown',
			message: 'not recognised: an empty page',
			nextStep: 'look',
		});
		expect(poll.notRecognised.when(look({}))).toBeUndefined();
		expect(poll.allValuesLost.when(look({ memory: lost(true) }))).toEqual({
			health: 'unknown',
			message: 'answers, but gives none of its values any more',
			evidence: 'no longer: Height, Peers',
		});
		expect(poll.allValuesLost.when(look({ memory: lost(true), unrecognised }))?.evidence).toBe(
			'no longer: Height, Peers; what answers: an empty page',
		);
		expect(poll.allValuesLost.when(look({ memory: lost(false) }))).toBeUndefined();
		expect(poll.allValuesLost.when(look({}))).toBeUndefined();
		expect(poll.valuesLost.when(look({ memory: lost(false) }))).toEqual({
			message: 'gives fewer values than before',
			evidence: 'no longer: Height, Peers',
		});
		expect(poll.valuesLost.when(look({ memory: lost(true) }))).toBeUndefined();
		expect(poll.valuesLost.when(look({}))).toBeUndefined();
	});

	it('may fail in part: the calls are named, and a closed database', () => {
		const ok = { name: 'eth_x', status: 'ok' as const };
		const bad = { name: 'eth_y', status: 'failed' as const, message: 'method not found' };
		const closed = { name: 'eth_z', status: 'failed' as const, message: 'pebble: closed' };
		const unmeasured = { name: 'eth_u', status: 'unmeasured' as const };
		const endpoints = (...each: (typeof ok | typeof bad | typeof unmeasured)[]) =>
			look({ poll: { endpoints: each.map((one) => ({ ...one })) } });
		expect(poll.endpointFailed.when(endpoints(ok, bad, closed))).toEqual({
			message: 'no answer to eth_y, eth_z',
			evidence: 'method not found',
		});
		expect(poll.databaseClosed.when(endpoints(ok, bad, closed))).toEqual({
			message: 'its database is closed',
			evidence: 'eth_z: pebble: closed',
		});
		expect(poll.databaseClosed.when(endpoints(ok, bad))).toBeUndefined();
		for (const { when } of [poll.endpointFailed, poll.databaseClosed]) {
			expect(when(endpoints(ok, unmeasured))).toBe('unknown');
			expect(when(endpoints(ok))).toBeUndefined();
			expect(when(look({}))).toBeUndefined();
		}
	});

	it('may call itself ill', () => {
		const of = (status: 'up' | 'degraded' | 'down' | 'unknown', reasons: string[] = []) =>
			health.selfReported.when(look({ selfReport: { status, reasons } }));
		expect(of('down', ['disk', 'peers'])).toEqual({
			severity: 'critical',
			health: 'down',
			message: 'the node calls itself unhealthy',
			evidence: 'disk; peers',
		});
		expect(of('degraded')).toEqual({
			severity: 'warning',
			health: 'degraded',
			message: 'the node calls itself degraded',
			evidence: undefined,
		});
		for (const well of ['up', 'unknown'] as const) expect(of(well)).toBeUndefined();
		expect(health.selfReported.when(look({}))).toBeUndefined();
	});
});

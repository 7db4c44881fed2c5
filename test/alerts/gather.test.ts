import { describe, expect, it } from 'vitest';
import { gatherAlike } from '../../source/alerts/gather.ts';
import type { Incident } from '../../source/alerts/incident.ts';
import type { Alert } from '../../source/domain/snapshot.ts';
import { cpuRule, rules, startMs } from './helpers.ts';

const set = rules({ cpu: cpuRule({ forMs: 10_000 }), other: cpuRule({ forMs: 10_000 }) });
const iso = (ms: number) => new Date(startMs + ms).toISOString();

function alert(node: string, overrides: Partial<Alert>): Alert {
	return {
		fingerprint: node,
		node,
		rule: 'cpu',
		state: 'firing',
		severity: 'critical',
		message: 'm',
		since: iso(0),
		...overrides,
	};
}

function incident(fingerprint: string, overrides: Partial<Incident> = {}): Incident {
	return {
		id: `${fingerprint}/x`,
		fingerprint,
		rule: 'cpu',
		labels: { node: fingerprint },
		severity: 'critical',
		state: 'firing',
		message: 'm',
		since: iso(0),
		...overrides,
	};
}

/** `a` fired at 10 s, now it is 10.1 s; `b` is what the case says. */
function mutedOf(b: Partial<Alert>, nowMs = 10_100, a: Partial<Alert> = {}, of = incident('a')) {
	const alerts = [alert('a', { firedAt: iso(10_000), ...a }), alert('b', b)];
	return gatherAlike({ alerts, incidents: [of] }, set, startMs + nowMs)[0]?.muted;
}

describe('an alert that has just fired', () => {
	it('waits for one of its rule that fires within five seconds of it', () => {
		expect(mutedOf({ state: 'pending', since: iso(2000) })).toBe('inhibited');
		expect(mutedOf({ state: 'pending', since: iso(5000) })).toBe('inhibited');
	});

	it.each<[string, Partial<Alert>]>([
		['that fires later', { state: 'pending', since: iso(5001) }],
		['of which nothing can be said', { state: 'pending', since: iso(2000), isStale: true }],
		['of another rule', { state: 'pending', since: iso(2000), rule: 'other' }],
		['that fires already', { state: 'firing', since: iso(0), firedAt: iso(10_000) }],
		['that ended', { state: 'resolved', since: iso(2000) }],
	])('does not wait for one %s', (_what, b) => {
		expect(mutedOf(b)).toBeUndefined();
	});

	it('waits for the next one five seconds at most', () => {
		const b: Partial<Alert> = { state: 'pending', since: iso(2000) };
		expect(mutedOf(b, 14_999)).toBe('inhibited');
		expect(mutedOf(b, 15_000)).toBeUndefined();
	});

	it('waits on while others fire one after another, thirty seconds at most', () => {
		const alerts = (nowMs: number) => [
			alert('a', { firedAt: iso(10_000) }),
			alert('b', { firedAt: iso(nowMs - 1000) }),
			alert('c', { state: 'pending', since: iso(nowMs - 9000) }),
		];
		const mutedAt = (nowMs: number) => {
			const incidents = [incident('a'), incident('b')];
			const told = gatherAlike({ alerts: alerts(nowMs), incidents }, set, startMs + nowMs);
			return told.map(({ muted }) => muted);
		};
		expect(mutedAt(39_999)).toEqual(['inhibited', 'inhibited']);
		expect(mutedAt(40_000)).toEqual([undefined, 'inhibited']);
	});

	it('does not wait under a clock that was set back', () => {
		expect(mutedOf({ state: 'pending', since: iso(2000) }, -3_600_000)).toBeUndefined();
	});

	it('does not wait when it fired in an earlier process', () => {
		const b: Partial<Alert> = { state: 'pending', since: iso(98_000) };
		expect(mutedOf(b, 100_000)).toBeUndefined();
	});

	it('keeps why it is muted, and its end is never held', () => {
		const b: Partial<Alert> = { state: 'pending', since: iso(2000) };
		expect(mutedOf(b, 10_100, {}, incident('a', { muted: 'acknowledged' }))).toBe('acknowledged');
		expect(mutedOf(b, 10_100, {}, incident('a', { state: 'resolved' }))).toBeUndefined();
	});
});

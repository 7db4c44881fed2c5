import { describe, expect, it } from 'vitest';
import { createNotificationWait } from '../../source/alerts/notification-wait.ts';
import type { Incident } from '../../source/alerts/incident.ts';
import type { Alert } from '../../source/domain/alert.ts';
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

/** Has been bad for long enough, and was not polled again since. */
const overdue = alert('z', { state: 'pending', since: iso(1000) });

/** `a` fired at 10 s, now it is 10.1 s; `b` is what the case says. */
function mutedOf(b: Partial<Alert>, nowMs = 10_100, a: Partial<Alert> = {}, of = incident('a')) {
	const alerts = [alert('a', { firedAt: iso(10_000), ...a }), alert('b', b)];
	return createNotificationWait().hold({ alerts, incidents: [of] }, set, startMs + nowMs)[0]?.muted;
}

describe('an alert that has just fired', () => {
	it('waits for one of its rule that fires within five seconds of it', () => {
		expect(mutedOf({ state: 'pending', since: iso(2000) })).toBe('inhibited');
		expect(mutedOf({ state: 'pending', since: iso(5000) })).toBe('inhibited');
	});

	it.each<[string, Partial<Alert>]>([
		['that fires later', { state: 'pending', since: iso(5001) }],
		['without data', { state: 'pending', since: iso(2000), isStale: true }],
		['of another rule', { state: 'pending', since: iso(2000), rule: 'other' }],
		['that fires already', { state: 'firing', since: iso(0), firedAt: iso(10_000) }],
		['that ended', { state: 'resolved', since: iso(2000) }],
	])('does not wait for one %s', (_what, b) => {
		expect(mutedOf(b)).toBeUndefined();
	});

	it('waits for one that is overdue and only not polled again yet, thirty seconds at most', () => {
		const b: Partial<Alert> = { state: 'pending', since: iso(2000) };
		expect(mutedOf(b, 15_000)).toBe('inhibited');
		expect(mutedOf(b, 39_999)).toBe('inhibited');
		expect(mutedOf(b, 40_000)).toBeUndefined();
	});

	it('waits on while others fire one after another, and after thirty seconds all go together', () => {
		const wait = createNotificationWait();
		const names = ['a', 'b', 'c'];
		/** Each fires ten seconds after it began, by the steps of a second that this is asked in. */
		const mutedAt = (atMs: number) => {
			const begun: Readonly<Record<string, number>> = { a: 0, b: 15_000, c: 29_000 };
			const fires = (name: string) => (begun[name] ?? 0) + 10_000;
			const alerts = names.map((name) =>
				fires(name) <= atMs
					? alert(name, { since: iso(begun[name] ?? 0), firedAt: iso(fires(name)) })
					: alert(name, { state: 'pending', since: iso(begun[name] ?? 0) }),
			);
			alerts.push(overdue);
			const firing = names.filter((name) => fires(name) <= atMs);
			const incidents = firing.map((name) => incident(name));
			const told = wait.hold({ alerts, incidents }, set, startMs + atMs);
			return told.map(({ muted }) => (muted === undefined ? 'told' : 'held'));
		};
		const looks = Array.from({ length: 61 }, (_, at) => mutedAt(10_000 + at * 1000));
		expect(looks[0]).toEqual(['held']);
		expect(looks[29]).toEqual(['held', 'held', 'held']);
		expect(looks[30]).toEqual(['told', 'told', 'told']);
		expect(looks[60]).toEqual(['told', 'told', 'told']);
	});

	it('is of a next message when it fires after the others went', () => {
		const wait = createNotificationWait();
		const at = (atMs: number, fired: Readonly<Record<string, number>>) => {
			const names = Object.keys(fired).filter((name) => (fired[name] ?? 0) <= atMs);
			const alerts = names.map((name) => alert(name, { firedAt: iso(fired[name] ?? 0) }));
			const incidents = names.map((name) => incident(name));
			const told = wait.hold({ alerts: [...alerts, overdue], incidents }, set, startMs + atMs);
			return told.map(({ muted }) => (muted === undefined ? 'told' : 'held'));
		};
		const fired = { a: 10_000, b: 41_000 };
		expect(at(10_000, fired)).toEqual(['held']);
		expect(at(40_000, fired)).toEqual(['told']);
		expect(at(41_000, fired)).toEqual(['told', 'held']);
		expect(at(70_999, fired)).toEqual(['told', 'held']);
		expect(at(71_000, fired)).toEqual(['told', 'told']);
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

describe('an alert whose cause is about to fire', () => {
	const causes = rules({
		host: cpuRule({ forMs: 10_000, mutes: { rules: ['cpu', 'sight'], by: 'node' } }),
		cpu: cpuRule({ forMs: 10_000 }),
		sight: cpuRule({ forMs: 0 }),
	});
	const cause = (more: Partial<Alert> = {}) =>
		alert('cause', {
			rule: 'host',
			state: 'pending',
			since: iso(15_000),
			labels: { node: 'a' },
			...more,
		});
	/** \`a\` fired at 20 s; its cause is as the case says. */
	const mutedBy = (other: Alert, nowMs = 20_100, more: Partial<Alert> = {}) => {
		const rule = more.rule ?? 'cpu';
		const alerts = [
			alert('a', { firedAt: iso(20_000), labels: { node: 'a' }, ...more, rule }),
			other,
		];
		const incidents = [incident('a', { rule })];
		return createNotificationWait().hold({ alerts, incidents }, causes, startMs + nowMs)[0]?.muted;
	};

	it('waits for it, thirty seconds at most', () => {
		expect(mutedBy(cause())).toBe('inhibited');
		expect(mutedBy(cause(), 20_000)).toBe('inhibited');
		expect(mutedBy(cause(), 49_999)).toBe('inhibited');
		expect(mutedBy(cause(), 50_000)).toBeUndefined();
	});

	it('does not wait under a clock that was set back', () => {
		expect(mutedBy(cause(), 19_999)).toBeUndefined();
	});

	it('waits only for one that is due within those thirty seconds', () => {
		expect(mutedBy(cause({ since: iso(39_999) }))).toBe('inhibited');
		expect(mutedBy(cause({ since: iso(40_000) }))).toBeUndefined();
	});

	it.each<[string, Partial<Alert>]>([
		['of another node', { labels: { node: 'b' } }],
		['that is less severe', { severity: 'warning' }],
		['without data', { isStale: true }],
		['that has ended', { state: 'resolved' }],
		['that mutes nothing', { rule: 'sight' }],
		['whose rule is gone', { rule: 'gone' }],
	])('does not wait for one %s', (_, more) => {
		expect(mutedBy(cause(more))).toBeUndefined();
	});

	it('does not wait if it fires at first sight', () => {
		expect(mutedBy(cause(), 20_100, { rule: 'sight' })).toBeUndefined();
	});

	it('is one that fires, with a fingerprint', () => {
		expect(mutedBy(cause(), 20_100, { state: 'pending' })).toBeUndefined();
		const { fingerprint: _fingerprint, ...unknown } = alert('a', {
			firedAt: iso(20_000),
			labels: { node: 'a' },
		});
		const hold = { alerts: [unknown, cause()], incidents: [incident('a')] };
		expect(createNotificationWait().hold(hold, causes, startMs + 20_100)[0]?.muted).toBeUndefined();
	});

	it('stays muted for the reason that it had before, and what ended is told', () => {
		const alerts = [alert('a', { firedAt: iso(20_000), labels: { node: 'a' } }), cause()];
		const incidents = [
			incident('a', { muted: 'silenced' }),
			incident('a', { state: 'resolved' }),
			incident('other'),
		];
		const held = createNotificationWait().hold({ alerts, incidents }, causes, startMs + 20_100);
		expect(held.map(({ muted }) => muted)).toEqual(['silenced', undefined, undefined]);
	});
});

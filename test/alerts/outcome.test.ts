import { describe, expect, it } from 'vitest';
import { emptyAlertState } from '../../source/alerts/alert-state.ts';
import type { AlertRecord, AlertState } from '../../source/alerts/alert-state.ts';
import type { Incident } from '../../source/alerts/incident.ts';
import type { Quiet } from '../../source/alerts/mutes.ts';
import {
	mutedIn,
	toAlerts,
	toIncident,
	toIncidents,
	withMuted,
} from '../../source/alerts/outcome.ts';
import type { Muted } from '../../source/alerts/outcome.ts';
import type { RuleSet } from '../../source/sections/rule-set.ts';
import { cpuRule, minuteMs, noQuiet, rules, startMs } from './helpers.ts';

const iso = (afterMs: number): string => new Date(startMs + afterMs).toISOString();

function record(more: Partial<AlertRecord> = {}): AlertRecord {
	return {
		rule: 'cpu',
		identity: { node: 'a' },
		labels: { node: 'a', kind: 'evm' },
		phase: 'firing',
		severity: 'warning',
		held: {},
		badLooks: 2,
		last: 'bad',
		forMs: minuteMs,
		since: iso(0),
		message: 'CPU of a is 91 %',
		...more,
	};
}

function stateOf(alerts: AlertState['alerts'], more: Partial<AlertState> = {}): AlertState {
	return { ...emptyAlertState(), alerts, ...more };
}

const commands = {
	show: (node: string) => `show ${node}`,
	replay: (since: string) => `replay ${since}`,
};
const measured = {
	value: 0.91,
	threshold: 0.8,
	unit: 'ratio',
	evidence: '91 %, threshold 80 %',
	nextStep: 'look at the processes',
};
const ended: Incident = {
	id: `gone/${iso(-minuteMs)}`,
	fingerprint: 'gone',
	rule: 'disk',
	labels: { node: 'b' },
	severity: 'critical',
	state: 'resolved',
	message: 'the disk is full',
	since: iso(-minuteMs),
	resolvedAt: iso(0),
	reason: 'recovered',
};
const noReasons: ReadonlyMap<string, Muted> = new Map();

describe('why an alert is muted', () => {
	const mutingRules = rules({
		cpu: cpuRule(),
		up: cpuRule({ mutes: { by: 'node', rules: ['cpu'] } }),
	});
	const reasonsOf = (
		alerts: AlertState['alerts'],
		quiet: Quiet = noQuiet,
		more: Partial<AlertState> = {},
	) => Object.fromEntries(mutedIn(stateOf(alerts, more), mutingRules, quiet, startMs));
	const silence = { match: { node: 'a' }, endsAt: iso(minuteMs) };

	it('is nothing where nobody and nothing mutes it', () => {
		expect(reasonsOf({ x: record() })).toEqual({});
	});

	it('is that a person has seen it as bad as it is', () => {
		const acked = { ackedAt: iso(0), ackedSeverity: 'warning' } as const;
		expect(reasonsOf({ x: record(acked) })).toEqual({ x: 'acknowledged' });
		expect(reasonsOf({ x: record({ ...acked, severity: 'critical' }) })).toEqual({});
	});

	it('is a snooze until just before it ends', () => {
		expect(reasonsOf({ x: record({ snoozedUntil: iso(1) }) })).toEqual({ x: 'silenced' });
		expect(reasonsOf({ x: record({ snoozedUntil: iso(0) }) })).toEqual({});
	});

	it('is a silence of the profile or one made by hand, for what it matches', () => {
		const alerts = { x: record(), y: record({ labels: { node: 'b' } }) };
		expect(reasonsOf(alerts, { ...noQuiet, silences: [silence] })).toEqual({ x: 'silenced' });
		const byHand = { silences: [{ ...silence, id: 's' }] };
		expect(reasonsOf(alerts, noQuiet, byHand)).toEqual({ x: 'silenced' });
	});

	it('is a maintenance window, unless the alert is silenced as well', () => {
		const maintenance = { work: { startsAt: iso(0), endsAt: iso(minuteMs) } };
		expect(reasonsOf({ x: record() }, { ...noQuiet, maintenance })).toEqual({ x: 'maintenance' });
		expect(reasonsOf({ x: record() }, { silences: [silence], maintenance })).toEqual({
			x: 'silenced',
		});
	});

	it('is another alert that fires and explains it; one that is pending explains nothing yet', () => {
		const cause = record({ rule: 'up', severity: 'critical' });
		expect(reasonsOf({ x: record(), up: cause })).toEqual({ x: 'inhibited' });
		expect(reasonsOf({ x: record(), up: { ...cause, phase: 'pending' } })).toEqual({});
	});
});

describe('incidents for delivery', () => {
	it('are the firing alerts and then those that ended, without the pending ones', () => {
		const state = stateOf(
			{ x: record(), y: record({ phase: 'pending' }), z: record() },
			{ closed: [ended] },
		);
		const incidents = toIncidents(state, noReasons, commands);
		expect(incidents.map(({ fingerprint }) => fingerprint)).toEqual(['x', 'z', 'gone']);
		expect(incidents.at(-1)).toBe(ended);
		expect(incidents[0]).not.toHaveProperty('muted');
		expect(incidents[0]).not.toHaveProperty('isInGrace');
	});

	it('name why they are muted, and whether they have just lost their explanation', () => {
		const state = stateOf({ x: record({ graceMs: 1 }), y: record({ graceMs: 0 }) });
		const [x, y] = toIncidents(state, new Map([['y', 'silenced']]), commands);
		expect(x).toMatchObject({ isInGrace: true });
		expect(x).not.toHaveProperty('muted');
		expect(y).toMatchObject({ muted: 'silenced' });
		expect(y).not.toHaveProperty('isInGrace');
	});

	it('say all that is known, and how to look at it', () => {
		expect(toIncident('x', record(measured), commands)).toStrictEqual({
			id: `x/${iso(0)}`,
			fingerprint: 'x',
			rule: 'cpu',
			labels: { node: 'a', kind: 'evm' },
			severity: 'warning',
			state: 'firing',
			message: 'CPU of a is 91 %',
			since: iso(0),
			...measured,
			show: 'show a',
			replay: `replay ${iso(0)}`,
		});
	});

	it('leave out what is not known', () => {
		const bare = {
			id: `x/${iso(0)}`,
			fingerprint: 'x',
			rule: 'cpu',
			severity: 'warning',
			state: 'firing',
			message: 'CPU of a is 91 %',
			since: iso(0),
		};
		const labels = { group: 'evm:1' };
		const noReplay = { ...commands, replay: () => undefined };
		expect(toIncident('x', record({ labels }), noReplay)).toStrictEqual({ ...bare, labels });
		expect(toIncident('x', record())).toStrictEqual({ ...bare, labels: record().labels });
	});

	it('say that the alert changes too often', () => {
		const { message } = toIncident('x', record({ isFlapping: true }));
		expect(message).toBe('CPU of a is 91 % (changes too often)');
		expect(toIncident('x', record({ isFlapping: false })).message).toBe('CPU of a is 91 %');
	});
});

describe('a change for the history', () => {
	const change = (incident: Incident) => ({ at: iso(0), event: 'fired' as const, incident });
	const mutedOf = (more: Partial<AlertRecord>, reasons = noReasons) => {
		const transition = change(toIncident('x', record()));
		return withMuted(transition, stateOf({ x: record(more) }), reasons).incident.muted;
	};

	it('names why no message about it is sent', () => {
		expect(mutedOf({}, new Map([['x', 'maintenance']]))).toBe('maintenance');
		expect(mutedOf({}, new Map([['y', 'maintenance']]))).toBeUndefined();
	});

	it('of an alert that has just lost its explanation is still explained by it', () => {
		expect(mutedOf({ graceMs: 1 })).toBe('inhibited');
		expect(mutedOf({ graceMs: 0 })).toBeUndefined();
		expect(mutedOf({ graceMs: 1 }, new Map([['x', 'silenced']]))).toBe('silenced');
	});

	it('keeps all else that it says', () => {
		const transition = change(toIncident('x', record(measured), commands));
		const reasons = new Map([['x', 'silenced' as const]]);
		expect(withMuted(transition, stateOf({ x: record() }), reasons)).toStrictEqual({
			...transition,
			incident: { ...transition.incident, muted: 'silenced' },
		});
	});

	it('stays as it is where the alert ended, is pending, or is not there', () => {
		const reasons = new Map([['x', 'silenced' as const]]);
		const fired = change(toIncident('x', record()));
		const over = change({ ...ended, fingerprint: 'x' });
		expect(withMuted(over, stateOf({ x: record() }), reasons)).toBe(over);
		expect(withMuted(fired, stateOf({ x: record({ phase: 'pending' }) }), reasons)).toBe(fired);
		expect(withMuted(fired, stateOf({}), reasons)).toBe(fired);
	});
});

describe('alerts of the document', () => {
	const alertsOf = (
		alerts: AlertState['alerts'],
		reasons = noReasons,
		{
			closed = [],
			silences = [],
			quiet = noQuiet,
			known = rules({}),
		}: Partial<AlertState> & { quiet?: Quiet; known?: RuleSet } = {},
	) => toAlerts(stateOf(alerts, { closed, silences }), { quiet, rules: known }, reasons, startMs);

	it('name the rule that explains one, while its alert fires', () => {
		const known = rules({ cpu: cpuRule(), up: cpuRule({ mutes: { by: 'node', rules: ['cpu'] } }) });
		const reasons = new Map([['x', 'inhibited' as const]]);
		const explainedBy = (cause: AlertRecord) =>
			alertsOf({ x: record(), y: cause }, reasons, { known }).map((alert) => [
				alert.rule,
				alert.explainedBy,
			]);
		expect(explainedBy(record({ rule: 'up' }))).toContainEqual(['cpu', 'up']);
		// It ended: what it explained waits for its own hold time.
		expect(explainedBy(record({ rule: 'up', phase: 'pending' }))).toContainEqual([
			'cpu',
			undefined,
		]);
	});

	it('say all that is known of one that fires', () => {
		const seen = {
			firedAt: iso(minuteMs),
			ackedAt: iso(2 * minuteMs),
			ackedBy: 'Ada',
			ackedSeverity: 'warning',
		} as const;
		const [alert] = alertsOf({ x: record({ ...measured, ...seen }) });
		expect(alert).toStrictEqual({
			fingerprint: 'x',
			node: 'a',
			rule: 'cpu',
			state: 'firing',
			severity: 'warning',
			message: 'CPU of a is 91 %',
			labels: { node: 'a', kind: 'evm' },
			since: iso(0),
			...measured,
			...seen,
		});
	});

	it('leave out what is not known', () => {
		const labels = { node: 'a', group: 'evm:1' };
		expect(alertsOf({ x: record({ labels }) })).toStrictEqual([
			{
				fingerprint: 'x',
				node: 'a',
				rule: 'cpu',
				state: 'firing',
				severity: 'warning',
				message: 'CPU of a is 91 %',
				labels,
				since: iso(0),
			},
		]);
	});

	it('name the group where they are about a whole network, and neither where about the fleet', () => {
		const [ofGroup] = alertsOf({ x: record({ labels: { group: 'evm:1' } }) });
		expect(ofGroup).toMatchObject({ group: 'evm:1' });
		expect(ofGroup).not.toHaveProperty('node');
		const [ofFleet] = alertsOf({ x: record({ labels: {} }) });
		expect(ofFleet).not.toHaveProperty('group');
		expect(ofFleet).not.toHaveProperty('node');
	});

	it('tell how long a pending one has held and must hold', () => {
		const pending = { phase: 'pending', forMs: 90_000 } as const;
		const held = { warning: 1999, critical: 61_999, info: undefined };
		const [alert] = alertsOf({ x: record({ ...pending, held }) });
		expect(alert).toMatchObject({ state: 'pending', heldSeconds: 61, holdSeconds: 90 });
		const [fresh] = alertsOf({ x: record({ ...pending, held: {} }) });
		expect(fresh).toMatchObject({ heldSeconds: 0 });
		const [firing] = alertsOf({ x: record({ held }) });
		expect(firing).not.toHaveProperty('heldSeconds');
	});

	it('tell why a firing one is muted, and nothing of it while it is pending', () => {
		const reasons = new Map([['x', 'inhibited' as const]]);
		const [firing] = alertsOf({ x: record() }, reasons);
		expect(firing).toMatchObject({ muted: 'inhibited' });
		expect(firing).not.toHaveProperty('silencedUntil');
		expect(alertsOf({ x: record({ graceMs: 1 }) })[0]).toMatchObject({ muted: 'inhibited' });
		const [pending] = alertsOf({ x: record({ phase: 'pending' }) }, reasons);
		expect(pending).not.toHaveProperty('muted');
	});

	it('tell until when one is silenced: by hand, by the profile, or by a snooze', () => {
		const silenced = new Map([['x', 'silenced' as const]]);
		const silence = { match: { node: 'a' }, endsAt: iso(minuteMs) };
		const untilOf = (more: Parameters<typeof alertsOf>[2], own: Partial<AlertRecord> = {}) =>
			alertsOf({ x: record(own) }, silenced, more)[0]?.silencedUntil;
		expect(untilOf({ silences: [{ ...silence, id: 's' }] })).toBe(iso(minuteMs));
		expect(untilOf({ quiet: { ...noQuiet, silences: [silence] } })).toBe(iso(minuteMs));
		expect(untilOf({}, { snoozedUntil: '2026-01-02T04:00:00+01:00' })).toBe(
			'2026-01-02T03:00:00.000Z',
		);
		// One that an acknowledgement mutes is not silenced, whatever silence there is.
		const acked = new Map([['x', 'acknowledged' as const]]);
		const [alert] = alertsOf({ x: record() }, acked, {
			quiet: { ...noQuiet, silences: [silence] },
		});
		expect(alert).not.toHaveProperty('silencedUntil');
	});

	it('show that there is no data now, and that one changes too often', () => {
		const [alert] = alertsOf({ x: record({ last: 'noData', isFlapping: true }) });
		expect(alert).toMatchObject({ isStale: true, isFlapping: true });
		const [usual] = alertsOf({ x: record({ isFlapping: false }) });
		expect(usual).not.toHaveProperty('isStale');
		expect(usual).not.toHaveProperty('isFlapping');
	});

	it('tell when and why one ended', () => {
		const { id: _id, state: _state, ...known } = ended;
		expect(alertsOf({}, noReasons, { closed: [ended] })).toStrictEqual([
			{ ...known, node: 'b', state: 'resolved' },
		]);
		const { resolvedAt: _at, reason: _reason, ...open } = ended;
		const [alert] = alertsOf({}, noReasons, { closed: [open] });
		expect(alert).not.toHaveProperty('resolvedAt');
		expect(alert).not.toHaveProperty('reason');
	});

	it('are listed by state, the newest of each first', () => {
		const listed = alertsOf(
			{
				oldPending: record({ phase: 'pending', since: iso(0) }),
				old: record({ since: iso(0) }),
				newPending: record({ phase: 'pending', since: iso(2) }),
				new: record({ since: iso(1) }),
			},
			noReasons,
			{ closed: [ended] },
		);
		expect(listed.map(({ fingerprint }) => fingerprint)).toEqual([
			'new',
			'old',
			'newPending',
			'oldPending',
			'gone',
		]);
	});
});

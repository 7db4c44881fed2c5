import { describe, expect, it } from 'vitest';
import { alertStateSchema, applyAction } from '../../source/alerts/alert-state.ts';
import {
	inhibitionsOf,
	maintainedBy,
	presentSilences,
	silencedBy,
} from '../../source/alerts/mutes.ts';
import type { Mutable } from '../../source/alerts/mutes.ts';
import type { Incident } from '../../source/alerts/incident.ts';
import { maintenanceEntrySchema, silenceEntrySchema } from '../../source/domain/rule.ts';
import type { MaintenanceEntry, Rule } from '../../source/domain/rule.ts';
import { builtInRules } from '../../source/sections/findings.ts';
import { buildRuleSet } from '../../source/sections/rule-set.ts';
import type { Severity } from '../../source/domain/words.ts';
import { cpu, cpuRule, minuteMs, rules, simulate, startMs } from './helpers.ts';

const high = rules({ cpu: cpuRule() });
const iso = (ms: number): string => new Date(ms).toISOString();
/** Why it is not sent if it is new to a receiver. */
const waitingOf = (incidents: readonly Incident[]) =>
	incidents.map(({ muted, isInGrace }) => muted ?? (isInGrace === true ? 'inhibited' : undefined));
const mutedOf = (incidents: readonly Incident[]) => incidents.map(({ muted }) => muted);

describe('R10: silences', () => {
	it('mute while they last, their end not included, and then no more', () => {
		const silence = {
			match: { node: 'a' },
			startsAt: iso(startMs + 1000),
			endsAt: iso(startMs + 3000),
		};
		const run = simulate(high, { silences: [silence], maintenance: {} });
		expect(mutedOf(run.after(0, [cpu(0.9)]).incidents)).toEqual([undefined]);
		const muted = run.after(1000, [cpu(0.9)]);
		expect(mutedOf(muted.incidents)).toEqual(['silenced']);
		expect(muted.alerts[0]).toMatchObject({
			muted: 'silenced',
			silencedUntil: iso(startMs + 3000),
		});
		expect(mutedOf(run.after(1999, [cpu(0.9)]).incidents)).toEqual(['silenced']);
		expect(mutedOf(run.after(1, [cpu(0.9)]).incidents)).toEqual([undefined]);
	});

	it('go on without a gap where two overlap', () => {
		const first = { match: {}, endsAt: iso(startMs + 5000) };
		const second = {
			match: { rule: 'c*' },
			startsAt: iso(startMs + 4000),
			endsAt: iso(startMs + 9000),
		};
		const alert = { rule: 'cpu', severity: 'warning', labels: {} } as const;
		const at = (ms: number) => silencedBy(alert, [first, second], startMs + ms);
		expect([at(0), at(4500), at(5000), at(9000)]).toEqual([first, first, second, undefined]);
	});

	it('do not keep an alert from ending, nor from being counted', () => {
		const silence = { match: {}, endsAt: iso(startMs + 3_600_000) };
		const run = simulate(high, { silences: [silence], maintenance: {} });
		run.after(0, [cpu(0.9)]);
		expect(run.after(1000, [cpu(0.1)]).incidents).toMatchObject([{ state: 'resolved' }]);
		expect(run.events()).toEqual(['fired cpu a', 'resolved cpu a']);
	});

	it('need an end after their start', () => {
		const times = { startsAt: iso(startMs), endsAt: iso(startMs) };
		expect(silenceEntrySchema.safeParse({ match: {}, ...times }).success).toBe(false);
	});
});

describe('R11: maintenance', () => {
	const holds = (entry: MaintenanceEntry, at: string, severity: Severity = 'warning'): boolean => {
		const alert = { rule: 'cpu', severity, labels: { node: 'a' } };
		return maintainedBy(alert, { x: maintenanceEntrySchema.parse(entry) }, Date.parse(at)) === 'x';
	};
	const night: MaintenanceEntry = { from: '22:00', to: '06:00', upTo: 'warning' };

	it.each([
		['2026-01-02T21:59:59Z', false],
		['2026-01-02T22:00:00Z', true],
		['2026-01-03T00:00:00Z', true],
		['2026-01-03T05:59:59Z', true],
		['2026-01-03T06:00:00Z', false],
	])('over midnight, at %s: %s', (at, expected) => {
		expect(holds(night, at)).toBe(expected);
	});

	it.each([
		['2026-01-02T08:59:59Z', false],
		['2026-01-02T09:00:00Z', true],
		['2026-01-02T16:59:59Z', true],
		['2026-01-02T17:00:00Z', false],
		// A Saturday.
		['2026-01-03T12:00:00Z', false],
	])('within a day, at %s: %s', (at, expected) => {
		expect(holds({ from: '09:00', to: '17:00', days: ['fri'] }, at)).toBe(expected);
	});

	it('ends and begins at the second that it names', () => {
		const once = { startsAt: '2026-01-02T00:00:00Z', endsAt: '2026-01-03T00:00:00Z' };
		expect(holds(once, '2026-01-01T23:59:59Z')).toBe(false);
		expect(holds(once, '2026-01-02T00:00:00Z')).toBe(true);
		expect(holds(once, '2026-01-02T23:59:59Z')).toBe(true);
		expect(holds(once, '2026-01-03T00:00:00Z')).toBe(false);
	});

	it('lets what is more severe pass', () => {
		expect(holds(night, '2026-01-02T23:00:00Z', 'critical')).toBe(false);
		expect(holds({ ...night, upTo: undefined }, '2026-01-02T23:00:00Z', 'critical')).toBe(true);
	});

	it('belongs to the day on which it begins', () => {
		const friday: MaintenanceEntry = { ...night, days: ['fri'] };
		// 2 January 2026 is a Friday.
		expect(holds(friday, '2026-01-02T23:00:00Z')).toBe(true);
		expect(holds(friday, '2026-01-03T05:00:00Z')).toBe(true);
		expect(holds(friday, '2026-01-03T23:00:00Z')).toBe(false);
		expect(holds(friday, '2026-01-02T05:00:00Z')).toBe(false);
	});

	it('goes by the clock on the wall, whatever summer time does', () => {
		const berlin: MaintenanceEntry = { from: '03:00', to: '04:00', timeZone: 'Europe/Berlin' };
		expect(holds(berlin, '2026-03-28T02:30:00Z')).toBe(true);
		expect(holds(berlin, '2026-03-29T01:30:00Z')).toBe(true);
		expect(holds(berlin, '2026-03-29T02:30:00Z')).toBe(false);
	});

	it('may be once', () => {
		const once: MaintenanceEntry = {
			startsAt: '2026-01-02T00:00:00Z',
			endsAt: '2026-01-02T01:00:00Z',
		};
		expect(holds(once, '2026-01-02T00:00:00Z')).toBe(true);
		expect(holds(once, '2026-01-02T01:00:00Z')).toBe(false);
		expect(holds({ ...once, match: { node: 'b' } }, '2026-01-02T00:00:00Z')).toBe(false);
	});

	it.each([
		{},
		{ from: '22:00' },
		{ from: '25:00', to: '26:00' },
		{ from: '1:00', to: '2:00', timeZone: 'Mars/X' },
	])('refuses %j', (entry) => {
		expect(maintenanceEntrySchema.safeParse(entry).success).toBe(false);
	});

	it('mutes what fires before and is told when it is over', () => {
		const maintenance = { work: { startsAt: iso(startMs), endsAt: iso(startMs + minuteMs) } };
		const run = simulate(high, { silences: [], maintenance });
		expect(mutedOf(run.after(1000, [cpu(0.9)]).incidents)).toEqual(['maintenance']);
		expect(mutedOf(run.after(minuteMs, [cpu(0.9)]).incidents)).toEqual([undefined]);
	});
});

describe('R9: inhibition', () => {
	const family = rules({
		parent: {
			condition: { value: { field: 'network.peers' }, below: 1 },
			message: 'p',
			forMs: 0,
			mutes: { rules: ['*'], by: 'node' },
		},
		cpu: cpuRule({ forMs: 30_000 }),
	});
	const spec = (peers: number, ratio: number, name = 'a') =>
		cpu(ratio, { name, network: { peers } });

	it('mutes the same node’s alerts, and no other’s', () => {
		const run = simulate(family);
		run.after(0, [spec(0, 0.9), spec(5, 0.9, 'b')]);
		const { incidents } = run.after(30_000, [spec(0, 0.9), spec(5, 0.9, 'b')]);
		expect(incidents.map(({ rule, labels, muted }) => [rule, labels['node'], muted])).toEqual([
			['parent', 'a', undefined],
			['cpu', 'a', 'inhibited'],
			['cpu', 'b', undefined],
		]);
	});

	it('notes in the transition that what fires is explained', () => {
		const run = simulate(family);
		run.after(0, [spec(0, 0.9), spec(5, 0.9, 'b')]);
		const { transitions } = run.after(30_000, [spec(0, 0.9), spec(5, 0.9, 'b')]);
		expect(
			transitions.map(({ event, incident: { rule, labels, muted } }) => [
				event,
				rule,
				labels['node'],
				muted,
			]),
		).toEqual([
			['fired', 'cpu', 'a', 'inhibited'],
			['fired', 'cpu', 'b', undefined],
		]);
	});

	it('lets the child be told only after its own for, when the parent ends first', () => {
		const run = simulate(family);
		run.after(0, [spec(0, 0.9)]);
		run.after(40_000, [spec(0, 0.9)]);
		const muted = () =>
			waitingOf(run.after(10_000, [spec(5, 0.9)]).incidents.filter(({ rule }) => rule === 'cpu'));
		expect([muted(), muted(), muted(), muted(), muted()].flat()).toEqual([
			'inhibited',
			'inhibited',
			'inhibited',
			undefined,
			undefined,
		]);
	});

	it('counts the time of the child while its polls are lost: it is firing and unexplained', () => {
		const run = simulate(family);
		run.after(0, [spec(0, 0.9)]);
		run.after(40_000, [spec(0, 0.9)]);
		const muted = (ratio: number | undefined) =>
			waitingOf(
				run
					.after(15_000, [cpu(ratio, { network: { peers: 5 } })])
					.incidents.filter(({ rule }) => rule === 'cpu'),
			);
		expect([0.9, undefined, undefined, 0.9, 0.9, 0.9].flatMap(muted)).toEqual([
			'inhibited',
			'inhibited',
			undefined,
			undefined,
			undefined,
			undefined,
		]);
	});

	it('does not mute the end of what was told', () => {
		const run = simulate(family);
		run.after(0, [spec(5, 0.9)]);
		run.after(30_000, [spec(5, 0.9)]);
		run.after(1000, [spec(0, 0.9)]);
		const { incidents } = run.after(1000, [spec(0, 0.1)]);
		expect(incidents.find(({ rule }) => rule === 'cpu')).toMatchObject({ state: 'resolved' });
		expect(incidents.find(({ rule }) => rule === 'cpu')).not.toHaveProperty('muted');
	});

	it('does not let an alert mute itself, nor two each other', () => {
		const run = simulate(family);
		expect(mutedOf(run.after(0, [spec(0, 0.1)]).incidents)).toEqual([undefined]);
		const muting = (muted: string) => cpuRule({ mutes: { rules: [muted], by: 'node' } });
		expect(() => rules({ x: muting('y'), y: muting('z'), z: muting('x') })).toThrow(
			/x → y → z → x/,
		);
		expect(() => rules({ x: muting('x') })).toThrow(/mute each other/);
		expect(() => rules({ x: muting('nobody') })).toThrow(/mutes "nobody", which is no rule/);
	});

	it('works over a label that both lack, and over the fleet', () => {
		const run = simulate(
			rules({
				parent: {
					scope: 'fleet',
					condition: { value: { field: 'nodes' }, below: 9 },
					message: 'p',
					forMs: 0,
					mutes: { rules: ['cpu'], by: 'fleet' },
				},
				cpu: cpuRule(),
			}),
		);
		expect(mutedOf(run.after(0, [cpu(0.9)]).incidents)).toEqual([undefined, 'inhibited']);
	});
});

describe('acknowledging and snoozing', () => {
	const withAction = (act: (run: ReturnType<typeof simulate>, fingerprint: string) => void) => {
		const run = simulate(high);
		const fingerprint = run.after(0, [cpu(0.9)]).incidents[0]?.fingerprint ?? '';
		act(run, fingerprint);
		return run;
	};

	it('ends with the alert', () => {
		const run = withAction(({ state }, fingerprint) => {
			Object.assign(state.alerts[fingerprint] ?? {}, { ackedAt: iso(startMs), ackedBy: 'me' });
		});
		const acked = run.after(1000, [cpu(0.9)]);
		expect(mutedOf(acked.incidents)).toEqual(['acknowledged']);
		expect(acked.alerts[0]).toMatchObject({ ackedBy: 'me', ackedAt: iso(startMs) });
		run.after(1000, [cpu(0.1)]);
		const again = run.after(1000, [cpu(0.9)]).incidents.filter(({ state }) => state === 'firing');
		expect(mutedOf(again)).toEqual([undefined]);
	});

	it('is of the severity that was seen: what becomes worse is told, until that is over or seen as well', () => {
		const levels = rules({
			cpu: cpuRule({
				condition: {
					value: { field: 'resources.cpuRatio' },
					above: { warning: 0.8, critical: 0.95 },
				},
			}),
		});
		const run = simulate(levels);
		const fingerprint = run.after(0, [cpu(0.9)]).incidents[0]?.fingerprint ?? '';
		const acknowledge = (severity?: 'warning') => {
			const at = iso(startMs);
			applyAction(run.state, {
				type: 'acknowledge',
				fingerprint,
				at,
				...(severity && { severity }),
			});
		};
		const muted = (ratio: number) => mutedOf(run.after(1000, [cpu(ratio)]).incidents)[0];
		acknowledge();
		expect([0.9, 0.99, 0.99, 0.9, 0.99].map(muted)).toEqual([
			'acknowledged',
			undefined,
			undefined,
			'acknowledged',
			undefined,
		]);
		expect(run.after(0, [cpu(0.99)]).alerts[0]).toMatchObject({ ackedSeverity: 'warning' });
		// Seen as a warning, even if it has become worse until that is taken.
		acknowledge('warning');
		expect(muted(0.99)).toBeUndefined();
		acknowledge();
		expect(muted(0.99)).toBe('acknowledged');
	});

	it('of a state that does not know how bad it was then, counts as of how bad it stands', () => {
		const { state } = withAction((run, fingerprint) => {
			Object.assign(run.state.alerts[fingerprint] ?? {}, { ackedAt: iso(startMs) });
		});
		const [record] = Object.values(alertStateSchema.parse(structuredClone(state)).alerts);
		expect(record).toMatchObject({ severity: 'warning', ackedSeverity: 'warning' });
	});

	it('snoozes until then', () => {
		const run = withAction(({ state }, fingerprint) => {
			Object.assign(state.alerts[fingerprint] ?? {}, { snoozedUntil: iso(startMs + 5000) });
		});
		expect(mutedOf(run.after(4999, [cpu(0.9)]).incidents)).toEqual(['silenced']);
		expect(mutedOf(run.after(1, [cpu(0.9)]).incidents)).toEqual([undefined]);
	});
});

describe('silences that hold now or later', () => {
	it('are those of both places that have not ended, in the order in which they end', () => {
		const ends = (id: string, afterMs: number) => ({
			id,
			match: {},
			endsAt: iso(startMs + afterMs),
		});
		const ofProfile = (afterMs: number) => ({ match: {}, endsAt: iso(startMs + afterMs) });
		const byHand = [ends('late', 3000), ends('over', 0), ends('soon', 1)];
		expect(presentSilences(byHand, [ofProfile(2000), ofProfile(-1)], startMs)).toEqual([
			ends('soon', 1),
			ofProfile(2000),
			ends('late', 3000),
		]);
	});
});

describe('what an alert explains', () => {
	const builtIn = buildRuleSet(builtInRules);
	const rule = (name: string, mutes?: Rule['mutes']): [string, Rule] => {
		const base = builtIn.get('node-down');
		if (!base) throw new Error('there are built-in rules');
		const { mutes: _mutes, ...rest } = base;
		return [name, { ...rest, name, ...(mutes && { mutes }) }];
	};
	const known = new Map([
		rule('down', { rules: ['*'], by: 'node' }),
		rule('split', { rules: ['stall', 'down'], by: 'group' }),
		rule('offline', { rules: ['*'], by: 'fleet' }),
		rule('stall', { rules: ['slow'], by: 'node' }),
		rule('slow'),
		rule('hot'),
	]);
	const alert = (
		name: string,
		labels: Mutable['labels'] = { node: 'a', group: 'g' },
		severity: Severity = 'warning',
	): Mutable => ({
		rule: name,
		severity,
		labels,
	});
	const explainedBy = (sources: readonly Mutable[], one: Mutable) =>
		inhibitionsOf(sources, known)(one);

	it.each<[string, readonly Mutable[], Mutable, string | undefined]>([
		['a rule that it names', [alert('stall')], alert('slow'), 'stall'],
		['no rule that it does not name', [alert('stall')], alert('hot'), undefined],
		['every rule, with a star', [alert('down')], alert('hot'), 'down'],
		['not with a star what mutes it', [alert('down')], alert('split'), undefined],
		['nothing of another node', [alert('stall', { node: 'b' })], alert('slow'), undefined],
		['of its group', [alert('split', { group: 'g' })], alert('stall'), 'split'],
		['nothing of another group', [alert('split', { group: 'h' })], alert('stall'), undefined],
		['of the whole fleet', [alert('offline', {})], alert('slow', { node: 'z' }), 'offline'],
		['nothing more severe', [alert('stall')], alert('slow', { node: 'a' }, 'critical'), undefined],
		[
			'what is as severe',
			[alert('stall', { node: 'a' }, 'critical')],
			alert('slow', { node: 'a' }, 'critical'),
			'stall',
		],
		[
			'no other alert of its rule',
			[alert('down', { node: 'a', peer: 'x' })],
			alert('down', { node: 'a', peer: 'y' }),
			undefined,
		],
		['nothing where its rule is gone', [alert('gone')], alert('slow'), undefined],
		['nothing where its rule mutes nothing', [alert('hot')], alert('slow'), undefined],
		['by the second of two sources', [alert('stall'), alert('down')], alert('hot'), 'down'],
		['an alert whose rule is gone', [alert('down')], alert('gone'), 'down'],
	])('%s', (_what, sources, one, by) => {
		expect(explainedBy(sources, one)).toBe(by);
	});

	it('never an alert by itself, nor two by each other', () => {
		const [down, offline] = [alert('down'), alert('offline', { node: 'a' })];
		expect(explainedBy([down], down)).toBeUndefined();
		const two = new Map([
			rule('one', { rules: ['*'], by: 'node' }),
			rule('other', { rules: ['one'], by: 'node' }),
		]);
		const [one, other] = [alert('one'), alert('other')];
		const explain = inhibitionsOf([one, other], two);
		expect([explain(one), explain(other)]).toEqual(['other', undefined]);
		expect(explainedBy([down, offline], alert('hot'))).toBe('down');
	});
});

import { describe, expect, it } from 'vitest';
import { adoptDelivered } from '../../source/alerts/adopt.ts';
import { emptyAlertState } from '../../source/alerts/alert-state.ts';
import type { AlertRecord, AlertState } from '../../source/alerts/alert-state.ts';
import { fingerprintOf } from '../../source/alerts/fingerprint.ts';
import type { Rule } from '../../source/domain/rule.ts';
import type { Incident } from '../../source/alerts/incident.ts';
import { cpuRule, rules, startMs } from './helpers.ts';

const iso = (ms: number) => new Date(startMs + ms).toISOString();
/** The same rule about several kinds of subjects; only built-in rules join what has one cause. */
const about: Readonly<Record<string, Partial<Rule>>> = {
	cpu: { forMs: 5000 },
	host: { onePer: 'host' },
	peer: { scope: 'peer' },
	validators: { scope: 'validator', onePer: 'group' },
	fleet: { scope: 'fleet' },
};
const set = new Map(
	[...rules(Object.fromEntries(Object.keys(about).map((name) => [name, cpuRule()])))].map(
		([name, rule]): [string, Rule] => [name, { ...rule, ...about[name] }],
	),
);

/** The alert as a receiver got it: its fingerprint is that of these labels. */
function told(
	rule: string,
	identity: Readonly<Record<string, string>>,
	more: Partial<Incident> = {},
): Incident {
	const fingerprint = fingerprintOf(rule, identity);
	return {
		id: `${fingerprint}/${iso(0)}`,
		fingerprint,
		rule,
		labels: identity,
		severity: 'critical',
		state: 'firing',
		message: 'CPU is high',
		since: iso(0),
		...more,
	};
}

function adopted(incident: Incident, state: AlertState = emptyAlertState()) {
	adoptDelivered(state, [incident], set);
	return state.alerts[incident.fingerprint];
}

describe('an alert that only receivers know', () => {
	it('goes on as it was told, until the next look decides', () => {
		const incident = told('cpu', { node: 'a' }, { labels: { node: 'a', kind: 'evm' } });
		expect(adopted(incident)).toStrictEqual({
			rule: 'cpu',
			identity: { node: 'a' },
			labels: { node: 'a', kind: 'evm' },
			phase: 'firing',
			severity: 'critical',
			held: {},
			badLooks: 0,
			last: 'noData',
			forMs: 5000,
			since: iso(0),
			firedAt: iso(0),
			message: 'CPU is high',
		});
	});

	it('keeps its figures, its evidence and its next step', () => {
		const figures = {
			value: 0,
			threshold: 0.8,
			unit: 'ratio',
			evidence: 'seen at a',
			nextStep: 'look at it',
		};
		expect(adopted(told('cpu', { node: 'a' }, figures))).toMatchObject(figures);
	});

	it.each<[string, string, Readonly<Record<string, string>>]>([
		['a peer', 'peer', { node: 'a', peer: 'p' }],
		['a host', 'host', { host: 'this machine' }],
		['a node of a rule about hosts', 'host', { node: 'a' }],
		['a validator of a network', 'validators', { group: 'evm:1', validator: 'v' }],
		['a network', 'validators', { group: 'evm:1' }],
		['everything', 'fleet', {}],
	])('is known as that of %s', (_, rule, identity) => {
		const more = { ...identity, component: 'resources' };
		expect(adopted(told(rule, identity, { labels: more }))?.identity).toEqual(identity);
	});

	it('is left where its rule is gone or is about other subjects now', () => {
		expect(adopted(told('gone', { node: 'a' }))).toBeUndefined();
		expect(adopted(told('cpu', { node: 'a', peer: 'p' }))).toBeUndefined();
	});

	it('is left where the state knows that it ended', () => {
		const incident = told('cpu', { node: 'a' });
		const closed = { ...incident, labels: { node: 'a' }, state: 'resolved' as const };
		expect(adopted(incident, { ...emptyAlertState(), closed: [closed] })).toBeUndefined();
	});
});

describe('an alert that the state knows too', () => {
	const incident = told('cpu', { node: 'a' });
	const known = (record: Partial<AlertRecord>): AlertState => ({
		...emptyAlertState(),
		alerts: {
			[incident.fingerprint]: {
				rule: 'cpu',
				identity: { node: 'a' },
				labels: { node: 'a' },
				phase: 'firing',
				severity: 'warning',
				held: { warning: 7000 },
				badLooks: 3,
				last: 'bad',
				forMs: 5000,
				since: iso(0),
				message: 'as we know it',
				...record,
			},
		},
	});

	it('stays as it is while it fires, or when it is a later one', () => {
		expect(adopted(incident, known({}))?.message).toBe('as we know it');
		expect(adopted(incident, known({ phase: 'pending', since: iso(9) }))).toMatchObject({
			phase: 'pending',
			since: iso(9),
		});
	});

	it('fires if it was the same one and only pending, since it was told', () => {
		expect(adopted(incident, known({ phase: 'pending' }))).toMatchObject({
			phase: 'firing',
			message: 'CPU is high',
			firedAt: iso(0),
		});
		expect(adopted(incident, known({ phase: 'pending', firedAt: iso(4) }))?.firedAt).toBe(iso(4));
	});
});

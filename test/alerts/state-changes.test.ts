import { describe, expect, it } from 'vitest';
import { createAlertChanges } from '../../source/alerts/alert-changes.ts';
import {
	actionSchema,
	applyAction,
	dropOldPending,
	emptyAlertState,
} from '../../source/alerts/alert-state.ts';
import type { AlertRecord, AlertState, Silence } from '../../source/alerts/alert-state.ts';
import { fingerprintOf } from '../../source/alerts/fingerprint.ts';
import { countChange, decideFlapping, pruneChanges } from '../../source/alerts/flapping.ts';
import { replayCommand, replayTime, showCommand } from '../../source/alerts/incident.ts';
import type { Incident } from '../../source/alerts/incident.ts';
import { cpu, cpuRule, minuteMs, noQuiet, rules, simulate, startMs } from './helpers.ts';

const iso = (ms: number) => new Date(startMs + ms).toISOString();

const record = (more: Partial<AlertRecord> = {}): AlertRecord => ({
	rule: 'cpu',
	identity: { node: 'a' },
	labels: { node: 'a' },
	phase: 'firing',
	severity: 'warning',
	held: {},
	badLooks: 1,
	last: 'bad',
	forMs: 0,
	since: iso(0),
	message: 'm',
	...more,
});
const stateOf = (more: Partial<AlertState> = {}): AlertState => ({ ...emptyAlertState(), ...more });
const silence = (id: string, comment = ''): Silence => ({
	id,
	match: { node: 'a' },
	endsAt: iso(minuteMs),
	...(comment !== '' && { comment }),
});

describe('an empty state', () => {
	it('holds nothing, and no time was watched', () => {
		expect(emptyAlertState()).toEqual({
			schema: 'nodetop-alerts/1',
			savedAt: '1970-01-01T00:00:00.000Z',
			steadyMs: 0,
			alerts: {},
			closed: [],
			changes: {},
			silences: [],
			applied: [],
		});
	});
});

describe('what a person does', () => {
	it('to an alert that is gone changes nothing', () => {
		const state = stateOf();
		applyAction(state, { type: 'acknowledge', fingerprint: 'x', at: iso(0) });
		applyAction(state, { type: 'snooze', fingerprint: 'x', until: iso(0) });
		expect(state).toEqual(emptyAlertState());
	});

	it('acknowledges what was seen, not what it became', () => {
		const state = stateOf({ alerts: { x: record({ severity: 'critical' }) } });
		applyAction(state, {
			type: 'acknowledge',
			fingerprint: 'x',
			at: iso(1),
			by: 'me',
			severity: 'warning',
		});
		expect(state.alerts['x']).toMatchObject({
			ackedAt: iso(1),
			ackedBy: 'me',
			ackedSeverity: 'warning',
		});
		applyAction(state, { type: 'acknowledge', fingerprint: 'x', at: iso(2) });
		expect(state.alerts['x']).toMatchObject({ ackedAt: iso(2), ackedSeverity: 'critical' });
		applyAction(state, { type: 'snooze', fingerprint: 'x', until: iso(9) });
		expect(state.alerts['x']?.snoozedUntil).toBe(iso(9));
	});

	it('silences, changes a silence and ends one, and leaves the others', () => {
		const state = stateOf();
		for (const each of [silence('one'), silence('two'), silence('one', 'longer')]) {
			applyAction(state, { type: 'silence', silence: each });
		}
		expect(state.silences).toEqual([silence('two'), silence('one', 'longer')]);
		applyAction(state, { type: 'unsilence', id: 'two' });
		expect(state.silences.map(({ id }) => id)).toEqual(['one']);
	});

	it('is read back from its file by its type', () => {
		const actions = [
			{ type: 'acknowledge', fingerprint: 'x', at: iso(0) },
			{ type: 'snooze', fingerprint: 'x', until: iso(0) },
			{ type: 'unsilence', id: 'one' },
		];
		for (const action of actions) expect(actionSchema.parse(action)).toEqual(action);
		expect(actionSchema.safeParse({ type: '', fingerprint: 'x', until: iso(0) }).success).toBe(
			false,
		);
	});
});

describe('after a gap in watching', () => {
	it('what was only pending goes on for less than an hour, and what fires always', () => {
		const after = (ms: number) => {
			const state = stateOf({
				savedAt: iso(0),
				alerts: { x: record(), y: record({ phase: 'pending' }) },
			});
			dropOldPending(state, startMs + ms);
			return Object.keys(state.alerts);
		};
		expect(after(60 * minuteMs - 1)).toEqual(['x', 'y']);
		expect(after(60 * minuteMs)).toEqual(['x']);
	});
});

describe('an alert that ends', () => {
	const changesOf = (state: AlertState, wallMs = startMs) =>
		createAlertChanges(state, { wallMs, steadyMs: 0 }, 0, {
			show: (node) => `show ${node}`,
			replay: () => undefined,
		});

	it('is kept with its reason, and is the only one that is dropped from the state', () => {
		const state = stateOf({ alerts: { x: record(), y: record() } });
		const changes = changesOf(state);
		changes.end('x', 'recovered');
		expect(Object.keys(state.alerts)).toEqual(['y']);
		expect(state.closed).toMatchObject([
			{
				fingerprint: 'x',
				state: 'resolved',
				resolvedAt: iso(0),
				reason: 'recovered',
				labels: { node: 'a' },
			},
		]);
		expect(changes.transitions).toMatchObject([{ event: 'resolved', at: iso(0) }]);
	});

	it('was told to nobody while it was pending: it is dropped, and one that is not there is nothing', () => {
		const state = stateOf({ alerts: { x: record({ phase: 'pending' }) } });
		const changes = changesOf(state);
		changes.end('x', 'recovered');
		changes.end('none', 'recovered');
		expect(state.closed).toEqual([]);
		expect(changes.transitions.map(({ event }) => event)).toEqual(['dropped']);
	});

	it('is one of 2000 that are kept, the newest', () => {
		const closed = Array.from({ length: 2000 }, (_, index) => ({
			...ended('old', 0),
			id: `${index}`,
		}));
		const state = stateOf({ alerts: { x: record() }, closed });
		changesOf(state).end('x', 'recovered');
		expect(state.closed).toHaveLength(2000);
		expect(state.closed[0]?.id).toBe('1');
		expect(state.closed.at(-1)?.fingerprint).toBe('x');
	});

	const ended = (
		fingerprint: string,
		sinceMs: number,
	): Incident & { labels: Record<string, string> } => ({
		id: `${fingerprint}/${sinceMs}`,
		fingerprint,
		rule: 'cpu',
		labels: { node: 'a' },
		severity: 'warning',
		state: 'resolved',
		message: 'm',
		since: iso(sinceMs),
	});

	it('begins again later than each time before, even if the clock was set back', () => {
		const state = stateOf({ closed: [ended('x', 5000), ended('x', 2000), ended('y', 9000)] });
		expect(changesOf(state).nextSince('x')).toBe(iso(5001));
		expect(changesOf(state, startMs + 7000).nextSince('x')).toBe(iso(7000));
		expect(changesOf(state).nextSince('z')).toBe(iso(0));
	});
});

describe('what is kept of what ended', () => {
	it('is a day of alerts, and silences until their end', () => {
		const run = simulate(rules({ cpu: cpuRule() }), noQuiet);
		run.after(0, [cpu(0.9)]);
		run.after(1000, [cpu(0.1)]);
		run.state.silences = [
			silence('short'),
			{ ...silence('long'), endsAt: iso(3 * 24 * 60 * minuteMs) },
		];
		run.after(24 * 60 * minuteMs - 1, [cpu(0.1)]);
		expect(run.state.closed).toHaveLength(1);
		run.after(1, [cpu(0.1)]);
		expect(run.state.closed).toEqual([]);
		expect(run.state.silences.map(({ id }) => id)).toEqual(['long']);
	});

	it('a silence ends at its end', () => {
		const run = simulate(rules({ cpu: cpuRule() }), noQuiet);
		run.state.silences = [silence('short')];
		run.after(minuteMs - 1, [cpu(0.1)]);
		expect(run.state.silences).toHaveLength(1);
		run.after(1, [cpu(0.1)]);
		expect(run.state.silences).toEqual([]);
	});

	it('an evaluation says whether time alone can change an alert', () => {
		const run = simulate(rules({ cpu: cpuRule({ forMs: 5000, keepFiringForMs: 5000 }) }));
		expect(run.after(0, [cpu(0.1)]).isWaiting).toBe(false);
		expect(run.after(1000, [cpu(0.9)]).isWaiting).toBe(true);
		expect(run.after(5000, [cpu(0.9)]).isWaiting).toBe(false);
		expect(run.after(1000, [cpu(0.1)]).isWaiting).toBe(true);
	});
});

describe('the fingerprint of an alert', () => {
	it('is 16 hexadecimal digits of its rule and labels, in whatever order they stand', () => {
		const fingerprint = fingerprintOf('cpu', { node: 'a', peer: 'p' });
		expect(fingerprint).toMatch(/^[\da-f]{16}$/);
		expect(fingerprintOf('cpu', { peer: 'p', node: 'a' })).toBe(fingerprint);
		expect(fingerprintOf('cpu', { node: 'p', peer: 'a' })).not.toBe(fingerprint);
		expect(fingerprintOf('disk', { node: 'a', peer: 'p' })).not.toBe(fingerprint);
	});
});

describe('the commands of an alert', () => {
	it('show its node and the moment at which it began, of the profile that watches it', () => {
		expect(showCommand('a node')).toBe("nodetop diagnose 'a node'");
		expect(showCommand('a', ['--profile', 'main net'])).toBe(
			"nodetop diagnose --profile 'main net' a",
		);
		expect(replayCommand(iso(0))).toBe('nodetop replay --at 2026-01-02T03:04:06Z');
		expect(replayCommand(iso(0), ['--profile', 'x'])).toBe(
			'nodetop replay --profile x --at 2026-01-02T03:04:06Z',
		);
	});

	it('open the first whole second that shows it', () => {
		expect(replayTime(iso(1))).toBe('2026-01-02T03:04:07Z');
		expect(replayTime('unknown')).toBe('unknown');
	});
});

describe('an alert that comes and goes', () => {
	const times = (count: number) => ({ x: Array.from({ length: count }, () => 0) });
	const isFlapping = (count: number, before?: AlertRecord) =>
		decideFlapping(stateOf({ changes: times(count) }), 'x', before);

	it('flaps from the sixth change on, and until fewer than three are left', () => {
		expect(isFlapping(4, record())).toBe(false);
		expect(isFlapping(5, record())).toBe(true);
		expect(isFlapping(0)).toBe(false);
		expect(decideFlapping(stateOf(), 'x', record())).toBe(false);
		expect(isFlapping(3, record({ isFlapping: true }))).toBe(true);
		expect(isFlapping(2, record({ isFlapping: true }))).toBe(false);
	});

	it('counts each turn of its condition while it keeps firing for that', () => {
		const turn = (before: AlertRecord['last'], after: AlertRecord['last'], isCounting = true) => {
			const state = stateOf({ steadyMs: 7 });
			countChange(state, 'x', record({ last: before }), record({ last: after }), isCounting);
			return state.changes['x'];
		};
		expect(turn('bad', 'good')).toEqual([7]);
		expect(turn('good', 'bad')).toEqual([7]);
		for (const [before, after] of [
			['bad', 'bad'],
			['good', 'good'],
			['bad', 'between'],
			['between', 'good'],
			['noData', 'bad'],
			['good', 'noData'],
		] as const) {
			expect(turn(before, after)).toBeUndefined();
		}
		expect(turn('bad', 'good', false)).toBeUndefined();
	});

	it('is marked when it would have ended, and stays so until it is calm', () => {
		const marked = (before: AlertRecord | undefined, after: AlertRecord, isNow = true) =>
			countChange(stateOf(), 'x', before, after, isNow).isFlapping;
		expect(marked(record(), record({ last: 'good' }))).toBe(true);
		expect(marked(record(), record({ last: 'bad' }))).toBeUndefined();
		expect(marked(record({ isFlapping: true }), record({ last: 'bad' }))).toBe(true);
		expect(
			marked(record({ isFlapping: true }), record({ isFlapping: true }), false),
		).toBeUndefined();
		expect(marked(record({ phase: 'pending' }), record({ last: 'good' }))).toBeUndefined();
		expect(marked(undefined, record({ last: 'good' }))).toBeUndefined();
	});

	it('is calm again ten minutes after its changes', () => {
		const state = stateOf({ steadyMs: 10 * minuteMs, changes: { x: [0, 1], y: [0] } });
		pruneChanges(state);
		expect(state.changes).toEqual({ x: [1] });
	});
});

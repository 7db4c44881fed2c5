import { describe, expect, it } from 'vitest';
import { applyRecord, emptyLedger } from '../../../source/alerts/delivery/ledger.ts';
import type { Ledger, LedgerRecord } from '../../../source/alerts/delivery/ledger.ts';
import { plan } from '../../../source/alerts/delivery/plan.ts';
import type { Waiting } from '../../../source/alerts/delivery/due.ts';
import type { Incident } from '../../../source/alerts/incident.ts';
import { incident, minuteMs, resolved, startMs, webhook } from './helpers.ts';

const channel = webhook('http://127.0.0.1:1');
const [a, b, c] = [incident('a'), incident('b'), incident('c')];
const hourMs = 60 * minuteMs;

/** Plans at `ms` after the start. */
function planAt(
	ms: number,
	incidents: readonly Incident[],
	ledger: Ledger,
	waiting: Waiting = new Map(),
) {
	const planned = plan(channel, incidents, ledger, waiting, startMs + ms);
	for (const record of planned.records) applyRecord(ledger, record);
	for (const message of planned.messages) applyRecord(ledger, { type: 'queued', message });
	return planned;
}

/** A ledger of a receiver that was told that these fire, at the start. */
function toldOf(...incidents: readonly Incident[]): Ledger {
	const ledger = emptyLedger();
	const { messages } = planAt(0, incidents, ledger);
	for (const { id } of messages) applyRecord(ledger, { type: 'sent', id, atMs: startMs });
	return ledger;
}
const said = ({ messages }: ReturnType<typeof planAt>) =>
	messages.map(({ entries, stillFiring }) => ({
		entries: entries.map(({ event, incident: { labels } }) => `${event} ${labels['node']}`),
		stillFiring,
	}));

describe('what a message says beside what is new', () => {
	it('is how many others of its group still fire, and none of them twice in a reminder', () => {
		const ledger = toldOf(a, b);
		expect(said(planAt(30_000, [a, b, c], ledger))).toEqual([
			{ entries: ['fired c'], stillFiring: 2 },
		]);
		expect(said(planAt(hourMs, [a, b], toldOf(a, b)))).toEqual([
			{ entries: ['reminder a', 'reminder b'], stillFiring: 0 },
		]);
	});

	it('is the severity before, of what was raised, and of nothing else', () => {
		const calm = { ...a, severity: 'warning' as const };
		const ledger = emptyLedger();
		const waiting: Waiting = new Map();
		planAt(0, [calm, { ...b, severity: 'warning' }], ledger, waiting);
		const { messages } = planAt(30_000, [calm, { ...b, severity: 'warning' }], ledger, waiting);
		for (const { id } of messages) applyRecord(ledger, { type: 'sent', id, atMs: startMs });
		const raised = planAt(hourMs, [a, { ...b, severity: 'warning' }], ledger).messages[0]?.entries;
		expect(raised?.map(({ event, previousSeverity }) => [event, previousSeverity])).toEqual([
			['raised', 'warning'],
		]);
		expect(raised?.[0]).not.toHaveProperty('incident.isInGrace');
		const [fresh] = planAt(0, [c], emptyLedger()).messages;
		expect(fresh).toMatchObject({
			isTest: false,
			groupLabels: { rule: 'node-down', group: 'mainnet' },
		});
		expect(fresh?.entries[0]).not.toHaveProperty('previousSeverity');
	});

	it('is by the labels of its group, empty where it has none', () => {
		const { group: _group, ...labels } = a.labels;
		expect(planAt(0, [{ ...a, labels }], emptyLedger()).messages[0]?.groupLabels).toEqual({
			rule: 'node-down',
			group: '',
		});
	});
});

describe('the end of an alert that a receiver refuses', () => {
	const refusedFor = (ms: number) => {
		const ledger = toldOf(a);
		const [message] = planAt(30_000, [resolved(a)], ledger).messages;
		const id = message?.id ?? '';
		applyRecord(ledger, { type: 'undelivered', id, atMs: startMs, reason: 'no' });
		return planAt(ms, [resolved(a)], ledger);
	};

	it('is tried for a day, and then dropped', () => {
		expect(said(refusedFor(24 * hourMs))).toMatchObject([{ entries: ['resolved a'] }]);
		const later = refusedFor(24 * hourMs + 1);
		expect(later.messages).toEqual([]);
		expect(later.records).toMatchObject([{ type: 'forgotten', ids: [a.id] }]);
	});
});

describe('a message that waits in the queue after a failed attempt', () => {
	const waitingFor = (incidents: readonly Incident[], ...more: readonly LedgerRecord[]) => {
		const ledger = emptyLedger();
		const [message] = planAt(0, incidents, ledger).messages;
		const id = message?.id ?? '';
		applyRecord(ledger, { type: 'delayed', id, nextAtMs: startMs + 5000, reason: 'busy' });
		for (const record of more) applyRecord(ledger, record);
		return { ledger, id };
	};
	const revision = (ms: number, incidents: readonly Incident[], ledger: Ledger) => {
		const { records } = planAt(ms, incidents, ledger);
		return records.map((record) =>
			record.type === 'revised'
				? (record.message?.entries.map(
						({ event, incident: of }) => `${event} ${of.labels['node']}`,
					) ?? 'dropped')
				: record.type,
		);
	};

	it('stays while it still says what is so', () => {
		const { ledger } = waitingFor([a, b]);
		expect(revision(1000, [a, b], ledger)).toEqual([]);
	});

	it('takes in what fires, and says what has ended meanwhile or is no longer watched', () => {
		expect(revision(1000, [a, b], waitingFor([a]).ledger)).toEqual([['fired a', 'fired b']]);
		expect(revision(1000, [resolved(a), b], waitingFor([a, b]).ledger)).toEqual([
			['fired b', 'ended a'],
		]);
		const { ledger } = waitingFor([a, b]);
		expect(revision(1000, [b], ledger)).toEqual([['fired b', 'ended a']]);
		const [queued] = Object.values(ledger.queue);
		expect(queued?.message.entries[1]?.incident.reason).toBe('no longer watched');
		// And it still says so at the next look.
		expect(revision(2000, [b], ledger)).toEqual([]);
	});

	it('is dropped where nothing of it is left to say: a reminder of what has been muted', () => {
		const ledger = toldOf(a);
		const [reminder] = planAt(hourMs, [a], ledger).messages;
		const id = reminder?.id ?? '';
		applyRecord(ledger, { type: 'delayed', id, nextAtMs: startMs + hourMs, reason: 'busy' });
		expect(revision(hourMs + 1000, [{ ...a, muted: 'silenced' }], ledger)).toEqual(['dropped']);
	});

	it('that may have arrived is left, until all that it says has ended', () => {
		const perhaps = () => {
			const { ledger, id } = waitingFor([a, b]);
			applyRecord(ledger, {
				type: 'delayed',
				id,
				nextAtMs: startMs + 9000,
				reason: 'no answer',
				mayHaveArrived: true,
			});
			return ledger;
		};
		expect(revision(1000, [a, b, c], perhaps())).toEqual([]);
		expect(revision(1000, [resolved(a), b], perhaps())).toEqual([]);
		expect(revision(1000, [resolved(a), resolved(b), c], perhaps())).toEqual([
			['ended a', 'ended b'],
		]);
	});
});

describe('when to plan again', () => {
	it('is when the first of the groups is due, and a message of another channel holds nothing up', () => {
		const calm = { ...a, severity: 'warning' as const };
		const other = { ...b, severity: 'warning' as const, rule: 'disk-low' };
		const waiting: Waiting = new Map();
		const ledger = emptyLedger();
		expect(planAt(0, [calm], ledger, waiting).nextAtMs).toBe(startMs + 30_000);
		expect(planAt(9000, [other, calm], ledger, waiting).nextAtMs).toBe(startMs + 30_000);
		expect(planAt(9000, [calm, other], ledger, waiting).nextAtMs).toBe(startMs + 30_000);
		const [message] = planAt(0, [a], emptyLedger()).messages;
		if (!message) throw new Error('no message');
		const elsewhere = emptyLedger();
		applyRecord(elsewhere, { type: 'queued', message: { ...message, channel: 'mail' } });
		expect(said(planAt(0, [a], elsewhere))).toMatchObject([{ entries: ['fired a'] }]);
	});

	it('begins anew after a message', () => {
		const calm = { ...a, severity: 'warning' as const };
		const waiting: Waiting = new Map();
		const ledger = emptyLedger();
		planAt(0, [calm], ledger, waiting);
		const { messages } = planAt(30_000, [calm], ledger, waiting);
		expect(messages).toHaveLength(1);
		expect([...waiting.keys()]).toEqual([]);
	});

	it('is not delayed by a clock that was set back', () => {
		const ledger = toldOf(a);
		const told = Object.values(ledger.groups[channel.name] ?? {})[0];
		if (told) Object.assign(told, { lastAtMs: startMs + hourMs, lastUrgentAtMs: startMs + hourMs });
		expect(planAt(1000, [a, b], ledger).nextAtMs).toBe(startMs + 1000 + 30_000);
	});
});

import { describe, expect, it } from 'vitest';
import {
	applyRecord,
	emptyLedger,
	endAttempts,
	isUrgent,
	ledgerSchema,
	prune,
	recordSchema,
} from '../../../source/alerts/delivery/ledger.ts';
import type { Ledger, LedgerRecord } from '../../../source/alerts/delivery/ledger.ts';
import { messageSchema } from '../../../source/alerts/delivery/message.ts';
import type { Entry } from '../../../source/alerts/delivery/message.ts';
import { plan } from '../../../source/alerts/delivery/plan.ts';
import { incident, message, minuteMs, resolved, startMs, webhook } from './helpers.ts';

const dayMs = 24 * 60 * minuteMs;
const [a, b] = [incident('a'), incident('b')];
const fired = (of = a): Entry => ({ incident: of, event: 'fired' });

/** A ledger after these records. */
function after(...records: readonly LedgerRecord[]): Ledger {
	const ledger = emptyLedger();
	for (const record of records) applyRecord(ledger, record);
	return ledger;
}
const queued = (overrides: Parameters<typeof message>[0] = {}): LedgerRecord => ({
	type: 'queued',
	message: message({ entries: [fired()], ...overrides }),
});
const delayed = (more: object = {}): LedgerRecord => ({
	type: 'delayed',
	id: 'm1',
	nextAtMs: startMs + 5000,
	reason: 'busy',
	...more,
});
const sent: LedgerRecord = { type: 'sent', id: 'm1', atMs: startMs + 9 };
const group = (ledger: Ledger) => ledger.groups['hook']?.['g'];

describe('the ledger', () => {
	it('keeps a message in its queue until it is sent, and counts its attempts', () => {
		expect(after(queued()).queue['m1']).toMatchObject({ attempts: 0, nextAtMs: startMs });
		const trying = after(queued(), { type: 'trying', id: 'm1' });
		expect(trying.queue['m1']?.isTrying).toBe(true);
		applyRecord(trying, delayed());
		applyRecord(trying, delayed({ mayHaveArrived: true }));
		applyRecord(trying, delayed());
		expect(trying.queue['m1']).toEqual({
			message: message({ entries: [fired()] }),
			attempts: 3,
			nextAtMs: startMs + 5000,
			reason: 'busy',
			mayHaveArrived: true,
		});
		expect(after(queued(), sent).queue).toEqual({});
	});

	it('knows what a receiver takes for firing, and since when its group was told', () => {
		expect(group(after(queued(), sent))).toEqual({
			labels: { rule: 'node-down' },
			delivered: { [a.id]: { incident: a, deliveredAtMs: startMs + 9 } },
			refused: {},
			sentCount: 1,
			lastAtMs: startMs,
			lastUrgentAtMs: startMs,
		});
		const over = after(
			queued(),
			sent,
			queued({ entries: [{ incident: resolved(a), event: 'resolved' }] }),
			sent,
		);
		expect(group(over)).toMatchObject({ delivered: {}, sentCount: 2 });
		const calm = { ...a, severity: 'warning' as const };
		expect(group(after(queued({ entries: [fired(calm)] }), sent))).not.toHaveProperty(
			'lastUrgentAtMs',
		);
		// One urgent alert of several makes a message urgent.
		expect(group(after(queued({ entries: [fired(calm), fired(b)] }), sent))).toHaveProperty(
			'lastUrgentAtMs',
		);
	});

	it('counts a message for some recipients only when the others got it', () => {
		const rest = { recipients: ['x@example.org'] };
		expect(after(queued(rest), sent)).toEqual(emptyLedger());
		const lost = after(queued(rest), {
			type: 'undelivered',
			id: 'm1',
			atMs: startMs,
			reason: 'no',
		});
		expect(lost.groups).toEqual({});
		expect(lost.undelivered).toHaveLength(1);
	});

	const refused = (atMs: number): LedgerRecord => ({
		type: 'undelivered',
		id: 'm1',
		atMs,
		reason: 'no',
	});

	it('remembers since when an alert is refused, until it is taken or ends', () => {
		const key = `${a.id} fired critical`;
		const ledger = after(queued(), refused(startMs), queued(), refused(startMs + 100));
		expect(group(ledger)?.refused).toEqual({ [key]: { firstAtMs: startMs, atMs: startMs + 100 } });
		expect(ledger.undelivered.map(({ reason }) => reason)).toEqual(['no', 'no']);
		applyRecord(ledger, queued());
		applyRecord(ledger, sent);
		expect(group(ledger)?.refused).toEqual({});
		const other = after(
			queued(),
			refused(startMs),
			queued({ entries: [fired(b)] }),
			refused(startMs),
		);
		applyRecord(other, { type: 'forgotten', channel: 'hook', groupKey: 'g', ids: [a.id] });
		expect(Object.keys(group(other)?.refused ?? {})).toEqual([`${b.id} fired critical`]);
		applyRecord(other, { type: 'forgotten', channel: 'hook', groupKey: 'other', ids: [b.id] });
		expect(Object.keys(group(other)?.refused ?? {})).toHaveLength(1);
	});

	it('keeps the newest hundred messages that could not be delivered', () => {
		const ledger = emptyLedger();
		for (let index = 0; index < 101; index += 1) {
			applyRecord(ledger, queued());
			applyRecord(ledger, { type: 'undelivered', id: 'm1', atMs: index, reason: 'no' });
		}
		expect(ledger.undelivered).toHaveLength(100);
		expect(ledger.undelivered[0]?.atMs).toBe(1);
	});

	it('puts a revised message in the place of the old one, or drops it', () => {
		const newer = message({ id: 'm2', entries: [fired(b)] });
		const ledger = after(queued(), delayed(), { type: 'revised', id: 'm1', message: newer });
		expect(ledger.queue).toEqual({
			m2: { message: newer, attempts: 1, nextAtMs: startMs + 5000, reason: 'busy' },
		});
		expect(after(queued(), { type: 'revised', id: 'm1' }).queue).toEqual({});
	});

	it('is not changed by what is said of a message that is not queued', () => {
		const newer = message({ id: 'm2' });
		const records: readonly LedgerRecord[] = [
			{ type: 'trying', id: 'm1' },
			delayed(),
			sent,
			refused(startMs),
			{ type: 'revised', id: 'm1', message: newer },
			{ type: 'forgotten', channel: 'hook', groupKey: 'g', ids: [a.id] },
		];
		expect(after(...records)).toEqual(emptyLedger());
	});

	it('takes an attempt that a process left under way for one that may have arrived', () => {
		const ledger = after(queued(), { type: 'trying', id: 'm1' }, queued({ id: 'm2' }));
		endAttempts(ledger);
		expect(ledger.queue['m1']).toMatchObject({ mayHaveArrived: true });
		expect(ledger.queue['m1']).not.toHaveProperty('isTrying');
		expect(ledger.queue['m2']).not.toHaveProperty('mayHaveArrived');
	});

	it('is read back from its journal as it was written', () => {
		const ledger = after(queued(), delayed(), queued({ id: 'm2' }), {
			type: 'sent',
			id: 'm2',
			atMs: 1,
		});
		expect(ledgerSchema.parse(JSON.parse(JSON.stringify(ledger)))).toEqual(ledger);
		const records: readonly LedgerRecord[] = [
			queued(),
			delayed(),
			sent,
			refused(startMs),
			{ type: 'trying', id: 'm1' },
			{ type: 'revised', id: 'm1' },
			{ type: 'forgotten', channel: 'hook', groupKey: 'g', ids: [a.id] },
			{ type: 'ledger', ledger },
		];
		for (const record of records) expect(recordSchema.parse(record)).toEqual(record);
		const whole = message({
			entries: [{ incident: resolved({ ...a, muted: 'silenced' }), event: 'ended' }],
		});
		expect(messageSchema.parse(whole)).toEqual(whole);
	});

	it('forgets after a week what nobody waits for, and keeps what fires for a receiver', () => {
		const keys = (ledger: Ledger, afterMs: number) => {
			prune(ledger, startMs + afterMs);
			return Object.keys(ledger.groups['hook'] ?? {});
		};
		expect(keys(after(queued(), sent), 30 * dayMs)).toEqual(['g']);
		const idle = () => {
			const entries = [{ incident: resolved(a), event: 'resolved' as const }];
			return after(queued(), sent, queued({ entries }), sent);
		};
		expect(keys(idle(), 7 * dayMs)).toEqual(['g']);
		const gone = idle();
		expect(keys(gone, 7 * dayMs + 1)).toEqual([]);
		expect(gone.groups).toEqual({});
		const old = after(queued(), refused(startMs), queued({ groupKey: 'other' }), sent);
		expect(keys(old, 7 * dayMs)).toEqual(['g', 'other']);
		expect(keys(old, 7 * dayMs + 1)).toEqual(['other']);
	});
});

describe('what is urgent', () => {
	it('is what is critical or was, but no reminder', () => {
		const calm = { ...a, severity: 'warning' as const };
		expect(isUrgent(fired())).toBe(true);
		expect(isUrgent(fired(calm))).toBe(false);
		expect(isUrgent({ ...fired(calm), previousSeverity: 'critical' })).toBe(true);
		expect(isUrgent({ ...fired(calm), previousSeverity: 'info' })).toBe(false);
		expect(isUrgent({ ...fired(), event: 'reminder' })).toBe(false);
	});
});

describe('a message for those who missed it', () => {
	const channel = webhook('http://127.0.0.1:1');
	const rest = (more: readonly LedgerRecord[] = []) =>
		after(queued({ entries: [fired(a), fired(b)], recipients: ['x@example.org'] }), ...more);
	const revised = (ledger: Ledger, ...incidents: readonly ReturnType<typeof incident>[]) => {
		const { records } = plan(channel, incidents, ledger, new Map(), startMs);
		return records.flatMap((record) => (record.type === 'revised' ? [record.message] : []));
	};

	it('says the end of what has ended meanwhile, as a message of its own', () => {
		const [newer] = revised(rest(), resolved(a), b);
		expect(
			newer?.entries.map(({ event, incident: { labels } }) => `${event} ${labels['node']}`),
		).toEqual(['fired b', 'ended a']);
		expect(newer).toMatchObject({ recipients: ['x@example.org'] });
		expect(newer?.id).not.toBe('m1');
	});

	it('says so of a node that is no longer watched', () => {
		const [newer] = revised(rest(), b);
		expect(newer?.entries[1]?.incident).toMatchObject({
			state: 'resolved',
			reason: 'no longer watched',
			resolvedAt: new Date(startMs).toISOString(),
		});
	});

	it('stays as it is while all fires on, while it is being sent, and where it may have arrived', () => {
		expect(revised(rest(), a, b)).toEqual([]);
		expect(revised(rest([{ type: 'trying', id: 'm1' }]), resolved(a), b)).toEqual([]);
		const perhaps = rest([delayed({ mayHaveArrived: true })]);
		expect(revised(perhaps, resolved(a), b)).toEqual([]);
		expect(revised(perhaps, resolved(a), resolved(b))).toHaveLength(1);
	});
});

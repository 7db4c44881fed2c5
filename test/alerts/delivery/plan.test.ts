import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../source/alerts/incident.ts';
import { applyRecord, emptyLedger, endAttempts } from '../../../source/alerts/delivery/ledger.ts';
import type { Message } from '../../../source/alerts/delivery/message.ts';
import { plan } from '../../../source/alerts/delivery/plan.ts';
import type { Waiting } from '../../../source/alerts/delivery/due.ts';
import type { Channel } from '../../../source/domain/channel.ts';
import { incident, message, minuteMs, policy, resolved, startMs, webhook } from './helpers.ts';

/** A receiver over simulated time: what it is told at each evaluation, and what became of it. */
function receiver(overrides: Partial<Channel> = {}) {
	// The overrides are policy only.
	const channel = { ...webhook('http://127.0.0.1:1'), ...overrides } as Channel;
	const ledger = emptyLedger();
	const waiting: Waiting = new Map();
	return {
		ledger,
		/** Evaluates at `seconds` after the start; what is queued is sent, or what `fate` says. */
		at(
			seconds: number,
			incidents: readonly Incident[],
			fate: 'sent' | 'refused' | 'queued' = 'sent',
		): readonly string[] {
			const nowMs = startMs + seconds * 1000;
			const { messages, records } = plan(channel, incidents, ledger, waiting, nowMs);
			for (const record of records) applyRecord(ledger, record);
			for (const message of messages) {
				applyRecord(ledger, { type: 'queued', message });
				if (fate === 'sent') applyRecord(ledger, { type: 'sent', id: message.id, atMs: nowMs });
				if (fate === 'refused') {
					applyRecord(ledger, { type: 'undelivered', id: message.id, atMs: nowMs, reason: 'no' });
				}
			}
			return messages.map((message) => saying(message));
		},
	};
}

function saying(message: Message): string {
	return message.entries
		.map(({ incident: { labels, severity }, event }) => `${event} ${labels['node']} ${severity}`)
		.join(', ');
}

const warning = (node: string, more: Partial<Incident> = {}): Incident =>
	incident(node, { severity: 'warning', ...more });

describe('grouping (R8)', () => {
	it('tells 300 critical alerts of one evaluation in one message, at once', () => {
		const { at } = receiver();
		const all = Array.from({ length: 300 }, (_, index) => incident(`n${index}`));
		const messages = at(0, all);
		expect(messages).toHaveLength(1);
		expect(messages[0]?.split(', ')).toHaveLength(300);
		expect(at(2, all)).toEqual([]);
	});

	it('makes a message for each group', () => {
		const { at } = receiver();
		const other = incident('b', { labels: { node: 'b', group: 'testnet' } });
		expect(at(0, [incident('a'), other, incident('c')])).toEqual([
			'fired a critical, fired c critical',
			'fired b critical',
		]);
	});

	it('waits groupWait for what is not critical, and takes in what comes meanwhile', () => {
		const { at } = receiver();
		expect(at(0, [warning('a')])).toEqual([]);
		expect(at(29, [warning('a'), warning('b')])).toEqual([]);
		expect(at(30, [warning('a'), warning('b')])).toEqual(['fired a warning, fired b warning']);
	});

	it('sends nothing for what fires and resolves within groupWait (R7)', () => {
		const { at } = receiver();
		expect(at(0, [warning('a')])).toEqual([]);
		expect(at(20, [resolved(warning('a'))])).toEqual([]);
		expect(at(60, [resolved(warning('a'))])).toEqual([]);
	});

	it('starts the wait anew for a second one', () => {
		const { at } = receiver();
		at(0, [warning('a')]);
		at(20, [resolved(warning('a'))]);
		expect(at(40, [warning('b')])).toEqual([]);
		expect(at(69, [warning('b')])).toEqual([]);
		expect(at(70, [warning('b')])).toEqual(['fired b warning']);
	});

	it('lets a late joiner wait for groupInterval', () => {
		const { at } = receiver();
		at(0, [warning('a')]);
		at(30, [warning('a')]);
		expect(at(40, [warning('a'), warning('b')])).toEqual([]);
		expect(at(329, [warning('a'), warning('b')])).toEqual([]);
		expect(at(330, [warning('a'), warning('b')])).toEqual(['fired b warning']);
	});

	it('lets a critical late joiner pass at once, but only once in groupWait', () => {
		const { at } = receiver();
		at(0, [warning('a')]);
		at(30, [warning('a')]);
		expect(at(31, [warning('a'), incident('b')])).toEqual(['fired b critical']);
		expect(at(32, [warning('a'), incident('b'), incident('c')])).toEqual([]);
		expect(at(60, [warning('a'), incident('b'), incident('c')])).toEqual([]);
		expect(at(61, [warning('a'), incident('b'), incident('c')])).toEqual(['fired c critical']);
	});
});

describe('what a receiver was told (R6, R7, R9)', () => {
	it('tells a raise, not a lowering, and one resolve', () => {
		const { at } = receiver({ groupWaitMs: 0, groupIntervalMs: 0 });
		const said = [
			...at(0, [warning('a')]),
			...at(1, [incident('a')]),
			...at(2, [warning('a')]),
			...at(3, [resolved(warning('a'))]),
			...at(4, [resolved(warning('a'))]),
		];
		expect(said).toEqual(['fired a warning', 'raised a critical', 'resolved a warning']);
	});

	it('does not tell below the floor, but tells the raise over it and the end under it', () => {
		const { at } = receiver({ minSeverity: 'critical', groupWaitMs: 0, groupIntervalMs: 0 });
		expect(at(0, [warning('a')])).toEqual([]);
		expect(at(1, [incident('a')])).toEqual(['fired a critical']);
		expect(at(2, [warning('a')])).toEqual([]);
		expect(at(3, [resolved(warning('a'))])).toEqual(['resolved a warning']);
	});

	it.each(['silenced', 'inhibited', 'maintenance', 'acknowledged', 'flapping'] as const)(
		'creates nothing while %s, and tells the end of what was told before',
		(muted) => {
			const { at } = receiver();
			expect(at(0, [incident('a', { muted })])).toEqual([]);
			expect(at(1, [resolved(incident('a', { muted }))])).toEqual([]);
			expect(at(100, [incident('b')])).toEqual(['fired b critical']);
			expect(at(7000, [incident('b', { muted })])).toEqual([]);
			expect(at(7001, [resolved(incident('b', { muted }))])).toEqual(['resolved b critical']);
		},
	);

	it('tells what still fires when a silence ends', () => {
		const { at } = receiver();
		expect(at(0, [incident('a', { muted: 'silenced' })])).toEqual([]);
		expect(at(10, [incident('a')])).toEqual(['fired a critical']);
	});

	it('tells a raise that nobody has seen yet, and none that is muted', () => {
		const { at } = receiver({ groupWaitMs: 0 });
		at(0, [warning('a')]);
		expect(at(1, [incident('a', { muted: 'silenced' })])).toEqual([]);
		expect(at(2, [incident('a', { muted: 'acknowledged' })])).toEqual([]);
		expect(at(3, [incident('a')])).toEqual(['raised a critical']);
	});

	it('repeats all that fires after repeatInterval, the critical sooner', () => {
		const { at } = receiver();
		const both = [incident('a'), warning('b')];
		at(0, both);
		expect(at(3599, both)).toEqual([]);
		expect(at(3600, both)).toEqual(['reminder a critical, reminder b warning']);
		expect(at(3601, both)).toEqual([]);
	});

	it('takes for ended what it told and no longer sees', () => {
		const { at } = receiver();
		at(0, [incident('a')]);
		expect(at(60, [])).toEqual(['resolved a critical']);
		expect(at(61, [])).toEqual([]);
	});

	it('forgets without a word when ends are not wanted', () => {
		const { at, ledger } = receiver({ sendResolved: false });
		at(0, [incident('a')]);
		expect(at(60, [resolved(incident('a'))])).toEqual([]);
		expect(Object.values(ledger.groups['hook'] ?? {}).map(({ delivered }) => delivered)).toEqual([
			{},
		]);
	});

	it('keeps what was told in its group when groupBy changes', () => {
		const before = receiver();
		before.at(0, [incident('a')]);
		const channel = webhook('http://127.0.0.1:1', { groupBy: ['node'] });
		const { messages } = plan(channel, [incident('a')], before.ledger, new Map(), startMs + 1000);
		expect(messages).toEqual([]);
	});
});

describe('what did not arrive (R12, R13)', () => {
	it('waits for the message in the queue, then tells what happened since', () => {
		const { at, ledger } = receiver();
		at(0, [incident('a')], 'queued');
		expect(at(100, [resolved(incident('a'))])).toEqual([]);
		const [id = ''] = Object.keys(ledger.queue);
		applyRecord(ledger, { type: 'sent', id, atMs: startMs + 200_000 });
		expect(at(201, [resolved(incident('a'))])).toEqual(['resolved a critical']);
	});

	it('does not tell it again in another group when its labels change meanwhile', () => {
		const { at, ledger } = receiver();
		at(0, [incident('a')], 'queued');
		const moved = incident('a', { labels: { node: 'a' } });
		expect(at(1, [moved])).toEqual([]);
		const [id = ''] = Object.keys(ledger.queue);
		applyRecord(ledger, { type: 'sent', id, atMs: startMs + 2000 });
		expect(at(3, [moved])).toEqual([]);
		expect(at(310, [resolved(moved)])).toEqual(['resolved a critical']);
	});

	it('tries what was refused with the next repeat, and tells no end of it', () => {
		const { at, ledger } = receiver();
		expect(at(0, [incident('a')], 'refused')).toEqual(['fired a critical']);
		expect(at(10, [incident('a')])).toEqual([]);
		expect(ledger.undelivered.map(({ reason }) => reason)).toEqual(['no']);
		expect(at(3600, [incident('a')], 'refused')).toEqual(['fired a critical']);
		expect(at(3601, [resolved(incident('a'))])).toEqual([]);
	});

	it('takes what was refused along with the next news', () => {
		const { at } = receiver();
		at(0, [incident('a')], 'refused');
		expect(at(60, [incident('a'), incident('b')])).toEqual(['fired a critical, fired b critical']);
	});

	it('repeats a refused reminder not before the next repeat', () => {
		const { at } = receiver();
		at(0, [incident('a')]);
		expect(at(3600, [incident('a')], 'refused')).toEqual(['reminder a critical']);
		expect(at(3610, [incident('a')])).toEqual([]);
		expect(at(7200, [incident('a')])).toEqual(['reminder a critical']);
	});

	it('drops an end that is refused for a day', () => {
		const { at, ledger } = receiver();
		at(0, [incident('a')]);
		at(60, [resolved(incident('a'))], 'refused');
		expect(at(90_000, [resolved(incident('a'))])).toEqual([]);
		expect(Object.values(ledger.groups['hook'] ?? {}).map(({ delivered }) => delivered)).toEqual([
			{},
		]);
	});
});

describe('time (R27)', () => {
	it('is not silenced by a clock that is set back', () => {
		const { at } = receiver();
		at(7200, [incident('a')]);
		expect(at(0, [incident('a'), warning('b')])).toEqual([]);
		expect(at(300, [incident('a'), warning('b')])).toEqual(['fired b warning']);
	});
});

describe('Alertmanager', () => {
	it('is told every minute what fires, muted or not', () => {
		const { at } = receiver({
			...policy,
			type: 'alertmanager',
			remindsWhileMuted: true,
			groupBy: [],
			groupWaitMs: 0,
			repeatIntervalMs: minuteMs,
			criticalRepeatIntervalMs: minuteMs,
		});
		expect(at(0, [incident('a'), warning('b', { muted: 'silenced' })])).toEqual([
			'fired a critical',
		]);
		expect(at(60, [incident('a', { muted: 'acknowledged' })])).toEqual(['reminder a critical']);
	});
});

describe('a message that could not be sent', () => {
	function failedOnce(how: { readonly mayHaveArrived?: boolean } = {}, nodes = ['a']) {
		const { at, ledger } = receiver();
		at(
			0,
			nodes.map((node) => incident(node)),
			'queued',
		);
		const [id = ''] = Object.keys(ledger.queue);
		applyRecord(ledger, { type: 'trying', id });
		applyRecord(ledger, { type: 'delayed', id, nextAtMs: startMs, reason: 'HTTP 503', ...how });
		return { ledger, id };
	}
	const planned = (
		ledger: ReturnType<typeof emptyLedger>,
		incidents: readonly Incident[] = [resolved(incident('a'))],
	) => plan(webhook('http://127.0.0.1:1'), incidents, ledger, new Map(), startMs + 1000).records;

	it('is not revised while it is under way: what the receiver takes is what is recorded', () => {
		const { ledger, id } = failedOnce();
		applyRecord(ledger, { type: 'trying', id });
		expect(planned(ledger)).toEqual([]);
		applyRecord(ledger, { type: 'delayed', id, nextAtMs: startMs, reason: 'HTTP 503' });
		expect(planned(ledger)).toMatchObject([
			{ type: 'revised', id, message: { entries: [{ event: 'ended' }] } },
		]);
	});

	it('takes in what fired meanwhile, unless the receiver may have it: then a repeat is the same', () => {
		const both = [incident('a'), incident('b')];
		const { ledger, id } = failedOnce();
		expect(planned(ledger, both)).toMatchObject([
			{ type: 'revised', id, message: { entries: [{ event: 'fired' }, { event: 'fired' }] } },
		]);
		const lost = failedOnce({ mayHaveArrived: true }).ledger;
		expect(planned(lost, both)).toEqual([]);
		// Also after a refusal that says it has not arrived: an attempt before may have.
		applyRecord(lost, { type: 'delayed', id, nextAtMs: startMs, reason: 'HTTP 503' });
		expect(planned(lost, both)).toEqual([]);
		expect(planned(lost, [resolved(incident('a')), incident('b')])).toMatchObject([
			{
				type: 'revised',
				id,
				message: { entries: [{ event: 'ended', incident: { state: 'resolved' } }] },
			},
		]);
	});

	it('keeps what may have arrived while any alert of it still fires, or it tells an end', () => {
		const { ledger, id } = failedOnce({ mayHaveArrived: true }, ['a', 'b']);
		expect(planned(ledger, [resolved(incident('a')), incident('b')])).toEqual([]);
		const [ended] = planned(ledger, [resolved(incident('a')), resolved(incident('b'))]);
		if (ended?.type !== 'revised' || !ended.message) throw new Error('it is not revised');
		expect(ended).toMatchObject({
			id,
			message: { entries: [{ event: 'ended' }, { event: 'ended' }] },
		});
		applyRecord(ledger, ended);
		const lost = {
			type: 'delayed',
			nextAtMs: startMs,
			reason: 'reset',
			mayHaveArrived: true,
		} as const;
		applyRecord(ledger, { ...lost, id: ended.message.id });
		expect(
			planned(ledger, [resolved(incident('a')), resolved(incident('b')), incident('c')]),
		).toEqual([]);
	});

	it('may have arrived by an attempt in which the process ended', () => {
		const { ledger, id } = failedOnce();
		applyRecord(ledger, { type: 'trying', id });
		endAttempts(ledger);
		expect(ledger.queue[id]).toMatchObject({ mayHaveArrived: true });
		expect(planned(ledger, [incident('a'), incident('b')])).toEqual([]);
	});

	it('counts for the receiver once, whoever of its recipients gets it later', () => {
		const { ledger, id } = failedOnce();
		const whole = ledger.queue[id]?.message;
		applyRecord(ledger, { type: 'sent', id, atMs: startMs });
		const before = structuredClone(ledger.groups);
		const rest = { ...message(), ...whole, id: 'rest', recipients: ['b@example.org'] };
		applyRecord(ledger, { type: 'queued', message: rest });
		applyRecord(ledger, { type: 'sent', id: 'rest', atMs: startMs + 1000 });
		expect(ledger.groups).toEqual(before);
		expect(ledger.queue).toEqual({});
		// Given up for one recipient, it is listed, and not refused by the others.
		applyRecord(ledger, { type: 'queued', message: rest });
		applyRecord(ledger, { type: 'undelivered', id: 'rest', atMs: startMs, reason: 'SMTP 550' });
		expect(ledger.groups).toEqual(before);
		expect(ledger.undelivered).toHaveLength(1);
	});
});

describe('message ids', () => {
	it('are the same for the same news, whoever counts them', () => {
		const first = plan(webhook('http://a'), [incident('a')], emptyLedger(), new Map(), startMs);
		const again = plan(webhook('http://a'), [incident('a')], emptyLedger(), new Map(), startMs + 5);
		expect(first.messages[0]?.id).toMatch(/^[\da-f]{32}$/);
		expect(again.messages[0]?.id).toBe(first.messages[0]?.id);
	});

	it('differ from repeat to repeat', () => {
		const { at, ledger } = receiver();
		const ids = new Set<string>();
		for (const seconds of [0, 3600, 7200]) {
			at(seconds, [incident('a')], 'queued');
			for (const id of Object.keys(ledger.queue)) {
				ids.add(id);
				applyRecord(ledger, { type: 'sent', id, atMs: startMs + seconds * 1000 });
			}
		}
		expect(ids.size).toBe(3);
	});
});

import type { Channel, ChannelPolicy } from '../../domain/channel.ts';
import { applyRecord, emptyLedger } from '../delivery/ledger.ts';
import type { Entry, Message } from '../delivery/message.ts';
import { plan } from '../delivery/plan.ts';
import type { Waiting } from '../delivery/due.ts';
import type { Incident } from '../incident.ts';
import { subjectOf } from '../subject-of.ts';
import type { RuleTest } from './schema.ts';
import { expandSeries, RuleTestMistake, sampleAt, writeSpan } from './series.ts';

/** Plans and delivers the messages of a test as delivery does, without a network. */
export interface Mailbox {
	/** The delivered messages, one line each. */
	readonly messages: readonly string[];
	take(
		incidents: readonly Incident[],
		time: { readonly slot: number; readonly atMs: number; readonly wallMs: number },
	): void;
	/** Starts again from the journal, as a new process does. */
	restart(): void;
}

const manySubjects = 4;

/** Throws `RuleTestMistake` for a receiver's answer that does not exist. */
export function createMailbox(
	{ channel: given = {}, receiver }: RuleTest,
	where: string,
	policy: ChannelPolicy,
): Mailbox {
	const chosen = Object.fromEntries(
		Object.entries(given).filter(([, value]) => value !== undefined),
	);
	const channel: Channel = {
		...policy,
		...chosen,
		name: 'test',
		type: 'test',
		remindsWhileMuted: false,
	};
	const answers = expandSeries(receiver ?? 'ok', `${where}.receiver`);
	const ledger = emptyLedger();
	const messages: string[] = [];
	let waiting: Waiting = new Map();

	function deliver(message: Message, answer: unknown, atMs: number, wallMs: number): void {
		if (answer === 'failed') {
			const { id } = message;
			applyRecord(ledger, { type: 'delayed', id, nextAtMs: wallMs, reason: 'failed' });
		} else if (answer === 'refused') {
			applyRecord(ledger, {
				type: 'undelivered',
				id: message.id,
				atMs: wallMs,
				reason: 'refused',
			});
		} else if (answer === 'ok') {
			applyRecord(ledger, { type: 'sent', id: message.id, atMs: wallMs });
			messages.push(`${writeSpan(atMs)} ${inWords(message.entries)}`);
		} else {
			throw new RuleTestMistake(
				`${where}.receiver`,
				`"${String(answer)}" is not one of ok, failed, refused`,
			);
		}
	}

	return {
		messages,
		restart() {
			waiting = new Map();
		},
		take(incidents, { slot, atMs, wallMs }) {
			const planned = plan(channel, incidents, ledger, waiting, wallMs);
			for (const record of planned.records) applyRecord(ledger, record);
			for (const message of planned.messages) applyRecord(ledger, { type: 'queued', message });
			const answer = sampleAt(answers, slot);
			for (const { message } of Object.values(ledger.queue)) deliver(message, answer, atMs, wallMs);
		},
	};
}

/** `fired critical node-down a b, resolved warning cpu c`; more than four subjects as their number. */
function inWords(entries: readonly Entry[]): string {
	const parts = new Map<string, string[]>();
	for (const { event, incident } of entries) {
		const what = `${event} ${incident.severity} ${incident.rule}`;
		const subjects = parts.get(what) ?? [];
		subjects.push(subjectOf(incident.labels));
		parts.set(what, subjects);
	}
	return [...parts]
		.map(([what, subjects]) => {
			const shown =
				subjects.length > manySubjects ? `${subjects.length} times` : subjects.toSorted().join(' ');
			return `${what} ${shown}`.trim();
		})
		.join(', ');
}

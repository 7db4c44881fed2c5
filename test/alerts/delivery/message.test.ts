import { describe, expect, it } from 'vitest';
import { dueAt } from '../../../source/alerts/delivery/due.ts';
import type { Waiting } from '../../../source/alerts/delivery/due.ts';
import {
	messageId,
	restId,
	severityOf,
	sortEntries,
	statusOf,
} from '../../../source/alerts/delivery/message.ts';
import type { Entry } from '../../../source/alerts/delivery/message.ts';
import { missedText, parseRetryAfter } from '../../../source/alerts/delivery/retry.ts';
import { incident, message, minuteMs, startMs, webhook } from './helpers.ts';

const [a, b] = [incident('a'), incident('b')];
const fired = (of = a): Entry => ({ incident: of, event: 'fired' });

describe('a message', () => {
	const entry = (
		node: string,
		event: Entry['event'],
		severity: 'info' | 'warning' | 'critical',
		since: number,
	): Entry => ({
		incident: incident(node, { severity, since: new Date(startMs + since).toISOString() }),
		event,
	});
	const entries = [
		entry('z', 'resolved', 'critical', 0),
		entry('d', 'fired', 'warning', 5),
		entry('c', 'raised', 'critical', 9),
		entry('b', 'fired', 'critical', 5),
		entry('a', 'fired', 'critical', 5),
		entry('y', 'ended', 'warning', 0),
	];

	it('names what fires first, then the most severe, the oldest, and by name', () => {
		const names = sortEntries(entries).map(({ incident: { labels } }) => labels['node']);
		expect(names.join('')).toBe('abcdzy');
	});

	it('fires while one of its alerts does, and is as severe as the worst of those', () => {
		expect(statusOf(message({ entries }))).toBe('firing');
		expect(
			statusOf(
				message({
					entries: entries.filter(({ event }) => event !== 'fired' && event !== 'raised'),
				}),
			),
		).toBe('resolved');
		const mixed = [entries[0], entries[1]].flatMap((each) => each ?? []);
		expect(severityOf(message({ entries: mixed }))).toBe('warning');
		expect(severityOf(message({ entries: mixed.slice(0, 1) }))).toBe('critical');
	});

	it('has an id of its content, whatever its order, and of how many came before it', () => {
		const id = messageId('hook', 'g', entries, 3);
		expect(id).toMatch(/^[\da-f]{32}$/);
		expect(messageId('hook', 'g', entries.toReversed(), 3)).toBe(id);
		const others = [
			messageId('mail', 'g', entries, 3),
			messageId('hook', 'h', entries, 3),
			messageId('hook', 'g', entries.slice(1), 3),
			messageId('hook', 'g', entries, 4),
		];
		expect(new Set([id, ...others]).size).toBe(5);
		expect(restId(id, ['x'])).toMatch(/^[\da-f]{32}$/);
		expect(new Set([id, restId(id, ['x']), restId(id, ['y']), restId('other', ['x'])]).size).toBe(
			4,
		);
	});
});

describe('when a group is due', () => {
	const channel = webhook('http://127.0.0.1:1', { criticalGroupWaitMs: 5000 });
	const calm = fired({ ...a, severity: 'warning' });
	const draft = (...news: readonly Entry[]) => ({
		news,
		hasMutedNews: false,
		isReminderDue: false,
	});

	it('waits for the rest of its group, less long for what is critical', () => {
		const waiting: Waiting = new Map();
		expect(dueAt(channel, 'g', draft(calm), undefined, waiting, 1000)).toBe(31_000);
		expect(dueAt(channel, 'g', draft(calm, fired(b)), undefined, waiting, 4000)).toBe(9000);
		expect(dueAt(channel, 'g', draft(calm, fired(b)), undefined, waiting, 6000)).toBe(9000);
		expect(dueAt(channel, 'other', draft(calm), undefined, waiting, 6000)).toBe(36_000);
		expect(dueAt({ ...channel, name: 'mail' }, 'g', draft(calm), undefined, waiting, 7000)).toBe(
			37_000,
		);
	});

	it('keeps its distance from the message before', () => {
		const told = {
			labels: {},
			delivered: {},
			refused: {},
			sentCount: 1,
			lastAtMs: 0,
			lastUrgentAtMs: 0,
		};
		expect(dueAt(channel, 'g', draft(calm), told, new Map(), 1000)).toBe(5 * minuteMs);
		expect(dueAt(channel, 'g', draft(fired()), told, new Map(), 1000)).toBe(30_000);
	});

	it('does not count the time in which all that is new was muted', () => {
		const waiting: Waiting = new Map();
		const muted = { news: [], hasMutedNews: true, isReminderDue: false };
		dueAt(channel, 'g', draft(calm, fired(b)), undefined, waiting, 1000);
		expect(dueAt(channel, 'g', muted, undefined, waiting, 3000)).toBeUndefined();
		expect(dueAt(channel, 'g', draft(calm, fired(b)), undefined, waiting, 13_000)).toBe(16_000);
		expect(dueAt(channel, 'g', draft(calm), undefined, waiting, 13_000)).toBe(41_000);
		// With nothing new left, the wait begins anew.
		expect(
			dueAt(channel, 'g', { ...muted, hasMutedNews: false }, undefined, waiting, 14_000),
		).toBeUndefined();
		expect(dueAt(channel, 'g', draft(calm), undefined, waiting, 15_000)).toBe(45_000);
	});

	it('is now where only a reminder is due', () => {
		const reminder = { news: [], hasMutedNews: false, isReminderDue: true };
		expect(dueAt(channel, 'g', reminder, undefined, new Map(), 1000)).toBe(1000);
	});

	it('leaves what was refused until its next repeat', () => {
		const told = (key: string) => ({
			labels: {},
			delivered: {},
			refused: { [key]: { firstAtMs: 0, atMs: startMs } },
			sentCount: 0,
		});
		const at = (entry: Entry, severity: string, afterMs: number) =>
			dueAt(
				channel,
				'g',
				draft(entry),
				told(`${a.id} fired ${severity}`),
				new Map(),
				startMs + afterMs,
			);
		expect(at(fired(), 'critical', 60 * minuteMs - 1)).toBeUndefined();
		expect(at(fired(), 'critical', 60 * minuteMs)).toBeDefined();
		expect(at(calm, 'warning', 240 * minuteMs - 1)).toBeUndefined();
		expect(at(calm, 'warning', 240 * minuteMs)).toBeDefined();
	});
});

describe('what a receiver says', () => {
	it('of those who did not get a message', () => {
		expect(missedText([])).toBeUndefined();
		expect(
			missedText([
				{ recipient: 'a@example.org', isFinal: true, reason: 'SMTP 550' },
				{ recipient: 'b@example.org', isFinal: false, reason: 'SMTP 451' },
			]),
		).toBe('refused for a@example.org: SMTP 550; refused for b@example.org for now: SMTP 451');
	});

	it.each<[string | undefined, number | undefined]>([
		['120', 120_000],
		[' 1.5 ', 1500],
		['0', 0],
		[new Date(startMs + 9000).toUTCString(), 9000],
		[new Date(startMs - 9000).toUTCString(), 0],
		['soon', undefined],
		['120 s', undefined],
		[undefined, undefined],
	])('Retry-After: %s', (value, expected) => {
		expect(parseRetryAfter(value, startMs)).toBe(expected);
	});
});

import { describe, expect, it } from 'vitest';
import { renderAlertmanager } from '../../../../source/alerts/delivery/channels/alertmanager/render.ts';
import { renderDiscord } from '../../../../source/alerts/delivery/channels/discord/render.ts';
import { renderEmail } from '../../../../source/alerts/delivery/channels/email/render.ts';
import { fitBlocks, fitText } from '../../../../source/alerts/delivery/render/fit.ts';
import { renderPayload } from '../../../../source/alerts/delivery/render/payload.ts';
import { blockOf, blocksOf, titleOf } from '../../../../source/alerts/delivery/render/plain.ts';
import { renderSlack } from '../../../../source/alerts/delivery/channels/slack/render.ts';
import { renderTerminal } from '../../../../source/alerts/delivery/channels/terminal/render.ts';
import { incident, message, resolved, startMs } from '../helpers.ts';

const family = '👨‍👩‍👧‍👦';
const hostile =
	'@everyone <!channel> <@U1> [x](http://evil.example) **b** `c` <b>&amp;</b>\r\nBcc: a@b\u001B]0;t\u0007';

const hostileMessage = message({
	entries: [
		{
			event: 'fired',
			incident: incident(hostile, {
				message: hostile,
				evidence: hostile,
				value: hostile,
				labels: { node: hostile, kind: 'evm' },
			}),
		},
	],
});
const many = message({
	entries: Array.from({ length: 300 }, (_, index) => ({
		event: 'fired' as const,
		incident: incident(`${family}é<&>*_${index}`),
	})),
});

describe('fitting', () => {
	it('cuts between graphemes, never inside one', () => {
		const text = `ab${family}${family}é`;
		for (let units = 1; units <= text.length; units += 1) {
			const cut = fitText(text, units);
			expect(cut.length).toBeLessThanOrEqual(units);
			const kept = cut === text ? cut : cut.slice(0, -1);
			expect(['', 'a', 'ab', `ab${family}`, `ab${family}${family}`, text]).toContain(kept);
		}
	});

	it('counts after escaping, and does not cut an escape', () => {
		const escape = (text: string): string => text.replaceAll('&', '&amp;');
		expect(fitText('&&&', 12, escape)).toBe('&amp;&amp;…');
		expect(fitText('&&&', 15, escape)).toBe('&amp;&amp;&amp;');
	});

	it.each([
		[30, 'aaaa bbbb cccc dddd'],
		[18, 'aaaa bbbb +2 more'],
		[12, 'aaaa +3 more'],
		[11, 'aa… +3 more'],
	])('in %i units shows whole blocks and counts the rest', (units, text) => {
		const blocks = ['aaaa', 'bbbb', 'cccc', 'dddd'];
		expect(fitBlocks(blocks, units, { separator: ' ' })).toBe(text);
	});
});

describe('the text', () => {
	it('says value, threshold, since, evidence, next step and the command that shows the moment', () => {
		const entry = { event: 'fired', incident: incident('validator') } as const;
		expect(blockOf(entry)).toBe(
			[
				'FIRING critical: node-down on validator',
				'no answer from validator',
				'value: 65 s',
				'threshold: 60 s',
				'since: 2026-01-02T03:03:05.000Z',
				'evidence: connection refused',
				'next step: start the node',
				'show: nodetop --at 2026-01-02T03:03:05.000Z validator',
				'labels: kind=evm group=mainnet',
			].join('\n'),
		);
	});

	it('leaves out what is not known, and says how long it lasted and why it ended', () => {
		const since = '2026-01-02T03:03:05.000Z';
		const ended = resolved({
			id: 'i',
			fingerprint: 'f',
			rule: 'node-down',
			labels: { node: 'a' },
			severity: 'warning',
			state: 'firing',
			message: 'no answer',
			since,
		});
		expect(blockOf({ event: 'resolved', incident: ended })).toBe(
			[
				'RESOLVED warning: node-down on a',
				'no answer',
				`since: ${since}`,
				'until: 2026-01-02T03:04:05.000Z, after 1m 00s',
				'reason: recovered',
			].join('\n'),
		);
	});

	it.each([
		[message(), '[FIRING] critical: node-down, validator (mainnet)'],
		[message({ isTest: true }), '[TEST] [FIRING] critical: node-down, validator (mainnet)'],
		[many, '[FIRING] critical: node-down, 300 nodes (mainnet)'],
		[
			message({ entries: [{ event: 'resolved', incident: resolved(incident('a')) }] }),
			'[RESOLVED] critical: node-down, a (mainnet)',
		],
		[
			message({
				entries: [
					{ event: 'reminder', incident: incident('a') },
					{ event: 'reminder', incident: incident('b', { rule: 'sync-stuck' }) },
				],
			}),
			'[STILL FIRING] critical: 2 rules, 2 nodes (mainnet)',
		],
	])('has a title', (each, title) => {
		expect(titleOf(each)).toBe(title);
	});
});

describe('Slack', () => {
	it('mentions nobody, marks nothing up, and stays in its limits', () => {
		const body = JSON.stringify(renderSlack(hostileMessage));
		expect(body).not.toMatch(/[<>@]|\\u001b|\\r/);
		expect(body).toContain('&lt;!channel&gt;');
		expect(renderSlack(hostileMessage)).toMatchObject({
			mrkdwn: false,
			link_names: false,
			attachments: [{ mrkdwn_in: [] }],
		});
		const [attachment] = renderSlack(many)['attachments'] as { text: string }[];
		expect(attachment?.text.length).toBeLessThanOrEqual(3000);
		expect(attachment?.text).toMatch(/\+29\d more$/);
	});
});

describe('Discord', () => {
	interface Embed {
		readonly title: string;
		readonly description: string;
		readonly footer: { readonly text: string };
	}
	const embedOf = (body: Record<string, unknown>): Embed => (body['embeds'] as [Embed])[0];

	it('mentions nobody, and shows markup and links as they are written', () => {
		const body = renderDiscord(hostileMessage);
		const { title, description } = embedOf(body);
		expect(body['allowed_mentions']).toEqual({ parse: [] });
		const withoutCode = description.replaceAll(/^show: `[^`\n]*`$/gm, '');
		for (const text of [title, withoutCode]) {
			expect(text).not.toMatch(/@|:\/\/|(?<!\\)[*_`[\]()<>~|]/);
			expect(text).toContain(String.raw`\*\*b\*\*`);
		}
	});

	it('shows a command so that it can be pasted', () => {
		const show = "nodetop diagnose --config '/etc/my_nodes/a*b.json' eu-2";
		const one = message({ entries: [{ event: 'fired', incident: incident('eu-2', { show }) }] });
		expect(embedOf(renderDiscord(one)).description).toContain(`\nshow: \`${show}\`\n`);
	});

	it('shows the command of its moment so that it can be pasted', () => {
		const replay = 'nodetop replay --profile a_b --at 2026-01-02T03:04:06Z';
		const one = message({ entries: [{ event: 'fired', incident: incident('eu-2', { replay }) }] });
		expect(embedOf(renderDiscord(one)).description).toContain(`\nreplay: \`${replay}\`\n`);
	});

	it('stays in its limits', () => {
		const long = 'x'.repeat(5000);
		const longest = message({
			id: long,
			entries: [{ event: 'fired', incident: incident(long, { message: long }) }],
		});
		for (const each of [many, longest]) {
			const { title, description, footer } = embedOf(renderDiscord(each));
			expect(title.length).toBeLessThanOrEqual(256);
			expect(description.length).toBeLessThanOrEqual(4096);
			expect(title.length + description.length + footer.text.length).toBeLessThanOrEqual(6000);
		}
		expect(embedOf(renderDiscord(many)).description).toMatch(/\\?\+2\d\d more$/);
	});
});

describe('a large message', () => {
	const hundred = message({
		entries: Array.from({ length: 100 }, (_, index) => ({
			event: 'fired' as const,
			incident: incident(`node-${index}`),
		})),
	});

	it('names every node first', () => {
		const [attachment] = renderSlack(hundred)['attachments'] as { text: string }[];
		const [first = ''] = attachment?.text.split('\n') ?? [];
		expect(first).toMatch(/^FIRING critical node-down \(100\): node-0, /);
		for (let index = 0; index < 100; index += 1)
			expect(first).toMatch(new RegExp(`node-${index}\\b`));
	});

	it('does not repeat a long text', () => {
		const long = 'connect ECONNREFUSED 192.0.2.1:8545 after 3 attempts';
		const of = incident('a', {
			message: `a does not answer: ${long}`,
			evidence: long,
			reason: long,
		});
		expect(
			blocksOf(message({ entries: [{ event: 'fired', incident: of }] }))
				.join('\n')
				.split(long),
		).toHaveLength(2);
	});
});

describe('mail', () => {
	it('has no line break in its subject, and no HTML that came from outside', () => {
		const { subject, html, text } = renderEmail(hostileMessage);
		expect(subject).not.toMatch(/[\r\n\u001B]/);
		expect(html).not.toMatch(/<b>|<!channel>|<@/);
		expect(html).toContain('&lt;b&gt;&amp;amp;&lt;/b&gt;');
		expect(text).not.toMatch(/\r|^Bcc/m);
	});

	it('hangs the mails of a group together', () => {
		const ids = [message(), message({ id: 'm2' })].map((each) => renderEmail(each));
		expect(ids.map(({ messageId }) => messageId)).toEqual([
			'<m1@nodetop.invalid>',
			'<m2@nodetop.invalid>',
		]);
		expect(new Set(ids.map(({ headers }) => headers['References'])).size).toBe(1);
	});

	it('counts what is too much', () => {
		expect(renderEmail(many).html).toContain('<p>+200 more</p>');
	});
});

describe('the terminal', () => {
	it.each(['osc9', 'osc777'] as const)(
		'gets one %s sequence that text cannot end',
		(notification) => {
			const text = renderTerminal(hostileMessage, { withBell: false, notification });
			expect(text).toMatch(/^\u001B\][^\u0000-\u001F\u007F-\u009F]*\u0007$/);
		},
	);

	it('gets four parts by OSC 777 though the text has semicolons', () => {
		const semicolons = message({ entries: [{ event: 'fired', incident: incident('a;b;c') }] });
		const text = renderTerminal(semicolons, { withBell: false, notification: 'osc777' });
		expect(text.split(';')).toHaveLength(4);
	});

	it('gets only the bell when that is all it shall get', () => {
		expect(renderTerminal(message(), { withBell: true, notification: 'none' })).toBe('\u0007');
	});
});

describe('Alertmanager', () => {
	it('ends the alert that had the severity of before', () => {
		const raised = message({
			entries: [{ event: 'raised', incident: incident('a'), previousSeverity: 'warning' }],
		});
		const alerts = renderAlertmanager(raised, startMs);
		expect(alerts.map(({ labels, endsAt }) => [labels['severity'], endsAt])).toEqual([
			['warning', '2026-01-02T03:04:05.000Z'],
			['critical', '2026-01-02T03:09:05.000Z'],
		]);
	});

	it('has only label names that it takes', () => {
		const odd = message({
			entries: [
				{
					event: 'fired',
					incident: incident('a', { labels: { 'peer-id': 'x', '1st': 'y', empty: '' } }),
				},
			],
		});
		expect(Object.keys(renderAlertmanager(odd, startMs)[0]?.labels ?? {}).toSorted()).toEqual([
			'_1st',
			'alertname',
			'peer_id',
			'severity',
		]);
	});
});

describe('the JSON', () => {
	it('carries at most 1000 incidents and counts the rest', () => {
		const entries = Array.from({ length: 1001 }, (_, index) => ({
			event: 'fired' as const,
			incident: incident(`n${index}`),
		}));
		const payload = renderPayload(message({ entries }));
		expect(payload['incidents']).toHaveLength(1000);
		expect(payload['more']).toBe(1);
	});
});

describe('the command that opens its moment', () => {
	const replay = 'nodetop replay --at 2026-01-02T03:04:06Z';
	const one = message({ entries: [{ event: 'fired', incident: incident('eu-2', { replay }) }] });

	it.each([
		['the text', () => blockOf(one.entries[0] ?? never())],
		['Slack', () => JSON.stringify(renderSlack(one))],
		['Discord', () => JSON.stringify(renderDiscord(one))],
		['e-mail', () => JSON.stringify(renderEmail(one))],
		['Alertmanager', () => JSON.stringify(renderAlertmanager(one, startMs))],
		['webhooks and commands', () => JSON.stringify(renderPayload(one))],
	])('stands in %s', (_, render) => {
		expect(JSON.stringify(render())).toContain(replay);
	});
});

function never(): never {
	throw new Error('the message has no entry');
}

import { describe, expect, it, vi } from 'vitest';
import { attemptSend } from '../../../../source/alerts/delivery/attempt-send.ts';
import type { Outcome } from '../../../../source/alerts/delivery/retry.ts';
import type { EmailSettings } from '../../../../source/alerts/delivery/channels/email/settings.ts';
import type { Channel } from '../../../../source/domain/channel.ts';
import { Secret } from '../../../../source/domain/secret.ts';
import { deliveryTo, incident, message, policy, resolved, startMs } from '../helpers.ts';
import { startMailServer } from './smtp-server.ts';

type EmailChannel = Channel & EmailSettings;

function mailTo(port: number, overrides: Partial<EmailChannel> = {}): EmailChannel {
	return {
		...policy,
		type: 'email',
		name: 'mail',
		host: '127.0.0.1',
		port,
		security: 'none',
		user: undefined,
		password: undefined,
		from: 'nodetop@example.org',
		to: ['ops@example.org'],
		...overrides,
	};
}

function send(channel: EmailChannel, bugs: unknown[] = []): Promise<Outcome> {
	const { signal } = new AbortController();
	const context = { signal, now: () => startMs, env: {} };
	return attemptSend(channel, message(), context, (error) => bugs.push(error));
}

function refusal(responseCode: number, text: string): Error {
	return Object.assign(new Error(text), { responseCode });
}

describe('e-mail', () => {
	it('reaches a real SMTP server: firing, then resolved, in one thread', async () => {
		const { port, mails } = await startMailServer();
		const clock = { nowMs: startMs };
		const delivery = await deliveryTo([mailTo(port)], clock);
		await delivery.update([incident('a')], clock.nowMs);
		await vi.waitFor(() => expect(delivery.state.getSnapshot().channels[0]?.queued).toBe(0));
		clock.nowMs += 60_000;
		await delivery.update([resolved(incident('a'), clock.nowMs)], clock.nowMs);
		await vi.waitFor(() => expect(mails).toHaveLength(2));
		const [first = '', second = ''] = mails.map(({ text }) => text);
		expect(first).toContain('Subject: [FIRING] critical: node-down, a (mainnet)\r\n');
		expect(second).toContain('Subject: [RESOLVED] critical: node-down, a (mainnet)\r\n');
		expect(first).toMatch(/^Message-ID: <[\da-f]{32}@nodetop\.invalid>\r$/im);
		expect(first).toMatch(/multipart\/alternative/);
		const threads = [first, second].map((text) => /^References: (.*)\r$/m.exec(text)?.[1]);
		expect(threads[0]).toMatch(/@nodetop\.invalid>$/);
		expect(threads[1]).toBe(threads[0]);
		expect(mails[0]?.to).toEqual(['ops@example.org']);
	});

	it('tries 4yz again and not 5yz', async () => {
		const answers = [refusal(451, 'busy'), refusal(550, 'no such user')];
		const { port } = await startMailServer({
			onRcptTo(_address, _session, done) {
				done(answers.shift());
			},
		});
		expect(await send(mailTo(port))).toMatchObject({
			kind: 'failed',
			reason: expect.stringMatching(/^SMTP 451 from 127\.0\.0\.1: 451 busy/),
		});
		expect(await send(mailTo(port))).toMatchObject({
			kind: 'refused',
			reason: expect.stringContaining('no such user'),
		});
		expect(await send(mailTo(port))).toEqual({ kind: 'sent' });
	});

	it('counts as delivered when one of two recipients took it, and notes the other', async () => {
		const { port, mails } = await startMailServer({
			onRcptTo({ address }, _session, done) {
				done(address.startsWith('gone') ? refusal(550, 'gone') : undefined);
			},
		});
		const channel = mailTo(port, { to: ['ops@example.org', 'gone@example.org'] });
		expect(await send(channel)).toEqual({ kind: 'sent', note: 'refused for gone@example.org' });
		expect(mails[0]?.to).toEqual(['ops@example.org']);
	});

	it('does not send a password where TLS is wanted and not offered', async () => {
		let isAsked = false;
		const { port, mails } = await startMailServer({
			onAuth(_auth, _session, done) {
				isAsked = true;
				done(null, { user: 'x' });
			},
		});
		const password = new Secret('hunter2');
		const outcome = await send(mailTo(port, { security: 'starttls', user: 'me', password }));
		expect(outcome.kind).not.toBe('sent');
		expect(JSON.stringify(outcome)).not.toContain('hunter2');
		expect(isAsked).toBe(false);
		expect(mails).toEqual([]);
	});

	it('refuses a certificate that nobody vouches for', async () => {
		const { port, mails } = await startMailServer({ secure: true });
		const outcome = await send(mailTo(port, { security: 'tls' }));
		expect(outcome.kind).toBe('failed');
		expect(mails).toEqual([]);
	});

	it('ends the connection at its time limit, so that nothing arrives late', async () => {
		let isClosed = false;
		const { port, mails } = await startMailServer({
			onRcptTo: () => undefined,
			onClose: () => {
				isClosed = true;
			},
		});
		const bugs: unknown[] = [];
		const outcome = await send(mailTo(port, { timeoutMs: 200 }), bugs);
		expect(outcome).toEqual({ kind: 'failed', reason: 'no answer from 127.0.0.1 in time' });
		await vi.waitFor(() => expect(isClosed).toBe(true));
		expect(mails).toEqual([]);
		expect(bugs).toEqual([]);
	});

	it('tries again when nothing listens', async () => {
		expect(await send(mailTo(1))).toMatchObject({
			kind: 'failed',
			reason: expect.stringMatching(/cannot be reached/),
		});
	});
});

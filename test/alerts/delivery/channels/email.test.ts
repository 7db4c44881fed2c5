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
		await vi.waitFor(() => expect(delivery.state.getSnapshot().channels[0]?.queued).toBe(0), {
			timeout: 40_000,
		});
		clock.nowMs += 60_000;
		await delivery.update([resolved(incident('a'), clock.nowMs)], clock.nowMs);
		await vi.waitFor(() => expect(mails).toHaveLength(2), { timeout: 40_000 });
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

	it('says which of its recipients did not take it, and whether another attempt may help', async () => {
		const { port, mails } = await startMailServer({
			onRcptTo({ address }, _session, done) {
				if (address.startsWith('gone')) done(refusal(550, 'gone'));
				else if (address.startsWith('grey')) done(refusal(450, 'greylisted'));
				else done();
			},
		});
		const to = ['ops@example.org', 'gone@example.org', 'grey@example.net'];
		expect(await send(mailTo(port, { to }))).toEqual({
			kind: 'sent',
			missed: [
				{
					recipient: 'gone@example.org',
					isFinal: true,
					reason: expect.stringContaining('SMTP 550 from 127.0.0.1'),
				},
				{
					recipient: 'grey@example.net',
					isFinal: false,
					reason: expect.stringContaining('SMTP 450 from 127.0.0.1'),
				},
			],
		});
		expect(mails[0]?.to).toEqual(['ops@example.org']);
	});

	it('is tried again alone for a recipient that was refused for now, and listed where it was for good', async () => {
		const greylisted = ['450'];
		const { port, mails } = await startMailServer({
			onRcptTo({ address }, _session, done) {
				if (address.startsWith('gone')) done(refusal(550, 'gone'));
				else if (address.startsWith('grey') && greylisted.pop()) done(refusal(450, 'greylisted'));
				else done();
			},
		});
		const clock = { nowMs: startMs };
		const to = ['ops@example.org', 'gone@example.org', 'grey@example.net'];
		const delivery = await deliveryTo([mailTo(port, { to })], clock);
		await delivery.update([incident('a')], clock.nowMs);
		await vi.waitFor(() => expect(delivery.state.getSnapshot().undelivered).toHaveLength(1), {
			timeout: 40_000,
		});
		expect(delivery.state.getSnapshot().undelivered[0]).toMatchObject({
			message: { recipients: ['gone@example.org'] },
			reason: expect.stringContaining('550'),
		});
		expect(delivery.warnings).toEqual([expect.stringMatching(/not delivered: .*550.*gone/)]);
		await vi.waitFor(
			async () => {
				clock.nowMs += 60_000;
				await delivery.update([incident('a')], clock.nowMs);
				expect(mails).toHaveLength(2);
			},
			{ timeout: 40_000 },
		);
		expect(mails.map((mail) => mail.to)).toEqual([['ops@example.org'], ['grey@example.net']]);
		// The others get what follows without waiting for that, and it is not new to anybody.
		clock.nowMs += 60_000;
		await delivery.update([resolved(incident('a'), clock.nowMs)], clock.nowMs);
		await vi.waitFor(() => expect(mails).toHaveLength(3), { timeout: 40_000 });
		expect(mails[2]?.to).toEqual(['ops@example.org', 'grey@example.net']);
		expect(mails[2]?.text).toContain('[RESOLVED]');
	});

	it('says to a recipient that was refused for now what is so by then', async () => {
		let isGreylisted = true;
		const { port, mails } = await startMailServer({
			onRcptTo({ address }, _session, done) {
				done(isGreylisted && address.startsWith('grey') ? refusal(450, 'later') : undefined);
			},
		});
		const clock = { nowMs: startMs };
		const to = ['ops@example.org', 'grey@example.net'];
		const delivery = await deliveryTo([mailTo(port, { to, sendResolved: false })], clock);
		await delivery.update([incident('a')], clock.nowMs);
		await vi.waitFor(() => expect(mails).toHaveLength(1), { timeout: 40_000 });
		isGreylisted = false;
		await vi.waitFor(
			async () => {
				clock.nowMs += 60_000;
				await delivery.update([resolved(incident('a'), clock.nowMs)], clock.nowMs);
				expect(mails).toHaveLength(2);
			},
			{ timeout: 40_000 },
		);
		expect(mails[1]?.to).toEqual(['grey@example.net']);
		expect(mails[1]?.text).toContain('Subject: [FIRED AND ENDED] critical');
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
		expect(outcome).toEqual({
			kind: 'failed',
			reason: 'no answer from 127.0.0.1 in time',
			mayHaveArrived: true,
		});
		await vi.waitFor(() => expect(isClosed).toBe(true), { timeout: 40_000 });
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

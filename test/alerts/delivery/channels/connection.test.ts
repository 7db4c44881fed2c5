import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { attemptSend } from '../../../../source/alerts/delivery/attempt-send.ts';
import { sendHttp } from '../../../../source/alerts/delivery/http.ts';
import type { Channel } from '../../../../source/domain/channel.ts';
import type { Connection } from '../../../../source/domain/connection.ts';
import { Secret } from '../../../../source/domain/secret.ts';
import { readProxy } from '../../../../source/domain/tunnel/proxy.ts';
import { issue } from '../../../helpers/certificates.ts';
import type { Issued } from '../../../helpers/certificates.ts';
import { startHttpProxy, startSocksProxy } from '../../../helpers/proxies.ts';
import { message, policy, startMs } from '../helpers.ts';
import { startMailServer } from './smtp-server.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-channel-'));
let own: Issued;
let theirs: Issued;
let receiver: Server;
let port = 0;
const received: { readonly by: string; readonly body: string }[] = [];
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
	own = issue(directory, 'own');
	theirs = issue(directory, 'theirs', ['pager.invalid']);
	const material = { key: theirs.key, cert: theirs.certificate, ca: own.certificate };
	receiver = createServer({ ...material, requestCert: true }, (request, response) => {
		let body = '';
		request.on('data', (chunk) => (body += chunk));
		request.on('end', () => {
			// Node gives a TLS socket here, which its types do not say.
			const { subject } = (request.socket as import('node:tls').TLSSocket).getPeerCertificate();
			received.push({ by: String(subject?.CN), body });
			response.end();
		});
	});
	await new Promise<void>((resolve) => {
		receiver.listen(0, '127.0.0.1', resolve);
	});
	port = (receiver.address() as AddressInfo).port; // A TCP server has one.
});

afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
	received.length = 0;
});

afterAll(() => {
	receiver.closeAllConnections();
	receiver.close();
	rmSync(directory, { recursive: true });
});

function proxyOf(text: string) {
	const proxy = readProxy(text);
	if ('problem' in proxy) throw new Error(proxy.problem);
	return proxy;
}

function send(url: string, connection: Connection) {
	const { signal } = new AbortController();
	return sendHttp({ url: new Secret(url), body: 'x', connection, signal, now: () => startMs });
}

const tls = () => ({
	certificate: own.certificate,
	key: new Secret(own.key),
	authority: theirs.certificate,
});

describe('a channel with a certificate of ours and an authority of theirs', () => {
	it('is told who we are', async () => {
		expect(await send(`https://127.0.0.1:${port}/hook`, { tls: tls() })).toEqual({ kind: 'sent' });
		expect(received).toEqual([{ by: 'own', body: 'x' }]);
	});

	it('is refused without them', async () => {
		expect(await send(`https://127.0.0.1:${port}/hook`, {})).toMatchObject({
			kind: 'failed',
			reason: expect.stringContaining('SELF_SIGNED'),
		});
	});
});

describe.each([
	['http', startHttpProxy],
	['socks5', startSocksProxy],
] as const)('a channel behind a proxy of %s', (scheme, start) => {
	it('is reached by the name that only the proxy knows, with its certificate checked', async () => {
		const proxy = await start({ leadsTo: port });
		cleanups.push(proxy.close);
		const through = proxyOf(`${scheme}://127.0.0.1:${proxy.port}`);
		const sent = await send('https://pager.invalid:8443/hook', { proxy: through, tls: tls() });
		expect(sent).toEqual({ kind: 'sent' });
		expect(received).toEqual([{ by: 'own', body: 'x' }]);
		expect(proxy.asked).toEqual(['pager.invalid:8443']);
		const other = await send('https://other.invalid:8443/hook', { proxy: through, tls: tls() });
		expect(other).toMatchObject({ kind: 'failed', reason: expect.stringContaining('ALTNAME') });
	});

	it('sends mail through it', async () => {
		const { port: smtp, mails } = await startMailServer();
		const proxy = await start({ leadsTo: smtp });
		cleanups.push(proxy.close);
		const channel: Channel & Record<string, unknown> = {
			...policy,
			type: 'email',
			name: 'mail',
			host: 'mail.invalid',
			port: 25,
			security: 'none',
			from: 'nodetop@example.org',
			to: ['ops@example.org'],
			connection: { proxy: proxyOf(`${scheme}://127.0.0.1:${proxy.port}`) },
		};
		const context = { signal: new AbortController().signal, now: () => startMs, env: {} };
		const bugs: unknown[] = [];
		const outcome = await attemptSend(channel, message(), context, (bug) => bugs.push(bug));
		expect({ outcome, bugs }).toEqual({ outcome: { kind: 'sent' }, bugs: [] });
		expect(mails).toHaveLength(1);
		expect(proxy.asked).toEqual(['mail.invalid:25']);
	});

	it('fails in the words of the proxy', async () => {
		const proxy = await start({});
		cleanups.push(proxy.close);
		const through = proxyOf(`${scheme}://127.0.0.1:${proxy.port}`);
		expect(await send('https://pager.invalid/hook', { proxy: through })).toMatchObject({
			kind: 'failed',
			reason: expect.stringMatching(/^pager\.invalid cannot be reached: the proxy answers: /),
		});
	});
});

it('where a channel is not reached, a proxy of the environment is named', async () => {
	const outcome = await send('https://127.0.0.1:9/hook', { unusedProxy: 'https_proxy' });
	expect(outcome).toMatchObject({
		reason: expect.stringMatching(/ECONNREFUSED; https_proxy is set here, .*`proxy` of a channel/),
	});
});

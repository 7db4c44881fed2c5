import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { attemptSend } from '../../../../source/alerts/delivery/attempt-send.ts';
import type { Outcome } from '../../../../source/alerts/delivery/retry.ts';
import type { SlackSettings } from '../../../../source/alerts/delivery/channels/slack/settings.ts';
import type { Channel } from '../../../../source/domain/channel.ts';
import { Secret } from '../../../../source/domain/secret.ts';
import { sendJson, startServer } from '../../../helpers/http-server.ts';
import type { Handler, TestServer } from '../../../helpers/http-server.ts';
import { afterThisTest, message, policy, startMs, webhook } from '../helpers.ts';

async function serve(handler: Handler): Promise<TestServer> {
	const server = await startServer(handler);
	afterThisTest(() => server.close());
	return server;
}

async function send(channel: Channel): Promise<Outcome> {
	const bugs: unknown[] = [];
	const { signal } = new AbortController();
	const context = { signal, now: () => startMs, env: {} };
	const outcome = await attemptSend(channel, message(), context, (error) => bugs.push(error));
	expect(bugs).toEqual([]);
	return outcome;
}

const chat = (type: 'slack' | 'discord', url: string): Channel & SlackSettings => ({
	...policy,
	type,
	name: 'chat',
	url: new Secret(url),
});

describe('answers over HTTP', () => {
	it.each([
		[200, { kind: 'sent' }],
		[204, { kind: 'sent' }],
		[301, { kind: 'refused' }],
		[400, { kind: 'refused' }],
		[401, { kind: 'refused' }],
		[404, { kind: 'refused' }],
		[408, { kind: 'failed' }],
		[410, { kind: 'refused' }],
		[425, { kind: 'failed' }],
		[429, { kind: 'failed' }],
		[500, { kind: 'failed' }],
		[503, { kind: 'failed' }],
	])('%i', async (status, outcome) => {
		const { url } = await serve((_, response) => response.writeHead(status).end());
		expect(await send(webhook(url))).toMatchObject(outcome);
	});

	it.each([
		['120', 120_000],
		['1.5', 1500],
		[new Date(startMs + 90_000).toUTCString(), 90_000],
		[new Date(startMs - 90_000).toUTCString(), 0],
		['soon', undefined],
	])('Retry-After: %s', async (header, retryAfterMs) => {
		const { url } = await serve((_, response) => {
			response.writeHead(429, { 'retry-after': header }).end();
		});
		const outcome = await send(webhook(url));
		expect(outcome.kind === 'failed' && outcome.retryAfterMs).toBe(retryAfterMs);
	});

	it('follows no redirect, and gives its secrets to nobody else', async () => {
		const other = await serve((_, response) => sendJson(response, {}));
		const { url } = await serve((_, response) => {
			response.writeHead(307, { location: other.url }).end();
		});
		const headers = { 'X-API-Key': new Secret('hunter2') };
		expect(await send(webhook(url, { headers }))).toMatchObject({
			kind: 'refused',
			reason: expect.stringContaining('redirects are not followed'),
		});
		expect(other.requests).toEqual([]);
	});

	it('takes a 2xx for accepted, though its body is endless or a bomb', async () => {
		const bomb = gzipSync(Buffer.alloc(50_000_000));
		const servers = [
			await serve((_, response) => {
				response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
			}),
			await serve((_, response) => response.writeHead(200).write('x'.repeat(200_000))),
			await serve((_, response) => response.writeHead(200).write('and then nothing')),
		];
		for (const { url } of servers) {
			expect(await send(webhook(url, { timeoutMs: 500 }))).toEqual({ kind: 'sent' });
		}
	});

	it('shows neither address nor secrets in a reason', async () => {
		const secrets = ['hunter2-path', 'hunter2-token', 'hunter2-header', 'hunter2-sign'];
		const { url } = await serve((_, response) => response.writeHead(400).end(secrets.join(' ')));
		const [path = '', token = '', header = '', sign = ''] = secrets;
		const outcome = await send(
			webhook(`${url}/${path}`, {
				token: new Secret(token),
				headers: { 'X-Key': new Secret(header) },
				signingSecret: new Secret(sign),
			}),
		);
		const refused = await send(webhook(`http://127.0.0.1:1/${path}`));
		expect(JSON.stringify(refused)).toContain('127.0.0.1:1');
		for (const text of [JSON.stringify(refused), JSON.stringify(outcome)]) {
			expect(text).not.toMatch(/hunter2-(token|header|sign)/);
		}
		expect(JSON.stringify(refused)).not.toContain('hunter2');
	});
});

describe('webhook', () => {
	it('carries its id, token, headers and a signature that can be checked', async () => {
		const server = await serve((_, response) => sendJson(response, {}));
		await send(
			webhook(server.url, {
				token: new Secret('t1'),
				headers: { 'X-Key': new Secret('k1'), 'Content-Type': new Secret('text/plain') },
				signingSecret: new Secret('s1'),
			}),
		);
		const [request] = server.requests;
		expect(request?.headers).toMatchObject({
			authorization: 'Bearer t1',
			'x-key': 'k1',
			'content-type': 'application/json; charset=utf-8',
			'x-nodetop-message': 'm1',
			'idempotency-key': 'm1',
		});
		const seconds = startMs / 1000;
		const digest = createHmac('sha256', 's1').update(`${seconds}.${request?.body}`).digest('hex');
		expect(request?.headers['x-nodetop-signature']).toBe(`t=${seconds},v1=${digest}`);
		expect(JSON.parse(request?.body ?? '')).toMatchObject({
			schema: 'nodetop.alert/1',
			id: 'm1',
			status: 'firing',
			incidents: [{ event: 'fired', value: 65, threshold: 60, nextStep: 'start the node' }],
		});
	});
});

describe('Slack', () => {
	it('gets JSON at its secret address', async () => {
		const server = await serve((_, response) => response.end('ok'));
		expect(await send(chat('slack', `${server.url}/services/T/B/x`))).toEqual({ kind: 'sent' });
		expect(server.requests[0]?.path).toBe('/services/T/B/x');
		expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({
			text: '[FIRING] critical: node-down, validator (mainnet)',
		});
	});
});

describe('Discord', () => {
	it('is given the time that its body asks for', async () => {
		const { url } = await serve((_, response) => {
			response.setHeader('retry-after', '1');
			sendJson(response, { message: 'rate limited', retry_after: 0.376, global: false }, 429);
		});
		expect(await send(chat('discord', url))).toMatchObject({ kind: 'failed', retryAfterMs: 376 });
	});

	it('is given the time of its header when its body says none', async () => {
		const { url } = await serve((_, response) => {
			response.writeHead(429, { 'retry-after': '2' }).end('<html>cloud</html>');
		});
		expect(await send(chat('discord', url))).toMatchObject({ kind: 'failed', retryAfterMs: 2000 });
	});
});

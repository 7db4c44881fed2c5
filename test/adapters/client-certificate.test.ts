import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttp } from '../../source/adapters/http.ts';
import { socketError } from '../../source/adapters/http-errors.ts';
import { createNodeSources } from '../../source/app/node-source.ts';
import { readTlsFiles } from '../../source/config/secrets.ts';
import { PollError } from '../../source/domain/errors.ts';
import { notMeasured } from '../../source/domain/own-delay.ts';
import type { TlsMaterial } from '../../source/domain/connection.ts';
import { reportPoll } from '../../source/fleet/poll-report.ts';
import { issue } from '../helpers/certificates.ts';
import { targetFor } from '../helpers/targets.ts';
import { createTestClock } from '../helpers/test-clock.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-mtls-'));
const file = (name: string) => path.join(directory, name);

/** Answers with the metrics of a node. */
let isNode = false;
const head = 'hotstuff2_current_view 7\nhotstuff2_committed_height 40\n';
let url = '';
let close: () => Promise<unknown> = () => Promise.resolve();

beforeAll(async () => {
	for (const name of ['server', 'client', 'stranger']) issue(directory, name);
	const server = createServer(
		{
			key: readFileSync(file('server.key')),
			cert: readFileSync(file('server.pem')),
			ca: readFileSync(file('client.pem')),
			requestCert: true,
			rejectUnauthorized: true,
		},
		(_request, response) => {
			response.end(isNode ? head : '{}');
		},
	);
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
	close = () =>
		new Promise((resolve) => {
			server.closeAllConnections();
			server.close(resolve);
		});
});

afterAll(async () => {
	await close();
	rmSync(directory, { recursive: true });
});

const sources = { env: {}, configPath: file('config.json'), warn: () => undefined };

async function tlsOf(files: { certFile?: string; keyFile?: string; caFile?: string }) {
	return (await readTlsFiles(files, 'nodes.n', sources)).tls;
}

async function ask(tls: TlsMaterial | undefined): Promise<number | PollError> {
	const http = createHttp(targetFor(url, { ...(tls && { tls }), timeoutMs: 10_000 }));
	try {
		return (await http.request({ url, signal: new AbortController().signal })).status;
	} catch (error) {
		if (error instanceof PollError) return error;
		throw error;
	}
}

describe('the certificate of a server', () => {
	it('is known by the day on which it ends', async () => {
		const tls = await tlsOf({
			certFile: 'client.pem',
			keyFile: 'client.key',
			caFile: 'server.pem',
		});
		const http = createHttp(targetFor(url, { ...(tls && { tls }), timeoutMs: 10_000 }));
		expect(http.certificateEndsAtMs?.()).toBeUndefined();
		await http.request({ url, signal: new AbortController().signal });
		const { validTo } = new X509Certificate(readFileSync(file('server.pem')));
		expect(http.certificateEndsAtMs?.()).toBe(Date.parse(validTo));
	});

	it('is not that of another address that the node has', async () => {
		const tls = await tlsOf({
			certFile: 'client.pem',
			keyFile: 'client.key',
			caFile: 'server.pem',
		});
		const http = createHttp(
			targetFor('https://127.0.0.2:1', { ...(tls && { tls }), timeoutMs: 10_000 }),
		);
		await http.request({ url, signal: new AbortController().signal });
		expect(http.certificateEndsAtMs?.()).toBeUndefined();
	});

	it('is part of each poll, and stays while the node does not answer', async () => {
		const tls = await tlsOf({
			certFile: 'client.pem',
			keyFile: 'client.key',
			caFile: 'server.pem',
		});
		const target = targetFor(url, { kind: 'bft', ...(tls && { tls }), timeoutMs: 10_000 });
		const clock = createTestClock(Date.now());
		const sources = createNodeSources(clock);
		const { poll, close: end } = sources.open(target, () => undefined);
		isNode = true;
		const reading = await poll(new AbortController().signal, notMeasured);
		isNode = false;
		end();
		sources.close();
		// Issued for two days.
		expect(reading.certificateDaysLeft).toBeGreaterThan(1.9);
		expect(reading.certificateDaysLeft).toBeLessThanOrEqual(2);
		const result = { target, atMs: clock.now(), missedSlots: 0 };
		const good = reportPoll(
			{ status: 'pending', failures: 0 },
			{ ...result, outcome: { status: 'read', reading } },
			undefined,
		);
		const error = new PollError('timeout', 'no answer');
		const bad = reportPoll(good, { ...result, outcome: { status: 'failed', error } }, undefined);
		expect(bad.certificateDaysLeft).toBe(reading.certificateDaysLeft);
	});
});

describe('a server that wants a client certificate', () => {
	it('answers a node with its certificate, key and authority', async () => {
		const files = { certFile: 'client.pem', keyFile: 'client.key', caFile: 'server.pem' };
		expect(await ask(await tlsOf(files))).toBe(200);
	});

	it('is no fault of its own certificate when none is shown', async () => {
		expect(await ask(await tlsOf({ caFile: 'server.pem' }))).toMatchObject({
			code: 'unauthorized',
			message: expect.stringContaining('wants a client certificate') as string,
			nextStep: expect.stringContaining('certFile') as string,
		});
	});

	// As OpenSSL names the alerts; a server of Node.js hangs up instead.
	it.each([
		['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'refuses our client certificate'],
		['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'refuses our client certificate'],
		['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'refuses our client certificate'],
		['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'wants a client certificate'],
	])('says by %s that it %s', (code, what) => {
		expect(socketError(code, 'h:1', 1000, undefined)).toMatchObject({
			code: 'unauthorized',
			message: `the server ${what} (h:1): ${code}`,
		});
	});

	it('whose own certificate is refused has another advice', async () => {
		expect(await ask(undefined)).toMatchObject({
			code: 'unreachable',
			message: expect.stringContaining('TLS certificate refused') as string,
			nextStep: expect.stringContaining('caFile') as string,
		});
	});
});

describe('the files', () => {
	it.each([
		['is not there', { certFile: 'none.pem' }, /nodes\.n\.certFile: there is no file/],
		['holds a key', { certFile: 'client.key' }, /holds no certificate in PEM form/],
		['holds a certificate', { keyFile: 'client.pem' }, /holds no private key in PEM form/],
		['is locked', { keyFile: 'locked.key' }, /is encrypted/],
	])('that %s is refused', async (_name, files, message) => {
		writeFileSync(file('locked.key'), '-----BEGIN ENCRYPTED PRIVATE KEY-----\n');
		await expect(tlsOf(files)).rejects.toThrow(message);
	});
});

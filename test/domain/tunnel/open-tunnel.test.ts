import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { openTunnel } from '../../../source/domain/tunnel/open-tunnel.ts';
import { readProxy } from '../../../source/domain/tunnel/proxy.ts';
import { startHttpProxy, startSocksProxy } from '../../helpers/proxies.ts';

const cleanups: (() => unknown)[] = [];

afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

async function listen(server: Server): Promise<number> {
	cleanups.push(() => server.close());
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	return (server.address() as AddressInfo).port; // A TCP server has one.
}

/** Says who it is as soon as somebody connects, as SMTP servers do. */
const greeter = () =>
	listen(
		createServer((socket) => {
			socket.end('220 hello');
		}),
	);

const forms = { http: startHttpProxy, socks5: startSocksProxy };
const schemes = ['http', 'socks5'] as const;

async function through(
	scheme: (typeof schemes)[number],
	options: Parameters<typeof startHttpProxy>[0],
	{ credentials = '', host = 'node.invalid' } = {},
) {
	const proxy = await forms[scheme](options);
	cleanups.push(proxy.close);
	return { proxy, said: await ask(`${scheme}://${credentials}127.0.0.1:${proxy.port}`, host) };
}

/** The first words of what is reached, or the fault and its message. */
async function ask(written: string, host = 'node.invalid'): Promise<string> {
	const proxy = readProxy(written);
	if ('problem' in proxy) throw new Error(proxy.problem);
	const signal = AbortSignal.timeout(20_000);
	try {
		const socket = await openTunnel(proxy, { host, port: 8545, signal });
		cleanups.push(() => socket.destroy());
		let text = '';
		for await (const chunk of socket) text += String(chunk);
		return text;
	} catch (error) {
		const fault = error instanceof Error && 'fault' in error ? String(error.fault) : '';
		return `${fault}: ${String(error instanceof Error ? error.message : error)}`;
	}
}

describe.each(schemes)('%s', (scheme) => {
	test('connects on by name, and loses nothing that comes at once', async () => {
		const { proxy, said } = await through(scheme, { leadsTo: await greeter() });
		expect(said).toBe('220 hello');
		expect(proxy.asked).toEqual(['node.invalid:8545']);
	});

	test('addresses are given as addresses', async () => {
		const leadsTo = await greeter();
		const four = await through(scheme, { leadsTo }, { host: '192.0.2.7' });
		const six = await through(scheme, { leadsTo }, { host: '2001:db8::7' });
		expect(four.proxy.asked).toEqual(['192.0.2.7:8545']);
		expect(six.proxy.asked).toEqual(
			scheme === 'http' ? ['[2001:db8::7]:8545'] : ['[20010db8000000000000000000000007]:8545'],
		);
	});

	test('gives its user and password where they are wanted', async () => {
		const leadsTo = await greeter();
		const wants = 'me:p:ss';
		const right = await through(scheme, { leadsTo, wants }, { credentials: 'me:p%3Ass@' });
		expect(right.said).toBe('220 hello');
		const wrong = await through(scheme, { leadsTo, wants }, { credentials: 'me:no@' });
		expect(wrong.said).toMatch(/^us: /);
		expect(wrong.proxy.asked).toEqual([]);
		const none = await through(scheme, { leadsTo, wants });
		expect(none.said).toMatch(/^us: /);
	});

	test('a proxy that does not reach the node is not to blame', async () => {
		const { said } = await through(scheme, {});
		expect(said).toMatch(
			/^destination: the proxy answers: (?:connection refused|502 Bad Gateway)$/,
		);
	});

	test('a proxy that is not there is', async () => {
		const port = await listen(createServer());
		cleanups.splice(0).forEach((close) => close());
		expect(await ask(`${scheme}://127.0.0.1:${port}`)).toBe(
			`proxy: ${scheme}://127.0.0.1:${port} cannot be reached: ECONNREFUSED`,
		);
	});

	test.each([
		['hangs up', Buffer.alloc(0)],
		['speaks something else', Buffer.from('SSH-2.0-OpenSSH\r\n\r\n')],
		['never ends its answer', Buffer.alloc(40_000, 'HTTP/1.1 200 OK ')],
	])('a server that %s is no proxy', async (_, answer) => {
		const port = await listen(
			createServer((socket) => {
				socket.on('error', () => undefined).end(answer);
			}),
		);
		expect(await ask(`${scheme}://127.0.0.1:${port}`)).toMatch(/^proxy: /);
	});
});

test('waits for a proxy that says nothing until the signal', async () => {
	const port = await listen(
		createServer((socket) => {
			cleanups.push(() => socket.destroy());
		}),
	);
	const proxy = readProxy(`socks5://127.0.0.1:${port}`);
	if ('problem' in proxy) throw new Error(proxy.problem);
	const stop = new AbortController();
	const opening = openTunnel(proxy, { host: 'x', port: 1, signal: stop.signal });
	stop.abort(new Error('enough'));
	await expect(opening).rejects.toThrow('enough');
});

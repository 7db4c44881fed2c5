import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadSettings } from '../../../source/app/configuration.ts';
import { createNodeSources } from '../../../source/app/node-source.ts';
import { systemClock } from '../../../source/domain/clock.ts';
import { notMeasured } from '../../../source/domain/own-delay.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';

/**
 * How nodes are set up in the field, each as an operator writes it on a command line or in a profile, and
 * what nodetop must find there. `docs/storj.md` lists them.
 */

const textOf = (name: string) =>
	readFileSync(new URL(`../../fixtures/storj/${name}`, import.meta.url), 'utf8');
const log = textOf('log.v1.137.txt');
const nobody = 'http://127.0.0.1:9';
const noForwarder = 'tcp://127.0.0.1:9';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

let directory = '';
function place(name: string): string {
	if (directory === '') {
		directory = mkdtempSync(join(tmpdir(), 'nodetop-setup-'));
		cleanups.push(() => {
			rmSync(directory, { recursive: true, force: true });
			directory = '';
		});
	}
	return join(directory, name);
}

function file(content: string | Uint8Array, name = 'node.log', hoursAgo = 0): string {
	writeFileSync(place(name), content, { mode: 0o600 });
	const at = new Date(Date.now() - hoursAgo * 3_600_000);
	utimesSync(place(name), at, at);
	return place(name);
}

const shownPage = { status: 200, type: 'text/html', body: textOf('error.spa-index.html.txt') };

/** Answers by path; the console's page elsewhere. */
async function serve(
	answers: Readonly<Record<string, string | undefined>>,
	{ host = '127.0.0.1', status = 200 } = {},
): Promise<string> {
	const server = createServer((request, response) => {
		const body = answers[(request.url ?? '').replace(/\?.*/, '')];
		const reply = body === undefined ? shownPage : { status, type: 'application/json', body };
		response.writeHead(reply.status, { 'content-type': reply.type }).end(reply.body);
	});
	await new Promise<void>((resolve) => {
		server.listen(0, host, resolve);
	});
	cleanups.push(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});
	const { port } = server.address() as AddressInfo; // A TCP server has one.
	return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function forward(lines: string, host = '127.0.0.1'): Promise<string> {
	const server = createTcpServer((socket) => {
		socket.on('error', () => undefined);
		socket.write(lines);
	});
	await new Promise<void>((resolve) => {
		server.listen(0, host, resolve);
	});
	cleanups.push(() => {
		server.close();
	});
	const { port } = server.address() as AddressInfo; // A TCP server has one.
	return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const console = (name = 'sno.v1.146.5.json', at = '') => ({
	[`${at}/api/sno/`]: textOf(name),
	[`${at}/api/sno/satellites`]: textOf('satellites.json'),
	[`${at}/api/sno/estimated-payout`]: textOf('estimated-payout.json'),
});
const stamped = (text: string) =>
	text
		.trimEnd()
		.split('\n')
		.map((line, index) => `${1_759_734_014 + index}.5 ${line}\n`)
		.join('');
const health = (details: boolean) =>
	JSON.stringify({
		AllHealthy: true,
		Help: '',
		Statuses: details
			? [
					{
						SatelliteID: '12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S',
						OnlineScore: 0.99,
						DisqualifiedAt: null,
						SuspendedAt: null,
					},
				]
			: null,
	});

interface SetUp {
	readonly specs?: readonly string[];
	readonly nodes?: readonly object[];
}

/** What is read of each node, once all that is there was read. */
async function read({ specs = [], nodes }: SetUp): Promise<Reading[]> {
	const config = file(
		JSON.stringify({ profiles: { default: { nodes: nodes ?? [] } } }),
		'config.json',
	);
	const settings = await loadSettings({ flags: { config }, nodeSpecs: specs, env: {} });
	const sources = createNodeSources(systemClock);
	cleanups.push(sources.close);
	return Promise.all(
		settings.targets.map(async (target) => {
			const source = sources.open({ ...target, timeoutMs: 20_000 }, () => undefined);
			cleanups.push(source.close);
			const poll = async () =>
				readingSchema.parse(await source.poll(new AbortController().signal, notMeasured));
			let reading = await poll();
			// A connection takes a moment: however long where somebody listens, and one that nobody takes never comes.
			if (isConnecting(reading) && target.log !== noForwarder) {
				const isConnected = async () => {
					reading = await poll();
					return !isConnecting(reading);
				};
				await vi.waitUntil(isConnected, { timeout: 60_000, interval: 25 });
			}
			return reading;
		}),
	);
}

function isConnecting({ transfers }: Reading): boolean {
	return transfers?.log?.status === 'connecting';
}

const capacity = { storage: { capacityBytes: 9e12 } };
const counted = { transfers: { succeeded: 5, lostPieces: 1 } };

/** Set-up → what is found of each of its nodes. */
const table: readonly (readonly [string, () => Promise<SetUp>, readonly object[]])[] = [
	['console of 1.146', async () => ({ specs: [`a=${await serve(console())}`] }), [capacity]],
	[
		'console of 1.55, whose `available` is the whole',
		async () => ({ specs: [`a=${await serve(console('sno.v1.55.1.json'))}`] }),
		[{ identity: { version: '1.55.1' } }],
	],
	[
		'console of 1.37, without most routes',
		async () => ({
			specs: [`a=${await serve({ '/api/sno/': textOf('sno.v1.37.1.json') })}`],
		}),
		[{ identity: { version: '1.37.1' } }],
	],
	[
		'console behind a proxy, below a path',
		async () => ({ specs: [`a=${await serve(console(undefined, '/attic'))}/attic`] }),
		[capacity],
	],
	[
		'console at IPv6',
		async () => ({ specs: [`a=${await serve(console(), { host: '::1' })}`] }),
		[capacity],
	],
	[
		'log file and console',
		async () => ({ specs: [`a:${file(log)}:${await serve(console())}`] }),
		[{ ...capacity, ...counted }],
	],
	[
		'log file, console behind a firewall',
		async () => ({ specs: [`a:${file(log)}:${nobody}`] }),
		[counted],
	],
	[
		'log file that does not exist yet, and console',
		async () => ({ specs: [`a:${place('later.log')}:${await serve(console())}`] }),
		[{ ...capacity, transfers: { log: { status: 'missing' } } }],
	],
	[
		'log of Docker (json-file)',
		async () => ({
			specs: [
				`a:${file(
					log
						.trimEnd()
						.split('\n')
						.map((line) => `${JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: 'x' })}\n`)
						.join(''),
					'abc-json.log',
				)}:${nobody}`,
			],
		}),
		[counted],
	],
	[
		'log of docker compose, with names in front',
		async () => ({
			specs: [`a:${file(log.replaceAll(/^/gm, 'storagenode-1  | '))}:${nobody}`],
		}),
		[counted],
	],
	[
		'log of docker logs -t, with times in front',
		async () => ({
			specs: [`a:${file(log.replaceAll(/^(?=2)/gm, '2025-10-06T07:00:14.123456789Z '))}:${nobody}`],
		}),
		[counted],
	],
	[
		'log of a journal, as JSON',
		async () => ({
			specs: [
				`a:${file(
					log
						.trimEnd()
						.split('\n')
						.map((line) => `${JSON.stringify({ PRIORITY: '6', MESSAGE: line })}\n`)
						.join(''),
				)}:${nobody}`,
			],
		}),
		[counted],
	],
	[
		'log of syslog',
		async () => ({
			specs: [
				`a:${file(log.replaceAll(/^(?=2)/gm, 'Oct  6 00:00:14 attic storagenode[77]: '))}:${nobody}`,
			],
		}),
		[counted],
	],
	[
		'log.encoding: json',
		async () => ({ specs: [`a:${file(textOf('log.json-encoding.txt'))}:${nobody}`] }),
		[{ transfers: { log: { unreadLines: 0 } } }],
	],
	[
		'log of 1.150, keys in snake case',
		async () => ({ specs: [`a:${file(textOf('log.v1.150-snake.txt'))}:${nobody}`] }),
		[{ transfers: { succeeded: 2, lostPieces: 1 } }],
	],
	[
		'log of Windows, in UTF-16 with CRLF',
		async () => ({
			specs: [
				`a:${file(Buffer.from(`\uFEFF${log.replaceAll('\n', '\r\n')}`, 'utf16le'))}:${nobody}`,
			],
		}),
		[counted],
	],
	[
		'log in another time zone',
		async () => ({ specs: [`a:${file(log.replaceAll('-07:00\t', '+0530\t'))}:${nobody}`] }),
		[counted],
	],
	[
		'log that logrotate rotates and compresses',
		async () => {
			file(gzipSync(log), 'node.log.2.gz', 2);
			file(log, 'node.log.1', 1);
			return { specs: [`a:${file(log)}:${nobody}`] };
		},
		[{ transfers: { succeeded: 15, lostPieces: 3 } }],
	],
	[
		'forwarder and console',
		async () => ({ specs: [`a:${await forward(stamped(log))}:${await serve(console())}`] }),
		[capacity],
	],
	[
		'forwarder at IPv6',
		async () => ({ specs: [`a:${await forward(stamped(log), '::1')}:${nobody}`] }),
		[{ transfers: { log: { status: 'following' } } }],
	],
	[
		'forwarder that is not there, and console',
		async () => ({ specs: [`a:127.0.0.1:9:${await serve(console())}`] }),
		[{ ...capacity, transfers: { log: { status: 'connecting' } } }],
	],
	[
		'public port in place of the console',
		async () => ({
			nodes: [
				{
					name: 'a',
					kind: 'storj',
					url: nobody,
					fallbackUrls: [await serve({ '/': health(true) })],
				},
			],
		}),
		[{ reputation: { satellites: [{ onlineScore: 0.99 }] } }],
	],
	[
		'public port without details',
		async () => ({ specs: [`a=${await serve({ '/': health(false) })}`] }),
		[{ selfReport: { status: 'up' } }],
	],
	[
		'debug port in place of the console',
		async () => ({
			nodes: [
				{
					name: 'a',
					kind: 'storj',
					url: nobody,
					metricsUrl: await serve({ '/metrics': textOf('debug-metrics.prom.txt') }),
				},
			],
		}),
		[{ transfers: { latencyFrom: 'debugPort' }, ...capacity }],
	],
	[
		'two nodes of two forms on one command line',
		async () => ({
			specs: [`attic:${file(log)}:${nobody}`, `shed=${await serve(console())}`],
		}),
		[counted, capacity],
	],
];

describe('a set-up of the field', () => {
	it.each(table)('%s', async (_name, setUp, expected) => {
		const readings = await read(await setUp());
		expect(readings).toHaveLength(expected.length);
		for (const [index, reading] of readings.entries())
			expect(reading).toMatchObject(expected[index] ?? {});
	});

	it('is one of those that the documentation lists', () => {
		const docs = readFileSync(new URL('../../../docs/storj.md', import.meta.url), 'utf8');
		for (const [name] of table) expect(docs).toContain(`| ${name} |`);
	});
});

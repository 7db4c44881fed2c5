import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { temporaryDirectory, writeWithMode } from '../config/temporary-directory.ts';
import { runNodetop } from '../helpers/run-nodetop.ts';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
	for (const server of servers.splice(0)) await server.close();
});

/** On an address of loopback that is no other's, so that a usual port is free. */
async function listenOn(host: string, port: number, body: string): Promise<string[]> {
	const asked: string[] = [];
	const server = createServer((request, response) => {
		asked.push(`${request.method} ${request.url}`);
		let question = '';
		request.on('data', (chunk: Buffer) => {
			question += chunk.toString('utf8');
		});
		request.on('end', () => {
			// As a JSON-RPC server does, with the id that it was asked under.
			response.end(body.replace('"id":1', `"id":${/"id":(\d+)/.exec(question)?.[1] ?? 1}`));
		});
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, resolve);
	});
	servers.push({
		close: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(() => {
					resolve();
				});
			}),
	});
	return asked;
}

describe('discover', () => {
	test('finds an Ethereum node at its usual port, says how sure, and what to do next', async () => {
		const reply = { jsonrpc: '2.0', id: 1, result: 'Geth/v1.16.4-stable/linux-amd64/go1.24' };
		await listenOn('127.7.1.1', 8545, JSON.stringify(reply));
		const { exitCode, stdout, stderr } = await runNodetop(['discover', '127.7.1.1']);
		expect(stdout).toMatch(
			/^ADDRESS +KIND +HOW SURE +TOOK +WHAT\nhttp:\/\/127\.7\.1\.1:8545 +evm +certain +[\d.]+ ms +Geth/,
		);
		expect(stderr).toContain('nodetop add http://127.7.1.1:8545');
		expect(exitCode).toBe(0);
	});

	test('a web page at a usual port is no node, and is asked little', async () => {
		const asked = await listenOn('127.7.1.2', 8545, '<html>hello</html>');
		const { exitCode, stdout } = await runNodetop(['discover', '127.7.1.2', '--json']);
		expect(exitCode).toBe(3);
		expect(JSON.parse(stdout)).toEqual({
			schema: 'nodetop-discovery/1',
			hosts: ['127.7.1.2'],
			found: [],
			strangers: [
				{
					url: 'http://127.7.1.2:8545',
					message: 'no known kind of node answers there: expected JSON, got a web page: hello',
				},
			],
		});
		expect(asked.length).toBeLessThanOrEqual(20);
		expect(asked.filter((line) => !/^(?:GET|POST) \//.test(line))).toEqual([]);
	});

	test('knows the mappings of the profile', async () => {
		await listenOn('127.7.1.6', 9101, 'mychain_view 12\n');
		const directory = await temporaryDirectory();
		const settings = {
			profile: 'mine',
			profiles: {
				mine: {
					mappings: {
						mychain: {
							title: 'My chain',
							detect: ['mychain_view'],
							fields: { 'consensus.view': { metrics: ['mychain_view'] } },
						},
					},
				},
			},
		};
		const config = await writeWithMode(join(directory, 'config.json'), JSON.stringify(settings));
		const found = await runNodetop(['discover', '127.7.1.6', '-c', config]);
		expect(found.stdout).toMatch(/ bft +certain .* My chain, by its metrics\n$/);
		const without = await runNodetop(['discover', '127.7.1.6']);
		expect([without.exitCode, without.stdout]).toEqual([3, '']);
	});

	test('what answers in another way is said, and is no node', async () => {
		await listenOn('127.7.1.4', 8588, '<html>hello</html>');
		const { exitCode, stdout, stderr } = await runNodetop(['discover', '127.7.1.4']);
		expect([exitCode, stdout]).toEqual([3, '']);
		expect(stderr).toMatch(
			/^http:\/\/127\.7\.1\.4:8588: no known kind of node answers.*\nno node answers/,
		);
	});

	test('a site is one find, with its nodes counted', async () => {
		const document = { schema: 'nodetop/1', nodetop: { version: '9.9.9' }, nodes: [] };
		await listenOn('127.7.1.5', 7070, JSON.stringify(document));
		const { exitCode, stdout } = await runNodetop(['discover', '127.7.1.5', '--json']);
		expect(exitCode).toBe(0);
		expect(JSON.parse(stdout)).toMatchObject({
			found: [
				{
					url: 'http://127.7.1.5:7070',
					kind: 'nodetop',
					found: 'nodetop 9.9.9 with 0 nodes',
					confidence: 'certain',
					latencyMs: expect.any(Number),
				},
			],
			strangers: [],
		});
	});

	test('nothing there is no error, and not found out slowly', async () => {
		const { exitCode, stdout, stderr } = await runNodetop(['discover', '127.7.1.3']);
		expect([exitCode, stdout]).toEqual([3, '']);
		expect(stderr).toContain('no node answers');
	});

	test.each(['http://127.0.0.1', 'a b', 'user@host'])('%j is no host', async (word) => {
		const { exitCode, stderr } = await runNodetop(['discover', word]);
		expect(exitCode).toBe(64);
		expect(stderr).toContain('is no host');
	});
});

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { caps } from '../../source/network-tests/caps.ts';
import { createRateLimiter } from '../../source/network-tests/rate-limit.ts';
import { testNames } from '../../source/network-tests/results.ts';
import { runTest } from '../../source/network-tests/run.ts';
import type { Permit } from '../../source/network-tests/run.ts';
import { startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { collecting, testedNodeAt, testedNodeNowhere } from './tested-node.ts';

const servers: TestServer[] = [];

afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function permit(overrides: Partial<Permit> = {}): Promise<Permit> {
	const directory = await mkdtemp(path.join(tmpdir(), 'nodetop-permit-'));
	return {
		isReadOnly: false,
		limiter: createRateLimiter(directory, Date.now),
		confirm: () => Promise.reject(new Error('nobody is to be asked')),
		...overrides,
	};
}

async function server(): Promise<TestServer> {
	const started = await startServer((_request, response) => response.end('ok'));
	servers.push(started);
	return started;
}

describe('a test is permitted', () => {
	it.each(testNames)('read-only refuses %s, and nothing is sent', async (name) => {
		const node = await server();
		const context = { ...collecting().context, permit: await permit({ isReadOnly: true }) };
		await expect(runTest(name, await testedNodeAt(node.url), {}, context)).rejects.toThrow(
			'read-only',
		);
		expect(node.requests).toHaveLength(0);
	});

	it.each(Object.entries(caps))(
		'%s has a cap that nothing passes',
		async (option, { least, most }) => {
			const node = await server();
			const tested = await testedNodeAt(node.url);
			const context = { ...collecting().context, permit: await permit() };
			for (const value of [least - 1, most + 1]) {
				await expect(runTest('ping', tested, { [option]: value }, context)).rejects.toThrow(
					'limits of a test',
				);
			}
			expect(node.requests).toHaveLength(0);
		},
	);

	it('asks before a heavy test of a public address, and takes no for an answer', async () => {
		const asked: string[] = [];
		const asking = await permit({
			confirm: (question) => {
				asked.push(question);
				return Promise.resolve(false);
			},
		});
		const context = { ...collecting().context, permit: asking };
		const options = { ratePerSecond: 500, durationMs: 10_000 };
		await expect(runTest('stress', testedNodeNowhere({}), options, context)).rejects.toThrow(
			'not confirmed',
		);
		await expect(runTest('bandwidth', testedNodeNowhere({}), {}, context)).rejects.toThrow(
			'not confirmed',
		);
		expect(asked[0]).toBe(
			'a stress test (500 requests a second, for 10 s) to the public address 203.0.113.9:80',
		);
		// What it does unless told is part of the question.
		expect(asked[1]).toBe(
			'a bandwidth test (up to 5 MB each way, for 15 s) to the public address 203.0.113.9:80',
		);
		expect(asked).toHaveLength(2);
	});

	it('asks nobody about loopback, and limits it all the same', async () => {
		const node = await server();
		const tested = await testedNodeAt(node.url);
		const context = { ...collecting().context, permit: await permit() };
		const options = { ratePerSecond: 10, durationMs: 200 };
		for (let n = 0; n < 4; n++) await runTest('stress', tested, options, context);
		const sent = node.requests.length;
		await expect(runTest('stress', tested, options, context)).rejects.toMatchObject({
			message: 'n1 has reached its limit of network tests',
			exitCode: 69,
		});
		expect(node.requests).toHaveLength(sent);
	});
});

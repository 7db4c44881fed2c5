import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadSettings } from '../../source/app/configuration.ts';
import { runScreenTest } from '../../source/commands/screen/network-tests.ts';
import { systemClock } from '../../source/domain/clock.ts';
import type { Sample } from '../../source/network-tests/results.ts';
import type { ScreenTest } from '../../source/network-tests/screen-test.ts';
import { startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';

const servers: TestServer[] = [];

afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function server(): Promise<TestServer> {
	const started = await startServer((_request, response) => response.end('ok'));
	servers.push(started);
	return started;
}

async function run(url: string, asked: Partial<ScreenTest>, readOnly = false) {
	const home = await mkdtemp(path.join(tmpdir(), 'nodetop-keys-'));
	const env = { XDG_STATE_HOME: home, XDG_CONFIG_HOME: home };
	const settings = await loadSettings({ flags: { readOnly }, nodeSpecs: [`n1=${url}`], env });
	const samples: Sample[] = [];
	const test: ScreenTest = {
		node: 'n1',
		test: 'ping',
		isConfirmed: false,
		signal: new AbortController().signal,
		onSample: (sample) => samples.push(sample),
		...asked,
	};
	const { targets } = settings;
	const context = { env, clock: systemClock, settings, targets, nodes: () => [] };
	return { end: await runScreenTest(test, context), samples };
}

describe('a test that a key asks for', () => {
	it('runs against the node, sample by sample', async () => {
		const node = await server();
		const { end, samples } = await run(node.url, {});
		expect(end).toMatchObject({ kind: 'ended', summary: { outcome: 'measured', sent: 10 } });
		expect(samples).toHaveLength(10);
		expect(node.requests.every(({ headers }) => headers['x-nodetop-test'] === 'ping')).toBe(true);
	});

	it('is refused in read-only mode, and nothing is sent', async () => {
		const node = await server();
		const { end, samples } = await run(node.url, {}, true);
		expect(end).toEqual({
			kind: 'refused',
			message: 'read-only: nodetop sends no ping test',
			nextSteps: ['leave out --read-only, or set readOnly to false in the profile'],
		});
		expect(samples).toEqual([]);
		expect(node.requests).toEqual([]);
	});

	it('is a question first where it is heavy and goes to a public address', async () => {
		const { end, samples } = await run('http://203.0.113.9:8545', { test: 'bandwidth' });
		expect(end).toEqual({
			kind: 'question',
			question:
				'a bandwidth test (up to 5 MB each way, for 15 s) to the public address 203.0.113.9:8545',
		});
		expect(samples).toEqual([]);
	});

	it('says so where there is no path, or no such node', async () => {
		const socket = await run('unix:/tmp/nodetop-no-such.sock', {});
		expect(socket.end).toMatchObject({ kind: 'refused' });
		const { end } = await run('http://127.0.0.1:9', { node: 'other' });
		expect(end).toEqual({ kind: 'refused', message: 'other is not watched', nextSteps: [] });
	});

	it('ends at once when its panel closes', async () => {
		const node = await server();
		const closed = new AbortController();
		const onSample = () => {
			closed.abort();
		};
		const { end } = await run(node.url, { signal: closed.signal, onSample });
		expect(end).toMatchObject({ kind: 'ended', summary: { outcome: 'cancelled', sent: 1 } });
	});
});

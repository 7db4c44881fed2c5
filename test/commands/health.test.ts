import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import path from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { health } from '../../source/commands/health/health.ts';
import { anvilBinary, startAnvil } from '../helpers/anvil.ts';
import { hasEtcd, put, startEtcd } from '../helpers/etcd.ts';
import { freePorts } from '../helpers/free-ports.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import { isAlerting, parsePerfdata } from '../helpers/perfdata.ts';
import type { PerfItem } from '../helpers/perfdata.ts';
import { emptyHome, runNodetop } from '../helpers/run-nodetop.ts';
import type { RunResult } from '../helpers/run-nodetop.ts';
import { runCommand } from './command-run.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A QuDAG node's status API, with so many peers. */
async function startNode(peers: number, extra: object = {}): Promise<string> {
	let round = 0;
	const server = await startServer(({ path: asked }, response) => {
		if (asked !== '/api/v1/status') {
			sendJson(response, { error: 'Not Found' }, 404);
			return;
		}
		round++;
		sendJson(response, {
			node_id: 'n1',
			version: '1.0.0',
			consensus_state: { status: 'active', round },
			network_info: { peer_count: peers },
			...extra,
		});
	});
	cleanups.push(() => server.close());
	return server.url;
}

async function startStatus(status: number): Promise<string> {
	const server = await startServer((_request, response) => sendJson(response, {}, status));
	cleanups.push(() => server.close());
	return server.url;
}

/** Takes connections, and never answers. */
async function startSilent(): Promise<string> {
	const server = await startServer(() => undefined);
	cleanups.push(() => server.close());
	return server.url;
}

async function refused(): Promise<string> {
	const [port] = await freePorts(1);
	return `http://127.0.0.1:${port}`;
}

/** Long enough for a busy machine; only what hangs waits for it. */
const check = (...args: readonly string[]) => runNodetop(['health', '--timeout', '4s', ...args]);

function perfOf({ stdout }: RunResult): ReadonlyMap<string, PerfItem> {
	const [line = ''] = stdout.split('\n');
	const items = parsePerfdata(line.slice(line.indexOf(' | ') + 3));
	return new Map(items.map((item) => [item.label, item]));
}

describe('the exit code, by the real program against real servers', () => {
	test.each([
		['up', () => startNode(4), 0, /^NODETOP OK - 1 node up \| /],
		[
			'degraded',
			() => startNode(2),
			1,
			/^NODETOP WARNING - 1 of 1 node degraded: n \(few peers 2 < 3\) \| /,
		],
		['down: refused', refused, 2, /^NODETOP CRITICAL - 1 of 1 node down: n \(unreachable: /],
		['down: it hangs', startSilent, 2, /^NODETOP CRITICAL - 1 of 1 node down: n \(timeout: /],
		[
			'unknown: it refuses us',
			() => startStatus(401),
			3,
			/^NODETOP UNKNOWN - 1 of 1 node unknown: n \(unauthorized: /,
		],
	])('%s', async (_, start, exitCode, line) => {
		const { stdout, stderr, ...run } = await check(`n=${await start()}`);
		expect(stdout).toMatch(line);
		expect(stderr).toBe('');
		expect(run.exitCode).toBe(exitCode);
		expect(stdout.trimEnd().split('\n')).toHaveLength(7);
	});

	test('of several nodes, the worst of which is down', async () => {
		const specs = [`a=${await startNode(4)}`, `b=${await startNode(2)}`, `c=${await refused()}`];
		const { stdout, exitCode } = await check(...specs);
		expect(exitCode).toBe(2);
		expect(stdout).toMatch(/^NODETOP CRITICAL - 1 of 3 nodes down, 1 degraded: c \(.*\), b \(few/);
		expect(stdout).toMatch(/\nnetwork: 1 up, 1 degraded, 1 unknown: b \(few peers 2 < 3\)\n/);
	});

	test.each([
		[['--compnent', 'dag'], 64],
		[['--component', 'disk'], 64],
		[['--for', '10m'], 64],
		[['--for', 'soon'], 64],
		[['--profile', 'none'], 64],
		[['no-such-node'], 64],
	])('%j is wrong usage, never a warning', async (args, exitCode) => {
		const run = await check(...args);
		expect(run.exitCode).toBe(exitCode);
		expect(run.stdout).toBe('');
		expect(run.stderr).toContain('nodetop: ');
	});

	test('a broken configuration is none either', async () => {
		const home = emptyHome();
		const config = path.join(home, 'config.json');
		writeFileSync(
			config,
			'{"profiles":{"p":{"nodes":[{"name":"a","url":"http://a","testWrites":true}]}}}',
		);
		const { exitCode, stderr } = await runNodetop(['health', '--config', config], { home });
		expect(exitCode).toBe(78);
		expect(stderr).toContain('testWrites needs dataDirectory');
	});

	test('a bug of ours is unknown, not a warning', async () => {
		const written: string[] = [];
		const stdout = new Writable();
		stdout.write = (text: string) => {
			written.push(text);
			if (written.length === 1) throw new TypeError('ours');
			return true;
		};
		const args = ['--timeout', '800ms', `n=${await refused()}`];
		const { error, exitCode, stderr } = await runCommand(health, args, { stdout });
		expect(error).toBeUndefined();
		expect(exitCode).toBe(3);
		expect(written[1]).toMatch(/^NODETOP UNKNOWN - a bug of nodetop/);
		expect(stderr).toContain('TypeError: ours');
	});
});

describe('what it tells', () => {
	test('performance data that a parser by the guidelines reads', async () => {
		const run = await check(`it's=${await startNode(4)}`);
		const perf = perfOf(run);
		const peers = perf.get("it's_peers");
		expect(peers).toMatchObject({ value: 4, uom: '', min: 0 });
		expect(peers?.warning && isAlerting(2, peers.warning)).toBe(true);
		// Absent where this machine was late by so much that the time says nothing.
		const latency = perf.get("it's_latency");
		expect([undefined, 's']).toContain(latency?.uom);
		expect(latency?.warning).toBeUndefined();
	});

	test('one component alone', async () => {
		const { stdout, exitCode } = await check('--component', 'process', `n=${await startNode(2)}`);
		expect(exitCode).toBe(0);
		expect(stdout).toMatch(/^NODETOP OK - 1 node’ process up \| /);
		expect(stdout.trimEnd().split('\n')).toHaveLength(2);
	});

	test('--json holds every check with its time, its duration, and why it saw nothing', async () => {
		const { stdout, exitCode } = await check('--json', `n=${await startNode(2)}`);
		expect(exitCode).toBe(1);
		const answer = JSON.parse(stdout) as {
			schema: string;
			exitCode: number;
			nodes: { state: string; components: { checks: Record<string, unknown>[] }[] }[];
		};
		expect(answer).toMatchObject({ schema: 'nodetop-health/1', exitCode: 1, state: 'warning' });
		const checks = answer.nodes.flatMap(({ components }) =>
			components.flatMap((each) => each.checks),
		);
		expect(checks.length).toBeGreaterThan(20);
		expect(checks.find(({ name }) => name === 'reachable')).toEqual({
			name: 'reachable',
			status: 'unknown',
			message: 'no dataDirectory is configured for it',
			values: [],
			lastCheckAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
			durationMs: expect.any(Number) as number,
		});
	});

	test('with --for, what needs two checks is known too', async () => {
		const peers = [1, 2, 3, 4].map((id) => ({ id: `p${id}` }));
		const url = await startNode(4, { peers });
		const started = performance.now();
		const run = await check('--for', '1s', '--json', `n=${url}`);
		expect(performance.now() - started).toBeGreaterThan(1000);
		expect(run.exitCode).toBe(0);
	});
});

describe('real nodes', () => {
	test.skipIf(anvilBinary() === undefined)(
		'anvil: its blocks move, and its process is seen (skipped: anvil is not installed)',
		async () => {
			const anvil = await startAnvil({ blockTime: 1 });
			cleanups.push(() => anvil.stop());
			const run = await check('--json', `a=${anvil.url}`);
			expect(run.exitCode).toBe(0);
			const found = (name: string) => new RegExp(`"name": "${name}",\\s+"status": "up"`);
			for (const name of ['descriptors', 'running', 'listening'])
				expect(run.stdout).toMatch(found(name));
			expect(run.stdout).toContain(`process ${anvil.pid} runs`);
			process.kill(anvil.pid, 'SIGSTOP');
			cleanups.unshift(() => process.kill(anvil.pid, 'SIGCONT'));
			const stopped = await check(`a=${anvil.url}`);
			expect(stopped.exitCode).toBe(2);
			expect(stopped.stdout).toContain(`process ${anvil.pid} is stopped by a signal`);
		},
	);

	test.skipIf(!hasEtcd())(
		'etcd: it measures how long its log takes to sync (skipped: etcd is not installed)',
		async () => {
			const cluster = await startEtcd(1);
			cleanups.push(() => cluster.stop());
			const url = cluster.members[0]?.url ?? '';
			// Its log is synced only when somebody writes.
			const writes = new AbortController();
			const writing = (async () => {
				while (!writes.signal.aborted) {
					await put(url, 'key', 'value');
					await pause(100);
				}
			})();
			const run = await runNodetop(['health', '--json', '--for', '3s', '-i', '500ms', `e=${url}`]);
			writes.abort();
			await writing;
			expect(run.stdout).toMatch(
				/"name": "writeLatency",\s+"status": "\w+",\s+"message": "its log is synced in/,
			);
			expect(run.stdout).toMatch(/"name": "listening",\s+"status": "up"/);
			expect(run.stdout).toMatch(/"name": "participation",\s+"status": "up"/);
		},
	);
});

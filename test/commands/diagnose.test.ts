import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { allowances, createRateLimiter } from '../../source/network-tests/rate-limit.ts';
import { anvilBinary, startAnvil } from '../helpers/anvil.ts';
import { startServer } from '../helpers/http-server.ts';
import { emptyHome, runNodetop } from '../helpers/run-nodetop.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0)) await cleanup();
});

interface Answer {
	readonly schema: string;
	readonly diagnoses: readonly {
		readonly node: string;
		readonly verdict: string;
		readonly findings: readonly { readonly cause: string; readonly confidence: string }[];
	}[];
}

async function diagnose(...specs: string[]): Promise<Answer> {
	return diagnoseWithin('800ms', ...specs);
}

async function diagnoseWithin(timeout: string, ...specs: string[]): Promise<Answer> {
	const args = ['diagnose', '--json', '--for', '2s', '--timeout', timeout, ...specs];
	const { exitCode, stdout, stderr } = await runNodetop(args);
	expect(stderr).toBe('');
	expect(exitCode).toBe(0);
	return JSON.parse(stdout) as Answer;
}

const status = (extra: object = {}) => ({
	node_id: 'n1',
	version: '1.0.0',
	consensus_state: { status: 'active', round: Math.floor(Date.now() / 100) },
	network_info: { peer_count: 4 },
	...extra,
});

/** What was measured while this machine was too busy names no cause: it is measured again. */
const patient = { timeout: 50_000, interval: 0 };

async function firstCause(asked: ReturnType<typeof diagnose>): Promise<string | undefined> {
	const { diagnoses } = await asked;
	return diagnoses[0]?.findings[0]?.cause;
}

describe('diagnose, against real programs', () => {
	test('a refused port, a name that does not exist and a well node, side by side', async () => {
		const server = await startServer((_request, response) => {
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(status()));
		});
		cleanups.push(() => server.close());
		const { schema, diagnoses } = await diagnose(
			'gone=http://127.0.0.1:9',
			'nameless=http://no-such-host.invalid:1',
			`well=${server.url}`,
		);
		expect(schema).toBe('nodetop-diagnosis/1');
		expect(
			diagnoses.map(({ node, verdict, findings }) => [node, findings[0]?.cause ?? verdict]),
		).toEqual([
			['gone', 'notRunning'],
			['nameless', 'dns'],
			['well', 'healthy'],
		]);
		expect(server.requests.some(({ headers }) => headers['x-nodetop-test'] === 'diagnose')).toBe(
			true,
		);
	});

	test.skipIf(anvilBinary() === undefined)('a stopped anvil is frozen', async () => {
		const anvil = await startAnvil({ blockTime: 1 });
		process.kill(anvil.pid, 'SIGSTOP');
		cleanups.push(async () => {
			process.kill(anvil.pid, 'SIGCONT');
			await anvil.stop();
		});
		await expect.poll(() => firstCause(diagnose(`a=${anvil.url}`)), patient).toBe('frozen');
	});

	test('a node that thinks long, and one whose bytes trickle', async () => {
		const slow = await startServer((_request, response) => {
			setTimeout(() => response.end(JSON.stringify(status())), 400);
		});
		const narrow = await startServer((_request, response) => {
			const body = JSON.stringify(status({ filler: 'x'.repeat(60_000) }));
			void trickle(response, body);
		});
		cleanups.push(
			() => slow.close(),
			() => narrow.close(),
		);
		// On a busy machine a reply comes later than the node means: it must still come.
		const { diagnoses } = await diagnoseWithin('20s', `slow=${slow.url}`, `narrow=${narrow.url}`);
		expect(diagnoses.map(({ findings }) => findings[0]?.cause)).toEqual(['slowNode', 'throttled']);
	});

	test('a stopped process whose queue is full: named, and no slower than one that answers', async () => {
		const script = `
			const server = require('node:http').createServer((request, reply) => reply.end('{}'));
			server.listen({ port: 0, host: '127.0.0.1', backlog: 2 }, () => console.log(server.address().port));`;
		const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
		cleanups.push(() => child.kill('SIGKILL'));
		const [port] = (await once(child.stdout, 'data')) as [Buffer];
		child.kill('SIGSTOP');
		// 30 connections of 3 s each, one after another, would take longer than a test may.
		const url = `http://127.0.0.1:${port.toString().trim()}`;
		const stopped = () => firstCause(diagnoseWithin('3s', `stopped=${url}`));
		await expect.poll(stopped, patient).toBe('frozen');
	});

	test('read-only sends what polls send, and says that the path is not measured', async () => {
		const server = await startServer((_request, response) => {
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(status()));
		});
		cleanups.push(() => server.close());
		const args = ['diagnose', '--json', '--for', '1s', '--read-only', `n=${server.url}`];
		const { exitCode, stdout, stderr } = await runNodetop(args);
		expect(exitCode).toBe(0);
		expect(stderr).toBe('nodetop: n: the path to it is not measured: nodetop is read-only\n');
		expect((JSON.parse(stdout) as { paths: unknown }).paths).toEqual([]);
		expect(server.requests.length).toBeGreaterThan(0);
		for (const { headers } of server.requests) expect(headers).not.toHaveProperty('x-nodetop-test');
	});

	test('takes one test of the allowance of the address, and does without when it is used up', async () => {
		const server = await startServer((_request, response) => {
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(status()));
		});
		cleanups.push(() => server.close());
		const home = emptyHome();
		const { host } = new URL(server.url);
		const env = { XDG_STATE_HOME: path.join(home, 'state') };
		const limiter = createRateLimiter(path.join(home, 'state/nodetop/nettest'), Date.now);
		const runs = async () => {
			const args = ['diagnose', '--json', '--for', '1s', `n=${server.url}`];
			const { stdout, stderr } = await runNodetop(args, { home, env });
			const { paths } = JSON.parse(stdout) as { paths: readonly unknown[] };
			return { measured: paths.length, stderr };
		};
		for (let n = 1; n < allowances.light.tests; n++) await limiter.take(host, 'light');
		expect(await runs()).toEqual({ measured: 1, stderr: '' });
		expect(await runs()).toEqual({
			measured: 0,
			stderr: 'nodetop: n: the path to it is not measured: it has reached its limit of tests\n',
		});
	});

	test('a certificate that ends in three days', async () => {
		const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-tls-'));
		const [key, cert] = [path.join(directory, 'key.pem'), path.join(directory, 'cert.pem')];
		const request = 'req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 3';
		const output = ['-subj', '/CN=localhost', '-keyout', key, '-out', cert];
		execFileSync('openssl', [...request.split(' '), ...output], { stdio: 'ignore' });
		const options = { key: readFileSync(key), cert: readFileSync(cert) };
		const server = createHttpsServer(options, (_request, response) => {
			response.end(JSON.stringify(status()));
		});
		await new Promise<void>((resolve) => {
			server.listen(0, '127.0.0.1', resolve);
		});
		cleanups.push(() => {
			server.closeAllConnections();
			server.close();
		});
		const { port } = server.address() as AddressInfo;
		const { diagnoses } = await diagnose('--insecure', `t=https://127.0.0.1:${port}`);
		expect(diagnoses[0]?.findings[0]?.cause).toBe('tls');
	});

	test('text says where, how sure, why, and what would disprove it', async () => {
		const { stdout, exitCode } = await runNodetop([
			'diagnose',
			'--for',
			'500ms',
			'x=http://127.0.0.1:9',
		]);
		expect(exitCode).toBe(0);
		expect(stdout).toMatch(/^x: the node’s process does not run/);
		expect(stdout).toMatch(/where +the node\n +confidence +likely\n +because/);
		expect(stdout).toContain('not so if');
	});

	test.each([
		[['--for', '10m'], '--for 10m is too long'],
		[['--for', 'soon'], '--for: "soon" is not a duration'],
	])('%j is refused', async (args, message) => {
		const { exitCode, stderr } = await runNodetop(['diagnose', ...args]);
		expect(exitCode).toBe(64);
		expect(stderr).toContain(message);
	});
});

async function trickle(
	response: { write(text: string): unknown; end(): unknown },
	body: string,
): Promise<void> {
	const piece = 4000;
	for (let from = 0; from < body.length; from += piece) {
		response.write(body.slice(from, from + piece));
		await pause(8);
	}
	response.end();
}

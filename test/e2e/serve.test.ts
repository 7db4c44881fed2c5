import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { bin } from '../helpers/run-nodetop.ts';

let directory = '';
let child: ChildProcess | undefined;
const token = 'canary-token-for-readers';

beforeAll(async () => {
	directory = await mkdtemp(path.join(tmpdir(), 'nodetop-serve-'));
	await writeFile(path.join(directory, 'token'), `${token}\n`, { mode: 0o600 });
});

afterEach(() => {
	child?.kill('SIGKILL');
});

afterAll(async () => {
	await rm(directory, { recursive: true, force: true });
});

/** Runs the built nodetop; gives what it said, and its exit code when it has ended. */
function run(args: readonly string[]) {
	const env = { PATH: process.env['PATH'] ?? '', HOME: directory, XDG_STATE_HOME: directory };
	const running = spawn(process.execPath, [bin, ...args], {
		env,
		cwd: directory,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	child = running;
	let said = '';
	for (const stream of [running.stdout, running.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => (said += text));
	}
	const exited = new Promise<number | null>((resolve) => {
		running.on('close', resolve);
	});
	return { said: () => said, exited, kill: () => running.kill('SIGTERM') };
}

async function urlFrom(said: () => string): Promise<string> {
	return vi.waitFor(() => {
		const [, url] = /serving .*(http:\/\/\S+)/.exec(said()) ?? [];
		if (url === undefined) throw new Error(`it does not serve yet: ${said()}`);
		return url;
	}, 30_000);
}

describe('nodetop serve', () => {
	it('serves until it is stopped, to those with a token, and keeps the token to itself', async () => {
		const served = run([
			'serve',
			'gone=http://127.0.0.1:9',
			'--listen',
			'127.0.0.1:0',
			'--token-file',
			'read=token',
			'--no-history',
		]);
		const url = await urlFrom(served.said);
		expect((await fetch(`${url}/api/v1/snapshot`)).status).toBe(401);
		const headers = { authorization: `Bearer ${token}` };
		await vi.waitFor(async () => {
			const { summary } = (await (await fetch(`${url}/api/v1/snapshot`, { headers })).json()) as {
				summary: object;
			};
			expect(summary).toMatchObject({ nodes: 1, down: 1 });
		}, 30_000);
		const page = await (await fetch(`${url}/`)).text();
		expect(page).toContain('<script type="module" src="/page/app.js">');
		const texts = ['/api/v1/snapshot', '/api/v1/openapi.json', '/api/v1/alerts', '/metrics', '/'];
		for (const each of texts) {
			expect(await (await fetch(`${url}${each}`, { headers })).text()).not.toContain(token);
		}
		served.kill();
		expect(await served.exited).toBe(143);
		expect(served.said()).not.toContain(token);
	});

	it.each([
		[['serve', 'host:', '--listen', '0.0.0.0:0'], 'the server needs a token'],
		[['serve', 'host:', '--listen', 'nowhere'], 'this is not HOST:PORT'],
		[['serve', 'host:', '--token-file', 'boss=token'], '--token-file needs a role and a file'],
		[['watch', 'host:', '--listen', '127.0.0.1:0'], 'need --serve'],
	])('refuses %j', async (args, words) => {
		const refused = run(args);
		expect(await refused.exited).toBe(64);
		expect(refused.said()).toContain(words);
	});

	it('is part of watch with --serve', async () => {
		const watched = run(['watch', 'host:', '--serve', '--listen', '127.0.0.1:0', '--no-history']);
		const url = await urlFrom(watched.said);
		const { alerting } = (await (await fetch(`${url}/api/v1/alerts`)).json()) as {
			alerting: { mode: string };
		};
		await vi.waitFor(async () => {
			const { ready } = (await (await fetch(`${url}/ready`)).json()) as { ready: boolean };
			expect(ready).toBe(true);
		}, 30_000);
		expect(['own', 'off']).toContain(alerting.mode);
		watched.kill();
		expect(await watched.exited).toBe(143);
	});
});

import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import {
	chmodSync,
	closeSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { documentSchema } from '../../source/sections/snapshot.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { startServer } from '../helpers/http-server.ts';
import type { Handler } from '../helpers/http-server.ts';
import { bin, emptyHome, runNodetop } from '../helpers/run-nodetop.ts';

const isRoot = process.getuid?.() === 0;
if (isRoot) console.info('skipped: an unreadable file is named (root may read every file)');

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

/** The node as `--once --json` shows it, with time enough for a busy machine unless a flag says otherwise. */
async function pollOnce(url: string, ...flags: readonly string[]): Promise<NodeSnapshot> {
	const given = flags.length > 0 ? flags : ['--timeout', '30s'];
	const { stdout, stderr, exitCode } = await runNodetop(['--once', '--json', ...given, `n=${url}`]);
	expect(stderr).toBe('');
	expect(exitCode).toBe(0);
	const [node] = documentSchema.parse(JSON.parse(stdout)).nodes;
	if (!node) throw new Error('the document has no node');
	return node;
}

async function serve(handler: Handler): Promise<string> {
	const server = await startServer(handler);
	closing.push(server.close);
	return server.url;
}

async function serveTcp(onConnection: (socket: Socket) => void): Promise<string> {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on('error', () => socket.destroy());
		onConnection(socket);
	});
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	closing.push(
		() =>
			new Promise((resolve) => {
				for (const socket of sockets) socket.destroy();
				server.close(() => {
					resolve();
				});
			}),
	);
	// It listens on TCP, so it has a port.
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a node that answers badly', () => {
	it.each<[string, Handler, string, RegExp]>([
		[
			'a web page',
			(_request, response) => {
				response.writeHead(200, { 'content-type': 'text/html' });
				response.end('<html><title>nginx</title><h1>502 Bad Gateway</h1></html>');
			},
			'badResponse',
			/web page/,
		],
		[
			'401',
			(_request, response) => {
				response.writeHead(401, { 'www-authenticate': 'Bearer' });
				response.end('who are you');
			},
			'unauthorized',
			/401/,
		],
		[
			'429',
			(_request, response) => {
				response.writeHead(429, { 'retry-after': '7' });
				response.end('slow down');
			},
			'rateLimited',
			/429/,
		],
		[
			'5 MB',
			(_request, response) => {
				response.writeHead(200, { 'content-type': 'application/json' });
				response.end(`"${'x'.repeat(5 * 1024 * 1024)}"`);
			},
			'badResponse',
			/larger than 4 MiB/,
		],
		[
			'500',
			(_request, response) => {
				response.writeHead(500);
				response.end('boom \u001B[31m');
			},
			'badResponse',
			/500: boom/,
		],
	])('%s is told with its code and what to do', async (_what, handler, code, message) => {
		const { poll } = await pollOnce(await serve(handler));
		expect(poll).toMatchObject({ status: 'failed', error: { code } });
		expect(poll.error?.message).toMatch(message);
		expect(poll.error?.nextStep).toMatch(/\w/);
	});

	it('that is slow is a timeout', async () => {
		const url = await serveTcp(() => undefined);
		let node = await pollOnce(url, '--timeout', '400ms');
		// On a machine that is late by so much that nothing can be said of the node, it is asked again.
		while (node.poll.error?.code === 'tooBusy') node = await pollOnce(url, '--timeout', '400ms');
		expect(node.poll.error).toMatchObject({ code: 'timeout' });
		expect(node.health.status).toBe('down');
	});

	it('that closes half way is unreachable', async () => {
		const url = await serveTcp((socket) => {
			socket.once('data', () => {
				socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"jsonrpc"');
			});
		});
		const node = await pollOnce(url);
		expect(node.poll.error?.code).toBe('unreachable');
	});

	it('that is not there is unreachable', async () => {
		const node = await pollOnce('http://127.0.0.1:9');
		expect(node.poll.error).toMatchObject({ code: 'unreachable' });
		expect(node.poll.error?.message).toContain('127.0.0.1:9');
		expect(node.poll.error?.nextStep).toBe('start the node, or check host and port');
	});
});

describe('a mistake on the command line', () => {
	it.each([
		[['--once', 'http://[::1'], /http:\/\/\[::1/],
		[['--once', 'ftp://127.0.0.1'], /ftp/],
		[['--once', 'http://127.0.0.1:99999'], /99999/],
		[['--once', '--josn', 'http://127.0.0.1:9'], /--josn[^]*--json/],
		[['--once', '--interval', 'abc', 'http://127.0.0.1:9'], /--interval[^]*abc/],
		[['--once', '--json', '--csv'], /--json --csv/],
		[['status', '--compact', '--json'], /one format/],
		[['statsu'], /nodetop status/],
		[['demo', '--nodes', '3'], /--nodes[^]*4 to 64/],
		[['demo', '--port', '80'], /--port[^]*1024 to/],
	])('%j says what is wrong, without a stack, with code 64', async (args, message) => {
		const { exitCode, stdout, stderr } = await runNodetop(args);
		expect(exitCode).toBe(64);
		expect(stdout).toBe('');
		expect(stderr).toMatch(message);
		expect(stderr).toMatch(/^nodetop: /);
		expect(stderr).not.toMatch(/\n\s+at /);
	});
});

describe('a mistake in the configuration', () => {
	function homeWith(text: string): { home: string; directory: string; file: string } {
		const home = emptyHome();
		const directory = path.join(home, '.config', 'nodetop');
		mkdirSync(directory, { recursive: true, mode: 0o700 });
		const file = path.join(directory, 'config.json');
		writeFileSync(file, text, { mode: 0o600 });
		return { home, directory, file };
	}

	it('an unknown key is named, with the nearest known one', async () => {
		const { home, file } = homeWith('{"profiles":{"default":{"nodes":[],"intervallMs":1000}}}');
		const { exitCode, stderr } = await runNodetop(['--once'], { home });
		expect(exitCode).toBe(78);
		expect(stderr).toMatch(/intervallMs[^]*intervalMs/);
		expect(readFileSync(file, 'utf8')).toContain('intervallMs');
	});

	it('a corrupt file is left as it is when it is only read', async () => {
		const { home, file, directory } = homeWith('{"profiles": oops');
		const { exitCode, stderr } = await runNodetop(['--once'], { home });
		expect(exitCode).toBe(78);
		expect(stderr).toContain(file);
		expect(readFileSync(file, 'utf8')).toBe('{"profiles": oops');
		expect(readdirSync(directory)).toEqual(['config.json']);
	});

	it('a corrupt file is kept aside when something is written', async () => {
		const { home, directory } = homeWith('{"profiles": oops');
		const { exitCode } = await runNodetop(['add', 'a=http://127.0.0.1:9', '--kind', 'evm'], {
			home,
		});
		expect(exitCode).toBe(0);
		const kept = readdirSync(directory).filter((name) => name !== 'config.json');
		expect(kept).toHaveLength(1);
		expect(readFileSync(path.join(directory, kept[0] ?? ''), 'utf8')).toBe('{"profiles": oops');
	});

	it.skipIf(isRoot)('an unreadable file is named', async () => {
		const { home, file } = homeWith('{}');
		chmodSync(file, 0);
		const { exitCode, stderr } = await runNodetop(['--once'], { home });
		expect(exitCode).toBe(78);
		expect(stderr).toContain(file);
	});

	it('a directory in place of the file is named', async () => {
		const home = emptyHome();
		const file = path.join(home, '.config', 'nodetop', 'config.json');
		mkdirSync(file, { recursive: true });
		const { exitCode, stderr } = await runNodetop(['--once'], { home });
		expect(exitCode).toBe(78);
		expect(stderr).toContain(file);
	});

	it('a variable that is not set is named, and no secret is printed', async () => {
		const { home } = homeWith(
			'{"profiles":{"default":{"nodes":[{"name":"a","kind":"evm","url":"http://u:hunter2@127.0.0.1:9","token":"${NOT_SET_HERE}"}]}}}',
		);
		const missing = await runNodetop(['--once'], { home });
		expect(missing.exitCode).toBe(78);
		expect(missing.stderr).toContain('NOT_SET_HERE');
		const set = await runNodetop(['--once', '--json'], { home, env: { NOT_SET_HERE: 'hunter3' } });
		expect(set.exitCode).toBe(0);
		expect(set.stdout + set.stderr + missing.stderr).not.toMatch(/hunter/);
	});
});

it.skipIf(process.platform !== 'linux')('a full disk behind stdout is said (/dev/full)', () => {
	const full = openSync('/dev/full', 'w');
	const { status, stderr } = spawnSync(process.execPath, [bin, 'config', 'schema'], {
		stdio: ['ignore', full, 'pipe'],
		env: { PATH: process.env['PATH'] ?? '', HOME: emptyHome() },
		encoding: 'utf8',
	});
	closeSync(full);
	expect(stderr).toMatch(/^nodetop: standard output cannot be written: ENOSPC\n  → look at /);
	expect(stderr).not.toMatch(/\n\s+at /);
	expect(status).toBe(73);
});

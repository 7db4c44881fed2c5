import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { freePorts } from '../helpers/free-ports.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';

/** The screen as operators of remote machines see it: in a window of tmux, and over ssh. */
const bin = fileURLToPath(new URL('../../bin/nodetop.js', import.meta.url));
const waiting = { timeout: 50_000, interval: 50 };
const sshd = '/usr/sbin/sshd';

const has = (command: string, ...args: readonly string[]): boolean =>
	spawnSync(command, args, { stdio: 'ignore' }).error === undefined;
const hasTmux = has('tmux', '-V');
// Another user's sshd cannot start a session of this one.
const hasSshd = existsSync(sshd) && has('ssh', '-V') && process.getuid?.() === 0;
if (!hasTmux) console.info('skipped: the screen in tmux (tmux is not installed)');
if (!hasSshd)
	console.info('skipped: the screen over ssh (sshd is not installed, or this is not root)');

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function place(): string {
	const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-through-'));
	cleanups.push(() => {
		rmSync(directory, { recursive: true, force: true });
	});
	return directory;
}

/** The command line of a screen with one well node called `remote-1`. */
async function screenOf(home: string): Promise<string> {
	const server = await startServer(({ path: asked }, response) => {
		const body = {
			node_id: 'n1',
			consensus_state: { status: 'active', round: Math.floor(Date.now() / 1000) },
			network_info: { peer_count: 5 },
		};
		sendJson(response, body, asked === '/api/v1/status' ? 200 : 404);
	});
	cleanups.push(() => server.close());
	const words = [process.execPath, bin, `remote-1=${server.url}`];
	return `HOME=${home} XDG_CONFIG_HOME=${home} ${words.join(' ')}`;
}

describe('the screen', () => {
	it.skipIf(!hasTmux)(
		'fits into a window of tmux, also a smaller one, and leaves nothing',
		async () => {
			const home = place();
			const env = { ...process.env, TMUX_TMPDIR: home, TMUX: '' };
			const tmux = (...args: readonly string[]): string =>
				spawnSync('tmux', ['-f', '/dev/null', ...args], { env, encoding: 'utf8' }).stdout;
			cleanups.push(() => tmux('kill-server'));
			const after = `${await screenOf(home)}; echo left with $?; cat`;
			tmux('new-session', '-d', '-s', 's', '-x', '120', '-y', '40', after);
			const picture = (): string => tmux('capture-pane', '-p', '-t', 's');
			await expect.poll(picture, waiting).toMatch(/● 1 up[^]*remote-1/);
			tmux('resize-window', '-t', 's', '-x', '60', '-y', '15');
			await expect
				.poll(
					() =>
						Math.max(
							...picture()
								.split('\n')
								.map((line) => line.trimEnd().length),
						),
					waiting,
				)
				.toBeLessThanOrEqual(60);
			await expect.poll(picture, waiting).toMatch(/remote-1/);
			tmux('send-keys', '-t', 's', 'q');
			await expect.poll(picture, waiting).toMatch(/left with 0/);
			expect(picture()).not.toContain('remote-1');
		},
	);

	it.skipIf(!hasSshd)(
		'is drawn over ssh, where the size of the terminal is not known, and ends',
		async () => {
			const home = place();
			const [port = 0] = await freePorts(1);
			const key = startSshd(home, port);
			await vi.waitUntil(() => answers(port), waiting);
			const session = ssh(home, { port, key }, await screenOf(home));
			await expect.poll(() => session.written(), waiting).toMatch(/\u001B\[\?1049h[^]*remote-1/);
			session.child.stdin?.write('q');
			await expect.poll(() => session.child.exitCode, waiting).toBe(0);
			const written = session.written();
			expect(written.lastIndexOf('\u001B[?1049l')).toBeGreaterThan(
				written.lastIndexOf('\u001B[?1049h'),
			);
		},
	);
});

/** A server on loopback with keys of its own; gives the path of the key that it lets in. */
function startSshd(home: string, port: number): string {
	const [host, user] = ['host', 'user'].map((name) => path.join(home, name));
	for (const file of [host, user])
		spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', String(file)]);
	// It wants an empty place, which the service of a system makes.
	if (!existsSync('/run/sshd')) {
		mkdirSync('/run/sshd', { mode: 0o755 });
		cleanups.push(() => {
			rmdirSync('/run/sshd');
		});
	}
	const config = path.join(home, 'sshd_config');
	const lines = [
		'ListenAddress 127.0.0.1',
		`Port ${port}`,
		`HostKey ${host}`,
		`AuthorizedKeysFile ${user}.pub`,
		'PermitRootLogin prohibit-password',
		'StrictModes no',
		'UsePAM no',
		'PidFile none',
	];
	writeFileSync(config, `${lines.join('\n')}\n`);
	const child = spawn(sshd, ['-D', '-e', '-f', config], { stdio: 'ignore' });
	cleanups.push(() => child.kill('SIGTERM'));
	return String(user);
}

function ssh(
	home: string,
	{ port, key }: { readonly port: number; readonly key: string },
	command: string,
): { readonly child: ChildProcess; readonly written: () => string } {
	const options = [
		'StrictHostKeyChecking=no',
		`UserKnownHostsFile=${home}/known`,
		'LogLevel=ERROR',
	];
	const args = ['-tt', '-F', '/dev/null', '-i', key, '-p', String(port)];
	const place = `${userInfo().username}@127.0.0.1`;
	const child = spawn(
		'ssh',
		[...args, ...options.flatMap((each) => ['-o', each]), place, command],
		{
			stdio: ['pipe', 'pipe', 'ignore'],
			env: { ...process.env, TERM: 'xterm', LC_ALL: 'C.UTF-8' },
		},
	);
	cleanups.push(() => child.kill('SIGKILL'));
	let written = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
	return { child, written: () => written };
}

function answers(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1');
		socket.once('data', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});
}

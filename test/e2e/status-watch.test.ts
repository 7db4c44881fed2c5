import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { sendJson, startServer } from '../helpers/http-server.ts';
import type { TestServer } from '../helpers/http-server.ts';
import { bin, emptyHome } from '../helpers/run-nodetop.ts';

const servers: TestServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

/** A node of which nothing but the round changes, when a test says so. */
async function startNode(round: () => number): Promise<string> {
	const server = await startServer(({ path }, response) => {
		const body = {
			node_id: 'n1',
			consensus_state: { status: 'active', round: round() },
			network_info: { peer_count: 5 },
		};
		sendJson(response, body, path === '/api/v1/status' ? 200 : 404);
	});
	servers.push(server);
	return server.url;
}

it('status --watch --compact on a pipe prints the line of a node once for each change', async () => {
	let round = 1;
	const specs = [`moves=${await startNode(() => round)}`, `rests=${await startNode(() => 7)}`];
	const home = emptyHome();
	const args = ['status', '--watch', '--compact', '--interval', '250ms', ...specs];
	const child = spawn(process.execPath, [bin, ...args], {
		stdio: ['ignore', 'pipe', 'inherit'],
		env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home },
	});
	let written = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
	const rounds = (name: string) =>
		written
			.split('\n')
			.filter((line) => line.includes(name))
			.map((line) => /Active\/(\d+)/.exec(line)?.[1]);
	try {
		for (; round <= 3; round += 1)
			await expect.poll(() => rounds('moves').at(-1), { timeout: 40_000 }).toBe(String(round));
	} finally {
		child.kill('SIGTERM');
		await once(child, 'exit');
	}
	expect(rounds('moves')).toEqual(['1', '2', '3']);
	expect(rounds('rests')).toEqual(['7']);
	expect(written).not.toContain('\u001B');
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { forkDevnet } from '../../devnet/fork.ts';
import { sendJson, startServer } from '../helpers/http-server.ts';
import { startWatchProcess, watchHome, writeConfig } from '../helpers/watch-process.ts';

const names = ['storj-1', 'storj-2', 'storj-3', 'storj-4'];
const mostMs = 60_000;

/**
 * A score that falls below its threshold is at the receiver of a webhook within a minute: the built
 * `watch` with its usual intervals, and storage nodes in a process of their own. Each node is read at
 * another moment, so that one of them has just been read when the scores fall.
 */
it('from a breach to its alert at the receiver at most 60 s pass', async () => {
	const directory = await mkdtemp(path.join(tmpdir(), 'nodetop-breach-'));
	const devnet = await forkDevnet({
		entry: fileURLToPath(new URL('../../dist/devnet.js', import.meta.url)),
		version: '1',
		storageNodes: names.length,
	});
	const toldAtMs = new Map<string, number>();
	const receiver = await startServer(({ body }, response) => {
		for (const name of names)
			if (body.includes('audit-score-low') && body.includes(name) && !toldAtMs.has(name))
				toldAtMs.set(name, performance.now());
		sendJson(response, {});
	});
	const home = watchHome(directory);
	const nodes = devnet.nodes
		.filter(({ kind }) => kind === 'storj')
		.map(({ name, kind, url, log }) => ({ name, kind, url, log }));
	await writeConfig(home, { nodes, channels: { hook: { type: 'webhook', url: receiver.url } } });
	const watch = startWatchProcess(home);
	try {
		await expect.poll(watch.stderr, { timeout: 30_000 }).toContain('watching');
		// Past the first readings of all nodes.
		await new Promise((resolve) => setTimeout(resolve, 10_000));
		const startMs = performance.now();
		for (const node of names) {
			await fetch(`${devnet.controlUrl}/faults`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ fault: 'lostPieces', node, count: 32 }),
			});
		}
		await expect.poll(() => toldAtMs.size, { timeout: 120_000 }).toBe(names.length);
		// The 21st lost piece brings a score below 98 %, two seconds after the first.
		const waits = names.map((name) => (toldAtMs.get(name) ?? Number.NaN) - startMs - 2000);
		process.stdout.write(
			`breach to alert: ${waits.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(', ')}\n`,
		);
		expect(Math.max(...waits)).toBeLessThan(mostMs);
	} finally {
		watch.child.kill('SIGTERM');
		await watch.exited;
		await devnet.stop();
		await receiver.close();
		await rm(directory, { recursive: true, force: true });
	}
}, 200_000);

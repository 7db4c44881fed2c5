import { once } from 'node:events';
import { expect, it } from 'vitest';
import { buildEntry } from '../helpers/build-entry.ts';
import { linkKind, openSlowLink } from '../helpers/slow-link.ts';

const kind = linkKind();
const port = 8080;
const waiting = { timeout: 40_000, interval: 20 };

it.skipIf(kind === undefined)(
	`a link that grows longer, comes back and loses packets ends in its alerts, by ${kind} (skipped where network namespaces may not be made)`,
	{ timeout: 90_000 },
	async () => {
		const [serverEntry, probesEntry] = await Promise.all([
			buildEntry('test/entries/nettest-server.ts'),
			buildEntry('test/entries/shifting-link.ts'),
		]);
		const link = await openSlowLink(kind ?? 'tun', { delayMs: 10 });
		try {
			const { serverAddress } = link;
			const serve = [serverEntry, serverAddress, String(port)];
			const server = link.spawn('server', process.execPath, serve);
			if (server.stdout) await once(server.stdout, 'data');
			const lines: string[] = [];
			const url = `http://${serverAddress}:${port}`;
			const probes = link.spawn('client', process.execPath, [probesEntry, url]);
			probes.stdout?.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n')));
			const sent = () =>
				Number(/^sent (\d+)/.exec(lines.findLast((line) => line.startsWith('sent')) ?? '')?.[1]);
			const alerts = () =>
				lines.filter((line) => /^(?:fired|resolved) (?:latency-level-moved|probe-loss)/.test(line));
			const last = () => alerts().at(-1);

			await expect.poll(sent, waiting).toBeGreaterThanOrEqual(70);
			expect(alerts()).toEqual([]);
			link.change({ delayMs: 40 });
			const shiftedAt = sent();
			await expect.poll(last, waiting).toMatch(/^fired latency-level-moved: n: connecting takes /);
			const more = Number(/takes (\d+) ms more/.exec(last() ?? '')?.[1]);
			expect(Math.abs(more - 30)).toBeLessThan(5);
			// 20 at most until it is found, and half a minute that the rule waits.
			expect(sent() - shiftedAt).toBeLessThanOrEqual(40);

			link.change({ delayMs: 10 });
			await expect.poll(last, waiting).toMatch(/^resolved latency-level-moved/);
			link.change({ delayMs: 10, lossRatio: 0.3 });
			await expect.poll(last, waiting).toMatch(/^fired probe-loss: n: [\d.]+% of the connections/);
			expect(alerts().map((line) => line.split(':')[0])).toEqual([
				'fired latency-level-moved',
				'resolved latency-level-moved',
				'fired probe-loss',
			]);
		} finally {
			link.close();
		}
	},
);

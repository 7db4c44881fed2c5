import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../source/domain/clock.ts';
import { networkStats } from '../../source/network-tests/statistics/network-stats.ts';
import { serveFleet } from '../helpers/served-fleet.ts';
import type { ServedFleet } from '../helpers/served-fleet.ts';

let served: ServedFleet | undefined;

afterEach(async () => {
	await served?.close();
	served = undefined;
});

async function serve(): Promise<ServedFleet> {
	served = await serveFleet({
		clock: systemClock,
		rate: { burst: 100_000, perSecond: 100_000 },
		networkStats: ({ snapshot, network }, nowMs) =>
			networkStats(snapshot, {
				nowMs,
				memory: network,
				capacityBytesPerSecond: undefined,
				filter: undefined,
			}),
	});
	return served;
}

async function timed(agent: Agent, url: string): Promise<number> {
	const startedMs = performance.now();
	const request = get(url, { agent });
	const [reply] = (await once(request, 'response')) as [
		NodeJS.ReadableStream & { statusCode: number },
	];
	expect(reply.statusCode).toBe(200);
	reply.resume();
	await once(reply, 'end');
	return performance.now() - startedMs;
}

const quantile = (times: readonly number[], share: number): number =>
	times.toSorted((a, b) => a - b)[Math.ceil(times.length * share) - 1] ?? Number.NaN;

function report(what: string, figures: object): void {
	process.stdout.write(`${what}: ${JSON.stringify(figures)}\n`);
}

describe('the server', () => {
	it('answers 100 status queries at once within 100 ms, and statistics within 10 ms', async () => {
		const { url, goOn } = await serve();
		const agent = new Agent({ keepAlive: true, maxSockets: 100 });
		const status = `${url}/api/v1/nodes/dag-1/status`;
		const all: number[] = [];
		for (let round = 0; round < 10; round++) {
			goOn();
			const times = await Promise.all(Array.from({ length: 100 }, () => timed(agent, status)));
			// The first round opens the connections and compiles.
			if (round > 0) all.push(...times);
		}
		const stats: number[] = [];
		for (let each = 0; each < 50; each++) {
			stats.push(await timed(agent, `${url}/api/v1/network/stats`));
		}
		agent.destroy();
		const figures = { p50: quantile(all, 0.5), p99: quantile(all, 0.99), most: Math.max(...all) };
		const ofStats = { p50: quantile(stats, 0.5), p95: quantile(stats.slice(5), 0.95) };
		report('100 concurrent status queries, ms', figures);
		report('network stats, ms', ofStats);
		expect(figures.p99).toBeLessThan(100);
		expect(ofStats.p95).toBeLessThan(10);
	});

	it('sends ten changes a second to 50 + 50 subscribers, beside one that never reads', async () => {
		const { url, port, rich } = await serve();
		const deaf = connect(port, '127.0.0.1');
		deaf.on('error', () => undefined);
		deaf.pause();
		deaf.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
		const deltas: number[] = [];
		const sockets = Array.from({ length: 50 }, (_, index) => {
			const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`);
			socket.on('message', (data: Buffer) => {
				// Only the head: parsing all of it here would measure this client.
				if (data.toString('latin1', 0, 60).includes('"event":"delta"')) {
					deltas[index] = (deltas[index] ?? 0) + 1;
				}
			});
			return socket;
		});
		const streams = Array.from({ length: 50 }, (_, index) =>
			get(`${url}/events`, { agent: new Agent() }, (reply) => {
				let tail = '';
				reply.on('data', (chunk: Buffer) => {
					const text = tail + chunk.toString('latin1');
					const count = text.split('event: delta\n').length - 1;
					deltas[50 + index] = (deltas[50 + index] ?? 0) + count;
					tail = text.slice(-12).replaceAll('event: delta\n', '');
				});
			}),
		);
		await Promise.all(sockets.map((socket) => once(socket, 'open')));
		await Promise.all(streams.map((stream) => once(stream, 'response')));
		await sleep(1000);
		deltas.fill(0);
		const before = process.memoryUsage().rss;
		const startedMs = performance.now();
		for (let change = 1; performance.now() - startedMs < 10_000; change++) {
			rich.goOn(1);
			await sleep(Math.max(0, startedMs + change * 100 - performance.now()));
		}
		await sleep(200);
		const counts = [...deltas];
		const grownMB = (process.memoryUsage().rss - before) / 1e6;
		report('deltas in 10 s', {
			subscribers: counts.length,
			least: Math.min(...counts),
			most: Math.max(...counts),
			grownMB,
		});
		for (const socket of sockets) socket.terminate();
		for (const stream of streams) stream.destroy();
		deaf.destroy();
		expect(counts).toHaveLength(100);
		expect(Math.min(...counts)).toBeGreaterThanOrEqual(90);
		expect(Math.max(...counts)).toBeLessThanOrEqual(110);
		expect(grownMB).toBeLessThan(100);
	});
});

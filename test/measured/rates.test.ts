import { expect, it, onTestFinished } from 'vitest';
import { resultSchema } from '../../source/network-tests/results.ts';
import { bandwidth } from '../../source/network-tests/tests/bandwidth.ts';
import { latency } from '../../source/network-tests/tests/latency.ts';
import { ping } from '../../source/network-tests/tests/ping.ts';
import { startServer } from '../helpers/http-server.ts';
import type { Handler } from '../helpers/http-server.ts';
import { collecting, testedNodeAt } from '../network-tests/tested-node.ts';

const bytesPerSecond = 2_000_000;

async function serve(handler: Handler) {
	const server = await startServer(handler);
	onTestFinished(() => server.close());
	return server;
}

it('tells the rate of a server that writes at one, within 10 %', async () => {
	const server = await serve((request, response) => {
		const bytes = Number(new URL(request.path, 'http://x').searchParams.get('bytes'));
		const piece = Buffer.alloc(20_000);
		let left = bytes;
		const started = performance.now();
		const timer = setInterval(() => {
			const due = ((performance.now() - started) / 1000) * bytesPerSecond - (bytes - left);
			for (let size = due; size >= piece.length && left > 0; size -= piece.length) {
				response.write(piece.subarray(0, Math.min(left, piece.length)));
				left -= Math.min(left, piece.length);
			}
			if (left > 0) return;
			clearInterval(timer);
			response.end();
		}, 5);
	});
	const { samples, context } = collecting();
	const options = { bytes: 2_000_000, direction: 'download' } as const;
	const summary = await bandwidth.run(await testedNodeAt(server.url), options, context);
	resultSchema.parse(summary);
	expect(summary.download).toMatchObject({ bytes: 2_000_000 });
	const rate =
		summary.download && 'bytesPerSecond' in summary.download ? summary.download : undefined;
	expect(Math.abs((rate?.bytesPerSecond ?? 0) / bytesPerSecond - 1)).toBeLessThan(0.1);
	expect(samples.length).toBeGreaterThanOrEqual(2);
});

it('tells the rate that is reached, not the start', async () => {
	const server = await serve((_request, response) => {
		// A second at 200 kB/s, then half a second at 2 MB/s.
		const started = performance.now();
		let written = 0;
		const timer = setInterval(() => {
			const seconds = (performance.now() - started) / 1000;
			const due = 200_000 * Math.min(seconds, 1) + 2_000_000 * Math.max(0, seconds - 1);
			response.write(Buffer.alloc(Math.max(0, Math.floor(due) - written)));
			written = Math.floor(due);
			if (seconds < 1.5) return;
			clearInterval(timer);
			response.end();
		}, 5);
	});
	const options = { bytes: 2_000_000, direction: 'download' } as const;
	const { download } = await bandwidth.run(
		await testedNodeAt(server.url),
		options,
		collecting().context,
	);
	const told = download && 'bytesPerSecond' in download ? download.bytesPerSecond : 0;
	expect(Math.abs(told / 2_000_000 - 1)).toBeLessThan(0.2);
});

it('connecting on this machine takes next to nothing', async () => {
	const server = await serve((_request, response) => response.end('ok'));
	const options = { count: 5, intervalMs: 20 };
	const summary = await ping.run(await testedNodeAt(server.url), options, collecting().context);
	expect(summary.connectMs?.p50).toBeLessThan(20);
});

it('a reply after 5 ms is told as that', async () => {
	const server = await serve((_request, response) => {
		setTimeout(() => response.end('ok'), 5);
	});
	const options = { count: 29, intervalMs: 20 };
	const summary = await latency.run(await testedNodeAt(server.url), options, collecting().context);
	expect(summary.totalMs?.p50).toBeLessThan(15);
});

import {
	appendFileSync,
	mkdtempSync,
	renameSync,
	rmSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogSource } from '../../../../source/adapters/storj/log/log-source.ts';
import type { LogSource } from '../../../../source/adapters/storj/log/log-source.ts';
import { createLogMaker } from './generated-log.ts';

const waiting = { timeout: 30_000, interval: 10 };
const us1 = '12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S';
const line = (size = 1) =>
	`2026-01-02T03:04:05Z\tINFO\tpiecestore\tdownloaded\t{"Satellite ID": "${us1}", "Action": "GET", "Size": ${size}}\n`;

let directory = '';
let path = '';
const sources: LogSource[] = [];
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'nodetop-log-'));
	path = join(directory, 'node.log');
});
afterEach(() => {
	for (const source of sources.splice(0)) source.close();
	rmSync(directory, { recursive: true, force: true });
});

async function follow(place = path): Promise<LogSource> {
	const source = createLogSource(place, { firstMs: 20, mostMs: 60 });
	sources.push(source);
	await source.settled(0);
	return source;
}

const lines = async (source: LogSource, count: number) => {
	await expect.poll(() => source.transfers.counted.lines, waiting).toBe(count);
};
const status = async (source: LogSource, wanted: string) => {
	await expect.poll(() => source.state.status, waiting).toBe(wanted);
};

describe('a file', () => {
	it('is read from its first line, and followed', async () => {
		writeFileSync(path, line() + line());
		const source = await follow();
		await lines(source, 2);
		await status(source, 'following');
		appendFileSync(path, line() + line().slice(0, 30));
		await lines(source, 3);
		appendFileSync(path, line().slice(30));
		await lines(source, 4);
		expect(source.transfers.counted.unread).toBe(0);
	});

	it('may be missing at the start', async () => {
		const source = await follow();
		await status(source, 'missing');
		expect(source.state.problem).toContain('no such file');
		writeFileSync(path, line());
		await lines(source, 1);
		expect(source.transfers.counted.unread).toBe(0);
	});

	it('that is a directory is named so', async () => {
		const source = await follow(directory);
		await status(source, 'failed');
		expect(source.state.problem).toContain('no file');
	});

	it('is followed through rotation, what was written before it included', async () => {
		writeFileSync(path, line());
		const source = await follow();
		await lines(source, 1);
		appendFileSync(path, line() + line().trimEnd());
		renameSync(path, `${path}.1`);
		writeFileSync(path, line() + line());
		await lines(source, 5);
		expect(source.transfers.counted.unread).toBe(0);
	});

	it('is followed through a rotation that leaves it missing for a while', async () => {
		writeFileSync(path, line());
		const source = await follow();
		await lines(source, 1);
		renameSync(path, `${path}.1`);
		await status(source, 'missing');
		appendFileSync(`${path}.1`, line());
		await lines(source, 2);
		writeFileSync(path, line());
		await lines(source, 3);
		await status(source, 'following');
		expect(source.transfers.counted.unread).toBe(0);
	});

	it('is begun anew when it was truncated', async () => {
		writeFileSync(path, line(1) + line(2) + line(3));
		const source = await follow();
		await lines(source, 3);
		truncateSync(path, 0);
		appendFileSync(path, line(4));
		await lines(source, 4);
		expect(source.transfers.rows()[0]?.bytes).toBe(10);
	});

	it('is begun anew when it was written anew, and is as long already', async () => {
		writeFileSync(path, line(1));
		const source = await follow();
		await lines(source, 1);
		writeFileSync(path, `${line(7)}${line(8)}${line(9)}`);
		await lines(source, 4);
		expect(source.transfers.rows()[0]?.bytes).toBe(25);
	});

	it(
		'is counted line for line, with rotations in the middle',
		async () => {
			const megabytes = Number(process.env['NODETOP_LOG_MB'] ?? 6);
			const maker = createLogMaker();
			const source = await follow();
			const rotations = 5;
			for (let part = 0; part < rotations; part += 1) {
				if (part > 0) {
					// Two rotations within one look would leave no way to see the middle file.
					await lines(source, maker.expected.lines);
					for (let each = 0; each < 50; each += 1) appendFileSync(path, maker.transfer());
					renameSync(path, `${path}.${part}`);
				}
				for (let written = 0; written < (megabytes * 1e6) / rotations;) {
					let block = '';
					while (block.length < 1e6) block += maker.transfer();
					appendFileSync(path, block);
					written += block.length;
				}
			}
			const { durations, slow, lost, ...counts } = maker.expected;
			await expect
				.poll(() => source.transfers.counted.lines, { timeout: 600_000, interval: 50 })
				.toBe(counts.lines);
			const sum = (name: 'succeeded' | 'canceled' | 'failed' | 'bytes') =>
				source.transfers.rows().reduce((total, row) => total + row[name], 0);
			expect({
				lines: source.transfers.counted.lines,
				succeeded: sum('succeeded'),
				canceled: sum('canceled'),
				failed: sum('failed'),
				bytes: sum('bytes'),
			}).toEqual(counts);
			expect(source.transfers.counted.lostPieceCount).toBe(lost);
			expect(source.transfers.counted.durations.n).toBe(durations.length);
			expect(source.transfers.counted.durations.levels[3]).toBe(slow);
			expect(source.transfers.counted.unread).toBe(0);
		},
		15 * 60_000,
	);
});

describe('a forwarder', () => {
	const clients: Socket[] = [];
	const received: Buffer[] = [];
	let ends = 0;
	const start = async (port = 0) => {
		const server = createServer({ allowHalfOpen: true }, (socket) => {
			clients.push(socket);
			socket.on('data', (bytes) => received.push(bytes));
			socket.on('end', () => (ends += 1));
			socket.on('error', () => undefined);
		});
		await new Promise<void>((resolve) => {
			server.listen(port, '127.0.0.1', resolve);
		});
		const address = server.address();
		if (address === null || typeof address === 'string') throw new Error('no port');
		const close = async () => {
			for (const client of clients.splice(0)) client.destroy();
			await new Promise((resolve) => server.close(resolve));
		};
		return { port: address.port, close };
	};
	beforeEach(() => {
		clients.length = 0;
		received.length = 0;
		ends = 0;
	});

	it('is read in silence, and asked again when it was cut', async () => {
		const forwarder = await start();
		const source = await follow(`tcp://127.0.0.1:${forwarder.port}`);
		await status(source, 'following');
		await expect.poll(() => clients.length, waiting).toBe(1);
		const started = line().replace('INFO', 'DEBUG').replace('downloaded', 'download started');
		clients[0]?.write(`1759734014.123456 ${started}1759734014.873456 ${line()}${line()}`);
		await lines(source, 3);
		// The times of the lines are one second; those of the forwarder are finer.
		expect(source.transfers.counted.durations.summary()?.max).toBeCloseTo(750, 0);
		expect(source.transfers.counted.isCoarse).toBe(false);
		expect(source.transfers.counted.lastAtMs).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
		clients[0]?.destroy();
		await expect.poll(() => clients.length, waiting).toBe(2);
		await status(source, 'following');
		clients[1]?.write(`1759734015.1 ${line()}`);
		await lines(source, 4);
		expect(received).toEqual([]);
		expect(ends).toBe(0);
		await forwarder.close();
		await status(source, 'connecting');
		const back = await start(forwarder.port);
		await status(source, 'following');
		await back.close();
	});

	it('that is not there is said so', async () => {
		const forwarder = await start();
		await forwarder.close();
		const source = await follow(`tcp://127.0.0.1:${forwarder.port}`);
		await expect.poll(() => source.state.problem, waiting).toBe('nothing listens there');
	});
});

import {
	appendFileSync,
	copyFileSync,
	mkdtempSync,
	renameSync,
	rmSync,
	truncateSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { olderFiles } from '../../../../source/adapters/storj/log/log-files.ts';
import { createLogSource } from '../../../../source/adapters/storj/log/log-source.ts';
import type { LogSource } from '../../../../source/adapters/storj/log/log-source.ts';

const waiting = { timeout: 30_000, interval: 10 };
/** A download whose size says which line it is. */
const line = (size: number) =>
	`2026-01-02T03:04:05Z\tINFO\tpiecestore\tdownloaded\t{"Satellite ID": "s", "Action": "GET", "Size": ${size}}\n`;
const hourMs = 3_600_000;

let directory = '';
let path = '';
const sources: LogSource[] = [];
beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'nodetop-rotated-'));
	path = join(directory, 'node.log');
});
afterEach(() => {
	for (const source of sources.splice(0)) source.close();
	rmSync(directory, { recursive: true, force: true });
});

function old(name: string, content: string | Uint8Array, hoursAgo: number): void {
	const place = join(directory, name);
	writeFileSync(place, content);
	const at = new Date(Date.now() - hoursAgo * hourMs);
	utimesSync(place, at, at);
}

async function follow(place = path): Promise<LogSource> {
	const source = createLogSource(place);
	sources.push(source);
	await source.settled(0);
	return source;
}

const bytesOf = (source: LogSource) => source.transfers.rows()[0]?.bytes;
const expectRead = async (source: LogSource, lines: number, bytes: number) => {
	await expect.poll(() => source.transfers.counted.lines, waiting).toBe(lines);
	await expect.poll(() => source.state.status, waiting).toBe('following');
	expect(bytesOf(source)).toBe(bytes);
	expect(source.transfers.counted.unread).toBe(0);
};

describe('files that were rotated before the first look', () => {
	it('are read, compressed or not, the oldest first', async () => {
		old('node.log.1', line(10), 1);
		old('node.log.2.gz', gzipSync(line(100)), 2);
		old('node.log.3.zst', zstdCompressSync(line(1000)), 3);
		writeFileSync(path, line(1));
		const names = (await olderFiles(path)).map((file) => basename(file.path));
		expect(names).toEqual(['node.log.3.zst', 'node.log.2.gz', 'node.log.1']);
		await expectRead(await follow(), 4, 1111);
	});

	it.each([
		['node.log.1', true],
		['node.log.12.gz', true],
		['node.log-20260102', true],
		['node.log-20260102.gz', true],
		['node.log.2026-01-02', true],
		['node.log-2026-01-02_03:04', false],
		['node-20260102.log', true],
		['node-2026-01-02T03-04-05.000.log', true],
		['node-2026-01-02T03-04-05.000.log.gz', true],
		['node.log', false],
		['node.log.bak', false],
		['node2.log.1', false],
		['node.log.1.gz.tmp', false],
		['nodeXlog.1', false],
		['other-20260102.log', false],
	])('%s is one: %s', async (name, isOne) => {
		old(name, line(1), 1);
		expect((await olderFiles(path)).length).toBe(isOne ? 1 : 0);
	});

	it('are left alone when they are older than what satellites judge by', async () => {
		old('node.log.1', line(10), 29 * 24);
		old('node.log.2.gz', gzipSync(line(100)), 31 * 24);
		writeFileSync(path, line(1));
		await expectRead(await follow(), 2, 11);
	});

	it('count once while they are being compressed', async () => {
		old('node.log.1', line(10), 1);
		old('node.log.1.gz', gzipSync(line(10)), 0);
		writeFileSync(path, line(1));
		await expectRead(await follow(), 2, 11);
	});

	it('are read as far as they go when they are damaged', async () => {
		const whole = gzipSync(Array.from({ length: 2000 }, () => line(10)).join(''), { level: 0 });
		old('node.log.2.gz', whole.subarray(0, whole.length / 2), 2);
		old('node.log.3.gz', 'this is no gzip', 3);
		writeFileSync(path, line(1));
		const source = await follow();
		await expect.poll(() => source.state.status, waiting).toBe('following');
		expect(source.transfers.counted.lines).toBeGreaterThan(500);
		expect(bytesOf(source)).toBeGreaterThan(5000);
	});

	it('may be the place itself', async () => {
		old('node.log.2.gz', gzipSync(line(100) + line(10)), 2);
		const source = await follow(join(directory, 'node.log.2.gz'));
		await expectRead(source, 2, 110);
	});
});

describe('what is rotated while it is followed', () => {
	it('is read whole when two rotations fall between two looks', async () => {
		writeFileSync(path, line(1));
		const source = await follow();
		await expectRead(source, 1, 1);
		appendFileSync(path, line(10));
		renameSync(path, `${path}.2`);
		writeFileSync(path, line(100));
		renameSync(path, `${path}.1`);
		writeFileSync(path, line(1000));
		await expectRead(source, 4, 1111);
	});

	it('is not counted again when the rotated file is compressed', async () => {
		writeFileSync(path, line(1));
		const source = await follow();
		await expectRead(source, 1, 1);
		renameSync(path, `${path}.1`);
		writeFileSync(path, line(10));
		await expectRead(source, 2, 11);
		writeFileSync(`${path}.1.gz`, gzipSync(line(1)));
		rmSync(`${path}.1`);
		renameSync(path, `${path}.2`);
		writeFileSync(path, line(100));
		await expectRead(source, 3, 111);
	});

	it('is read from its copy when it was cut', async () => {
		writeFileSync(path, line(1) + line(2));
		const source = await follow();
		await expectRead(source, 2, 3);
		appendFileSync(path, line(10));
		copyFileSync(path, `${path}.1`);
		truncateSync(path, 0);
		await expectRead(source, 3, 13);
		appendFileSync(path, line(100));
		await expectRead(source, 4, 113);
	});

	it('is read on behind the hole that a cut leaves while the node goes on writing', async () => {
		writeFileSync(path, line(1));
		const source = await follow();
		await expectRead(source, 1, 1);
		truncateSync(path, 0);
		truncateSync(path, 300_000);
		appendFileSync(path, line(10) + line(100));
		await expectRead(source, 3, 111);
	});
});

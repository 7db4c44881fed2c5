import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { addressOf, dial } from '../../../source/health/local/dial.ts';
import { createDirectoryProbe } from '../../../source/health/local/directory.ts';
import type { DirectoryResult } from '../../../source/health/local/directory.ts';
import { createLocalView } from '../../../source/health/local/local-view.ts';
import { freePorts } from '../../helpers/free-ports.ts';
import { startServer } from '../../helpers/http-server.ts';
import { targetFor } from '../../helpers/targets.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.splice(0)) await cleanup();
});

function emptyDirectory(): string {
	const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-data-'));
	cleanups.push(() => {
		rmSync(directory, { recursive: true });
	});
	return directory;
}

describe('dial', () => {
	test.each([
		['http://a.example/path', { host: 'a.example', port: 80 }],
		['wss://a.example', { host: 'a.example', port: 443 }],
		['http://[::1]:8545', { host: '::1', port: 8545 }],
		['tcp://10.0.0.1:7000', { host: '10.0.0.1', port: 7000 }],
		['tcp://10.0.0.1', undefined],
		['unix:/run/q.sock', { path: '/run/q.sock' }],
		['unix:///run/q.sock', { path: '/run/q.sock' }],
		['host:', undefined],
	])('%s', (url, address) => {
		expect(addressOf(url)).toEqual(address);
	});

	test('a port that listens, and sends nothing to it', async () => {
		const server = await startServer(() => undefined);
		cleanups.push(() => server.close());
		expect(await dial(server.url, 1000)).toMatchObject({
			value: { outcome: 'accepted', ms: expect.any(Number) as number },
		});
		expect(server.requests).toEqual([]);
	});

	test('a Unix socket, and one that is not there', async () => {
		const file = path.join(emptyDirectory(), 'q.sock');
		expect(await dial(`unix:${file}`, 1000)).toEqual({
			value: { outcome: 'refused', problem: 'ENOENT' },
		});
		const server = createServer();
		await new Promise<void>((resolve) => {
			server.listen(file, resolve);
		});
		cleanups.push(() => server.close());
		expect(await dial(`unix:${file}`, 1000)).toMatchObject({ value: { outcome: 'accepted' } });
	});

	test('a port where nothing listens', async () => {
		const [port] = await freePorts(1);
		expect(await dial(`http://127.0.0.1:${port}`, 1000)).toEqual({
			value: { outcome: 'refused', problem: 'ECONNREFUSED' },
		});
	});
});

describe('a data directory', () => {
	test('is only read unless writing was asked for', async () => {
		const directory = emptyDirectory();
		chmodSync(directory, 0o755);
		const facts = await createDirectoryProbe(2000).look(directory, false);
		expect(facts).toMatchObject({
			totalBytes: expect.any(Number) as number,
			availableBytes: expect.any(Number) as number,
		});
		expect(facts).not.toHaveProperty('write');
	});

	test('a test write is timed, and leaves nothing behind', async () => {
		const directory = emptyDirectory();
		writeFileSync(path.join(directory, 'CURRENT'), 'as it was');
		const facts = await createDirectoryProbe(2000).look(directory, true);
		expect(facts).toMatchObject({ write: { ms: expect.any(Number) as number } });
		expect(readdirSync(directory)).toEqual(['CURRENT']);
	});

	test('that is not there is a problem, by its code', async () => {
		const directory = path.join(emptyDirectory(), 'gone');
		expect(await createDirectoryProbe(2000).look(directory, true)).toEqual({ problem: 'ENOENT' });
		expect(existsSync(directory)).toBe(false);
	});

	test('one that cannot be written to is told so: /proc takes no files', async () => {
		expect(await createDirectoryProbe(2000).look('/proc', true)).toMatchObject({
			write: { problem: expect.stringMatching(/^E[A-Z]+$/) as string },
		});
	});

	test('two at once share one look, and one that is late is not followed by another', async () => {
		const directory = emptyDirectory();
		const patient = createDirectoryProbe(2000);
		const [first, second] = await Promise.all([
			patient.look(directory, true),
			patient.look(directory, true),
		]);
		expect(first).toHaveProperty('write');
		expect(second).toBe(first);
		let asked = 0;
		let answer: (result: DirectoryResult) => void = () => undefined;
		const probe = createDirectoryProbe(20, () => {
			asked++;
			return new Promise((resolve) => {
				answer = resolve;
			});
		});
		expect(await probe.look('/nfs', false)).toEqual({ problem: 'no answer within 20 ms' });
		expect(await probe.look('/nfs', false)).toEqual({ problem: 'an earlier look still hangs' });
		expect(asked).toBe(1);
		answer({ problem: 'EIO' });
		await expect
			.poll(() => {
				const look = probe.look('/nfs', false);
				answer({ totalBytes: 2, availableBytes: 1 });
				return look;
			})
			.toEqual({ totalBytes: 2, availableBytes: 1 });
		expect(asked).toBe(2);
	});

	test('read-only forbids what the node’s configuration asks for', async () => {
		const dataDirectory = emptyDirectory();
		const target = targetFor('http://127.0.0.1:9', { dataDirectory, testWrites: true });
		const begin = (readOnly: boolean) =>
			createLocalView({ now: Date.now, isLocal: () => true, readOnly })
				.begin(target)
				.directory();
		expect(await begin(true)).not.toHaveProperty('value.write');
		expect(await begin(false)).toHaveProperty('value.write');
	});
});

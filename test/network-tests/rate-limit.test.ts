import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { allowances, createRateLimiter } from '../../source/network-tests/rate-limit.ts';
import { startServer } from '../helpers/http-server.ts';
import { emptyHome, runNodetop } from '../helpers/run-nodetop.ts';

const freshDirectory = async () =>
	path.join(await mkdtemp(path.join(tmpdir(), 'nodetop-limit-')), 'state', 'nettest');

/** `npm run test:slow` starts 50. */
const count = Number(process.env['NODETOP_LIMIT_RUNS'] ?? 12);

describe('rate limiter', () => {
	it(`holds under ${count} runs of the command at once`, { timeout: 120_000 }, async () => {
		const node = await startServer((_request, response) => response.end('ok'));
		const home = emptyHome();
		const args = ['network', 'test', 'stress', `n=${node.url}`, '--rate', '10', '--for', '200ms'];
		const runs = await Promise.all(Array.from({ length: count }, () => runNodetop(args, { home })));
		await node.close();
		const ended = (code: number) => runs.filter(({ exitCode }) => exitCode === code);
		process.stdout.write(
			`${count} at once: ${ended(0).length} ran, ${ended(69).length} were refused\n`,
		);
		expect(ended(0)).toHaveLength(allowances.heavy.tests);
		expect(ended(69)).toHaveLength(count - allowances.heavy.tests);
		expect(ended(69)[0]?.stderr).toContain('n has reached its limit of network tests');
		const marked = node.requests.filter(({ headers }) => headers['x-nodetop-test'] === 'stress');
		expect(marked).toHaveLength(node.requests.length);
		expect(marked.length).toBeGreaterThan(0);
		expect(marked.length).toBeLessThanOrEqual(allowances.heavy.tests * 3);
	});

	it('lets a test through when the oldest is past, and tells when', async () => {
		const directory = await freshDirectory();
		let nowMs = 1_766_000_000_000;
		const take = () => createRateLimiter(directory, () => nowMs).take('a:1', 'heavy');
		const { tests, perMs } = allowances.heavy;
		for (let n = 0; n < tests; n++) {
			expect(await take()).toEqual({ isGranted: true });
			nowMs += 1000;
		}
		expect(await take()).toEqual({ isGranted: false, retryAfterMs: perMs - tests * 1000 });
		nowMs += perMs - tests * 1000;
		expect(await take()).toEqual({ isGranted: true });
		expect(await take()).toEqual({ isGranted: false, retryAfterMs: 1000 });
	});

	it('counts targets and weights apart', async () => {
		const limiter = createRateLimiter(await freshDirectory(), () => 1_766_000_000_000);
		for (let n = 0; n < allowances.heavy.tests; n++) await limiter.take('a:1', 'heavy');
		expect((await limiter.take('a:1', 'heavy')).isGranted).toBe(false);
		expect((await limiter.take('a:1', 'light')).isGranted).toBe(true);
		expect((await limiter.take('b:1', 'heavy')).isGranted).toBe(true);
	});

	it('is not locked for ever by a clock that ran ahead', async () => {
		const directory = await freshDirectory();
		let nowMs = 1_766_000_000_000 + 86_400_000;
		const take = () => createRateLimiter(directory, () => nowMs).take('a:1', 'heavy');
		for (let n = 0; n < allowances.heavy.tests; n++) await take();
		nowMs -= 86_400_000;
		expect((await take()).isGranted).toBe(true);
	});

	it('goes on beside what a killed process left half made, and keeps others out', async () => {
		const directory = await freshDirectory();
		await mkdir(path.join(directory, '.new-half'), { recursive: true });
		await writeFile(path.join(directory, '.new-half', '0.0'), '');
		const limiter = createRateLimiter(directory, Date.now);
		expect((await limiter.take('a:1', 'light')).isGranted).toBe(true);
		const place = (await readdir(directory)).find((name) => name.startsWith('light-')) ?? '';
		expect((await stat(path.join(directory, place))).mode & 0o777).toBe(0o700);
	});

	it('starts anew where something else lies in the place of its slots, and counts no such file', async () => {
		const directory = await freshDirectory();
		const limiter = createRateLimiter(directory, () => 1_766_000_000_000);
		await limiter.take('a:1', 'heavy');
		const [name = ''] = await readdir(directory);
		const place = path.join(directory, name);
		// A file of someone else beside the slots is no allowance more.
		for (const file of ['notes', '4.0', '1.x', '-1.0']) await writeFile(path.join(place, file), '');
		for (let n = 1; n < allowances.heavy.tests; n++) {
			expect(await limiter.take('a:1', 'heavy')).toEqual({ isGranted: true });
		}
		expect((await limiter.take('a:1', 'heavy')).isGranted).toBe(false);
		for (const junk of ['directory', 'file'] as const) {
			await rm(place, { recursive: true });
			if (junk === 'file') await writeFile(place, 'junk');
			else {
				await mkdir(place);
				await writeFile(path.join(place, 'junk.txt'), 'junk');
			}
			expect(await limiter.take('a:1', 'heavy')).toEqual({ isGranted: true });
		}
	});

	it('says what to mend where its directory cannot be made, and lets nothing be sent', async () => {
		const directory = await freshDirectory();
		await writeFile(path.dirname(directory), 'in the way');
		await expect(createRateLimiter(directory, Date.now).take('a:1', 'light')).rejects.toMatchObject(
			{
				name: 'UserError',
				exitCode: 73,
				message: expect.stringContaining('cannot be stored'),
				nextSteps: [expect.stringContaining(directory)],
			},
		);
	});
});

import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { HistoryReader } from '../../source/history/reader.ts';
import { openToRead } from '../../source/history/sqlite/open.ts';
import { createRandom } from './random.ts';

/** `npm run test:slow` asks for 100. */
const rounds = Number(process.env['NODETOP_HISTORY_KILLS'] ?? 2);
const writer = fileURLToPath(new URL('../entries/write-history.ts', import.meta.url));
const worker = fileURLToPath(new URL('../../dist/history.js', import.meta.url));

/** Writes until it is killed; resolves with the number of the newest row that it had handed over. */
async function writeAndKill(file: string, first: number, afterMs: number): Promise<number> {
	const child = spawn(process.execPath, [writer, worker, file, String(first)], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const exited = new Promise((resolve) => child.once('exit', resolve));
	let printed = '';
	let begins: (() => void) | undefined;
	const begun = new Promise<void>((resolve) => {
		begins = resolve;
	});
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		printed += text;
		begins?.();
	});
	await Promise.race([begun, exited]);
	await new Promise((resolve) => setTimeout(resolve, afterMs));
	child.kill('SIGKILL');
	await exited;
	return Number(printed.trimEnd().split('\n').at(-1));
}

describe('a history whose process is killed while it writes', { timeout: 600_000 }, () => {
	it(`is whole each of ${rounds} times, and misses nothing that was written`, async () => {
		const file = join(mkdtempSync(join(tmpdir(), 'nodetop-kill-')), 'history.db');
		const random = createRandom(11);
		let next = 0;
		for (let round = 0; round < rounds; round += 1) {
			// What it printed was written: all of that is there.
			const last = await writeAndKill(file, next, 40 + 400 * random());
			const check = new DatabaseSync(file, { readOnly: true });
			expect(check.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
			check.close();
			const tables = await openToRead(file, false);
			const { times, values } = new HistoryReader(tables).numbers('n1', 'count', {
				fromMs: 0,
				untilMs: Number.POSITIVE_INFINITY,
			});
			tables.close();
			expect(times.length).toBeGreaterThan(next);
			// None is missing in between, none is there twice, and each has its value.
			expect(values).toEqual(Array.from({ length: values.length }, (_, n) => n));
			expect(times).toEqual(values.map((n) => n * 1000));
			expect(values.length - 1).toBeGreaterThanOrEqual(last);
			next = values.length;
		}
	});
});

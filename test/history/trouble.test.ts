import {
	chmodSync,
	existsSync,
	mkdtempSync,
	readdirSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, vi } from 'vitest';
import { RecorderCore } from '../../source/history/recorder-core.ts';
import { isShareable, openToRead } from '../../source/history/sqlite/open.ts';
import { runOnDisk, whyNoDisk } from '../helpers/small-disk.ts';
import { keepAll } from './retention.ts';

if (whyNoDisk !== undefined) console.warn(`skipped: the small disk: ${whyNoDisk}`);

interface SmallDisk {
	readonly reported: readonly (string | null)[];
	readonly beforeFull: number;
	readonly beforeReadOnly: number;
	readonly values: readonly number[];
	readonly again: number;
	readonly integrity: string;
}

function upTo(first: number, last: number): number[] {
	return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const temporary = () =>
	join(mkdtempSync(join(tmpdir(), 'nodetop-trouble-')), 'history', 'history.db');

function record(file: string) {
	const told: (string | undefined)[] = [];
	const core = new RecorderCore(
		{ file, mode: 'write', retention: keepAll, framePaths: [] },
		(problem) => told.push(problem),
	);
	const write = (n: number, nowMs = n * 1000, text = '') =>
		core.write(
			{
				rows: [{ node: 'a', track: 'polls', atMs: n * 1000, names: ['x'], values: [n] }],
				events: [{ atMs: n * 1000, kind: 'test', data: text }],
				nodes: [['a', `{"n":${n}}`]],
				frame: { text: `{"schema":"x","atMs":${n * 1000},"nodes":[]}`, names: ['a'] },
			},
			nowMs,
		);
	const numbers = () =>
		core.reader().numbers('a', 'x', { fromMs: 0, untilMs: Number.POSITIVE_INFINITY }).values;
	return { core, told, write, numbers };
}

describe('a history that cannot be kept', () => {
	it('keeps a damaged file aside, says so once, and begins anew', async () => {
		const file = temporary();
		const first = record(file);
		await first.core.open(0);
		for (let n = 0; n < 50; n += 1) await first.write(n);
		first.core.close();
		truncateSync(file, 5000);
		const second = record(file);
		await second.core.open(0);
		for (let n = 50; n < 53; n += 1) await second.write(n);
		expect(second.numbers()).toEqual([50, 51, 52]);
		expect(second.told).toHaveLength(1);
		expect(second.told[0]).toMatch(/was damaged; it is kept as .*damaged-1970/);
		expect(readdirSync(dirname(file)).some((name) => name.includes('.damaged-'))).toBe(true);
		second.core.close();
	});

	it('takes a file that is no database for a damaged one', async () => {
		const file = temporary();
		const first = record(file);
		await first.core.open(0);
		first.core.close();
		writeFileSync(file, 'not a database, '.repeat(1000));
		const second = record(file);
		await second.core.open(0);
		await second.write(1);
		expect(second.numbers()).toEqual([1]);
		expect(second.told).toHaveLength(1);
		second.core.close();
	});

	it('leaves the file of a newer nodetop alone', async () => {
		const file = temporary();
		const first = record(file);
		await first.core.open(0);
		await first.write(1);
		first.core.close();
		const db = new DatabaseSync(file);
		db.exec('PRAGMA user_version = 99');
		db.close();
		const second = record(file);
		await second.core.open(0);
		for (let n = 2; n < 40; n += 1) await second.write(n);
		expect(second.told).toEqual([expect.stringMatching(/newer nodetop: its schema is 99/)]);
		expect(readdirSync(dirname(file)).filter((name) => name.includes('damaged'))).toEqual([]);
		await expect(openToRead(file, false)).rejects.toThrow(/newer/);
	});

	it('goes on by itself when a full disk has room again, and loses no frame after', async () => {
		const file = temporary();
		const { core, told, write, numbers } = record(file);
		const databases: DatabaseSync[] = [];
		const { exec } = DatabaseSync.prototype;
		vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementation(function spy(
			this: DatabaseSync,
			sql: string,
		) {
			if (!databases.includes(this)) databases.push(this);
			exec.call(this, sql);
		});
		const limitPages = (pages: number) => {
			databases[0]?.prepare(`PRAGMA max_page_count = ${pages}`).get();
		};
		await core.open(0);
		for (let n = 0; n < 5; n += 1) await write(n);
		// SQLite's own limit on pages gives the error of a full disk, at the same places.
		limitPages(40);
		for (let n = 5; n < 30; n += 1) await write(n, n * 1000, 'x'.repeat(9000));
		expect(told).toHaveLength(1);
		expect(told[0]).toMatch(/not recorded: .*full/);
		limitPages(1_000_000);
		for (let n = 30; n < 33; n += 1) await write(n);
		// Some batches may fit on a full disk: it is not called well at once.
		expect(told).toHaveLength(1);
		for (let n = 33; n < 43; n += 1) await write(n);
		expect(told).toHaveLength(2);
		expect(told[1]).toBeUndefined();
		expect(numbers().slice(0, 5)).toEqual([0, 1, 2, 3, 4]);
		expect(numbers().slice(-13)).toEqual(upTo(30, 42));
		expect(core.reader().frameAt(32_000)).toMatchObject({ atMs: 32_000, nodes: [{ n: 32 }] });
		expect(core.reader().frameAt(2000)).toMatchObject({ atMs: 2000, nodes: [{ n: 2 }] });
		core.close();
		vi.restoreAllMocks();
	});

	it.skipIf(process.getuid?.() === 0)(
		'says that a directory cannot be written (skipped for root, whom modes do not stop; see the small disk)',
		async () => {
			const file = temporary();
			const { core, told, write } = record(join(dirname(dirname(file)), 'locked', 'history.db'));
			chmodSync(dirname(dirname(file)), 0o500);
			await core.open(0);
			await write(1);
			expect(told).toEqual([expect.stringMatching(/not recorded/)]);
			chmodSync(dirname(dirname(file)), 0o700);
			await write(2, 20_000);
			expect(told.at(-1)).toBeUndefined();
		},
	);

	it.skipIf(whyNoDisk !== undefined)(
		'survives a real disk that is full and then read-only, and says so once each time',
		() => {
			const { stdout, stderr } = runOnDisk('small-disk.ts');
			expect(stderr).toBe('');
			const ended = JSON.parse(stdout) as SmallDisk;
			expect(ended.reported).toEqual([
				expect.stringMatching(/^history: not recorded: .*(full|no space)/i),
				null,
				expect.stringMatching(/^history: not recorded: .*(read-?only|EROFS|unable to open)/i),
				null,
			]);
			expect(ended.integrity).toBe('ok');
			// All of before, none twice, and all since there was room again.
			expect(ended.values.slice(0, ended.beforeFull)).toEqual(upTo(1, ended.beforeFull));
			expect(new Set(ended.values).size).toBe(ended.values.length);
			expect(ended.values.slice(-15)).toEqual(
				upTo(ended.beforeReadOnly - 14, ended.beforeReadOnly),
			);
			expect(ended.again).toBe(1);
		},
		60_000,
	);

	it('says that a path is no place for a file', async () => {
		const file = temporary();
		writeFileSync(dirname(file), 'a file where a directory should be');
		const { core, told, write } = record(file);
		await core.open(0);
		for (let n = 0; n < 40; n += 1) await write(n);
		expect(told).toEqual([expect.stringMatching(/^history: not recorded: /)]);
		expect(existsSync(file)).toBe(false);
	});
});

describe('a SQLite that may damage a shared file', () => {
	it.each([
		['3.51.3', true],
		['3.53.0', true],
		['4.0.0', true],
		['3.51.2', false],
		['3.47.1', false],
		['3.5.9', false],
	])('%s: %s', (version, expected) => {
		expect(isShareable(version)).toBe(expected);
	});
});

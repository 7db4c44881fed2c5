import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripControls } from '../../source/domain/clean.ts';
import { systemClock } from '../../source/domain/clock.ts';
import { levelOf } from '../../source/lifecycle/log/level.ts';
import { LogEncoder } from '../../source/lifecycle/log/encode.ts';
import type { OutputFacts } from '../../source/lifecycle/log/encode.ts';
import { longestLineBytes, parseLogLine } from '../../source/lifecycle/log/line.ts';
import { readPattern } from '../../source/lifecycle/log/pattern.ts';
import { LogPump } from '../../source/lifecycle/log/pump.ts';
import type { PumpOptions } from '../../source/lifecycle/log/pump.ts';
import { eachLine, followLines, lastLines } from '../../source/lifecycle/log/query.ts';
import type { LogFilter } from '../../source/lifecycle/log/query.ts';
import { listSegments } from '../../source/lifecycle/log/segments.ts';
import type { Retention } from '../../source/lifecycle/log/segments.ts';
import { randomFrom } from '../helpers/random.ts';

const at = '2026-01-02T03:04:05.678Z';
const wide: Retention = { segmentBytes: 1e9, segmentMs: 1e9, totalBytes: 1e12, totalMs: 1e12 };

function place() {
	const directory = mkdtempSync(join(tmpdir(), 'nodetop-log-'));
	const problems: string[] = [];
	const options = (changes: Partial<PumpOptions> = {}): PumpOptions => ({
		stdout: join(directory, 'stdout'),
		stderr: join(directory, 'stderr'),
		directory: join(directory, 'log'),
		retention: wide,
		clock: systemClock,
		onProblem: (_about, problem) => {
			if (problem !== undefined) problems.push(problem);
		},
		...changes,
	});
	const write = (text: string | Buffer, stream: 'stdout' | 'stderr' = 'stdout') => {
		appendFileSync(join(directory, stream), text);
	};
	return { directory, log: join(directory, 'log'), options, write, problems };
}

async function textsOf(log: string, filter: LogFilter = {}): Promise<string[]> {
	const texts: string[] = [];
	await eachLine(
		log,
		filter,
		({ text }) => texts.push(text),
		() => Promise.resolve(),
	);
	return texts;
}

/** A difference would print megabytes. */
function isSame(found: readonly string[], expected: readonly string[]): boolean {
	return found.length === expected.length && found.every((text, index) => text === expected[index]);
}

/** What the log says of some output. */
function encoded(output: string | Buffer, facts: Partial<OutputFacts> = {}): string {
	const pieces: string[] = [];
	new LogEncoder().encode(
		Buffer.from(output),
		{ stream: 'stdout', at, isContinued: false, ...facts },
		(piece) => pieces.push(piece.toString('utf8')),
	);
	return pieces.join('');
}

describe('a line of the log', () => {
	it('has its time and its stream, and no escape sequences', () => {
		const text = encoded('\u001B[31mred\u001B[0m\r\nplain\n\u001B]0;title\u0007ä✓\n', {
			stream: 'stderr',
		});
		expect(text).toBe(`${at} E red\n${at} E plain\n${at} E ä✓\n`);
		expect(text.split('\n').slice(0, 3).map(parseLogLine)[2]).toEqual({
			at,
			stream: 'stderr',
			isContinued: false,
			text: 'ä✓',
		});
		expect(encoded('rest\nnext\n', { isContinued: true })).toBe(`${at} o rest\n${at} O next\n`);
		expect(parseLogLine('no line of ours')).toBeUndefined();
	});

	it('is one for each line of the output, whatever bytes that has', () => {
		const random = randomFrom(7);
		for (let round = 0; round < 300; round += 1) {
			const length = Math.floor(random() * 200);
			// Mostly plain text, so that lines of both kinds stand side by side.
			const output = Buffer.from(
				Array.from({ length }, () =>
					random() < 0.1 ? 10 : random() < 0.9 ? 33 + random() * 90 : random() * 256,
				),
			);
			const body = output.at(-1) === 10 ? output.subarray(0, -1) : output;
			const expected = body
				.toString('utf8')
				.split('\n')
				.map((line) => `${at} O ${stripControls(line.replace(/\r$/, ''))}\n`);
			expect(encoded(output)).toBe(expected.join(''));
		}
		expect(encoded('\n')).toBe(`${at} O \n`);
		expect(encoded('a\n\n')).toBe(`${at} O a\n${at} O \n`);
		// Lines that fill the buffer, and one that grows beyond it.
		const long = 'x'.repeat(longestLineBytes);
		expect(
			encoded(`${long}\n${long}\nz\n`) === `${at} O ${long}\n${at} O ${long}\n${at} O z\n`,
		).toBe(true);
		const broken = encoded(Buffer.alloc(longestLineBytes, 0xff));
		expect(broken === `${at} O ${'\uFFFD'.repeat(longestLineBytes)}\n`).toBe(true);
	});

	it.each([
		['INFO [01-02|03:04:05.678] Imported', 'info'],
		['WARN [01-02|03:04:05.678] Slow', 'warn'],
		['t=2026-01-02 lvl=eror msg="x"', 'error'],
		['{"time":"x","level":"debug","msg":"y"}', 'debug'],
		['2026-01-02T03:04:05.678Z  WARN reth::node: x', 'warn'],
		['[ERROR] it', 'error'],
		['Fatal: Failed', 'crit'],
		['goroutine 1 [running]:', undefined],
		['information about it', undefined],
	])('%s says %s', (text, level) => {
		expect(levelOf(text)).toBe(level);
	});
});

describe('the pump', () => {
	it('loses no line and doubles none, however often it is cut off', async () => {
		const { log, options, write } = place();
		const written: string[] = [];
		const retention = { ...wide, segmentBytes: 5000 };
		for (let round = 0; round < 30; round += 1) {
			const lines = Array.from(
				{ length: 40 },
				(_, index) => `${round}.${index} ${'x'.repeat(index)}`,
			);
			written.push(...lines);
			write(`${lines.join('\n')}\n`);
			const pump = new LogPump(options({ retention }));
			pump.turn();
			// Killed: what was appended after the position was saved is not in it.
			const newest = listSegments(log).at(-1);
			appendFileSync(newest?.path ?? '', `${at} O half a li`);
			await pump.close();
		}
		await new LogPump(options({ retention })).close();
		expect(await textsOf(log)).toEqual(written);
		expect(listSegments(log).length).toBeGreaterThan(5);
		expect(listSegments(log).some(({ isCompressed }) => isCompressed)).toBe(true);
	});

	it('marks both streams, keeps a line without an end for later, and takes it at the end', async () => {
		const { log, options, write } = place();
		const pump = new LogPump(options());
		write('out 1\nout');
		write('err 1\n', 'stderr');
		pump.turn();
		const seen = await lastLines(log, 10);
		expect(seen.map(({ stream, text }) => `${stream} ${text}`)).toEqual([
			'stdout out 1',
			'stderr err 1',
		]);
		write(' 2');
		await pump.drain(true);
		expect((await lastLines(log, 1)).map(({ text }) => text)).toEqual(['out 2']);
		await pump.close();
	});

	it('divides a line of more than 1 MB, between characters', async () => {
		const { log, options, write } = place();
		const pump = new LogPump(options());
		const long = `a${'ä'.repeat(1_000_000)}b`;
		write(`${long}\nnext\n`);
		await pump.drain(false);
		const lines = await lastLines(log, 10);
		expect(lines.map(({ isContinued }) => isContinued)).toEqual([false, true, false]);
		expect(`${lines[0]?.text ?? ''}${lines[1]?.text ?? ''}` === long).toBe(true);
		expect(lines[2]?.text).toBe('next');
		await pump.close();
	});

	it('skips what it cannot keep up with, and says how much', async () => {
		const { log, options, write } = place();
		const pump = new LogPump(options({ mostUnreadBytes: 2_000_000 }));
		const line = `${'x'.repeat(99)}\n`;
		write(line.repeat(50_000));
		write('last\n');
		await pump.drain(false);
		const texts = await textsOf(log);
		expect(texts[0]).toMatch(/^nodetop: \d+ bytes of its stdout were skipped/);
		expect(texts.at(-1)).toBe('last');
		expect(texts.slice(1, -1).every((text) => text === line.trim())).toBe(true);
		await pump.close();
	});

	it('begins anew, and goes on when its files were emptied before it could save that', async () => {
		const { log, directory, options, write } = place();
		const pump = new LogPump(options());
		write('one\n');
		pump.turn();
		pump.reset();
		write('two\n');
		pump.turn();
		await pump.close();
		writeFileSync(join(directory, 'stdout'), '');
		const next = new LogPump(options());
		write('three\n');
		next.turn();
		expect(await textsOf(log)).toEqual(['one', 'two', 'three']);
		await next.close();
	});

	it('removes the oldest files beyond the limit', async () => {
		const { log, options, write } = place();
		const retention = { ...wide, segmentBytes: 10_000, totalBytes: 3000 };
		const pump = new LogPump(options({ retention }));
		for (let round = 0; round < 20; round += 1) {
			write(
				`${Array.from({ length: 100 }, (_, index) => `${round} ${index} ${Math.sin(round * 100 + index)}`).join('\n')}\n`,
			);
			pump.turn();
		}
		await pump.close();
		const [oldest, ...others] = listSegments(log);
		expect(oldest?.number).toBeGreaterThan(1);
		expect(others.length).toBeLessThan(10);
	});

	it('says once that it cannot write, and writes again when it can', async () => {
		const { log, options, write, problems } = place();
		const full = new LogPump(options());
		write('one\n');
		full.turn();
		await full.close();
		// Its file is closed: every write fails.
		write('two\n');
		expect(full.turn()).toBe(0);
		full.turn();
		expect(problems).toHaveLength(1);
		const pump = new LogPump(options());
		pump.turn();
		expect(await textsOf(log)).toEqual(['one', 'two']);
		await pump.close();
	});
});

describe('the log, asked', () => {
	async function filled() {
		const { log, options, write } = place();
		let nowMs = Date.UTC(2026, 0, 2);
		const clock = { now: () => (nowMs += 1000) };
		const pump = new LogPump(options({ clock, retention: { ...wide, segmentBytes: 2000 } }));
		const levels = ['INFO', 'WARN', 'ERROR'];
		for (let index = 0; index < 300; index += 1) {
			write(
				`${levels[index % 3] ?? ''} [01-02] line ${index}\n${index % 3 === 2 ? '  at stack\n' : ''}`,
				index % 2 === 0 ? 'stdout' : 'stderr',
			);
			pump.turn();
		}
		await pump.close();
		return log;
	}

	it('gives the last lines, also over several files', async () => {
		const log = await filled();
		expect((await lastLines(log, 3)).map(({ text }) => text)).toEqual([
			'WARN [01-02] line 298',
			'ERROR [01-02] line 299',
			'  at stack',
		]);
		expect(await lastLines(log, 250)).toHaveLength(250);
		expect(await lastLines(log, 9999)).toHaveLength(400);
		expect(await lastLines(log, 0)).toEqual([]);
	});

	it('is filtered by pattern, level, stream and time', async () => {
		const log = await filled();
		expect(await textsOf(log, { ...(await readPattern('line 2[0-4]$', false)) })).toHaveLength(5);
		expect(await textsOf(log, { ...(await readPattern('LINE 299', true)) })).toEqual([
			'ERROR [01-02] line 299',
		]);
		// A stack goes with its error.
		expect(await textsOf(log, { least: 'error' })).toHaveLength(200);
		expect(
			await textsOf(log, {
				least: 'warn',
				stream: 'stdout',
				...(await readPattern('line', false)),
			}),
		).toHaveLength(100);
		const lines = await lastLines(log, 400);
		const [since, until] = [lines[100]?.at ?? '', lines[199]?.at ?? ''];
		const between = await textsOf(log, { sinceMs: Date.parse(since), untilMs: Date.parse(until) });
		expect(between[0]).toBe(lines.find((line) => line.at >= since)?.text);
		expect(between.length).toBeGreaterThanOrEqual(100);
		expect(between.length).toBeLessThan(103);
	});

	it('does not join what is cut off at the end of a file with the next file', async () => {
		const { log } = place();
		mkdirSync(log);
		writeFileSync(join(log, '000001.log'), `${at} O one\n${at} O tw`);
		writeFileSync(join(log, '000002.log'), `${at} O three\n`);
		expect(await textsOf(log)).toEqual(['one', 'three']);
	});

	it('is followed across a change of files', async () => {
		const { log, options, write } = place();
		const pump = new LogPump(options({ retention: { ...wide, segmentBytes: 500 } }));
		write('before\n');
		pump.turn();
		const seen: string[] = [];
		const end = new AbortController();
		const following = followLines(log, {}, ({ text }) => seen.push(text), end.signal, 5);
		const wanted = Array.from({ length: 200 }, (_, index) => `line ${index}`);
		for (const line of wanted) {
			write(`${line}\n`);
			pump.turn();
			await new Promise((resolve) => {
				setImmediate(resolve);
			});
		}
		await expect.poll(() => seen.at(-1), { timeout: 40_000 }).toBe('line 199');
		expect(seen).toEqual(wanted);
		end.abort();
		await following;
		await pump.close();
	});

	it('is followed to the end of files that were compressed before they were read', async () => {
		const { log, options, write } = place();
		const retention = { ...wide, segmentBytes: 500 };
		write('before\n');
		const first = new LogPump(options({ retention }));
		first.turn();
		const seen: string[] = [];
		const end = new AbortController();
		// It has looked, and looks again only when all of it is there.
		const following = followLines(log, {}, ({ text }) => seen.push(text), end.signal, 3_600_000);
		await new Promise((resolve) => {
			setImmediate(resolve);
		});
		const wanted = Array.from({ length: 100 }, (_, index) => `line ${index}`);
		for (const line of wanted) {
			write(`${line}\n`);
			first.turn();
		}
		await first.close();
		expect(listSegments(log).filter(({ isCompressed }) => isCompressed).length).toBeGreaterThan(3);
		end.abort();
		await following;
		expect(seen).toEqual(wanted);
	});

	it.each([
		['number=7[78] x', 'number=7'],
		['numb[e]r=777 p.*rs=27', 'r=777 p'],
		['peer.*dropped', 'dropped'],
		['^ab?cd+e*f{2}$', 'cd'],
		['ab?', 'a'],
		['ab{0,1}c', 'a'],
		['ab{0}', 'a'],
		['a+?bcd', 'bcd'],
		['x{2,}yz', 'yz'],
		['a{b', 'a'],
		[String.raw`a\d`, 'a'],
		[String.raw`\d+ms`, 'ms'],
		[String.raw`took\.long\[`, 'took.long['],
		[String.raw`\x41bc`, 'bc'],
		[String.raw`\x{1F600}de`, 'de'],
		[String.raw`\pLef`, 'ef'],
		[String.raw`\p{Greek}fg`, 'fg'],
		[String.raw`\101gh`, 'gh'],
		[String.raw`[]abc]de`, 'de'],
		[String.raw`[^]abc\]def]gh`, 'gh'],
		['[[:alpha:]xyz]ij', 'ij'],
		['(abcdef)gh', 'gh'],
		['(ab(cdef)gh)*ij', 'ij'],
		[String.raw`\Qa.b\E`, undefined],
		['long enough|b', undefined],
		['(?i)abc', undefined],
		['(?:abc)', undefined],
		['a(b|c)', undefined],
		['[abc]', undefined],
		['.*', undefined],
		['ä😀?', 'ä'],
		['ä😀', 'ä😀'],
	])('finds what %s cannot do without: %s', async (pattern, text) => {
		expect((await readPattern(pattern, false)).contains).toBe(text);
		expect((await readPattern(pattern, true)).contains).toBeUndefined();
	});

	it('never skips a line that the pattern matches', async () => {
		const plain = ['a', 'b', '.', 'ab', '{', ']'];
		const sets = ['[ab]', '[^a]', '[]a]', '[[:alpha:]]', '(ab)', '(a)'];
		const escapes = [String.raw`\.`, String.raw`\w`, String.raw`\x61`];
		const atom = fc.constantFrom(...plain, ...sets, ...escapes);
		const times = fc.constantFrom('', '', '', '*', '+', '?', '{0}', '{2}', '{1,}', '{0,2}', '+?');
		const patterns = fc.array(fc.tuple(atom, times), { minLength: 1, maxLength: 6 });
		const texts = fc.array(
			fc.string({ unit: fc.constantFrom('a', 'b', '.', '{', ']'), maxLength: 8 }),
		);
		await fc.assert(
			fc.asyncProperty(patterns, texts, async (parts, lines) => {
				const pattern = parts.flat().join('');
				const found = await readPattern(pattern, false).catch(() => undefined);
				const { contains, matches } = found ?? {};
				const missed = lines.filter(
					(line) => matches?.(line) === true && !line.includes(contains ?? ''),
				);
				expect(missed).toEqual([]);
			}),
			{ numRuns: 2000 },
		);
	});

	it.each(['needle', 'n.edle', 'needle [0-9]', 'zz|needle', '(?i)NEEDLE', 'ne+dle'])(
		'gives the same lines for %s, whatever is read before',
		async (pattern) => {
			const { log, options, write } = place();
			const pump = new LogPump(options());
			// Lines at every place of a block, very long ones, and one that the prefix could be taken for.
			const lines = Array.from({ length: 3000 }, (_, index) =>
				index % 700 === 0
					? `needle ${index} ${'y'.repeat(200_000 + index)}`
					: `${'x'.repeat(index % 97)}${index % 100 === 0 ? ' needle 1' : ' other 2026'}`,
			);
			write(`${lines.join('\n')}\n`);
			await pump.drain(false);
			await pump.close();
			const expected = lines.filter((line) => line.includes('needle'));
			expect(isSame(await textsOf(log, await readPattern(pattern, false)), expected)).toBe(true);
			expect(await textsOf(log, { contains: '2026-', least: 'crit' })).toEqual([]);
			expect(isSame(await textsOf(log, { contains: '' }), lines)).toBe(true);
		},
	);

	it('refuses a bad pattern, and no pattern takes long', async () => {
		await expect(readPattern('(', false)).rejects.toThrow('is no pattern');
		await expect(readPattern(String.raw`(a)\1`, false)).rejects.toThrow('is no pattern');
		const { matches } = await readPattern('(a+)+$', false);
		// A backtracking engine would not end in this universe.
		expect(matches?.(`${'a'.repeat(100_000)}b`)).toBe(false);
	});
});

/** 1,000,000 in `npm run test:slow`. */
const manyLines = Number(process.env['NODETOP_LOG_LINES'] ?? 50_000);

it(`${manyLines} lines through rotation: none lost, none doubled`, async () => {
	const { log, options, write } = place();
	const pump = new LogPump(options({ retention: { ...wide, segmentBytes: 4_000_000 } }));
	const batch = 10_000;
	for (let from = 0; from < manyLines; from += batch) {
		write(
			Array.from({ length: batch }, (_, index) => `INFO line ${from + index} of many\n`).join(''),
		);
		await pump.drain(false);
	}
	await pump.close();
	let next = 0;
	let wrong = 0;
	await eachLine(
		log,
		{},
		({ text }) => {
			if (text !== `INFO line ${next} of many`) wrong += 1;
			next += 1;
		},
		() => Promise.resolve(),
	);
	expect([next, wrong]).toEqual([manyLines, 0]);
});

describe('files of the log', () => {
	it('are for their owner alone', async () => {
		const { log, options, write } = place();
		const pump = new LogPump(options());
		write('secret\n');
		pump.turn();
		await pump.close();
		const { statSync } = await import('node:fs');
		expect((statSync(log).mode & 0o777).toString(8)).toBe('700');
		expect(listSegments(log).map(({ path }) => (statSync(path).mode & 0o777).toString(8))).toEqual([
			'600',
		]);
		expect(readFileSync(join(log, 'cursor.json'), 'utf8')).toContain('"segment":1');
	});
});

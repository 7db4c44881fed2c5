import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createScanner } from '../../../../source/adapters/storj/log/scanner.ts';
import { signatureOf } from '../../../../source/adapters/storj/log/signature.ts';
import { createTransfers } from '../../../../source/adapters/storj/log/transfers.ts';
import { createLogMaker, quantileOf } from './generated-log.ts';
import { cpuMsOf } from '../../../helpers/cpu-time.ts';

const fixture = (name: string) =>
	readFileSync(new URL(`../../../fixtures/storj/${name}`, import.meta.url));

function read(bytes: Uint8Array | string, chunkBytes = 4096) {
	const transfers = createTransfers();
	const scanner = createScanner((line) => {
		transfers.addLine(line);
	});
	const whole = Buffer.from(bytes);
	for (let at = 0; at < whole.length; at += chunkBytes)
		scanner.feed(whole.subarray(at, at + chunkBytes));
	scanner.end();
	return { ...transfers.counted, rows: transfers.rows(), errors: transfers.errors() };
}

const sums = ({ rows }: ReturnType<typeof read>) => ({
	succeeded: rows.reduce((sum, row) => sum + row.succeeded, 0),
	canceled: rows.reduce((sum, row) => sum + row.canceled, 0),
	failed: rows.reduce((sum, row) => sum + row.failed, 0),
	bytes: rows.reduce((sum, row) => sum + row.bytes, 0),
});

const us1 = '12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S';
const line = (level: string, message: string, more = '', at = '2026-01-02T03:04:05Z') =>
	`${at}\t${level}\tpiecestore\t${message}\t{"Piece ID": "P", "Satellite ID": "${us1}", "Action": "GET"${more}}\n`;

describe('the recorded logs', () => {
	it('of 1.137, with every kind of line', () => {
		const log = read(fixture('log.v1.137.txt'));
		expect(sums(log)).toEqual({
			succeeded: 5,
			canceled: 2,
			failed: 4,
			bytes: 6912 + 435_200 + 256 + 2_319_872 * 2,
		});
		expect(log.lostPieceCount).toBe(1);
		expect(log.lostPieces[0]?.piece).toMatch(/^Q6W6OJEX/);
		expect(log.durations.n).toBe(2);
		expect(log.durationsByAction.get('PUT')?.summary()?.max).toBe(1000);
		expect(log.isCoarse).toBe(true);
		const audit = log.rows.find(({ action, succeeded }) => action === 'GET_AUDIT' && succeeded > 0);
		expect(audit).toMatchObject({ succeeded: 1, bytes: 256 });
		expect(log.slowest[0]).toMatchObject({ action: 'PUT', remoteAddress: '198.51.100.42:37358' });
	});

	it('of 1.150, with keys in snake case and IPv6', () => {
		const log = read(fixture('log.v1.150-snake.txt'));
		expect(sums(log)).toEqual({ succeeded: 2, canceled: 1, failed: 2, bytes: 6912 + 181_504 });
		expect(log.lostPieceCount).toBe(1);
		expect(log.durations.n).toBe(2);
		expect(log.slowest[0]).toMatchObject({ remoteAddress: '[2001:db8::17]:51122' });
	});

	it('of old versions, with offsets without a colon, callers, and stacks between', () => {
		const log = read(fixture('log.old-and-noise.txt'));
		expect(sums(log)).toMatchObject({ succeeded: 2, canceled: 1, failed: 0 });
		expect(log.unread).toBe(2);
		expect(log.fatal?.text).toContain('timed out after 1m0s while verifying writability');
		expect(log.durationsByAction.get('GET')?.summary()?.max).toBe(226);
		expect(log.durationsByAction.get('PUT')?.summary()?.max).toBe(900);
		expect(log.isCoarse).toBe(false);
		expect(new Date(log.firstAtMs ?? 0).toISOString()).toBe('2020-05-08T21:26:14.997Z');
	});

	it('in JSON', () => {
		const log = read(fixture('log.json-encoding.txt'));
		expect(log.unread).toBe(0);
		expect(log.lines).toBeGreaterThan(1);
		expect(sums(log).succeeded).toBeGreaterThan(0);
		expect(log.rows.every(({ satelliteId }) => satelliteId.length > 40)).toBe(true);
	});
});

describe('a line', () => {
	const plain = line('INFO', 'downloaded', ', "Size": 10');
	it.each([
		['as it is', plain],
		['with CRLF', plain.replace('\n', '\r\n')],
		['behind a container’s name', `storagenode-1  | ${plain}`],
		['behind a collector’s time', `2026-01-02T03:04:05.123456789Z stderr F ${plain}`],
		['behind syslog', `Jan  2 03:04:05 attic storagenode[77]: ${plain}`],
		['with blanks in place of tabs', plain.replaceAll('\t', '    ')],
		['with a coloured level', plain.replace('INFO', '\u001B[34mINFO\u001B[0m')],
		[
			'in the JSON of a container’s log',
			`${JSON.stringify({ log: plain, stream: 'stderr', time: '2026-01-02T03:04:05Z' })}\n`,
		],
		['with a caller', plain.replace('piecestore\t', 'piecestore\tpiecestore/endpoint.go:316\t')],
		[
			'as JSON',
			`{"L":"INFO","T":"2026-01-02T03:04:05Z","N":"piecestore","M":"downloaded","Satellite ID":"${us1}","Action":"GET","Size":10}\n`,
		],
		[
			'as JSON of another encoder',
			`{"level":"info","ts":"2026-01-02T03:04:05Z","logger":"piecestore","msg":"downloaded","satellite_id":"${us1}","action":"GET","size":10}\n`,
		],
		[
			'as JSON whose time is a number',
			`{"level":"info","ts":1767323045,"logger":"piecestore","msg":"downloaded","satellite_id":"${us1}","action":"GET","size":10}\n`,
		],
		[
			'as JSON of a collector, with its fields below',
			`{"severityText":"INFO","timestamp":1767323045000,"attributes":{"satellite_id":"${us1}","action":"GET","size":"10"},"body":"downloaded"}\n`,
		],
		['as the message of a journal', `${JSON.stringify({ PRIORITY: '6', MESSAGE: plain })}\n`],
		[
			'as the message of a collector’s JSON',
			`${JSON.stringify({ message: plain.trim(), stream: 'stderr' })}\n`,
		],
		['with the level in front', plain.replace(/^(\S+)\tINFO/, 'INFO\t$1')],
		['with a level in lower case', plain.replace('INFO', 'info')],
		['with a level in brackets', plain.replace('\tINFO\t', ' [INFO] ')],
		['with a blank and UTC in its time', plain.replace('T03:04:05Z', ' 03:04:05.000 UTC')],
		['with an offset in hours and minutes', plain.replace('03:04:05Z', '08:34:05+0530')],
		['with an offset behind a blank', plain.replace('T03:04:05Z', ' 00:04:05 -03:00')],
		['with seconds since 1970', plain.replace('2026-01-02T03:04:05Z', '1.767323045e+09')],
		['with ms since 1970', plain.replace('2026-01-02T03:04:05Z', '1767323045000')],
		[
			'with its fields in another order',
			plain.replace(/(?<="Piece ID": "P"), (.*), ("Size": 10)/, ', $2, $1'),
		],
		['by a logger within another', plain.replace('piecestore\t', 'storagenode.piecestore\t')],
		['with a byte order mark', `\u00EF\u00BB\u00BF${plain}`],
		['with nested fields', plain.replace('{', '{"span": {"a": [1, "}"], "Action": "PUT"}, ')],
		['without an end', plain.trimEnd()],
	])('is read %s', (_how, text) => {
		for (const chunkBytes of [1, 7, 4096]) {
			const log = read(text, chunkBytes);
			expect(log.rows).toEqual([
				{ action: 'GET', satelliteId: us1, succeeded: 1, canceled: 0, failed: 0, bytes: 10 },
			]);
			expect(log.lastAtMs).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
			expect(log.unread).toBe(0);
		}
	});

	it('cannot smuggle a field in by the text of another', () => {
		const log = read(
			line(
				'ERROR',
				'download failed',
				', "error": "x\\", \\"Action\\": \\"GET_AUDIT\\" file does not exist"',
			),
		);
		expect(log.rows[0]).toMatchObject({ action: 'GET', failed: 1 });
		expect(log.lostPieceCount).toBe(0);
	});

	it('that is hostile costs little, and no more memory than others', () => {
		const hostile = [
			`${'{"a":'.repeat(20_000)}\n`,
			`2026-01-02T03:04:05Z\tINFO\tpiecestore\tdownloaded\t{"x": "${'\\'.repeat(50_000)}\n`,
			`${'2026-01-02T03:04:05Z '.repeat(2000)}\n`,
			`${'x'.repeat(300_000)}\n`,
			`${'\t'.repeat(60_000)}\n`,
		].join('');
		const readAll = () =>
			expect(sums(read(hostile.repeat(5) + plain))).toMatchObject({ succeeded: 6 });
		expect(cpuMsOf(readAll)).toBeLessThan(5000);
	});
});

it('reads a time without a zone as this machine’s', () => {
	const log = read(line('INFO', 'downloaded').replace('05Z', '05'));
	expect(log.lastAtMs).toBe(new Date(2026, 0, 2, 3, 4, 5).getTime());
});

it('reads UTF-16 as PowerShell writes it', () => {
	const text = line('INFO', 'downloaded', ', "Size": 10') + line('INFO', 'uploaded');
	for (const chunkBytes of [3, 7, 4096])
		expect(sums(read(Buffer.from(`\uFEFF${text}`, 'utf16le'), chunkBytes))).toMatchObject({
			succeeded: 2,
			bytes: 10,
		});
});

it('counts a cancelled transfer once where its reason is a line of its own', () => {
	const reason = ', "error": "context canceled"';
	const log = read(
		line('INFO', 'download canceled (race lost or node shutdown)') +
			line('DEBUG', 'download canceled', reason) +
			line('INFO', 'upload canceled (race lost or node shutdown)', ', "Size": 5') +
			line('DEBUG', 'upload failed', reason) +
			line('DEBUG', 'upload failed', reason),
	);
	expect(sums(log)).toEqual({ succeeded: 0, canceled: 2, failed: 1, bytes: 0 });
});

it.each(['1e300', '-5', '1.5', '99999999999999999999', 'null', '""', 'NaN'])(
	'counts no bytes of a piece of %s',
	(size) => {
		const log = read(line('INFO', 'downloaded', `, "Size": ${size}`));
		expect(sums(log)).toMatchObject({ succeeded: 1, bytes: 0 });
	},
);

it.each([0.2, 0.5, 0.8, 0.95])('takes what there is of a line cut at %d', (share) => {
	const whole = line('INFO', 'downloaded', ', "Size": 10');
	const log = read(`${whole.slice(0, whole.length * share)}\n${whole}`);
	expect(sums(log).bytes).toBe(10);
	expect(sums(log).succeeded).toBeLessThanOrEqual(2);
	expect(log.lines).toBe(2);
});

it('counts transfers of unknown satellites and actions within bounds', () => {
	let text = '';
	for (let each = 0; each < 500; each += 1)
		text += line('INFO', 'downloaded').replace(us1, `sat${each}`).replace('"GET"', `"A${each}"`);
	const log = read(text);
	expect(sums(log).succeeded).toBe(500);
	expect(log.rows.length).toBeLessThan(70);
});

it('tells several readers of one piece apart, and takes starts in their order', () => {
	const at = (second: number) => `2026-01-02T03:04:0${second}.000Z`;
	const from = (host: string) => `, "Remote Address": "${host}:1"`;
	const log = read(
		line('DEBUG', 'download started', from('a'), at(1)) +
			line('DEBUG', 'download started', from('b'), at(2)) +
			line('DEBUG', 'download started', from('b'), at(3)) +
			line('INFO', 'downloaded', from('a'), at(4)) +
			line('INFO', 'downloaded', from('b'), at(4)) +
			line('INFO', 'downloaded', from('b'), at(9)),
	);
	expect(log.slowest.map(({ durationMs }) => durationMs)).toEqual([6000, 3000, 2000]);
});

it('finds slow transfers and percentiles in a generated log', () => {
	const maker = createLogMaker();
	let text = '';
	for (let each = 0; each < 5000; each += 1) text += maker.transfer();
	const log = read(text);
	const { durations } = maker.expected;
	const [, , , above] = log.durations.levels;
	expect(above).toBe(maker.expected.slow);
	expect(above).toBeGreaterThan(50);
	for (const share of [0.5, 0.95, 0.99]) {
		const exact = quantileOf(durations, share);
		expect(Math.abs((log.durations.quantile(share) ?? 0) - exact)).toBeLessThanOrEqual(
			exact * 0.01,
		);
	}
	expect(log.slowest.map(({ durationMs }) => durationMs)).toEqual(
		durations.toSorted((a, b) => b - a).slice(0, 10),
	);
});

it('counts what is slow where the times are whole seconds: none is missed', () => {
	const log = read(
		line('DEBUG', 'download started', '', '2026-01-02T03:04:05Z') +
			line('INFO', 'downloaded', '', '2026-01-02T03:04:15Z') +
			line('DEBUG', 'download started', '', '2026-01-02T03:04:20Z') +
			line('INFO', 'downloaded', '', '2026-01-02T03:04:29Z'),
	);
	const recent = log.recent.since(Date.parse('2026-01-02T03:30:00Z'));
	expect(recent).toMatchObject({ succeeded: 2, timed: 2, slow: 1 });
	expect(log.recent.since(Date.parse('2026-01-02T04:10:00Z')).succeeded).toBe(0);
});

describe('errors', () => {
	it.each([
		[
			'read tcp 10.0.17.120:28967->198.51.100.63:50338: read: connection refused',
			'read tcp [2001:db8::1]:28967->203.0.113.9:1: read: connection refused',
		],
		[
			'open /mnt/disk1/storage/blobs/ab/cd.sj1: no such file',
			'open /srv/other/blobs/zz/9.sj1: no such file',
		],
		['timed out after 1m0s of 250.5ms', 'timed out after 2m30s of 9ms'],
		[
			`satellite ${us1} piece ${'A'.repeat(52)} attempt 3`,
			`satellite 12L9ZFwhzVpuEKMUNUqkaTLGzwY9G24tbiigLiXpmZWKwmcNDDs piece ${'B'.repeat(52)} attempt 12`,
		],
	])('%s is of one kind with %s', (one, other) => {
		expect(signatureOf('download failed', one)).toBe(signatureOf('download failed', other));
	});

	it('are grouped and bounded, and a cancelled transfer is none', () => {
		let text = line('INFO', 'download canceled', ', "reason": "context canceled"');
		for (let each = 0; each < 300; each += 1) {
			const word = `x${'abcdefghij'[each % 10] ?? ''}${'klmnopqrst'[Math.floor(each / 10) % 10] ?? ''}${'uvw'[Math.floor(each / 100)] ?? ''}`;
			text += line('ERROR', 'download failed', `, "error": "broken ${word}"`);
		}
		const log = read(text);
		expect(log.errors.length).toBeLessThanOrEqual(61);
		expect(log.errors.reduce((sum, { count }) => sum + count, 0)).toBe(300);
	});
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DamagedDataError } from '../../source/history/codec/bytes.ts';
import { createAddressMask } from '../../source/history/mask.ts';
import { MemoryTables } from '../../source/history/memory-tables.ts';
import { HistoryReader } from '../../source/history/reader.ts';
import { readRecording, recordingBlocks } from '../../source/history/recording-file.ts';
import { HistoryWriter } from '../../source/history/writer.ts';

const startMs = Date.UTC(2026, 0, 5);
const whole = { fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER };

/** Sealed and open rows, sealed and open frames, and events. */
function recorded(name = 'a'): MemoryTables {
	const tables = new MemoryTables();
	const writer = new HistoryWriter(tables);
	for (let n = 0; n < 90; n += 1) {
		const atMs = startMs + n * 10_000;
		const row = { node: name, track: 'polls', atMs, names: ['x'], values: [n] } as const;
		writer.addRows([row]);
		writer.addFrame({
			schema: 's',
			atMs,
			nodes: [{ url: 'http://10.1.2.3:80/', n, peer: '[2001:db8::7]:30303' }],
		});
		writer.addEvents([{ atMs, kind: 'health', node: name, data: `{"at":"10.1.2.3"}` }]);
		writer.sealOne(atMs);
	}
	return tables;
}

function written(tables: MemoryTables, masksAddresses = false): Uint8Array {
	const span = { fromMs: startMs, untilMs: startMs + 900_000 };
	const options = { span, version: '1', masksAddresses };
	return Buffer.concat([...recordingBlocks(tables, options)]);
}

describe('a portable recording', () => {
	it('is read back with every number, moment and event', () => {
		const { tables, manifest, isCutOff } = readRecording(
			Buffer.concat([
				...recordingBlocks(recorded(), {
					span: { fromMs: startMs, untilMs: startMs + 900_000 },
					version: '1.2.3',
					masksAddresses: false,
				}),
			]),
		);
		expect(isCutOff).toBe(false);
		expect(manifest).toEqual({
			version: '1.2.3',
			from: '2026-01-05T00:00:00.000Z',
			until: '2026-01-05T00:15:00.000Z',
			nodes: ['a'],
			hasMaskedAddresses: false,
		});
		const reader = new HistoryReader(tables);
		expect(reader.numbers('a', 'x', whole).values).toEqual(Array.from({ length: 90 }, (_, n) => n));
		expect(reader.frameTimes(whole)).toHaveLength(90);
		expect(reader.frameAt(startMs + 450_000)).toMatchObject({ nodes: [{ n: 45 }] });
		expect(reader.frameAt(startMs + 890_000)).toMatchObject({ nodes: [{ n: 89 }] });
		expect(reader.events(whole)).toHaveLength(90);
	});

	it('says so when its end is missing, and shows what there is', () => {
		const bytes = written(recorded());
		const { isCutOff, tables } = readRecording(bytes.subarray(0, bytes.length - 40));
		expect(isCutOff).toBe(true);
		expect(new HistoryReader(tables).frameTimes(whole).length).toBe(90);
	});

	it('puts the same name in the place of an address everywhere', () => {
		const { tables } = readRecording(written(recorded(), true));
		const reader = new HistoryReader(tables);
		const frame = JSON.stringify(reader.frameAt(startMs + 600_000));
		expect(frame).toContain('"http://host-1:80/"');
		expect(frame).toContain('"[host-2]:30303"');
		expect(reader.events(whole)[0]?.data).toBe('{"at":"host-1"}');
		const mask = createAddressMask();
		expect(mask('version 1.16.4 at 12:30:05, /ip4/1.2.3.4/tcp/1, https://u:p@a.example/x')).toBe(
			'version 1.16.4 at 12:30:05, /ip4/host-2/tcp/1, https://u:p@host-1/x',
		);
	});

	it('makes names safe to print', () => {
		const { tables, manifest } = readRecording(written(recorded('n\u001B[2J1')));
		expect(manifest.nodes).toEqual(['n1']);
		expect(tables.tracks()[0]?.node).toBe('n1');
	});

	it('is refused, or is read, whatever was changed in it', () => {
		const bytes = written(recorded());
		const outcome = (changed: Uint8Array): string => {
			try {
				const reader = new HistoryReader(readRecording(changed).tables);
				reader.frameAt(startMs + 600_000);
				reader.numbers('a', 'x', whole);
				return 'read';
			} catch (error) {
				return error instanceof DamagedDataError ? 'refused' : String(error);
			}
		};
		fc.assert(
			fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
				const changed = bytes.slice();
				changed[at] = (changed[at] ?? 0) ^ change;
				expect(['read', 'refused']).toContain(outcome(changed));
			}),
			{ numRuns: 150 },
		);
		expect(outcome(Buffer.from('hello'))).toBe('refused');
	});
});

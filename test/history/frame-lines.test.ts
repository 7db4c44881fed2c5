import { describe, expect, it } from 'vitest';
import { DamagedDataError } from '../../source/history/codec/bytes.ts';
import { encodeNumbers } from '../../source/history/codec/numbers.ts';
import { squeeze } from '../../source/history/codec/squeeze.ts';
import { frameOfSegment, textOfSegment } from '../../source/history/frame-lines.ts';
import { FrameWriter } from '../../source/history/frame-writer.ts';
import { MemoryTables } from '../../source/history/memory-tables.ts';
import type { Segment } from '../../source/history/tables.ts';

const startMs = Date.UTC(2026, 0, 5);
const wide = Array.from({ length: 40 }, (_, at) => ({ id: `peer-${at}`, state: 'connected' }));

/** A segment of 30 frames, each ten seconds; `n` counts, and the rest stands still or changes altogether. */
function segmentOf(restAt: (n: number) => unknown = () => wide): Segment {
	const tables = new MemoryTables();
	const writer = new FrameWriter(tables);
	for (let n = 0; n < 30; n += 1) {
		writer.add({ atMs: startMs + n * 10_000, n, rest: restAt(n) as string });
	}
	writer.seal();
	const segment = tables.segmentAt(startMs);
	if (!segment) throw new Error('nothing was sealed');
	return segment;
}

function linesOf(segment: Segment): string[] {
	return textOfSegment(segment).toString().split('\n');
}

function withLines(segment: Segment, lines: readonly string[]): Segment {
	return { ...segment, bytes: squeeze(Buffer.from(lines.join('\n'))) };
}

const frameAt = (segment: Segment, n: number) => frameOfSegment(segment, startMs + n * 10_000);

describe('the frames of a segment', () => {
	it('are read from a few lines: what is far before one does not matter', () => {
		const segment = segmentOf();
		const lines = linesOf(segment);
		for (let n = 0; n < 30; n += 1) {
			const near = lines.map((line, index) => (index < n - 5 || index > n ? 'not JSON' : line));
			expect(frameAt(withLines(segment, near), n)).toEqual({
				atMs: startMs + n * 10_000,
				n,
				rest: wide,
			});
		}
	});

	it('are written as changes, and whole where that is shorter', () => {
		const isKey = (line: string) => line.startsWith('{"key"');
		const still = linesOf(segmentOf());
		expect(still.filter((line) => isKey(line))).toHaveLength(5);
		expect(still[1]?.length).toBeLessThan(100);
		const restless = linesOf(segmentOf((n) => wide.map(({ id }) => ({ id: `${id}${n}`, a: n }))));
		expect(restless.every((line) => isKey(line))).toBe(true);
	});

	it.each([
		['that change altogether', (n: number) => n],
		['that stand still', () => 0],
	])('%s, of a large fleet, are sealed before their text is long', (_what, seedOf) => {
		const tables = new MemoryTables();
		const writer = new FrameWriter(tables);
		const count = 24;
		const frame = (n: number) => ({
			atMs: startMs + n * 10_000,
			n,
			nodes: Array.from({ length: 500 }, (_, at) => ({
				id: at,
				text: `${seedOf(n)} `.repeat(500),
			})),
		});
		for (let n = 0; n < count; n += 1) writer.add(frame(n));
		writer.seal();
		let fromMs = startMs;
		let frames = 0;
		while (frames < count) {
			const segment = tables.segmentAt(fromMs);
			if (!segment) throw new Error('a segment is missing');
			const lines = linesOf(segment);
			// Up to the limit, and a key frame with what changed after it.
			expect(textOfSegment(segment).length).toBeLessThan(4 * 1024 * 1024);
			expect(frameOfSegment(segment, segment.endMs)).toEqual(
				frame((segment.endMs - startMs) / 10_000),
			);
			frames += lines.length;
			fromMs = segment.endMs + 10_000;
		}
		expect(frames).toBe(count);
	});

	it('are refused where their lines are not as many as their times, or hold something else', () => {
		const segment = segmentOf();
		const lines = linesOf(segment);
		const short = withLines(segment, lines.slice(0, 20));
		expect(() => frameAt(short, 3)).toThrow(DamagedDataError);
		const times = encodeNumbers([startMs]);
		expect(() => frameAt({ ...segment, times }, 3)).toThrow(DamagedDataError);
		for (const wrong of ['[1]', '{"key":3}', '{"key":{}}', '{"at":"x","d":{"k":{"n":{"k":{}}}}}']) {
			expect(() => frameAt(withLines(segment, lines.with(6, wrong)), 6)).toThrow(DamagedDataError);
		}
	});
});

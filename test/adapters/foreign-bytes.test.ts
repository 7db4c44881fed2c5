import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as z from 'zod';
import { describe, expect, it } from 'vitest';

const costs = z.array(
	z.object({ name: z.string(), what: z.string(), smallMs: z.number(), largeMs: z.number() }),
);
const small = 125_000;
const large = 1_000_000;
/** Eight times the text may take eight times as long, or five times that by chance; its square is 64. */
const mostGrowth = 40;
/** Below this a ratio is the clock's noise. */
const noiseMs = 3;

describe('1 MB of one pattern', () => {
	it('costs no function that takes foreign text more than in proportion to its length', async () => {
		const { stdout } = await promisify(execFile)(
			process.execPath,
			['test/entries/work-on-foreign-text.ts', String(small), String(large)],
			{ timeout: 55_000, maxBuffer: 4 * 1024 * 1024 },
		);
		const all = costs.parse(
			stdout
				.trim()
				.split('\n')
				.map((line): unknown => JSON.parse(line)),
		);
		expect(all.length).toBeGreaterThan(100);
		const tooMuch = all.filter(
			({ smallMs, largeMs }) => largeMs > mostGrowth * Math.max(smallMs, noiseMs),
		);
		expect(tooMuch).toEqual([]);
	});
});
